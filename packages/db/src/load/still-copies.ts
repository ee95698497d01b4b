// COPYs whose process stands still. The server waits for their next piece for ever: no time-out reaches a backend that
// reads a COPY, neither that of the statement nor that of the transaction (tried on 18.4, as is that ending it works). Until
// then nobody gets past the rows that it has brought, and on the whole server no database can be made or dropped.
import type { Queryable } from "../database.ts";

/** A chunk is copied in a third of a second, and is 8 MB at the most. */
const longestMs = 15_000;

/**
 * Ends the connections of loads whose COPY has gone on for longer and waits for its process now; gives their number. If
 * that one lives after all, its chunk fails as `database.unavailable` and is taken again.
 */
export async function endStillCopies(database: Queryable, ms = longestMs): Promise<number> {
  const { rows } = await database.query<{ ended: number }>(
    `select (count(*) filter (where pg_terminate_backend(pid)))::int as ended from pg_stat_activity
     where datname = current_database() and usename = current_user and state = 'active' and wait_event = 'ClientRead'
       and (query like 'copy events %' or query like 'copy pg_temp.event_stage %')
       and query_start < clock_timestamp() - $1 * interval '1 millisecond'`,
    [ms],
  );
  return rows[0]!.ended;
}
