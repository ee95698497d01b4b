// What a fault suite of loads came to: every struck load is compared with what its lines come to when nobody strikes.
import { isDeepStrictEqual } from "node:util";
import type { LoadView } from "@almanac/db/loads";
import type { Stage } from "../stage/stage.ts";

export interface LoadBooks {
  /** Loads that were struck and ended. */
  loads: number;
  /** Lines of them, all counted. */
  lines: number;
  /** Loads whose counters are not what their lines come to. */
  miscounted: number;
  /** Events that are missing, are there with another version, or have a version twice. */
  wrong: number;
}

export interface LoadOutcome {
  runs: number;
  books: LoadBooks;
  /** Times in milliseconds, by what they measure: the longest of all runs. */
  slowest: Record<string, number>;
  problems: string[];
}

/** Counts what ended, against what it had to come to. */
export function loadBooks() {
  const books: LoadBooks = { loads: 0, lines: 0, miscounted: 0, wrong: 0 };
  return {
    books,
    ended(load: LoadView, expected: LoadView["rows"]): void {
      books.loads += 1;
      books.lines += load.rows.total;
      if (!isDeepStrictEqual(load.rows, expected)) books.miscounted += 1;
    },
  };
}

/** Looks at every event that the loads have brought; `newest` is the version that each must have, with how many before it. */
export async function wrongEvents(stage: Stage, newest: ReadonlyMap<string, number>): Promise<number> {
  const { rows } = await stage.database.query<{ wrong: number }>(
    `with expected as (select * from unnest($1::uuid[], $2::int[]) as e (event_id, version)),
       found as (
         select event_id, max(version) as version, count(*) as versions, count(distinct version) as different from (
           select event_id, version from events union all select event_id, version from event_history
         ) every group by event_id
       )
     select count(*)::int as wrong from expected e full join found f using (event_id)
     where e.version is distinct from f.version or f.versions <> f.different`,
    [[...newest.keys()], [...newest.values()]],
  );
  return rows[0]!.wrong;
}
