// Many loaders at once, seeded: versions shuffled over all of them, a quarter of the batches delivered twice. What comes out
// must be what the sequential model says, whatever the order in which the database took them.
import type { Database } from "@almanac/db/database";
import type { MergePlan } from "@almanac/db/event-lanes";
import { finishLoad } from "@almanac/db/load-claims";
import { eventOf } from "@almanac/db/testing/events";
import { chunkOf, linesOf, openLanes } from "@almanac/db/testing/events";
import type { EventFacts, OutcomeCounts } from "@almanac/domain/event/event";
import { type EventVersions, takeEvents } from "@almanac/domain/load/model";

export interface LoadersRun {
  /** The same seed makes the same batches for the same loaders; how they meet is up to the machine. */
  seed: number;
  loaders?: number;
  events?: number;
  versions?: number;
  chunkLines?: number;
  merge?: MergePlan;
}

export interface LoadersResult {
  /** Each event's current version, and all versions that are known, as `version:current`. */
  found: Map<string, string>;
  wanted: Map<string, string>;
  counts: OutcomeCounts;
  /** What all loaders together must have counted; an update and a late version are told apart by chance alone. */
  wantedCounts: { inserted: number; later: number; duplicate: number; conflict: number };
  /** Versions that were current for a time that does not end where the next one's begins. */
  broken: number;
}

/** Runs loaders on an emptied table. The pool needs a connection for each and one more. */
export async function runLoaders(database: Database, run: LoadersRun): Promise<LoadersResult> {
  const { loaders = 16, events = 60, versions = 5, chunkLines = 25 } = run;
  await database.query("truncate events, event_history");
  const random = seeded(run.seed);
  const lines = shuffled(
    Array.from({ length: events * versions }, (_, n) => eventOf(n % events, 1 + Math.floor(n / events))),
    random,
  );
  const batches: EventFacts[][] = [];
  for (let at = 0; at < lines.length; at += chunkLines) batches.push(lines.slice(at, at + chunkLines));
  const again = batches.filter(() => random() < 0.25).map((batch) => shuffled(batch, random));
  const queues: EventFacts[][][] = Array.from({ length: loaders }, () => []);
  for (const batch of shuffled([...batches, ...again], random)) queues[Math.floor(random() * loaders)]!.push(batch);
  const counts = await Promise.all(queues.map((queue) => load(database, queue, run.merge)));

  const model: EventVersions = new Map();
  const sequential = takeEvents(model, [...batches, ...again].flat());
  return {
    found: await readFound(database),
    wanted: new Map([...model].map(([id, known]) => [id, told([...known.keys()], Math.max(...known.keys()))])),
    counts: sum(counts),
    wantedCounts: {
      inserted: sequential.inserted,
      later: sequential.updated + sequential.stale,
      duplicate: sequential.duplicate,
      conflict: sequential.conflict,
    },
    broken: await countBroken(database),
  };
}

async function load(database: Database, queue: EventFacts[][], merge?: MergePlan): Promise<OutcomeCounts> {
  const { loadId, fence, lanes, close } = await openLanes(database, 1, { merge });
  try {
    const counts: OutcomeCounts[] = [];
    let line = 1;
    for (const batch of queue) {
      counts.push(await lanes[0]!.merge(chunkOf(linesOf(batch, line))));
      line += batch.length;
    }
    await finishLoad(database, loadId, fence, { total: line - 1 });
    return sum(counts);
  } finally {
    await close();
  }
}

async function readFound(database: Database): Promise<Map<string, string>> {
  const { rows } = await database.query<{ event_id: string; version: number; known: number[] }>(
    `select e.event_id, e.version, array(
       select version from event_history h where h.event_id = e.event_id union all select e.version order by 1
     ) as known
     from events e`,
  );
  return new Map(rows.map((row) => [row.event_id, told(row.known, row.version)]));
}

function told(known: readonly number[], current: number): string {
  return `${[...known].sort((a, b) => a - b).join(",")}:${current}`;
}

/** Versions that were current follow each other without a gap or an overlap in system time. */
async function countBroken(database: Database): Promise<number> {
  const { rows } = await database.query<{ broken: number }>(
    `select count(*)::int as broken from (
       select superseded_batch_id, lead(batch_id) over (partition by event_id order by version) as next
       from (
         select event_id, version, batch_id, superseded_batch_id from event_history where batch_id <> superseded_batch_id
         union all select event_id, version, batch_id, null from events
       ) known
     ) chain where superseded_batch_id is distinct from next`,
  );
  return rows[0]!.broken;
}

function sum(counts: readonly OutcomeCounts[]): OutcomeCounts {
  const all: OutcomeCounts = { inserted: 0, updated: 0, duplicate: 0, stale: 0, conflict: 0, rejected: 0 };
  for (const each of counts) {
    for (const outcome of Object.keys(all) as (keyof OutcomeCounts)[]) all[outcome] += each[outcome];
  }
  return all;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** A small generator of numbers from 0 to 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
