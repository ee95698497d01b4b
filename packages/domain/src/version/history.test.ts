import fc from "fast-check";
import { expect, it } from "vitest";
import type { Holiday, YearCoverage } from "../holiday/holiday.ts";
import { anyAnswer, anyDay, mintFrom } from "../holiday/holidays.arbitrary.ts";
import { applyCoverage, applyPlan, planCalendar } from "../holiday/plan.ts";
import { appendRevision, holidaysAt, type HolidayState } from "./history.ts";

it("every revision answers as it did when it was the newest, and one state of a holiday holds at a time", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyAnswer, anyDay, fc.boolean()), { maxLength: 6 }), (answers) => {
      const mintId = mintFrom();
      let current: Holiday[] = [];
      let coverage = new Map<number, YearCoverage>();
      let history: HolidayState[] = [];
      const states: Holiday[][] = [[]];
      for (const [fetched, today, approved] of answers) {
        const plan = planCalendar({ current, coverage, fetched, today, mintId, approved });
        history = appendRevision(history, plan, states.length);
        current = applyPlan(current, plan);
        coverage = applyCoverage(coverage, plan);
        states.push(current);
      }
      for (const [revision, state] of states.entries()) {
        const answer = holidaysAt(history, revision);
        expect(answer).toEqual(state);
        expect(new Set(answer.map(({ holidayId }) => holidayId)).size).toBe(answer.length);
      }
    }),
  );
});
