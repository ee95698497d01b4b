// Which instant does a read of events stand at? An as-of, a snapshot, or what the cursor of the page before says.
import type { Database } from "@almanac/db/database";
import type { SnapshotPins } from "@almanac/db/snapshots";
import { settleAsOf } from "../holiday/as-of.ts";
import { invalidRequest } from "../http/problem.ts";
import { keptForEver } from "./asked.ts";
import type { SnapshotLookup } from "./pins.ts";

export interface EventReadDeps {
  database: Database;
  snapshots: SnapshotLookup;
}

/** A settled instant, and the snapshot whose it is. */
export interface EventPin {
  asOf: string;
  snapshot: SnapshotPins | null;
}

interface Asked {
  as_of?: string | undefined;
  snapshot?: string | undefined;
}

/** Null for the present. 422 `as_of.future`, 404 `snapshot.not_found`. */
export async function eventPinOf({ database, snapshots }: EventReadDeps, asked: Asked): Promise<EventPin | null> {
  if (asked.snapshot !== undefined) {
    const pins = await snapshots.pins(asked.snapshot);
    return { asOf: pins.eventsAsOf, snapshot: pins };
  }
  return asked.as_of === undefined ? null : { asOf: (await settleAsOf(database, asked.as_of)).instant, snapshot: null };
}

/** How a cursor names what the pages behind it are pinned to: an instant, a snapshot's id, or null. */
export function pinInCursor(pin: EventPin | null): string | null {
  return pin === null ? null : (pin.snapshot?.snapshotId ?? pin.asOf);
}

/** What a page asks for whose cursor names `pinned`. A cursor of another list than the snapshot's is none of it. */
export function askedByCursor(asked: Asked, pinned: string | null): Asked {
  if (asked.snapshot !== undefined && asked.snapshot !== pinned) {
    throw invalidRequest([
      { pointer: "?cursor", code: "cursor.invalid", detail: "Not a cursor of this snapshot. Start again without one." },
    ]);
  }
  if (pinned === null) {
    return {};
  }
  return pinned.length === uuidLength && !pinned.includes("T") ? { snapshot: pinned } : { as_of: pinned };
}

const uuidLength = 36;

/** Headers of an answer that is pinned so. */
export function cachingOf(pin: EventPin | null): Record<string, string> {
  return pin?.snapshot == null ? {} : keptForEver;
}
