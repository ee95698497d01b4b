// Which events does a run look at? Conditions over `events e` and its batch `b`: what was committed by the run's settled
// instant, of its type, in its range of time, by its load, and as outdated as was asked. A row that something newer has come
// for since is none of them, so that a rebuild that repeats the batches in their order selects the same.
import type { RunView } from "./view.ts";

export const selectionFrom = "events e join batch b on b.batch_id = e.batch_id";

/** The conditions that are asked for, and no others: a test for null would hide an index. */
export function selectionOf(run: RunView, bind: (value: unknown) => string): string {
  const wanted = [`e.event_type = ${bind(run.eventType)}`, `b.committed_at <= ${bind(run.settledAt)}`];
  if (run.reverts !== null) return [...wanted, `b.run_id = ${bind(run.reverts)}`].join(" and ");
  if (run.from !== null) wanted.push(`e.event_timestamp >= ${bind(run.from)}`);
  if (run.to !== null) wanted.push(`e.event_timestamp < ${bind(run.to)}`);
  if (run.eventIds !== null) {
    wanted.push(`e.event_id = any((select event_ids from reprocess_run where run_id = ${bind(run.runId)})::uuid[])`);
  }
  if (run.loadId !== null) wanted.push(broughtBy(bind(run.loadId)));
  if (run.selection === "outdated") wanted.push(`e.schema_version < ${bind(run.toVersion)}`);
  if (run.selection === "failed") wanted.push(failedBefore(bind(run.runId)));
  return wanted.join(" and ");
}

const broughtBy = (loadId: string) => `(b.load_id = ${loadId} or e.revision > 1 and exists (
    select from event_history h join batch f on f.batch_id = h.batch_id
    where h.event_id = e.event_id and h.version = e.version and h.revision = 1 and f.load_id = ${loadId}
  ))`;

const failedBefore = (runId: string) => `exists (
    select from reprocess_failure x
    where x.event_id = e.event_id and x.version = e.version and x.revision = e.revision and x.run_id <> ${runId}
  )`;
