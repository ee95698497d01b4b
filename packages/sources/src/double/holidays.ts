// What does the double say of a region and a year? The offline source's data in HolidayAPI's wire format, with whatever
// changes were asked for laid over it.
import { createHash } from "node:crypto";
import { offlineHolidays } from "../offline/offline.ts";

/** One row as the caller describes it; `country`, `uuid` and `weekday` are filled in. */
export interface DoubleHoliday {
  name: string;
  date: string;
  observed?: string | undefined;
  /** Default true. */
  public?: boolean | undefined;
}

/** A change to what the double says of one region and year. `name` is the English name. */
export type HolidayChange =
  | { do: "add"; holiday: DoubleHoliday }
  | { do: "move"; name: string; date: string; observed?: string | undefined }
  | { do: "rename"; name: string; to: string }
  | { do: "remove"; name: string };

/** One row on the wire. */
export interface WireRow {
  name: string;
  date: string;
  observed: string;
  public: boolean;
  country: string;
  uuid: string;
  weekday: { date: { name: string; numeric: string }; observed: { name: string; numeric: string } };
}

/** The rows of one region and year, by date; `label` is what the rows' `country` says. */
export function wireRows(region: string, year: number, changes: readonly HolidayChange[], label: string): WireRow[] {
  const original = offlineHolidays(region, year).map((holiday): Required<DoubleHoliday> => ({
    name: holiday.name,
    date: holiday.date.toString(),
    observed: (holiday.observedDate ?? holiday.date).toString(),
    public: holiday.type === "public",
  }));
  return changes
    .reduce(change, original)
    .toSorted((a, b) => ((a.date ?? "") < (b.date ?? "") ? -1 : 1))
    .map((holiday) => toWire(holiday, region, label));
}

function change(rows: DoubleHoliday[], to: HolidayChange): DoubleHoliday[] {
  switch (to.do) {
    case "add":
      return [...rows, to.holiday];
    case "move":
      return rows.map((row) =>
        row.name === to.name ? { ...row, date: to.date, observed: to.observed ?? to.date } : row,
      );
    case "rename":
      return rows.map((row) => (row.name === to.name ? { ...row, name: to.to } : row));
    case "remove":
      return rows.filter((row) => row.name !== to.name);
  }
}

function toWire(holiday: DoubleHoliday, region: string, label: string): WireRow {
  const observed = holiday.observed ?? holiday.date;
  return {
    name: holiday.name,
    date: holiday.date,
    observed,
    public: holiday.public ?? true,
    country: label,
    uuid: seriesUuid(region, holiday.name),
    weekday: { date: weekday(holiday.date), observed: weekday(observed) },
  };
}

// As with the real one: the same holiday has the same uuid every year.
function seriesUuid(region: string, name: string): string {
  const hex = createHash("sha256").update(`${region} ${name}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function weekday(date: string): { name: string; numeric: string } {
  // A row may be given a day that does not exist, to see what a caller makes of it.
  let day: Temporal.PlainDate;
  try {
    day = Temporal.PlainDate.from(date, { overflow: "reject" });
  } catch {
    return { name: "", numeric: "" };
  }
  return { name: day.toLocaleString("en", { weekday: "long" }), numeric: String(day.dayOfWeek) };
}
