// The manifests behind an event or a reject: of each load, and of the loads whose bytes it took again, back to the first.
import type { LoadId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";
import { instantOf } from "../instants.ts";
import { loadColumns, loadLanes, type LoadRow, type LoadView, viewOf } from "../load/view.ts";

export interface LineageLoad extends LoadView {
  /** When its bytes were accepted first. */
  receivedAt: string;
  /** The schema version of each event type that it judged by; null before it ran. */
  schemas: Record<string, number> | null;
}

/** In the order of acceptance. */
export async function readLoadsBack(database: Queryable, loadIds: readonly LoadId[]): Promise<LineageLoad[]> {
  const { rows } = await database.query<LoadRow & { received_at: string; schemas: Record<string, number> | null }>(
    `with recursive back as (
       select load_id, replay_of from load where load_id = any($1::uuid[])
       union
       select l.load_id, l.replay_of from back b join load l on l.load_id = b.replay_of
     )
     select ${loadColumns}, l.received_at, l.schemas
     from load l ${loadLanes} where l.load_id in (select load_id from back) order by l.load_no`,
    [loadIds],
  );
  return rows.map((row) => ({ ...viewOf(row), receivedAt: instantOf(row.received_at), schemas: row.schemas }));
}
