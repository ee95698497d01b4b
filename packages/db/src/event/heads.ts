// Which rows of a chunk may become current? One of each event at the most: the first line of its highest version. With it
// a chunk is merged in one statement, whatever it repeats; what the other lines came to is told afterwards (tally.ts).
import type { PackedEvents } from "@almanac/domain/event/packed";
import { PackedIds } from "./packed-ids.ts";

export interface ChunkHeads {
  ids: PackedIds;
  isHead: Uint8Array;
  /** Places of the heads by rising event_id: the order in which everybody locks. */
  sorted: readonly number[];
  /** Events with several lines in the chunk: the places of each, rising. */
  repeated: readonly (readonly number[])[];
}

/** Events come by rising line. */
export function chooseHeads(events: PackedEvents): ChunkHeads {
  const ids = new PackedIds(events);
  const isHead = new Uint8Array(events.count).fill(1);
  const repeated = findRepeated(ids, events.count);
  for (const places of repeated) {
    let head = places[0]!;
    for (const place of places) {
      isHead[place] = 0;
      if (events.versions[place]! > events.versions[head]!) head = place;
    }
    isHead[head] = 1;
  }
  return { ids, isHead, sorted: sortById(ids, isHead), repeated };
}

/** A table of places, looked into at the hash of an id and from there on: a third of the time of a map by text. */
function findRepeated(ids: PackedIds, count: number): number[][] {
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1;
  // Zero is empty.
  const table = new Int32Array(mask + 1);
  const repeated = new Map<number, number[]>();
  for (let place = 0; place < count; place += 1) {
    let slot = ids.hash(place) & mask;
    while (table[slot] !== 0 && !ids.areSame(table[slot]! - 1, place)) slot = (slot + 1) & mask;
    if (table[slot] === 0) {
      table[slot] = place + 1;
      continue;
    }
    const first = table[slot]! - 1;
    const places = repeated.get(first);
    if (places === undefined) repeated.set(first, [first, place]);
    else places.push(place);
  }
  return [...repeated.values()];
}

// Numbers in a typed array are sorted without calling back: each is the first four bytes of an id, and the place behind
// them. A chunk's bytes are bounded so that both together stay exact.
function sortById(ids: PackedIds, isHead: Uint8Array): number[] {
  const count = isHead.length;
  const keys = new Float64Array(count);
  let heads = 0;
  for (let place = 0; place < count; place += 1) {
    if (isHead[place] === 0) continue;
    keys[heads] = ids.prefix(place) * count + place;
    heads += 1;
  }
  const sorted = Array.from(keys.subarray(0, heads).sort(), (key) => key % count);
  // Ids that begin alike are put in order by the rest.
  for (let from = 0; from < heads;) {
    const prefix = ids.prefix(sorted[from]!);
    let to = from + 1;
    while (to < heads && ids.prefix(sorted[to]!) === prefix) to += 1;
    if (to - from > 1) {
      const alike = sorted.slice(from, to).sort((a, b) => ids.compare(a, b));
      for (const [n, place] of alike.entries()) sorted[from + n] = place;
    }
    from = to;
  }
  return sorted;
}
