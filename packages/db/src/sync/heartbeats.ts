// Which workers are alive: each touches its row; a row that is old is a worker that is gone.
import type { Queryable } from "../database.ts";

/** Says that a worker is alive, and forgets those that have not been for a day. */
export async function beat(database: Queryable, workerId: string): Promise<void> {
  await database.query(
    `with gone as (delete from worker_heartbeat where seen_at < clock_timestamp() - interval '1 day')
     insert into worker_heartbeat (worker_id) values ($1)
     on conflict (worker_id) do update set seen_at = clock_timestamp()`,
    [workerId],
  );
}

/** A worker that ends in order takes its row with it. */
export async function leave(database: Queryable, workerId: string): Promise<void> {
  await database.query("delete from worker_heartbeat where worker_id = $1", [workerId]);
}
