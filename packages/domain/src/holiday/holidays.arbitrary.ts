// Random calendars for the laws: few series and few dates, so that holidays meet, move and collide often.
import fc from "fast-check";
import type { HolidayId } from "../ids.ts";
import { holidayKey } from "./accept.ts";
import { holidayTypes, type FetchedYear, type Holiday, type HolidayFacts, type YearCoverage } from "./holiday.ts";

export const years = [2024, 2025, 2026, 2027] as const;

const oneDayNames = ["New Year's Day", "Boxing Day", "Boxing Day (substitute day)", "Fête", "Eid", "King's Day"];
const rangeNames = ["Summer holidays", "Autumn break"];

/** Ids in the order in which they are asked for, distinct from those of `current`. */
export function mintFrom(start = 0): () => HolidayId {
  let minted = start;
  return () => `00000000-0000-7000-8000-${String((minted += 1)).padStart(12, "0")}` as HolidayId;
}

export function facts(
  parts: Partial<Omit<HolidayFacts, "date">> & { name: string; date: string | Temporal.PlainDate },
): HolidayFacts {
  return {
    occurrenceId: null,
    localName: parts.name,
    names: {},
    observedDate: null,
    endDate: null,
    type: "public",
    ...parts,
    date: Temporal.PlainDate.from(parts.date),
  };
}

const oneDay = (year: number): fc.Arbitrary<HolidayFacts> =>
  fc
    .record({
      name: fc.constantFrom(...oneDayNames),
      localName: fc.constantFrom("Feestdag", "Jour férié"),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.constantFrom(1, 2, 3, 26),
      observedAfter: fc.constantFrom(0, 0, 0, 1, 2),
      type: fc.constantFrom(...holidayTypes.slice(0, 2)),
      occurrenceId: fc.option(fc.constantFrom("a", "b", "c"), { freq: 4 }),
      names: fc.constantFrom<Record<string, string>[]>({}, { de: "Feiertag" }),
    })
    .map(({ month, day, observedAfter, ...rest }) => {
      const date = new Temporal.PlainDate(year, month, day);
      return facts({ ...rest, date, observedDate: observedAfter === 0 ? null : date.add({ days: observedAfter }) });
    });

const range = (year: number): fc.Arbitrary<HolidayFacts> =>
  fc.record({ name: fc.constantFrom(...rangeNames), month: fc.integer({ min: 1, max: 12 }) }).map(({ name, month }) => {
    const date = new Temporal.PlainDate(year, month, 10);
    return facts({ name, date, endDate: date.add({ days: 20 }), type: "school" });
  });

/** Rows of one year of which none is to be rejected. */
export const cleanRows = (year: number): fc.Arbitrary<HolidayFacts[]> =>
  fc.uniqueArray(fc.oneof({ weight: 5, arbitrary: oneDay(year) }, range(year)), { selector: holidayKey, maxLength: 8 });

/** Rows of which some are twins, end before they start, are too long or belong to another year. */
const anyRows = (year: number): fc.Arbitrary<HolidayFacts[]> =>
  fc
    .tuple(cleanRows(year), fc.array(fc.tuple(fc.nat(), fc.integer({ min: -3, max: 90 })), { maxLength: 2 }))
    .map(([rows, spoilt]) => [
      ...rows,
      ...spoilt.flatMap(([pick, days]) => {
        const row = rows[pick % Math.max(rows.length, 1)];
        return row === undefined ? [] : [{ ...row, endDate: row.date.add({ days }) }];
      }),
    ]);

export const fetchedYears = (
  rowsOf: (year: number) => fc.Arbitrary<HolidayFacts[]>,
  coverages: readonly YearCoverage[],
): fc.Arbitrary<FetchedYear[]> =>
  fc.uniqueArray(fc.constantFrom(...years), { minLength: 1 }).chain((chosen) =>
    fc.tuple(
      ...chosen.map((year) =>
        fc.record({
          year: fc.constant(year),
          coverage: fc.constantFrom(...coverages),
          holidays: rowsOf(year),
          warnings: fc.constant([]),
        }),
      ),
    ),
  );

export const cleanAnswer = fetchedYears(cleanRows, ["full"]);
export const anyAnswer = fetchedYears(anyRows, ["full", "full", "partial", "unavailable"]);

/** A calendar's state as clean answers leave it, ids minted. */
export const calendar: fc.Arbitrary<Holiday[]> = fc.tuple(...years.map(cleanRows)).map((rowsByYear) => {
  const mint = mintFrom();
  return rowsByYear.flatMap((rows, index) => rows.map((row) => ({ ...row, year: years[index]!, holidayId: mint() })));
});

export const anyDay: fc.Arbitrary<Temporal.PlainDate> = fc
  .integer({ min: -10, max: 1500 })
  .map((days) => new Temporal.PlainDate(2024, 1, 1).add({ days }));
