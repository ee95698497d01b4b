// Holidays for a spreadsheet: RFC 4180 with a header, nothing before it, and no cell that a spreadsheet would calculate.
import { stringify } from "csv-stringify/sync";
import type { HolidaysJson } from "./json.ts";

const columns = [
  "location_id",
  "version",
  "date",
  "observed_date",
  "end_date",
  "name",
  "local_name",
  "type",
  "holiday_id",
] as const;

export function holidaysCsv(answer: HolidaysJson): string {
  const rows = answer.data.map((holiday) => {
    const cells = { ...holiday, location_id: answer.location_id, version: String(answer.version) };
    return columns.map((column) => cells[column]);
  });
  return stringify([[...columns], ...rows], { record_delimiter: "\r\n", escape_formulas: true });
}
