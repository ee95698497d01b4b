// How far is a sync, asked by somebody who does not mind that the database may be away.
import { findSync } from "@almanac/db/syncs";
import type { SyncId } from "@almanac/domain/ids";
import { until } from "@almanac/worker/testing";
import type { Random } from "../stage/random.ts";
import type { Stage } from "../stage/stage.ts";

/** Locations of a sync that have an outcome; 0 while nobody can say. */
export async function doneOf(stage: Stage, syncId: SyncId): Promise<number> {
  const sync = await findSync(stage.database, syncId).catch(() => null);
  return sync === null ? 0 : sync.changed + sync.unchanged + sync.failed + sync.quarantined;
}

/**
 * Asks for a sync and returns in the middle of it: while answers of the source are on their way, or once a random share
 * of the locations is recorded. The gate is left shut in the first case.
 */
export async function midSync(stage: Stage, ids: readonly string[], random: Random): Promise<SyncId> {
  if (random.below(2) === 0) {
    stage.gate.shut();
    const syncId = await stage.request(ids);
    await until(async () => stage.gate.waiting > 0);
    return syncId;
  }
  const share = 1 + random.below(ids.length - 1);
  const syncId = await stage.request(ids);
  await until(async () => (await doneOf(stage, syncId)) >= share);
  return syncId;
}

/** Resolves once more is done than was, or all. */
export async function movesOn(stage: Stage, syncId: SyncId, done: number): Promise<void> {
  await until(async () => {
    const sync = await findSync(stage.database, syncId).catch(() => null);
    return sync !== null && (sync.finishedAt !== null || (await doneOf(stage, syncId)) > done);
  });
}
