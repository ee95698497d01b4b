// What a run came to, in words.
import { count, counted } from "../../frame/words.ts";

/** `8,571 inserted, 401 updated`, in the api's order: what there is none of is not told, nor the sum of the others. */
export function countWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([name, value]) => name !== "total" && value > 0)
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
