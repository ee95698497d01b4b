// Counts and quality in words, the same in Markdown and on the page.
import type { Quality, RowCount } from "@almanac/db/catalogue/measures";
import { rejectRate } from "./present.ts";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 2 });

/** `10,003`, `about 1,500,000`. */
export function countText({ rows, isEstimate }: RowCount): string {
  return `${isEstimate ? "about " : ""}${whole.format(rows)}`;
}

export function qualityText(quality: Quality): string {
  const rate = rejectRate(quality);
  return rate === null
    ? "nothing was checked yet"
    : `${share.format(rate)} refused (${whole.format(quality.refused)} of ${whole.format(quality.checked)}), last check ${shortInstant(quality.lastCheckedAt ?? "")}`;
}

/** To the minute. */
export function shortInstant(instant: string): string {
  return `${instant.slice(0, 16).replace("T", " ")} UTC`;
}
