// Is there anybody to do the work? Workers write a heartbeat; whoever has not for 30 s counts as gone.
import type { Queryable } from "../database.ts";

/** Seconds since a worker was last seen; null when there never was one. */
export async function secondsSinceWorker(db: Queryable): Promise<number | null> {
  const { rows } = await db.query<{ seconds: number | null }>(
    `select extract(epoch from clock_timestamp() - max(seen_at))::float8 as seconds from worker_heartbeat`,
  );
  return rows[0]?.seconds ?? null;
}
