// Many jobs, few transactions: what concurrent jobs want recorded goes to the database together. While one transaction
// runs, the next one gathers; a lone job waits for nobody.
import type { RecordDeps, RecordResult, RecordTarget } from "@almanac/usecases/record-targets";
import { recordTargets } from "@almanac/usecases/record-targets";
import DataLoader from "dataloader";

export interface Recorder {
  /** Decides and records one location of one sync; see `recordTargets`. */
  record(target: RecordTarget): Promise<RecordResult>;
}

// Less than half of a worker's usual concurrency: while these are recorded, the others move through the queue. With as
// many as there are jobs, the database waited for the queue and the queue for the database (Redis: 0.64 of the rate of
// empty jobs, 0.73 with). It also bounds how long the history lock is held.
const most = 128;

export function createRecorder(deps: RecordDeps): Recorder {
  let running: Promise<unknown> = Promise.resolve();
  const loader = new DataLoader<RecordTarget, RecordResult>(
    (targets) => {
      const flush = recordTargets(deps, targets);
      running = flush.catch(() => undefined);
      return flush;
    },
    {
      cache: false,
      maxBatchSize: most,
      batchScheduleFn: (dispatch) => void running.then(() => setImmediate(dispatch)),
    },
  );
  return { record: (target) => loader.load(target) };
}
