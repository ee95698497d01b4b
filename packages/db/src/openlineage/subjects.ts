// What is told to OpenLineage: each subject's table, in the words that the statements of this folder need.

export interface SubjectTable {
  table: string;
  id: string;
  /** Rises with each request. */
  no: string;
  /** Finds what runs by an index. */
  isRunning: string;
  /** Statuses that are an end and may be followed by another one all the same. */
  mayGoOn: readonly string[];
}

export const subjects = {
  // A failed load that is posted again goes on.
  load: { table: "load", id: "load_id", no: "load_no", isRunning: "o.status = 'running'", mayGoOn: ["failed"] },
  // An operator's word on a quarantine changes what a sync came to.
  sync: {
    table: "sync",
    id: "sync_id",
    no: "sync_no",
    isRunning: "o.finished_at is null and o.status = 'running'",
    mayGoOn: ["partial", "failed", "quarantined"],
  },
  // A preview that is published, and a run that is taken up again, are the same run.
  run: {
    table: "reprocess_run",
    id: "run_id",
    no: "run_no",
    isRunning: "o.status = 'running'",
    mayGoOn: ["succeeded", "partial", "failed", "cancelled"],
  },
} as const satisfies Record<string, SubjectTable>;

export type Subject = keyof typeof subjects;
