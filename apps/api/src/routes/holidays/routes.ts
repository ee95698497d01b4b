// The calls about holidays, with the memory that they share.
import type { ApiDeps } from "../../deps.ts";
import { createHolidayAnswers } from "../../holiday/answers.ts";
import { createHolidayReads } from "../../holiday/reads.ts";
import type { AnyRoute } from "../../http/route.ts";
import type { SnapshotLookup } from "../../snapshot/pins.ts";
import { getDays } from "./get-days.ts";
import { getDiff } from "./get-diff.ts";
import { getHolidaysOfMany } from "./get-holidays-of-many.ts";
import { getHolidays } from "./get-holidays.ts";
import { listVersions } from "./list-versions.ts";
import { queryHolidays } from "./query-holidays.ts";

const cacheBytes = 64 * 1024 * 1024;

export function holidayRoutes(deps: ApiDeps, snapshots: SnapshotLookup): AnyRoute[] {
  const { database, source, settings } = deps;
  const reader = deps.reader ?? database;
  const reads = createHolidayReads({ database, reader, snapshots });
  const answers = createHolidayAnswers({
    database,
    reader,
    reads,
    cacheBytes: settings.holidayCacheBytes ?? cacheBytes,
  });
  // What another source told is a thing of the past: whether it knew school holidays is not known here.
  const knowsSchoolHolidays = (name: string) => name === source.name && source.knowsSchoolHolidays;
  return [
    getHolidays({ answers }),
    getHolidaysOfMany({ reads }),
    queryHolidays({ reads }),
    getDays({ reads, knowsSchoolHolidays }),
    listVersions(deps),
    getDiff(deps, { reads }),
  ];
}
