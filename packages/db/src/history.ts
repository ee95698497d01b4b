// System time that never lies: whoever stamps "this became known at …" holds one lock from the stamp to the commit, so
// stamps rise in commit order; whoever asks "as of now" takes the same lock shared first, so that nothing older can
// still appear. The epoch tells readers that something changed.
import type { Database, Tx } from "./database.ts";
import { instantOf } from "./instants.ts";

const historyLock = 2_562_621;

// An as-of this close to now might still be overtaken by a transaction that has stamped and not yet committed.
// Twice the transaction time-out, so that clocks may differ a little between machines.
const unsettledMs = 60_000;

/** Takes the history lock until the transaction ends and returns the instant to stamp with (microseconds, UTC). */
export async function stampHistory(tx: Tx): Promise<string> {
  const { rows } = await tx.query<{ now: string }>({
    name: "stamp_history",
    text: `select clock_timestamp() as now from pg_advisory_xact_lock(${historyLock})`,
  });
  return instantOf(rows[0]!.now);
}

/** Says that a read may now show something else. Called in the transaction that changes it, under the history lock. */
export async function bumpEpoch(tx: Tx): Promise<void> {
  await tx.query({ name: "bump_epoch", text: "update read_epoch set epoch = epoch + 1" });
}

/** The number that readers compare; rises with every change of what a read may show. */
export async function readEpoch(database: Pick<Database, "query">): Promise<string> {
  const { rows } = await database.query<{ epoch: string }>({
    name: "read_epoch",
    text: "select epoch from read_epoch",
  });
  return rows[0]!.epoch;
}

/**
 * Waits until nothing can appear any more at or before the instant asked for, and returns the database's present time.
 * Costs a round trip only when `asOf` is within the last minute of `nowMs` (this machine's epoch milliseconds).
 */
export async function settleHistory(
  database: Database,
  asOf: Temporal.Instant,
  nowMs: number,
): Promise<Temporal.Instant | null> {
  if (asOf.epochMilliseconds < nowMs - unsettledMs) {
    return null;
  }
  return database.transaction(async (tx) => {
    const { rows } = await tx.query<{ now: string }>(
      `select clock_timestamp() as now from pg_advisory_xact_lock_shared(${historyLock})`,
    );
    return Temporal.Instant.from(instantOf(rows[0]!.now));
  });
}
