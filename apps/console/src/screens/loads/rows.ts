// What became of a load's lines, as parts of one bar that sum up to all of them.
import type { LoadRows } from "@almanac/client/contract";

export interface Part {
  name: Exclude<keyof LoadRows, "total">;
  /** What such a line came to. */
  means: string;
  count: number;
  /** 0 to 1 of all lines. */
  share: number;
}

const parts: readonly (readonly [Part["name"], string])[] = [
  ["inserted", "not known before"],
  ["updated", "a higher version came"],
  ["duplicate", "known, and the same"],
  ["stale", "a lower version came late"],
  ["conflict", "same version, other content"],
  ["rejected", "refused, with the reason"],
];

export function partsOf(rows: LoadRows): Part[] {
  return parts.map(([name, means]) => ({
    name,
    means,
    count: rows[name],
    share: rows.total === 0 ? 0 : rows[name] / rows.total,
  }));
}

/** The share in percent as people read it: what is there is never `0 %`, what is not all is never `100 %`. */
export function percentText(share: number): string {
  if (share > 0 && share < 0.001) return "< 0.1 %";
  if (share < 1 && share > 0.999) return "> 99.9 %";
  return `${(share * 100).toFixed(1)} %`;
}
