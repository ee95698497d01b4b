// Which holidays of the days asked about differ between two snapshots, calendar by calendar.
import { type CalendarFacts, readCalendarFacts } from "@almanac/db/calendar-facts";
import { readHolidaysAt } from "@almanac/db/calendars";
import type { Queryable } from "@almanac/db/database";
import { type CalendarPair, readCalendarPairs } from "@almanac/db/snapshots/calendar-pairs";
import { firstYear, lastYear } from "@almanac/domain/dates";
import type { Holiday } from "@almanac/domain/holiday";
import { countChanges, diffHolidays, type HolidayDiff } from "@almanac/domain/holiday/diff";
import { selectHolidays } from "@almanac/domain/holiday/select";
import type { LocationId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { diffShape, exampleDiff, presentDiff } from "../holiday/diff-json.ts";

const stateSchema = z
  .object({ source: z.string(), region: z.string() })
  .nullable()
  .openapi({ description: "Null: not synced yet." });

const changeSchema = z.object({
  locations: z.int().min(1).openapi({ description: "How many locations this is about." }),
  location_ids: z.array(z.uuid()).openapi({ description: "The first hundred of them." }),
  before: stateSchema,
  after: stateSchema,
  ...diffShape,
});

export const holidayChangesSchema = z
  .object({
    data: z.array(changeSchema).openapi({ description: "Locations whose calendars changed alike are told together." }),
    unknown_locations: z.int().min(0).openapi({
      description: "Locations whose version of one of the instants was pruned before it was pinned: not compared.",
    }),
    truncated: z.boolean().openapi({ description: "There is more than the thousand changes that are told." }),
  })
  .openapi("SnapshotHolidayChanges");

export const exampleHolidayChanges = {
  data: [
    {
      locations: 1,
      location_ids: ["5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a"],
      before: { source: "offline", region: "GB-ENG" },
      after: { source: "offline", region: "GB-ENG" },
      ...exampleDiff,
    },
  ],
  unknown_locations: 0,
  truncated: false,
};

const mostChanges = 1_000;
const mostLocations = 100;

export async function holidayChanges(
  database: Queryable,
  asked: {
    locationIds: readonly LocationId[] | null;
    before: string;
    after: string;
    from?: string | undefined;
    to?: string | undefined;
  },
): Promise<z.input<typeof holidayChangesSchema>> {
  const pairs = await readCalendarPairs(database, asked);
  const unknown = pairs.filter(({ isKnown }) => !isKnown).flatMap(({ locationIds }) => locationIds).length;
  const days = {
    from: Temporal.PlainDate.from(asked.from ?? { year: firstYear, month: 1, day: 1 }),
    to: Temporal.PlainDate.from(asked.to ?? { year: lastYear, month: 12, day: 31 }),
  };
  const data: z.input<typeof changeSchema>[] = [];
  let told = 0;
  for (const change of pairs.filter(({ isKnown, differs }) => isKnown && differs)) {
    const diff = within(await diffOf(database, change), days);
    const count = Object.values(countChanges(diff)).reduce((sum, each) => sum + each, 0);
    if (count === 0) {
      continue;
    }
    told += count;
    if (told > mostChanges && data.length > 0) {
      return { data, unknown_locations: unknown, truncated: true };
    }
    data.push({
      locations: change.locationIds.length,
      location_ids: change.locationIds.slice(0, mostLocations),
      before: await stateOf(database, change.before),
      after: await stateOf(database, change.after),
      ...presentDiff(diff),
    });
  }
  return { data, unknown_locations: unknown, truncated: false };
}

async function diffOf(database: Queryable, { before, after }: CalendarPair): Promise<HolidayDiff> {
  const holidaysOf = (pin: CalendarPair["before"]) => (pin === null ? [] : readHolidaysAt(database, pin));
  return diffHolidays(await holidaysOf(before), await holidaysOf(after));
}

/** The changes of which one side has a day among those. */
function within(diff: HolidayDiff, days: { from: Temporal.PlainDate; to: Temporal.PlainDate }): HolidayDiff {
  const isIn = ({ before, after }: { before: Holiday | null; after: Holiday | null }) =>
    selectHolidays(
      [before, after].filter((each) => each !== null),
      { ...days, types: "all", basis: "both" },
    ).length > 0;
  return {
    added: diff.added.filter(isIn),
    removed: diff.removed.filter(isIn),
    moved: diff.moved.filter(isIn),
    renamed: diff.renamed.filter(isIn),
  };
}

async function stateOf(database: Queryable, pin: CalendarPair["before"]) {
  if (pin === null) {
    return null;
  }
  const [facts] = (await readCalendarFacts(database, [pin])) as [CalendarFacts];
  return { source: facts.source, region: facts.region };
}
