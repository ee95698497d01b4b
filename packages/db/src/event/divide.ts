// Which events of a chunk are known already? Asked before anything is sent: those that are not need no merge.
import type { Tx } from "../database.ts";
import type { GatedEventLike } from "./chunk.ts";
import { encodeIds } from "./copy.ts";
import type { ChunkHeads } from "./heads.ts";

export interface DividedChunk {
  /** Heads of events that nobody knows, by rising event_id. */
  fresh: number[];
  /** The other places, by rising line. */
  staged: number[];
  /** True when a staged head has a higher version than its event had. */
  isNewer: boolean;
}

/** One look into the index for each event of the chunk. What is known stays so, and versions only rise. */
export async function divide(tx: Tx, events: readonly GatedEventLike[], heads: ChunkHeads): Promise<DividedChunk> {
  if (events.length === 0) {
    return { fresh: [], staged: [], isNewer: false };
  }
  const { rows } = await tx.query<{ versions: string }>({
    name: "versions_known",
    text: `select string_agg(coalesce(e.version, 0)::text, ',' order by p.place) as versions
      from unnest($1::uuid[]) with ordinality as p (event_id, place) left join events e on e.event_id = p.event_id`,
    values: [encodeIds(heads.ids, heads.sorted)],
  });
  const versions = rows[0]!.versions.split(",");
  const fresh: number[] = [];
  const isFresh = new Uint8Array(events.length);
  let isNewer = false;
  for (const [n, place] of heads.sorted.entries()) {
    const version = Number(versions[n]);
    if (version === 0) {
      fresh.push(place);
      isFresh[place] = 1;
    } else {
      isNewer ||= version < events[place]!.event.version;
    }
  }
  const staged: number[] = [];
  for (let place = 0; fresh.length < events.length && place < events.length; place += 1) {
    if (isFresh[place] === 0) staged.push(place);
  }
  return { fresh, staged, isNewer };
}
