// What a rebuild writes of reprocess runs: their rows as they were planned, and as they ended.
import type { RunId } from "@almanac/domain/ids";
import type { RunStatus } from "@almanac/domain/reprocess/run";
import type { Tx } from "../database.ts";
import { insertRanges } from "../reprocess/plan.ts";
import { restoreRanges } from "../reprocess/ranges.ts";
import { insertRun, type NewRun } from "../reprocess/runs.ts";
import type { RunRejects, UpcastHash } from "../reprocess/view.ts";

export interface PlannedRun extends NewRun {
  upcasts: readonly UpcastHash[] | null;
  settledAt: string;
  total: number;
  uptoIds: readonly string[];
}

/** Stores a run as it was planned, running. A run over the same type that is open there has been ended by it. */
export async function restoreRun(tx: Tx, run: PlannedRun): Promise<void> {
  await tx.query(
    `update reprocess_run set status = 'cancelled', finished_at = $2
     where event_type = $1 and mode = 'publish' and status in ('queued', 'running', 'paused')`,
    [run.eventType, run.requestedAt],
  );
  await insertRun(tx, run);
  await tx.query(
    `update reprocess_run set status = 'running', upcasts = $2, settled_at = $3, total = $4 where run_id = $1`,
    [run.runId, run.upcasts === null ? null : JSON.stringify(run.upcasts), run.settledAt, run.total],
  );
  await insertRanges(tx, run.runId, run.uptoIds);
}

export interface EndedRun {
  status: RunStatus;
  startedAt: string | null;
  finishedAt: string;
  error: { code: string; detail: string } | null;
  rejects: RunRejects | null;
  /** The states of its ranges, plain JSON. */
  ranges: readonly unknown[];
}

/** Makes a restored run what it was when it ended; null: nobody knows how, and it waits for an operator. */
export async function restoreRunEnd(tx: Tx, runId: RunId, end: EndedRun | null): Promise<void> {
  if (end === null) {
    await tx.query("update reprocess_run set status = 'paused' where run_id = $1", [runId]);
    return;
  }
  await tx.query(
    `update reprocess_run set status = $2, started_at = $3, finished_at = $4, error_code = $5, error_detail = $6, rejects = $7
     where run_id = $1`,
    [
      runId,
      end.status,
      end.startedAt,
      end.finishedAt,
      end.error?.code ?? null,
      end.error?.detail ?? null,
      end.rejects === null ? null : JSON.stringify(end.rejects),
    ],
  );
  await restoreRanges(tx, runId, end.ranges);
}
