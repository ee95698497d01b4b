// Where was the audit last signed? Found from the chain's end backwards, so that years of anchors cost no more than one.
import type { AuditHead } from "@almanac/db/audit/chain";
import type { Lake } from "@almanac/lake/lake";
import { anchorName, parseAnchor, placeOf } from "./anchor.ts";

export interface NewestAnchor {
  seq: number;
  /** RFC 3339. */
  at: string;
}

// Blocks of up to a thousand places: an anchor every ten minutes is hardly further back while anybody signs.
const blockDigits = [0, 1, 2, 3];

/** The newest readable anchor of the chain's last thousand places or more; null when there is none. */
export async function findNewestAnchor(
  lake: Pick<Lake, "list" | "getNamed">,
  head: Pick<AuditHead, "chainId" | "seq">,
): Promise<NewestAnchor | null> {
  for (const digits of blockDigits) {
    const block = Math.floor(head.seq / 10 ** digits);
    for (const one of [block, block - 1].filter((each) => each >= 0)) {
      const anchor = await newestIn(lake, head, blockPrefix(head.chainId, one, digits));
      if (anchor !== null) return anchor;
    }
  }
  return null;
}

/** What the names of all places of a block begin with. */
function blockPrefix(chainId: string, block: number, digits: number): string {
  const name = anchorName(chainId, block * 10 ** digits).slice(0, -".json".length);
  return name.slice(0, name.length - digits);
}

async function newestIn(
  lake: Pick<Lake, "list" | "getNamed">,
  { seq }: Pick<AuditHead, "seq">,
  prefix: string,
): Promise<NewestAnchor | null> {
  const names: string[] = [];
  for await (const { name } of lake.list(prefix)) {
    const place = placeOf(name);
    if (place !== null && place.seq <= seq) names.push(name);
  }
  const newest = names.at(-1);
  const anchor = newest === undefined ? null : parseAnchor((await lake.getNamed(newest)) ?? new Uint8Array());
  return anchor === null ? null : { seq: anchor.seq, at: anchor.at };
}
