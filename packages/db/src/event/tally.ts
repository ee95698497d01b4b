// What did each line of a chunk come to? The merge takes a chunk at once; the counters are as if its lines had been taken
// one after the other in the order of the file.
import type { EventOutcome, OutcomeCounts } from "@almanac/domain/event/event";
import type { PackedEvents } from "@almanac/domain/event/packed";
import { noOutcomes } from "./chunk.ts";
import type { ChunkHeads } from "./heads.ts";

/** What the merge's statements told. */
export interface MergeFindings {
  /** Rows that became current, and how many of them took the place of another. */
  written: number;
  updated: number;
  /** Lines that were asked for and became current, each with the version that it took the place of; null: with none. */
  told: Map<number, number | null>;
  /** Lines with other content than what is known of their version, and lines that were kept in history. */
  settled: Map<number, "conflict" | "stale">;
}

export function noFindings(): MergeFindings {
  return { written: 0, updated: 0, told: new Map(), settled: new Map() };
}

/** Counters of a chunk. `outcomes` holds lines of events that the chunk repeats where file order makes a difference. */
export function tally(
  events: PackedEvents,
  heads: ChunkHeads,
  findings: MergeFindings,
): { counts: OutcomeCounts; outcomes: Map<number, EventOutcome> } {
  const counts = noOutcomes();
  counts.inserted = findings.written - findings.updated;
  counts.updated = findings.updated;
  for (const outcome of findings.settled.values()) counts[outcome] += 1;
  counts.duplicate = events.count - findings.written - findings.settled.size;
  const outcomes = new Map<number, EventOutcome>();
  for (const places of heads.repeated) {
    for (const [line, outcome] of inFileOrder(events, heads, places, findings)) {
      counts[outcomeOf(line, findings)] -= 1;
      counts[outcome] += 1;
      outcomes.set(line, outcome);
    }
  }
  return { counts, outcomes };
}

/** The outcome of a line that the merge was asked to tell about, apart from file order. */
export function outcomeOf(line: number, findings: MergeFindings): EventOutcome {
  const before = findings.told.get(line);
  if (before !== undefined) {
    return before === null ? "inserted" : "updated";
  }
  return findings.settled.get(line) ?? "duplicate";
}

/**
 * The lines of one event whose head became current: a lower version that came before it in the file was current for the
 * time between, so that it counts as inserted or updated although it went to history at once.
 */
function* inFileOrder(
  events: PackedEvents,
  heads: ChunkHeads,
  places: readonly number[],
  findings: MergeFindings,
): Generator<[line: number, outcome: EventOutcome]> {
  const head = places.find((place) => heads.isHead[place] === 1)!;
  let current = findings.told.get(events.lines[head]!);
  if (current === undefined) {
    return;
  }
  for (const place of places) {
    const line = events.lines[place]!;
    const version = events.versions[place]!;
    if (place !== head && findings.settled.get(line) !== "stale") continue;
    if (current === null || version > current) {
      yield [line, current === null ? "inserted" : "updated"];
      current = version;
    }
  }
}
