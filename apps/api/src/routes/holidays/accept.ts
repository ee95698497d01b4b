// Which of our formats does the caller want? `?format=` decides, else the Accept header, else JSON.
import type { HolidayFormat } from "../../holiday/answers.ts";

const formatOfMedia: Record<string, HolidayFormat> = {
  "application/json": "json",
  "text/csv": "csv",
  "text/calendar": "ics",
  "*/*": "json",
  "application/*": "json",
  "text/*": "csv",
};

/** RFC 9110: the acceptable format of the highest quality, the first of equals; null when none is acceptable. */
export function acceptedFormat(accept: string | undefined): HolidayFormat | null {
  if (accept === undefined || accept === "" || accept === "*/*" || accept === "application/json") {
    return "json";
  }
  let best: { format: HolidayFormat; quality: number } | null = null;
  for (const part of accept.split(",")) {
    const [media = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    const quality = Number(parameters.find((text) => text.startsWith("q="))?.slice(2) ?? 1);
    const format = formatOfMedia[media];
    if (format !== undefined && quality > 0 && quality > (best?.quality ?? 0)) {
      best = { format, quality };
    }
  }
  return best?.format ?? null;
}
