// Is the audit what was written? The chain says so against single edits, deletions and reorderings; its anchors in the lake
// against a chain that was rewritten as a whole.
import { readFormerChains, readNamedKeys } from "@almanac/db/audit/anchors";
import { type BrokenLink, checkAuditChain, type ChainCheck, readChainHashes } from "@almanac/db/audit/chain";
import type { Database } from "@almanac/db/database";
import type { Lake } from "@almanac/lake/lake";
import { anchorPrefix, parseAnchor, placeOf } from "./anchor.ts";
import type { Signer } from "./signing.ts";

/**
 * `unreadable`: no anchor, or its signature is not its key's. `key_unknown`: signed by a key that neither the audit nor this
 * process knows. `hash_differs`: the chain is not what was signed. `chain_unknown`: of an audit that is not there any more.
 */
export type AnchorFault = "unreadable" | "key_unknown" | "hash_differs" | "chain_unknown";

export interface AnchorCheck {
  checked: number;
  /** Place of the newest one; null without any. */
  newestSeq: number | null;
  /** Null where there is none to judge by. */
  isValid: boolean | null;
  firstBad: { name: string; seq: number | null; reason: AnchorFault } | null;
  /** Fingerprints of the keys that have signed. */
  signedBy: string[];
}

export interface AuditCheck extends Omit<ChainCheck, "firstBad"> {
  isValid: boolean;
  firstBad: (Omit<BrokenLink, "reason"> & { reason: BrokenLink["reason"] | "anchor_differs" }) | null;
  anchors: AnchorCheck;
}

export interface VerifyAuditDeps {
  database: Database;
  lake: Pick<Lake, "list" | "getNamed">;
  /** The key in force, where this process has it. */
  signer?: Signer;
}

/** Reads every entry of the audit, in pages, and the newest anchors. */
export async function verifyAudit(deps: VerifyAuditDeps): Promise<AuditCheck> {
  const chain = await checkAuditChain(deps.database);
  const anchors = await checkAnchors(deps, chain.head.chainId);
  const differs =
    anchors.firstBad === null
      ? null
      : ({ seq: anchors.firstBad.seq, auditId: null, reason: "anchor_differs" } as const);
  const firstBad = chain.firstBad ?? differs;
  return { ...chain, isValid: firstBad === null, firstBad, anchors };
}

// Whoever rewrites an entry rewrites every hash behind it: the newest anchor alone would tell. The others say where.
const mostAnchors = 1_000;
const readAtOnce = 8;

async function checkAnchors(deps: VerifyAuditDeps, chainId: string): Promise<AnchorCheck> {
  const former = new Map((await readFormerChains(deps.database)).map((chain) => [chain.chainId, chain.newestSeq]));
  const keys = await readNamedKeys(deps.database);
  if (deps.signer !== undefined) keys.add(deps.signer.fingerprint);
  const names: string[] = [];
  let firstBad: AnchorCheck["firstBad"] = null;
  for await (const { name } of deps.lake.list(anchorPrefix)) {
    const place = placeOf(name);
    if (place?.chainId === chainId) names.push(name);
    else if (place === null) firstBad ??= { name, seq: null, reason: "unreadable" };
    else if (place.seq > (former.get(place.chainId) ?? 0)) firstBad ??= { name, seq: null, reason: "chain_unknown" };
  }
  const newest = names.slice(-mostAnchors);
  const signedBy = new Set<string>();
  for (let start = 0; start < newest.length; start += readAtOnce) {
    const some = await judge(deps, newest.slice(start, start + readAtOnce), { chainId, keys });
    for (const { name, seq, fingerprint, fault } of some) {
      if (fingerprint !== null) signedBy.add(fingerprint);
      if (fault !== null) firstBad ??= { name, seq, reason: fault };
    }
  }
  return {
    checked: newest.length,
    newestSeq: names.length === 0 ? null : placeOf(names.at(-1)!)!.seq,
    isValid: firstBad !== null ? false : newest.length > 0 ? true : null,
    firstBad,
    signedBy: [...signedBy],
  };
}

interface Judged {
  name: string;
  seq: number;
  fingerprint: string | null;
  fault: AnchorFault | null;
}

async function judge(
  { database, lake }: VerifyAuditDeps,
  names: readonly string[],
  known: { chainId: string; keys: ReadonlySet<string> },
): Promise<Judged[]> {
  const bytes = await Promise.all(names.map((name) => lake.getNamed(name)));
  const places = names.map((name) => placeOf(name)!.seq);
  const hashes = await readChainHashes(database, places);
  return names.map((name, place): Judged => {
    const seq = places[place]!;
    const anchor = parseAnchor(bytes[place] ?? new Uint8Array());
    const isOfName = anchor?.chain_id === known.chainId && anchor.seq === seq;
    if (anchor === null || !isOfName) return { name, seq, fingerprint: null, fault: "unreadable" };
    const { fingerprint } = anchor;
    if (!known.keys.has(fingerprint)) return { name, seq, fingerprint, fault: "key_unknown" };
    return { name, seq, fingerprint, fault: hashes.get(seq) === anchor.hash ? null : "hash_differs" };
  });
}
