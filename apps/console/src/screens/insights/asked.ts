// What is asked for, as the URL says it; and the same as the query of the calls behind.
import { dayOf, listOf, oneOf, type Search, textOf } from "../../frame/search.ts";

export interface AskedSales {
  from: string;
  to: string;
  location_id?: string[] | undefined;
  event_type: string;
  basis: "visit" | "event";
  days: "public" | "bridge";
  holiday?: string | undefined;
  currency?: string | undefined;
  snapshot?: string | undefined;
  as_of?: string | undefined;
}

const dayMs = 86_400_000;

/** Without days in the URL: the year that ended yesterday. */
export function askedOf(search: Search, nowMs: number): AskedSales {
  const yesterday = new Date(nowMs - dayMs).toISOString().slice(0, 10);
  const to = dayOf(search["to"]) ?? yesterday;
  const from = dayOf(search["from"]) ?? new Date(Date.parse(to) - 364 * dayMs).toISOString().slice(0, 10);
  return {
    from,
    to,
    location_id: listOf(search["location_id"]),
    event_type: textOf(search["event_type"]) ?? "PaymentSuccessful",
    basis: oneOf(search["basis"], ["visit", "event"]) ?? "visit",
    days: oneOf(search["days"], ["public", "bridge"]) ?? "public",
    holiday: textOf(search["holiday"]),
    currency: textOf(search["currency"]),
    snapshot: textOf(search["snapshot"]),
    as_of: textOf(search["as_of"]),
  };
}

/** What the series knows of it: it shows every day, whatever holiday is asked for. */
export function seriesQueryOf({ days: _days, holiday: _holiday, ...asked }: AskedSales) {
  return asked;
}

/** The path of a call, to be opened or copied. */
export function pathOf(call: "holiday-lift" | "series" | "features", query: object): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query as Record<string, string | string[] | undefined>)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) params.append(name, each);
  }
  return `/v1/insights/${call}?${params.toString()}`;
}
