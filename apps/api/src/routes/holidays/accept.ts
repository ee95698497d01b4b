// Which of our formats does the caller want? `?format=` decides, else the Accept header, else JSON.
import type { HolidayFormat } from "../../holiday/answers.ts";
import { negotiate } from "../../http/negotiate.ts";

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
  return negotiate(accept, formatOfMedia);
}
