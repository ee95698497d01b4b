import type { Dimension } from "@almanac/domain/dimension/member";
import type { MediaType } from "@almanac/domain/load/media";
import { describe, expect, it } from "vitest";
import { inBlocks } from "../testing/gating.ts";
import type { GatedMemberLine } from "./members.ts";
import { gateMembers } from "./members.ts";

async function members(
  dimension: Dimension,
  mediaType: MediaType,
  body: string | Uint8Array,
): Promise<GatedMemberLine[]> {
  const lines: GatedMemberLine[] = [];
  for await (const items of gateMembers(dimension, inBlocks(body, [11]), { mediaType })) lines.push(...items);
  return lines;
}

function outcomes(lines: readonly GatedMemberLine[]): unknown[] {
  return lines.map((line) =>
    "member" in line ? line.member : `${line.line}: ${line.reject.code} ${line.reject.pointer}`,
  );
}

const userId = "123e4567-e89b-12d3-a456-426614174000";

describe("the brief's dimension rows", () => {
  it("are members as CSV", async () => {
    const users = `user_id,name,email,country\n${userId},John Doe,john.doe@example.com,USA\n`;
    expect(outcomes(await members("users", "text/csv", users))).toEqual([
      { dimension: "users", userId, name: "John Doe", email: "john.doe@example.com", country: "USA" },
    ]);
    const tickets = "ticket_id,event_name,ticket_price\r\n543F6BCD-6621-3373-8cde-4e832627b4f8,Music Concert,99.99\r\n";
    expect(outcomes(await members("tickets", "text/csv", tickets))).toEqual([
      {
        dimension: "tickets",
        ticketId: "543f6bcd-6621-3373-8cde-4e832627b4f8",
        eventName: "Music Concert",
        ticketPrice: "99.99",
      },
    ]);
    const articles =
      "article_id,article_name,price,currency\n98765,Winter Jacket,29.99,USD\n12345,Running Shoes,59.99,USD";
    expect(outcomes(await members("articles", "text/csv", articles))).toEqual([
      { dimension: "articles", articleId: "98765", articleName: "Winter Jacket", price: "29.99", currency: "USD" },
      { dimension: "articles", articleId: "12345", articleName: "Running Shoes", price: "59.99", currency: "USD" },
    ]);
  });

  it("are members as NDJSON, a price keeping its digits", async () => {
    const body =
      '{"article_id":"98765","price":29.990,"more":[1]}\n{"article_id":98765,"price":"29.99","currency":null}\n';
    expect(outcomes(await members("articles", "application/x-ndjson", body))).toEqual([
      { dimension: "articles", articleId: "98765", articleName: null, price: "29.990", currency: null },
      { dimension: "articles", articleId: "98765", articleName: null, price: "29.99", currency: null },
    ]);
  });
});

describe("a feed's line", () => {
  it.each([
    ["users", '{"name":"x"}', "member.field_missing /user_id"],
    ["users", '{"user_id":"x"}', "member.uuid_invalid /user_id"],
    ["users", '{"user_id":1}', "member.field_type /user_id"],
    ["users", `{"user_id":"${userId}","name":1}`, "member.field_type /name"],
    ["tickets", `{"ticket_id":"${userId}","ticket_price":-1}`, "member.price_invalid /ticket_price"],
    ["tickets", `{"ticket_id":"${userId}","ticket_price":"1,5"}`, "member.price_invalid /ticket_price"],
    ["tickets", `{"ticket_id":"${userId}","ticket_price":1e3}`, "member.price_invalid /ticket_price"],
    ["articles", '{"article_id":""}', "member.key_invalid /article_id"],
    ["articles", `{"article_id":"${"x".repeat(201)}"}`, "member.key_invalid /article_id"],
    ["articles", '{"article_id":"1","currency":"euro"}', "member.currency_invalid /currency"],
    ["articles", '{"article_id":"1","article_id":"2"}', "line.duplicate_key /article_id"],
    ["articles", '{"article_id":"\\ud800"}', "line.lone_surrogate /article_id"],
    ["articles", "[]", "line.not_object "],
    ["articles", "{", "line.not_json "],
  ] as const)("of %s that is %s is %s, and its neighbours come out", async (dimension, bad, said) => {
    const key = dimension === "articles" ? "article_id" : dimension === "users" ? "user_id" : "ticket_id";
    const good = JSON.stringify({ [key]: userId });
    const [first, second, third] = outcomes(
      await members(dimension, "application/x-ndjson", `${good}\n${bad}\n${good}`),
    );
    expect(first).toMatchObject({ dimension });
    expect(second).toBe(`2: ${said}`);
    expect(third).toEqual(first);
  });

  it("of CSV with a NUL, or bytes that are no UTF-8, costs only itself", async () => {
    const body = Buffer.concat([
      Buffer.from("article_id,price\n1,1\n2\0,1\n"),
      Buffer.from([0xff, 0x2c, 0x31, 0x0a]),
      Buffer.from("3,\n"),
    ]);
    expect(outcomes(await members("articles", "text/csv", body))).toEqual([
      { dimension: "articles", articleId: "1", articleName: null, price: "1", currency: null },
      "3: line.nul ",
      "4: line.not_utf8 ",
      { dimension: "articles", articleId: "3", articleName: null, price: null, currency: null },
    ]);
  });

  it("may have a key of 200 characters, counted as people count them", async () => {
    const key = "😀".repeat(200);
    const lines = await members("articles", "application/x-ndjson", JSON.stringify({ article_id: key }));
    expect(outcomes(lines)).toMatchObject([{ articleId: key }]);
  });
});

describe("a feed", () => {
  it("without its key's column, or in another format, is refused as a whole", async () => {
    await expect(members("users", "text/csv", "name\nx\n")).rejects.toMatchObject({ code: "csv.header_invalid" });
    await expect(members("users", "application/json", "[]")).rejects.toMatchObject({
      category: "incorrect",
      code: "feed.media_type_unknown",
    });
  });
});
