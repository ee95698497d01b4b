// One sync with all that came of it, told only once no api process answers with what was before it.
import type { Database } from "@almanac/db/database";
import { listQuarantines } from "@almanac/db/quarantines";
import { findSync, listSyncs, readSyncLocations, type SyncView } from "@almanac/db/syncs";
import { AppError } from "@almanac/domain/errors";
import type { LocationId, SyncId } from "@almanac/domain/ids";
import { mayAccess, type Principal } from "../../access/principal.ts";
import { holdBack } from "../../holiday/freshness.ts";
import type { SyncDetails } from "./present.ts";

/** The header of a sync that the caller may see; 404 `sync.not_found` for any other. */
export async function visibleSync(database: Database, principal: Principal, syncId: SyncId): Promise<SyncView> {
  const visible = principal.locationIds === null || (await isOwn(database, principal, syncId));
  const sync = visible ? await findSync(database, syncId) : null;
  if (sync === null) {
    throw new AppError("not-found", { code: "sync.not_found", detail: `There is no sync ${syncId}.` });
  }
  return sync;
}

/** A limited key sees the syncs whose locations are all its own. */
async function isOwn(database: Database, principal: Principal, syncId: SyncId): Promise<boolean> {
  const locations = await readSyncLocations(database, syncId);
  return locations.length > 0 && locations.every(({ locationId }) => mayAccess(principal, locationId));
}

/** The locations and quarantines of a sync; read after its header, so a finished one has all its outcomes. */
export async function detailsOf(database: Database, sync: SyncView): Promise<SyncDetails> {
  const [locations, quarantines] = await Promise.all([
    readSyncLocations(database, sync.syncId),
    sync.quarantined + sync.failed > 0 ? listQuarantines(database, sync.syncId) : [],
  ]);
  return { sync, locations, quarantines };
}

/** Newest first; a limited key sees the syncs whose locations are all its own. */
export function visibleSyncs(
  database: Database,
  principal: Principal,
  paging: Omit<Parameters<typeof listSyncs>[1], "only">,
): Promise<SyncView[]> {
  const only = principal.locationIds === null ? null : ([...principal.locationIds] as LocationId[]);
  return listSyncs(database, { ...paging, only });
}

// The longest time between the stamp of a sync's end and its commit: the database ends transactions after 30 s.
const commitWithinMs = 35_000;

/** Before syncs are told as finished: an api process may answer with older data for one lease after the commit. */
export async function holdBackFinished(syncs: readonly SyncView[]): Promise<void> {
  if (syncs.some((sync) => sync.finishedMsAgo !== null && sync.finishedMsAgo < commitWithinMs)) {
    await holdBack();
  }
}
