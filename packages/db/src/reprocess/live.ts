// Does anybody load at this moment? Runs give way to who does.
import type { Queryable } from "../database.ts";

/** True while a load is claimed, and for a second after a batch of one: posts are over before anybody sees them run. */
export async function hasLiveLoads(database: Queryable): Promise<boolean> {
  const { rows } = await database.query<{ live: boolean }>({
    name: "has_live_loads",
    // Both conditions: the first is that of the index.
    text: `select exists (select from load where status in ('queued', 'running') and status = 'running') or exists (
        select from batch where committed_at > clock_timestamp() - interval '1 second' and load_id is not null
      ) as live`,
  });
  return rows[0]!.live;
}
