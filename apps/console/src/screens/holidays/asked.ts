// Which calendars, of which year, as of when? All of it is in the URL.
import type { Location } from "@almanac/client/contract";
import { dayOf, listOf, type Search, textOf } from "../../frame/search.ts";

export interface AskedCalendar {
  year: number;
  /** Undefined is the present. */
  as_of: string | undefined;
  /** Undefined until somebody has chosen. */
  location_id: readonly string[] | undefined;
  /** The day that is looked at, and in which place. */
  day: string | undefined;
  at: string | undefined;
}

/** As many as stand side by side and can be compared. */
export const mostPlaces = 13;
const [firstYear, lastYear] = [1900, 2199];

export function askedOf(search: Search, nowMs: number): AskedCalendar {
  const day = dayOf(search["day"]);
  const year = Number(textOf(search["year"]) ?? Number.NaN);
  const isYear = Number.isInteger(year) && year >= firstYear && year <= lastYear;
  const shown = isYear ? year : new Date(nowMs).getUTCFullYear();
  return {
    year: shown,
    as_of: textOf(search["as_of"]),
    location_id: listOf(search["location_id"])?.slice(0, mostPlaces),
    day: day?.startsWith(`${shown}-`) === true ? day : undefined,
    at: textOf(search["at"]),
  };
}

/** What is shown before anybody chose: a place of each of the first calendars. */
export function firstPlaces(locations: readonly Location[], most = 3): string[] {
  const found = new Map<string, string>();
  for (const { active, resolved_region, location_id } of locations) {
    if (active && resolved_region !== null && !found.has(resolved_region)) found.set(resolved_region, location_id);
  }
  return [...found.values()].slice(0, most);
}

/** The call behind a place's calendar, without a format: it is the caller's choice. */
export function holidaysPath(location_id: string, asked: Pick<AskedCalendar, "year" | "as_of">): string {
  const query = new URLSearchParams(queryOf(asked)).toString();
  return `/v1/locations/${encodeURIComponent(location_id)}/holidays?${query}`;
}

export function queryOf({ year, as_of }: Pick<AskedCalendar, "year" | "as_of">) {
  const range = { from: `${year}-01-01`, to: `${year}-12-31`, type: "all" };
  return as_of === undefined ? range : { ...range, as_of };
}

/** What a `datetime-local` field holds, in UTC, of an instant; and back. */
export function fieldOf(instant: string): string {
  // A day means its end.
  if (/^\d{4}-\d\d-\d\d$/.test(instant)) return `${instant}T23:59:59`;
  const at = new Date(instant.replace(/\.\d+/, ""));
  return Number.isNaN(at.getTime()) ? "" : at.toISOString().slice(0, 19);
}

export function instantOf(field: string): string | undefined {
  const at = new Date(`${field}Z`);
  return Number.isNaN(at.getTime()) ? undefined : `${at.toISOString().slice(0, 19)}Z`;
}
