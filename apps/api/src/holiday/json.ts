// The answer about a location's holidays as callers see it in JSON: its schema and how it is made.
import type { HolidayRecord } from "@almanac/db/holidays";
import { compareCodePoints, holidayTypes, type YearCoverage } from "@almanac/domain/holiday";
import { z } from "@hono/zod-openapi";
import { pinsSchema, presentPins } from "../snapshot/asked.ts";
import type { HolidayQuestion } from "./question.ts";
import type { Pinned, Reading } from "./reads.ts";

export const holidaySchema = z
  .object({
    holiday_id: z.uuid().openapi({ description: "Stays the same when the holiday is moved or renamed." }),
    date: z.iso.date().openapi({ description: "The nominal (first) day." }),
    observed_date: z.iso.date().nullable().openapi({ description: "The day off, where it is another one." }),
    end_date: z.iso
      .date()
      .nullable()
      .openapi({ description: "The last day, inclusive, of a holiday of several days." }),
    name: z.string().openapi({ description: "In English where the source knows it, or in the `language` asked for." }),
    local_name: z.string().openapi({ description: "In the first language of the place." }),
    type: z.enum(holidayTypes),
  })
  .openapi("Holiday");

export type HolidayJson = z.input<typeof holidaySchema>;

const yearCoverages = ["full", "partial", "unavailable", "unknown"] as const;

export const coverageSchema = z
  .object({
    complete: z.literal(false),
    from: z.iso
      .date()
      .nullable()
      .openapi({ description: "First day of the first year that this version covers in full." }),
    to: z.iso.date().nullable().openapi({ description: "Last day of the last such year." }),
    years: z.record(z.string(), z.enum(yearCoverages)).openapi({
      description:
        "Each year of the range: `full`; `partial` (the source answered with a warning); `unavailable` (it refused); `unknown` (never synced).",
    }),
    missing: z
      .array(z.int())
      .openapi({ description: "The years of the range that are not `full`: their days may lack holidays." }),
  })
  .openapi("Coverage", { description: "Present when the range is not wholly covered." });

export type CoverageJson = z.input<typeof coverageSchema>;

/** What every answer about a pinned state begins with. */
export const pinnedShape = {
  location_id: z.uuid(),
  active: z.boolean(),
  version: z.int().openapi({ description: "Of the location; one for every successful sync." }),
  synced_at: z.string().openapi({ format: "date-time", description: "When this version became what we knew." }),
  source: z.string().openapi({ description: "The holiday source that told it." }),
  region: z.string().openapi({ description: "The region whose calendar it is." }),
  from: z.iso.date(),
  to: z.iso.date(),
  as_of: z
    .string()
    .optional()
    .openapi({ format: "date-time", description: "The instant used, when an as-of was asked for." }),
  snapshot: pinsSchema.optional().openapi({ description: "The snapshot, when one was asked for." }),
  coverage: coverageSchema.optional(),
};

export const holidaysSchema = z.object({ ...pinnedShape, data: z.array(holidaySchema) }).openapi("Holidays");

export type HolidaysJson = z.input<typeof holidaysSchema>;

export const exampleHolidayRow = {
  holiday_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  date: "2026-12-26",
  observed_date: "2026-12-28",
  end_date: null,
  name: "Boxing Day",
  local_name: "Boxing Day",
  type: "public" as const,
};

export const examplePinned = {
  location_id: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
  active: true,
  version: 3,
  synced_at: "2026-11-22T03:00:04.113204Z",
  source: "offline",
  region: "GB-ENG",
  from: "2026-12-01",
  to: "2026-12-31",
};

export const exampleHolidays = { ...examplePinned, data: [exampleHolidayRow] };

/** The members that name the pinned state, in the order of the contract. */
export function presentPinned({ pin, facts, asOf, snapshot }: Pinned, range: { from: string; to: string }) {
  const coverage = coverageOf(facts.coverage, range);
  return {
    location_id: pin.locationId,
    active: pin.active,
    version: pin.version,
    synced_at: pin.syncedAt,
    source: facts.source,
    region: facts.region,
    from: range.from,
    to: range.to,
    ...(asOf === null ? {} : { as_of: asOf }),
    ...(snapshot === null ? {} : { snapshot: presentPins(snapshot) }),
    ...(coverage === null ? {} : { coverage }),
  };
}

export function presentHolidays(reading: Reading, question: HolidayQuestion): HolidaysJson {
  return { ...presentPinned(reading, question.range), data: presentList(reading.holidays, question.language) };
}

/** By date, then the name that is shown. */
function presentList(holidays: readonly HolidayRecord[], language: string | null): HolidayJson[] {
  const shown = holidays.map((holiday) => presentHoliday(holiday, language));
  if (language !== null) {
    shown.sort(
      (a, b) =>
        compareCodePoints(a.date, b.date) ||
        compareCodePoints(a.name, b.name) ||
        compareCodePoints(a.holiday_id, b.holiday_id),
    );
  }
  return shown;
}

function presentHoliday(holiday: HolidayRecord, language: string | null): HolidayJson {
  return {
    holiday_id: holiday.holidayId,
    date: holiday.date,
    observed_date: holiday.observedDate,
    end_date: holiday.endDate,
    name: language === null ? holiday.name : nameIn(holiday, language),
    local_name: holiday.localName,
    type: holiday.type,
  };
}

/** The tag itself, then its language whatever the region, then the name that is always there. */
function nameIn(holiday: HolidayRecord, language: string): string {
  const names = Object.entries(holiday.names).map(([tag, name]) => [tag.toLowerCase(), name] as const);
  const primary = language.split("-")[0];
  const found =
    names.find(([tag]) => tag === language) ??
    names.find(([tag]) => tag === primary) ??
    names.find(([tag]) => tag.split("-")[0] === primary);
  return found?.[1] ?? holiday.name;
}

/** Null when every year of the range is covered in full. */
function coverageOf(
  known: ReadonlyMap<number, YearCoverage>,
  range: { from: string; to: string },
): CoverageJson | null {
  const first = Number(range.from.slice(0, 4));
  const last = Number(range.to.slice(0, 4));
  const years: CoverageJson["years"] = {};
  const missing: number[] = [];
  for (let year = first; year <= last; year += 1) {
    const coverage = known.get(year) ?? "unknown";
    years[String(year).padStart(4, "0")] = coverage;
    if (coverage !== "full") missing.push(year);
  }
  if (missing.length === 0) {
    return null;
  }
  const full = [...known].filter(([, coverage]) => coverage === "full").map(([year]) => year);
  return {
    complete: false,
    from: full.length === 0 ? null : `${Math.min(...full)}-01-01`,
    to: full.length === 0 ? null : `${Math.max(...full)}-12-31`,
    years,
    missing,
  };
}
