// Asking for a sync: the row in Postgres is the request, the job only wakes a worker.
import { recordAudit } from "@almanac/db/audit";
import type { Database, Tx } from "@almanac/db/database";
import { readLocationFacts } from "@almanac/db/locations";
import { insertSync, type SyncTrigger, type SyncView } from "@almanac/db/syncs";
import { AppError } from "@almanac/domain/errors";
import type { LocationId } from "@almanac/domain/ids";
import type { LocationState } from "@almanac/domain/location/plan";
import type { Queues } from "@almanac/queue/connect";

export interface RequestSyncDeps {
  database: Database;
  queues: Pick<Queues, "enqueue">;
  /** The name of the holiday source in force. */
  sourceName: string;
  /** The synced window around this year, in years. */
  window: { back: number; ahead: number };
  now: () => Temporal.Instant;
  /** Told when the queue could not be woken; the reconciler will. */
  onWakeFailed: (error: unknown, sync: SyncView) => void;
}

export interface SyncRequest {
  trigger: SyncTrigger;
  /** Names the slot or job that asks; null for a plain request. */
  requestKey: string | null;
  /** Actor, for the audit. */
  requestedBy: string;
  /** Null: every active location. Asking for one twice is asking once. */
  locationIds: readonly LocationId[] | null;
  /** Null: the configured window. */
  years: readonly number[] | null;
  requestId?: string;
  /** Runs in the transaction that stores the request: what the caller must not lose when the process dies after it. */
  onStored?: (tx: Tx, sync: SyncView) => Promise<void>;
}

/**
 * Stores the request and wakes a worker. `isNew` is false when the same `requestKey` has asked before.
 * Throws `location.not_found`, `location.inactive` (each with pointers into `/location_ids`), `sync.no_locations`.
 */
export async function requestSync(
  deps: RequestSyncDeps,
  request: SyncRequest,
): Promise<{ sync: SyncView; isNew: boolean }> {
  const { locationIds, ...requested } = await deps.database.transaction((tx) => storeRequest(deps, tx, request));
  if (requested.sync.finishedAt === null) {
    await wake(deps, requested.sync, locationIds);
  }
  return requested;
}

async function storeRequest(deps: RequestSyncDeps, tx: Tx, request: SyncRequest) {
  const locationIds = await targetsOf(tx, request.locationIds);
  const requested = await insertSync(tx, {
    trigger: request.trigger,
    requestKey: request.requestKey,
    requestedBy: request.requestedBy,
    source: deps.sourceName,
    locationIds,
    years: request.years === null ? yearsAround(deps) : [...new Set(request.years)].sort((a, b) => a - b),
  });
  if (requested.isNew) {
    await recordAudit(tx, {
      actor: request.requestedBy,
      action: "sync.requested",
      objectType: "sync",
      objectId: requested.sync.syncId,
      after: { trigger: request.trigger, locations: requested.sync.total, years: requested.sync.years },
      requestId: request.requestId,
    });
  }
  await request.onStored?.(tx, requested.sync);
  return { ...requested, locationIds };
}

async function targetsOf(tx: Tx, asked: readonly LocationId[] | null): Promise<LocationId[]> {
  const known = await readLocationFacts(tx, asked);
  if (asked === null) {
    const active = known.filter((location) => location.active);
    if (active.length === 0) {
      throw new AppError("conflict", { code: "sync.no_locations", detail: "There is no active location to sync." });
    }
    return active.map((location) => location.locationId);
  }
  refuseUnusable(asked, new Map(known.map((location) => [location.locationId, location])));
  return [...new Set(asked)];
}

function refuseUnusable(asked: readonly LocationId[], known: ReadonlyMap<LocationId, LocationState>): void {
  const pointer = (place: number) => `/location_ids/${place}`;
  const missing = asked.flatMap((id, place) =>
    known.has(id)
      ? []
      : [{ pointer: pointer(place), code: "location.not_found", detail: `There is no location ${id}.` }],
  );
  if (missing.length > 0) {
    throw new AppError("not-found", { code: "location.not_found", detail: missing[0]!.detail, errors: missing });
  }
  const inactive = asked.flatMap((id, place) =>
    known.get(id)?.active
      ? []
      : [{ pointer: pointer(place), code: "location.inactive", detail: `The location ${id} is not active.` }],
  );
  if (inactive.length > 0) {
    throw new AppError("conflict", { code: "location.inactive", detail: inactive[0]!.detail, errors: inactive });
  }
}

function yearsAround({ now, window }: RequestSyncDeps): number[] {
  const thisYear = now().toZonedDateTimeISO("UTC").year;
  return Array.from({ length: window.back + 1 + window.ahead }, (_, place) => thisYear - window.back + place);
}

/** One location needs no fan-out. */
async function wake(deps: RequestSyncDeps, sync: SyncView, locationIds: readonly LocationId[]): Promise<void> {
  const [only, ...others] = locationIds;
  try {
    await (only !== undefined && others.length === 0
      ? deps.queues.enqueue("holiday-sync", { sync_id: sync.syncId, location_id: only })
      : deps.queues.enqueue("holiday-sync-all", { sync_id: sync.syncId }));
  } catch (error) {
    deps.onWakeFailed(error, sync);
  }
}
