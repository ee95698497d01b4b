// What changed between two states of a calendar, as callers see it.
import type { Holiday } from "@almanac/domain/holiday";
import type { HolidayDiff } from "@almanac/domain/holiday/diff";
import { z } from "@hono/zod-openapi";
import { exampleHolidayRow, type HolidayJson, holidaySchema } from "./json.ts";

const addedSchema = z.object({ holiday_id: z.uuid(), before: z.null(), after: holidaySchema });
const removedSchema = z.object({ holiday_id: z.uuid(), before: holidaySchema, after: z.null() });
const changedSchema = z.object({ holiday_id: z.uuid(), before: holidaySchema, after: holidaySchema });

/** The four lists; a holiday is in one of them at the most. */
export const diffShape = {
  added: z.array(addedSchema),
  removed: z.array(removedSchema),
  moved: z.array(changedSchema).openapi({ description: "A day differs." }),
  renamed: z.array(changedSchema).openapi({ description: "Only a name or the type differs." }),
};

export const exampleDiff = {
  added: [{ holiday_id: exampleHolidayRow.holiday_id, before: null, after: exampleHolidayRow }],
  removed: [],
  moved: [],
  renamed: [],
};

export function presentDiff(diff: HolidayDiff) {
  return {
    added: diff.added.map(({ holidayId, after }) => ({
      holiday_id: holidayId,
      before: null,
      after: presentFacts(after),
    })),
    removed: diff.removed.map(({ holidayId, before }) => ({
      holiday_id: holidayId,
      before: presentFacts(before),
      after: null,
    })),
    moved: diff.moved.map(presentChange),
    renamed: diff.renamed.map(presentChange),
  };
}

function presentChange(change: HolidayDiff["moved"][number]) {
  return { holiday_id: change.holidayId, before: presentFacts(change.before), after: presentFacts(change.after) };
}

function presentFacts(holiday: Holiday): HolidayJson {
  return {
    holiday_id: holiday.holidayId,
    date: holiday.date.toString(),
    observed_date: holiday.observedDate?.toString() ?? null,
    end_date: holiday.endDate?.toString() ?? null,
    name: holiday.name,
    local_name: holiday.localName,
    type: holiday.type,
  };
}
