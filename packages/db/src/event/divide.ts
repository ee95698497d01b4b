// Which events of a chunk are known already? Asked before anything is sent: those that are not need no merge.
import type { PackedEvents } from "@almanac/domain/event/packed";
import type { Tx } from "../database.ts";
import { encodeIds } from "./copy.ts";
import type { ChunkHeads } from "./heads.ts";

export interface DividedChunk {
  /** Heads of events that nobody knows, by rising event_id. */
  fresh: number[];
  /** The other places, by rising line. */
  staged: number[];
  /** Marks the staged heads with a higher version than their events had, and how many there are. */
  isNewer: Uint8Array;
  newer: number;
}

/** A chunk of which nobody asked: all of its heads are taken for new, which the table refuses if one is not. */
export function allFresh(events: PackedEvents, heads: ChunkHeads): DividedChunk {
  const fresh = [...heads.sorted];
  const staged: number[] = [];
  for (let place = 0; fresh.length < events.count && place < events.count; place += 1) {
    if (heads.isHead[place] === 0) staged.push(place);
  }
  return { fresh, staged, isNewer: noHeads(events), newer: 0 };
}

function noHeads(events: PackedEvents): Uint8Array {
  return new Uint8Array(events.count);
}

/** One look into the index for each event of the chunk. What is known stays so, and versions only rise. */
export async function divide(tx: Tx, events: PackedEvents, heads: ChunkHeads): Promise<DividedChunk> {
  if (events.count === 0) {
    return { fresh: [], staged: [], isNewer: noHeads(events), newer: 0 };
  }
  const { rows } = await tx.query<{ versions: string }>({
    name: "versions_known",
    text: `select string_agg(coalesce(e.version, 0)::text, ',' order by p.place) as versions
      from unnest($1::uuid[]) with ordinality as p (event_id, place) left join events e on e.event_id = p.event_id`,
    values: [encodeIds(heads.ids, heads.sorted)],
  });
  const versions = numbersIn(rows[0]!.versions, heads.sorted.length);
  const fresh: number[] = [];
  const isFresh = new Uint8Array(events.count);
  const isNewer = noHeads(events);
  let newer = 0;
  for (let n = 0; n < versions.length; n += 1) {
    const place = heads.sorted[n]!;
    const version = versions[n]!;
    if (version === 0) {
      fresh.push(place);
      isFresh[place] = 1;
    } else if (version < events.versions[place]!) {
      isNewer[place] = 1;
      newer += 1;
    }
  }
  const staged: number[] = [];
  for (let place = 0; fresh.length < events.count && place < events.count; place += 1) {
    if (isFresh[place] === 0) staged.push(place);
  }
  return { fresh, staged, isNewer, newer };
}

/** The numbers of a list with commas; no text is made of each. */
function numbersIn(list: string, count: number): Int32Array {
  const numbers = new Int32Array(count);
  let n = 0;
  for (let at = 0; at < list.length; at += 1) {
    const digit = list.charCodeAt(at) - 48;
    if (digit < 0) n += 1;
    else numbers[n] = 10 * numbers[n]! + digit;
  }
  return numbers;
}
