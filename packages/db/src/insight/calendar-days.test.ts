// The days of the mart are the days of the domain, over any calendar: two texts of one rule.
import { testDatabase } from "@almanac/db/testing";
import { holiday, writeCalendar } from "@almanac/db/testing/calendars";
import { holidayTypes } from "@almanac/domain/holiday";
import { dayRows } from "@almanac/domain/holiday/days";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openDatabase } from "../database.ts";

const begin = Temporal.PlainDate.from("2024-06-01");
const dayOf = (place: number) => begin.add({ days: place }).toString();

const drawnHoliday = fc
  .record({
    place: fc.nat(900),
    type: fc.constantFrom(...holidayTypes),
    name: fc.constantFrom("Spring", "spring", "Überfahrt", "Day off", "Term"),
    lasts: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 })),
    observed: fc.constantFrom(0, 0, 1, 2, -1),
  })
  .map(({ place, type, name, lasts, observed }) =>
    holiday({
      date: dayOf(place),
      type,
      name,
      ...(lasts > 0 ? { endDate: dayOf(place + lasts) } : {}),
      ...(observed === 0 ? {} : { observedDate: dayOf(place + observed) }),
    }),
  );
const known = fc.constantFrom("full", "full", "partial", "unavailable");

test("whatever the holidays and the years that are covered", async () => {
  const clone = await testDatabase();
  const database = await openDatabase({ url: clone.url });
  let number = 0;
  try {
    await database.query("insert into school_holiday_source values ('termly')");
    await fc.assert(
      fc.asyncProperty(
        fc.array(drawnHoliday, { maxLength: 25 }),
        fc.record({ 2023: known, 2024: known, 2025: known, 2026: known, 2027: known }),
        fc.constantFrom("offline", "termly"),
        async (open, coverage, source) => {
          const { calendarId, revision } = await writeCalendar(database, {
            region: `X${(number += 1)}`,
            source,
            open,
            coverage,
          });
          const [from, to] = [Temporal.PlainDate.from("2025-01-01"), Temporal.PlainDate.from("2025-12-31")];
          const { rows } = await database.query("select * from mart.calendar_days($1, $2, $3, $4) order by date", [
            calendarId,
            revision,
            from.toString(),
            to.toString(),
          ]);
          const coveredYears = new Set(
            Object.entries(coverage).flatMap(([year, told]) => (told === "full" ? [Number(year)] : [])),
          );
          const schoolKnown = source === "termly";
          const wanted = dayRows({ from, to, holidays: open, schoolKnown, coveredYears });
          expect(rows.map(({ public_holiday_names: _names, ...row }) => row)).toEqual(
            wanted.map((day) => ({
              date: day.date.toString(),
              weekday: day.weekday,
              is_weekend: day.isWeekend,
              is_public_holiday: day.isPublicHoliday,
              is_school_holiday: day.isSchoolHoliday,
              is_bridge_day: day.isBridgeDay,
              // Domain tells the names that it knows of an unknown day, too; the mart says that nobody knows them all.
              holiday_names: day.isPublicHoliday === null ? null : day.holidayNames,
              days_to_next_holiday: within(day.daysToNextHoliday),
              days_since_previous_holiday: within(day.daysSincePreviousHoliday),
            })),
          );
        },
      ),
      { numRuns: 40 },
    );
  } finally {
    await database.close();
    await clone.close();
  }
}, 60_000);

function within(days: number | null): number | null {
  return days !== null && days <= 366 ? days : null;
}
