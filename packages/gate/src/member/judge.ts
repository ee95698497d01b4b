// Whether the fields of a line are a member of a dimension.
import type { Dimension, MemberFacts } from "@almanac/domain/dimension/member";
import { isReject } from "@almanac/domain/event/envelope";
import type { Reject } from "@almanac/domain/event/event";
import { parseUuid } from "@almanac/domain/event/uuid";
import { misfitOf } from "../json/members.ts";

/** The JSON text of a field, by its name; null where it is absent. */
export type FieldOf = (name: string) => string | null;

/** The field that is a member's key. */
export const memberKeys: Record<Dimension, string> = {
  users: "user_id",
  tickets: "ticket_id",
  articles: "article_id",
};

const decimal = /^\d{1,100}(?:\.\d{1,100})?$/;
const currencyCode = /^[A-Z]{3}$/;
const mostKeyCharacters = 200;

/** The member, or the first reason why there is none. Prices keep their digits: they are never made into floats. */
export function judgeMember(dimension: Dimension, field: FieldOf): MemberFacts | Reject {
  switch (dimension) {
    case "users": {
      const userId = uuid("user_id", field);
      if (isReject(userId)) return userId;
      const name = text("name", field);
      if (isReject(name)) return name;
      const email = text("email", field);
      if (isReject(email)) return email;
      const country = text("country", field);
      if (isReject(country)) return country;
      return { dimension, userId, name, email, country };
    }
    case "tickets": {
      const ticketId = uuid("ticket_id", field);
      if (isReject(ticketId)) return ticketId;
      const eventName = text("event_name", field);
      if (isReject(eventName)) return eventName;
      const ticketPrice = price("ticket_price", field);
      if (isReject(ticketPrice)) return ticketPrice;
      return { dimension, ticketId, eventName, ticketPrice };
    }
    case "articles": {
      const articleId = key("article_id", field);
      if (isReject(articleId)) return articleId;
      const articleName = text("article_name", field);
      if (isReject(articleName)) return articleName;
      const amount = price("price", field);
      if (isReject(amount)) return amount;
      const currency = code("currency", field);
      if (isReject(currency)) return currency;
      return { dimension, articleId, articleName, price: amount, currency };
    }
  }
}

function uuid(name: string, field: FieldOf): string | Reject {
  const found = text(name, field);
  if (found === null) return missing(name);
  if (isReject(found)) return found;
  return parseUuid(found) ?? wrong(name, "member.uuid_invalid", "is no UUID");
}

/** A key that is text; a whole number is its digits, because some catalogues count their articles. */
function key(name: string, field: FieldOf): string | Reject {
  const value = field(name);
  const found = value !== null && /^\d+$/.test(value) ? value : text(name, field);
  if (found === null) return missing(name);
  if (isReject(found)) return found;
  const isKey = found !== "" && Array.from(found).length <= mostKeyCharacters;
  return isKey ? found : wrong(name, "member.key_invalid", `is no text of 1 to ${mostKeyCharacters} characters`);
}

function text(name: string, field: FieldOf): string | null | Reject {
  const value = field(name);
  if (value === null || value === "null") return null;
  if (value.startsWith('"')) return JSON.parse(value) as string;
  const is = misfitOf(value)?.is ?? "null";
  return wrong(name, "member.field_type", `is ${is} where a string belongs`);
}

/** A price: a number, or a string of one. */
function price(name: string, field: FieldOf): string | null | Reject {
  const value = field(name);
  const found = value !== null && /^[-\d]/.test(value) ? value : text(name, field);
  if (found === null || isReject(found)) return found;
  return decimal.test(found) ? found : wrong(name, "member.price_invalid", "is no decimal number of 0 or more");
}

function code(name: string, field: FieldOf): string | null | Reject {
  const found = text(name, field);
  if (found === null || isReject(found)) return found;
  return currencyCode.test(found) ? found : wrong(name, "member.currency_invalid", "is no ISO 4217 code such as EUR");
}

function missing(name: string): Reject {
  return wrong(name, "member.field_missing", "is missing");
}

function wrong(name: string, code: string, problem: string): Reject {
  return { code, pointer: `/${name}`, detail: `${name} ${problem}.` };
}
