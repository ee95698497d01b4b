// The sample of a range: its patches hold values of events, whose numbers are not to be rounded.
import type { SampleItem } from "@almanac/domain/reprocess/tally";
import { parseExact } from "@almanac/domain/schema/exact-json";

/** From the text of the column. */
export function sampleOf(text: string): SampleItem[] {
  return parseExact(text) as unknown as SampleItem[];
}
