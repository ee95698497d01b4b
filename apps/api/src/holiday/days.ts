// One row a day for forecasting: reads enough around the range to tell distances, and presents what domain says.
import type { HolidayRecord } from "@almanac/db/holidays";
import { firstYear, lastYear } from "@almanac/domain/dates";
import type { Holiday } from "@almanac/domain/holiday";
import { type DayRow, dayRows } from "@almanac/domain/holiday/days";
import { z } from "@hono/zod-openapi";
import { pinnedShape, presentPinned } from "./json.ts";
import type { HolidayReads, Pinned } from "./reads.ts";

const unknown = "Null where its year is not covered.";

const daySchema = z
  .object({
    date: z.iso.date(),
    weekday: z.int().min(1).max(7).openapi({ description: "ISO: 1 is Monday." }),
    is_weekend: z.boolean().openapi({ description: "Saturday or Sunday." }),
    is_public_holiday: z
      .boolean()
      .nullable()
      .openapi({ description: `A nominal or observed day of a public holiday. ${unknown}` }),
    is_school_holiday: z
      .boolean()
      .nullable()
      .openapi({ description: "Null where the source does not know school holidays." }),
    is_bridge_day: z
      .boolean()
      .nullable()
      .openapi({
        description: `A working day between two days off that are no plain weekend. ${unknown}`,
      }),
    holiday_names: z.array(z.string()),
    days_to_next_holiday: z
      .int()
      .nullable()
      .openapi({ description: "To the nearest public holiday, 0 on one; null when not known." }),
    days_since_previous_holiday: z.int().nullable(),
  })
  .openapi("Day");

export const daysSchema = z.object({ ...pinnedShape, data: z.array(daySchema) }).openapi("Days");

export const exampleDay = {
  date: "2026-12-28",
  weekday: 1,
  is_weekend: false,
  is_public_holiday: true,
  is_school_holiday: null,
  is_bridge_day: false,
  holiday_names: ["Boxing Day"],
  days_to_next_holiday: 0,
  days_since_previous_holiday: 0,
};

export interface DaysDeps {
  reads: HolidayReads;
  /** Whether a source, by its name, tells school holidays. */
  knowsSchoolHolidays: (source: string) => boolean;
}

export async function daysOf(
  { reads, knowsSchoolHolidays }: DaysDeps,
  pinned: Pinned,
  range: { from: string; to: string },
): Promise<z.input<typeof daysSchema>> {
  const from = Temporal.PlainDate.from(range.from);
  const to = Temporal.PlainDate.from(range.to);
  // No public holiday within a year of a day is as good as none: the distance is then told as unknown.
  const around = {
    from: later(from.subtract({ years: 1 }), new Temporal.PlainDate(firstYear, 1, 1)).toString(),
    to: sooner(to.add({ years: 1 }), new Temporal.PlainDate(lastYear, 12, 31)).toString(),
    types: "all" as const,
    basis: "both" as const,
    withNames: false,
  };
  const [reading] = await reads.holidays([pinned], around);
  const { source, coverage } = pinned.facts;
  const rows = dayRows({
    from,
    to,
    holidays: reading!.holidays.map(asHoliday),
    schoolKnown: knowsSchoolHolidays(source),
    coveredYears: new Set([...coverage].filter(([, known]) => known === "full").map(([year]) => year)),
  });
  return { ...presentPinned(pinned, range), data: rows.map(presentDay) };
}

/** The record as domain knows holidays. */
function asHoliday(record: HolidayRecord): Holiday {
  const date = Temporal.PlainDate.from(record.date);
  return {
    holidayId: record.holidayId,
    year: date.year,
    date,
    observedDate: record.observedDate === null ? null : Temporal.PlainDate.from(record.observedDate),
    endDate: record.endDate === null ? null : Temporal.PlainDate.from(record.endDate),
    type: record.type,
    name: record.name,
    localName: record.localName,
    names: record.names,
    occurrenceId: null,
  };
}

function presentDay(row: DayRow): z.input<typeof daySchema> {
  return {
    date: row.date.toString(),
    weekday: row.weekday,
    is_weekend: row.isWeekend,
    is_public_holiday: row.isPublicHoliday,
    is_school_holiday: row.isSchoolHoliday,
    is_bridge_day: row.isBridgeDay,
    holiday_names: row.holidayNames,
    days_to_next_holiday: row.daysToNextHoliday,
    days_since_previous_holiday: row.daysSincePreviousHoliday,
  };
}

function later(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) >= 0 ? a : b;
}

function sooner(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) <= 0 ? a : b;
}
