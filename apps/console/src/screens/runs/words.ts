// What a run came to, in words.
import { count, counted } from "../../frame/words.ts";

/** As a reader asks for them: what went well first. A total is the sum of the others. */
const order = [
  "changed",
  "unchanged",
  "inserted",
  "updated",
  "duplicate",
  "stale",
  "conflict",
  "rejected",
  "scanned",
  "failed",
  "quarantined",
];

/** `8,571 inserted, 401 updated`: what there is none of is not told. */
export function countWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([name, value]) => name !== "total" && value > 0)
    .toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .map(([name, value]) => `${count(value)} ${name}`)
    .join(", ");
}

/** `ended after 12 minutes`, of two instants. */
export function tookWords(from: string, to: string): string {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
  if (seconds < 1) return "ended within a second";
  if (seconds < 120) return `ended after ${counted(Math.round(seconds), "second")}`;
  if (seconds < 7_200) return `ended after ${counted(Math.round(seconds / 60), "minute")}`;
  return `ended after ${counted(Math.round(seconds / 3_600), "hour")}`;
}
