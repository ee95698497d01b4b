// From a snapshot's id to the instants that it pins. A snapshot never changes, so what was found once is kept.
import type { Queryable } from "@almanac/db/database";
import { findSnapshot, type SnapshotPins } from "@almanac/db/snapshots";
import { AppError } from "@almanac/domain/errors";
import type { SnapshotId } from "@almanac/domain/ids";

export interface SnapshotLookup {
  /** 404 `snapshot.not_found`. */
  pins(snapshotId: string): Promise<SnapshotPins>;
}

// A hundred bytes each; a flood of them empties the map, it does not fill the memory.
const mostKept = 10_000;

export function createSnapshotLookup(reader: Queryable): SnapshotLookup {
  const known = new Map<string, SnapshotPins>();
  return {
    async pins(id) {
      const kept = known.get(id);
      if (kept !== undefined) {
        return kept;
      }
      const found = await findSnapshot(reader, id as SnapshotId);
      if (found === null) {
        throw snapshotNotFound(id);
      }
      const { snapshotId, eventsAsOf, calendarAsOf } = found;
      if (known.size >= mostKept) known.clear();
      const pins = { snapshotId, eventsAsOf, calendarAsOf };
      known.set(id, pins);
      return pins;
    },
  };
}

export function snapshotNotFound(snapshotId: string): AppError {
  return new AppError("not-found", { code: "snapshot.not_found", detail: `There is no snapshot ${snapshotId}.` });
}
