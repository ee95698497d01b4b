// Which rows of a chunk may become current? One of each event at the most: the first line of its highest version. With it
// a chunk is merged in one statement, whatever it repeats; what the other lines came to is told afterwards (tally.ts).
import type { GatedEventLike } from "./chunk.ts";

export interface ChunkHeads {
  isHead: Uint8Array;
  /** Places of the heads by rising event_id: the order in which everybody locks. */
  sorted: readonly number[];
  /** Events with several lines in the chunk: their places, rising. */
  repeated: ReadonlyMap<string, readonly number[]>;
}

/** Events come by rising line. */
export function chooseHeads(events: readonly GatedEventLike[]): ChunkHeads {
  const isHead = new Uint8Array(events.length).fill(1);
  const first = new Map<string, number>();
  const repeated = new Map<string, number[]>();
  for (let place = 0; place < events.length; place += 1) {
    const { eventId } = events[place]!.event;
    const earlier = first.get(eventId);
    if (earlier === undefined) {
      first.set(eventId, place);
      continue;
    }
    const places = repeated.get(eventId);
    if (places) {
      places.push(place);
    } else {
      repeated.set(eventId, [earlier, place]);
    }
  }
  for (const places of repeated.values()) {
    let head = places[0]!;
    for (const place of places) {
      isHead[place] = 0;
      if (events[place]!.event.version > events[head]!.event.version) head = place;
    }
    isHead[head] = 1;
  }
  return { isHead, sorted: sortById(events, isHead), repeated };
}

// The order of lower-case text is that of the bytes, as the database compares them.
function sortById(events: readonly GatedEventLike[], isHead: Uint8Array): number[] {
  const ids: string[] = events.map(({ event }) => event.eventId);
  const places: number[] = [];
  for (let place = 0; place < ids.length; place += 1) {
    if (isHead[place] === 1) places.push(place);
  }
  return places.sort((a, b) => (ids[a]! < ids[b]! ? -1 : 1));
}
