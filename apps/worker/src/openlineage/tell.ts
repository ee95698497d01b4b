// One round of telling: what is due, in order, until everything is told or the endpoint is away. What was told is written
// down after it was taken: a worker that dies in between tells it again, with the same ids and times.
import type { Database } from "@almanac/db/database";
import { readDueLoads, readDueRuns, readDueSyncs } from "@almanac/db/openlineage/due";
import {
  claimSender,
  moveFloor,
  recordTold,
  releaseSender,
  type SenderClaim,
  type Subject,
  type ToldState,
} from "@almanac/db/openlineage/sender";
import type { Logger } from "@almanac/process/log";
import { type DocumentDeps, eventsOfLoad, eventsOfRun, eventsOfSync, type RunEvent, type Told } from "./document.ts";
import type { Transport } from "./transport.ts";

export interface TellDeps {
  database: Database;
  transport: Transport;
  documents: DocumentDeps;
  log: Logger;
  /** Names this worker's rounds. */
  token: string;
}

const leaseMs = 30_000;
const batch = 200;
// A slow endpoint gets a batch in parts: the lease is renewed between them.
const sendingMs = 10_000;

interface Item {
  state: ToldState;
  events: RunEvent[];
}

/** Returns how many events were told; 0 when nothing was due or another worker tells. Throws when they cannot be told now. */
export async function tell(deps: TellDeps, signal: AbortSignal): Promise<number> {
  try {
    return await tellAll(deps, signal);
  } finally {
    await releaseSender(deps.database, deps.token);
  }
}

async function tellAll(deps: TellDeps, signal: AbortSignal): Promise<number> {
  for (let count = 0; ;) {
    const claim = await claimSender(deps.database, deps.token, leaseMs);
    const items = claim === null ? [] : await readItems(deps, claim);
    if (items.length > 0) {
      count += await send(deps, items, signal);
      continue;
    }
    if (claim !== null) {
      for (const subject of ["load", "sync", "run"] as const) {
        await moveFloor(deps.database, subject);
      }
    }
    return count;
  }
}

/** Loads last: there are most of them. */
async function readItems({ database, documents }: TellDeps, { floors }: SenderClaim): Promise<Item[]> {
  const syncs = await readDueSyncs(database, floors.sync, batch);
  const runs = await readDueRuns(database, floors.run, batch);
  const loads = await readDueLoads(database, floors.load, batch);
  return [
    ...syncs.map((due) => itemOf("sync", due.view.syncId, due.view, eventsOfSync(documents, due))),
    ...runs.map((due) => itemOf("run", due.view.runId, due.view, eventsOfRun(documents, due))),
    ...loads.map((due) => itemOf("load", due.view.loadId, due.view, eventsOfLoad(documents, due))),
  ];
}

function itemOf(
  subject: Subject,
  objectId: string,
  { status, finishedAt }: { status: string; finishedAt: string | null },
  { attempt, events }: Told,
): Item {
  return { state: { subject, objectId, attempt, status, finishedAt }, events };
}

/** Whatever was taken is written down, also when the next event is not. */
async function send(deps: TellDeps, items: readonly Item[], signal: AbortSignal): Promise<number> {
  const told: ToldState[] = [];
  const endsAt = performance.now() + sendingMs;
  let count = 0;
  try {
    for (const { state, events } of items) {
      if (performance.now() > endsAt) {
        break;
      }
      for (const event of events) {
        signal.throwIfAborted();
        if ((await deps.transport.send(event, signal)) === "refused") {
          const { subject, objectId } = state;
          deps.log.error(
            { subject, object_id: objectId, event_type: event.eventType },
            `${deps.transport.target} refused an OpenLineage event; it is passed over`,
          );
        }
        count += 1;
      }
      told.push(state);
    }
  } finally {
    await recordTold(deps.database, deps.token, told);
  }
  return count;
}
