// Which loads have rejects that a newer registry may let pass? Those that nobody has replayed yet: a replay takes all that a
// load has, and keeps what it could not take as rejects of its own.
import type { LoadId, RunId } from "@almanac/domain/ids";
import { curableCodes } from "@almanac/domain/reprocess/run";
import type { Queryable } from "../database.ts";
import { loadColumns, loadLanes, type LoadRow, type LoadView, viewOf } from "../load/view.ts";

/**
 * Finished loads of events with an unreplayed reject whose reason may be cured and whose line may name the type, in the
 * order of acceptance; those behind `afterNo`. A name that is written with escapes may be in any line with a backslash.
 */
export async function findCurable(
  database: Queryable,
  input: { eventType: string; loadId: LoadId | null; afterNo: number; limit: number },
): Promise<LoadView[]> {
  const { rows } = await database.query<LoadRow>(
    `select ${loadColumns} from (
       select * from load l
       where l.load_no > $3 and l.dataset = 'events' and l.status = 'partial' and ($2::uuid is null or l.load_id = $2)
         and not exists (select from load p where p.replay_of = l.load_id and p.replay_only = 'rejects')
         and exists (
           select from reject r
           where r.load_id = l.load_id and r.code = any($5)
             and (r.raw is null or strpos(r.raw, $1) > 0 or strpos(r.raw, '\\') > 0)
         )
       order by l.load_no limit $4
     ) l ${loadLanes} order by l.load_no`,
    [input.eventType, input.loadId, input.afterNo, input.limit, curableCodes],
  );
  return rows.map(viewOf);
}

/** The actor that a run's replays are requested by. */
export function actorOf(runId: RunId): string {
  return `run:${runId}`;
}

/** The replays that a run has asked for, in their order. */
export async function listReplaysOf(database: Queryable, runId: RunId): Promise<LoadView[]> {
  const { rows } = await database.query<LoadRow>(
    `select ${loadColumns} from (
       select * from load where channel = 'replay' and requested_by = $1
     ) l ${loadLanes} order by l.load_no`,
    [actorOf(runId)],
  );
  return rows.map(viewOf);
}
