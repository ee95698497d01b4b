// Loads and events for tests: written through the stores, without a raw zone, a gate and a queue.
import { createHash, randomBytes, randomUUIDv7 } from "node:crypto";
import type { Database } from "@almanac/db/database";
import type { EventChunk } from "@almanac/db/event-chunks";
import { type EventLane, type LanePlan, openLane } from "@almanac/db/event-lanes";
import { claimLoad, finishLoad } from "@almanac/db/load-claims";
import { insertLoad, type LoadView, type NewLoad } from "@almanac/db/loads";
import type { RejectRow } from "@almanac/db/rejects";
import type { EventFacts, OutcomeCounts } from "@almanac/domain/event/event";
import { PackedEvents } from "@almanac/domain/event/packed";
import type { EventId, LoadId } from "@almanac/domain/ids";

const user = "00000000-0000-4000-8000-00000000000a";

/** The id of the n-th event of a test. */
export function eventIdOf(n: number): EventId {
  return `e0000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}` as EventId;
}

/** An event in a test's own words; the rest is made up and always the same. */
export function eventOf(n: number, version = 1, other: Partial<EventFacts> = {}): EventFacts {
  return {
    eventId: eventIdOf(n),
    version,
    eventType: "PaymentSuccessful",
    eventTimeUs: Date.UTC(2026, 5, 1) * 1_000 + n * 1_000_000,
    userId: user,
    relatedId: null,
    locationId: null,
    visitDate: null,
    schemaVersion: 1,
    metadata: `{"currency": "EUR", "total_amount": ${version}.50}`,
    extra: null,
    received: null,
    ...other,
  };
}

/** Lines of a body, from `first` on. */
export function linesOf(events: readonly EventFacts[], first = 1): PackedEvents {
  const packed = new PackedEvents();
  for (const [place, event] of events.entries()) {
    const lies = { line: first + place, byteOffset: (first + place - 1) * 100, byteLength: 99 };
    packed.add(event, lies, { textOf: () => `${event.eventId} ${event.version} ${event.metadata}` });
  }
  return packed;
}

/** A chunk of events and rejects. */
export function chunkOf(events: PackedEvents, rejects: readonly RejectRow[] = []): EventChunk {
  const lines = [...events.lines.subarray(0, events.count), ...rejects.map(({ line }) => line)];
  const toLine = Math.max(...lines);
  return { events, rejects, fromLine: Math.min(...lines), toLine, toByte: toLine * 100 };
}

export function rejectOf(line: number, raw = "no event"): RejectRow {
  return {
    line,
    byteOffset: (line - 1) * 100,
    byteLength: 99,
    reject: { code: "event.invalid", pointer: "", detail: "This is no event." },
    raw,
    rawBytes: null,
  };
}

/** A load of other bytes than any before. */
export async function writeLoad(database: Database, other: Partial<NewLoad> = {}): Promise<LoadView> {
  const { load } = await database.transaction((tx) =>
    insertLoad(tx, {
      loadId: randomUUIDv7() as LoadId,
      dataset: "events",
      channel: "upload",
      contentSha256: createHash("sha256").update(randomBytes(16)).digest(),
      mediaType: "application/x-ndjson",
      bytes: 1_000,
      storedBytes: 100,
      rawUri: "file:raw/events",
      timeZone: null,
      requestedBy: "admin-key",
      ...other,
    }),
  );
  return load;
}

/** Claims a new load and opens its lanes. */
export async function openLanes(
  database: Database,
  count: number,
  plan: Pick<LanePlan, "reached" | "merge"> = {},
): Promise<{ loadId: LoadId; fence: number; lanes: EventLane[]; close: () => Promise<void> }> {
  const { loadId } = await writeLoad(database);
  const claim = (await claimLoad(database, loadId, { lanes: count, schemas: {} }))!;
  const lanes = await Promise.all(
    claim.lanes.map(({ lane, position }) =>
      openLane(database, { ...plan, loadId, lane, fence: claim.fence, position }),
    ),
  );
  const close = async () => {
    await Promise.all(lanes.map((lane) => lane.close()));
  };
  return { loadId, fence: claim.fence, lanes, close };
}

/** A load of one lane: its chunks one after the other, to its end. */
export async function loadEvents(
  database: Database,
  chunks: readonly (readonly EventFacts[])[],
): Promise<{ loadId: LoadId; counts: OutcomeCounts[] }> {
  const { loadId, fence, lanes, close } = await openLanes(database, 1);
  try {
    const counts: OutcomeCounts[] = [];
    let line = 1;
    for (const events of chunks) {
      counts.push(await lanes[0]!.merge(chunkOf(linesOf(events, line))));
      line += events.length;
    }
    await finishLoad(database, loadId, fence, { total: line - 1 });
    return { loadId, counts };
  } finally {
    await close();
  }
}
