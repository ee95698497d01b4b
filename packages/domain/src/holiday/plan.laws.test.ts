import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countChanges, diffHolidays } from "./diff.ts";
import { compareCodePoints, type Holiday, type HolidayFacts, type YearCoverage } from "./holiday.ts";
import {
  anyAnswer,
  anyDay,
  calendar,
  cleanAnswer,
  fetchedYears,
  cleanRows,
  mintFrom,
  years,
} from "./holidays.arbitrary.ts";
import { applyCoverage, applyPlan, planCalendar, type CalendarFacts } from "./plan.ts";

const allKnown = new Map<number, YearCoverage>(years.map((year) => [year, "full"]));
const plan = (facts: Pick<CalendarFacts, "current" | "fetched" | "today"> & Partial<CalendarFacts>) =>
  planCalendar({ coverage: allKnown, mintId: mintFrom(1000), ...facts });

function content(holidays: readonly HolidayFacts[]): string[] {
  return holidays
    .map(({ name, localName, names, date, observedDate, endDate, type }) =>
      JSON.stringify({ name, localName, names, date, observedDate, endDate, type }),
    )
    .sort(compareCodePoints);
}
const ofYears = (holidays: readonly Holiday[], chosen: readonly number[]) =>
  holidays.filter((holiday) => chosen.includes(holiday.year));

describe("laws of the calendar plan", () => {
  it("an approved clean answer, planned and applied, gives exactly the fetched holidays", () => {
    fc.assert(
      fc.property(calendar, cleanAnswer, anyDay, (current, fetched, today) => {
        const planned = plan({ current, fetched, today, approved: true });
        expect(planned.rejects).toEqual([]);
        const after = applyPlan(current, planned);
        const chosen = fetched.map(({ year }) => year);
        expect(content(ofYears(after, chosen))).toEqual(content(fetched.flatMap(({ holidays }) => holidays)));
      }),
      { numRuns: 300 },
    );
  });

  it("years that were not fetched are carried forward untouched", () => {
    fc.assert(
      fc.property(calendar, anyAnswer, anyDay, fc.boolean(), (current, fetched, today, approved) => {
        const after = applyPlan(current, plan({ current, fetched, today, approved }));
        const others = years.filter((year) => fetched.every((answer) => answer.year !== year));
        expect(new Set(ofYears(after, others))).toEqual(new Set(ofYears(current, others)));
      }),
    );
  });

  it("the same answer applied twice changes nothing the second time", () => {
    fc.assert(
      fc.property(calendar, anyAnswer, anyDay, (current, fetched, today) => {
        const coverage = new Map<number, YearCoverage>();
        const first = plan({ current, coverage, fetched, today, approved: true });
        const second = plan({
          current: applyPlan(current, first),
          coverage: applyCoverage(coverage, first),
          fetched,
          today,
          approved: true,
        });
        expect(second).toMatchObject({ verdict: "unchanged", open: [], close: [], coverageChanges: [] });
      }),
      { numRuns: 300 },
    );
  });

  it("ids are never shared, and a moved or renamed holiday keeps its own", () => {
    fc.assert(
      fc.property(calendar, anyAnswer, anyDay, (current, fetched, today) => {
        const planned = plan({ current, fetched, today, approved: true });
        const ids = applyPlan(current, planned).map((holiday) => holiday.holidayId);
        expect(new Set(ids).size).toBe(ids.length);
        const known = new Set(current.map((holiday) => holiday.holidayId));
        for (const { holidayId } of [...planned.diff.moved, ...planned.diff.renamed])
          expect(known).toContain(holidayId);
        for (const { holidayId } of planned.diff.added) expect(known).not.toContain(holidayId);
      }),
    );
  });

  it("the order of what is known and of what was answered does not matter", () => {
    fc.assert(
      fc.property(calendar, anyAnswer, anyDay, fc.boolean(), (current, fetched, today, approved) => {
        const reversed = fetched.toReversed().map((year) => ({ ...year, holidays: year.holidays.toReversed() }));
        const planned = plan({ current, fetched, today, approved });
        expect(plan({ current: current.toReversed(), fetched: reversed, today, approved })).toEqual(planned);
      }),
    );
  });

  it("the diff of a plan is the difference between the states before and after it", () => {
    fc.assert(
      fc.property(calendar, anyAnswer, anyDay, fc.boolean(), (current, fetched, today, approved) => {
        const planned = plan({ current, fetched, today, approved });
        const diff = diffHolidays(current, applyPlan(current, planned));
        expect(planned.diff).toEqual(diff);
        expect(planned.changes).toEqual(countChanges(diff));
        const before = ofYears(
          current,
          fetched.map(({ year }) => year),
        ).length;
        expect(planned.unchanged + diff.removed.length + diff.moved.length + diff.renamed.length).toBe(before);
      }),
    );
  });

  it("a quarantine opens and closes nothing, and says what it withholds", () => {
    fc.assert(
      fc.property(calendar, anyAnswer, anyDay, (current, fetched, today) => {
        const planned = plan({ current, fetched, today });
        fc.pre(planned.verdict === "quarantine");
        expect(planned).toMatchObject({ open: [], close: [], coverageChanges: [] });
        expect(planned.reasons).not.toEqual([]);
        expect(planned.withheld).toEqual(plan({ current, fetched, today, approved: true }).diff);
      }),
    );
  });

  it("what is not quarantined removes and moves nothing of the past", () => {
    fc.assert(
      fc.property(calendar, anyAnswer, anyDay, (current, fetched, today) => {
        const { diff } = plan({ current, fetched, today });
        for (const { before, after } of [...diff.removed, ...diff.moved]) {
          expect(Temporal.PlainDate.compare(before.date, today)).toBeGreaterThanOrEqual(0);
          if (after) expect(Temporal.PlainDate.compare(after.date, today)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it("partial and refused answers leave every known holiday as it is", () => {
    const answers = fetchedYears(cleanRows, ["partial", "unavailable"]);
    fc.assert(
      fc.property(calendar, answers, anyDay, (current, fetched, today) => {
        const after = applyPlan(current, plan({ current, fetched, today }));
        expect(after).toEqual(expect.arrayContaining(current));
      }),
    );
  });

  it("one rejected row keeps the whole plan from removing anything", () => {
    fc.assert(
      fc.property(calendar, anyAnswer, anyDay, (current, fetched, today) => {
        const planned = plan({ current, fetched, today, approved: true });
        fc.pre(planned.rejects.length > 0);
        expect(planned.diff.removed).toEqual([]);
      }),
    );
  });
});
