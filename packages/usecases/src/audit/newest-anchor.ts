// Where was the audit last signed? Found from the chain's end backwards, so that years of anchors cost no more than one.
import type { AuditHead } from "@almanac/db/audit/chain";
import type { Lake } from "@almanac/lake/lake";
import { anchorName, parseAnchor, placeOf } from "./anchor.ts";

export interface NewestAnchor {
  seq: number;
  /** RFC 3339. */
  at: string;
}

const digits = 15;
// Names of a thousand places: an anchor every ten minutes is never further back while anybody signs.
const furthest = 3;

/** The newest readable anchor among the last thousand or so places of the chain; null when there is none. */
export async function findNewestAnchor(
  lake: Pick<Lake, "list" | "getNamed">,
  head: Pick<AuditHead, "chainId" | "seq">,
): Promise<NewestAnchor | null> {
  for (let back = 0; back <= furthest; back += 1) {
    const stem = anchorName(head.chainId, head.seq).slice(0, -".json".length);
    const prefix = back === 0 ? stem : stem.slice(0, -Math.min(back, digits));
    const names: string[] = [];
    for await (const { name } of lake.list(prefix)) {
      if ((placeOf(name)?.seq ?? Infinity) <= head.seq) names.push(name);
    }
    const newest = names.at(-1);
    const anchor = newest === undefined ? null : parseAnchor((await lake.getNamed(newest)) ?? new Uint8Array());
    if (anchor !== null) return { seq: anchor.seq, at: anchor.at };
  }
  return null;
}
