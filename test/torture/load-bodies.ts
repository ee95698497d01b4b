// Bodies for loads that are struck, and what they come to: in each, events come new, again, newer, older, in conflict, and
// as no events, and none of them is in another body.
import { randomUUID } from "node:crypto";
import type { LoadView } from "@almanac/db/loads";

export interface StruckBody {
  text: string;
  rows: LoadView["rows"];
  /** The version of each event that is current when the load has ended. */
  newest: Map<string, number>;
}

const eventOf = (id: string, version: number, amount: number) =>
  JSON.stringify({
    event_id: id,
    event_type: "PaymentSuccessful",
    event_timestamp: "2026-05-01T12:00:00Z",
    user_id: randomUUID(),
    related_id: null,
    version,
    metadata: { total_amount: amount, currency: "EUR" },
  });

/** `groups` times eight lines. */
export function struckBody(groups: number): StruckBody {
  const lines: string[] = [];
  const newest = new Map<string, number>();
  const late: string[] = [];
  for (let group = 0; group < groups; group += 1) {
    const [one, two] = [randomUUID(), randomUUID()];
    const first = eventOf(one, 1, group);
    lines.push(first, eventOf(two, 1, group), `{"event_id": "no event ${group}"}`, eventOf(two, 5, group));
    // Far behind the lines that they are about, so that another chunk has those.
    late.push(first, eventOf(one, 1, group + 0.5), eventOf(two, 3, group), eventOf(one, 2, group));
    newest.set(one, 2).set(two, 5);
  }
  lines.push(...late);
  const rows = {
    total: groups * 8,
    inserted: groups * 2,
    updated: groups * 2,
    duplicate: groups,
    stale: groups,
    conflict: groups,
    rejected: groups,
  };
  return { text: lines.map((line) => `${line}\n`).join(""), rows, newest };
}
