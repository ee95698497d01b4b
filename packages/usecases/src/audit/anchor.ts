// Anchors: where the audit's chain stood, signed, in the lake. Whoever rewrites the whole chain in the database cannot
// rewrite these without the key.
import { recordAudit } from "@almanac/db/audit";
import { type FormerChain, readNamedKeys } from "@almanac/db/audit/anchors";
import { type AuditHead, readAuditHead } from "@almanac/db/audit/chain";
import type { Database } from "@almanac/db/database";
import { AppError } from "@almanac/domain/errors";
import type { Lake } from "@almanac/lake/lake";
import { z } from "zod";
import { fingerprintOf, isSigned, type Signer } from "./signing.ts";

const anchorSchema = z.object({
  chain_id: z.uuid(),
  seq: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.string(),
  public_key: z.string(),
  signature: z.string(),
});

/** What stands in an anchor's object. */
export type Anchor = z.output<typeof anchorSchema>;

export const anchorPrefix = "anchors/audit/";

/** Names in order are places in order, chain by chain. */
export function anchorName(chainId: string, seq: number): string {
  return `${anchorPrefix}${chainId}/${String(seq).padStart(15, "0")}.json`;
}

/** The chain and the place that a name says; null for what is no anchor's name. */
export function placeOf(name: string): { chainId: string; seq: number } | null {
  const [, chainId, seq] = /^anchors\/audit\/([0-9a-f-]{36})\/(\d{15})\.json$/.exec(name) ?? [];
  return chainId === undefined ? null : { chainId, seq: Number(seq) };
}

/** What is signed. */
function textOf({ chain_id, seq, hash, at }: Omit<Anchor, "public_key" | "signature">): string {
  return `almanac audit anchor\n${chain_id}\n${seq}\n${hash}\n${at}\n`;
}

export interface ReadAnchor extends Anchor {
  fingerprint: string;
}

/** An anchor whose signature is its key's; null for anything else. */
export function parseAnchor(bytes: Uint8Array): ReadAnchor | null {
  const anchor = anchorSchema.safeParse(parsed(bytes)).data;
  if (anchor === undefined) return null;
  const { public_key: publicKey, signature } = anchor;
  return isSigned(textOf(anchor), { publicKey, signature })
    ? { ...anchor, fingerprint: fingerprintOf(publicKey) }
    : null;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return null;
  }
}

/** The chains that the lake has anchors of, but for the one in force. */
export async function findFormerChains(lake: Pick<Lake, "list">, chainId: string): Promise<FormerChain[]> {
  const newest = new Map<string, number>();
  for await (const { name } of lake.list(anchorPrefix)) {
    const place = placeOf(name);
    if (place !== null && place.chainId !== chainId) newest.set(place.chainId, place.seq);
  }
  return [...newest].map(([former, newestSeq]) => ({ chainId: former, newestSeq }));
}

export interface AnchorDeps {
  database: Database;
  lake: Pick<Lake, "putNamed" | "getNamed">;
  signer: Signer;
  now: () => Temporal.Instant;
}

/**
 * Writes down where the chain stands; an anchor of that place that is there already will do. A key that signs for the first
 * time is named in the audit before. Throws `audit.anchor_differs` (fault) when the anchor there is of another chain of
 * events: the audit is not what it was.
 */
export async function anchorAudit(deps: AnchorDeps): Promise<{ seq: number; isNew: boolean }> {
  await nameKey(deps);
  const head = await readAuditHead(deps.database);
  const name = anchorName(head.chainId, head.seq);
  if (await deps.lake.putNamed(name, encode(deps, head))) return { seq: head.seq, isNew: true };
  const there = parseAnchor((await deps.lake.getNamed(name)) ?? new Uint8Array());
  if (there?.hash !== head.hash) {
    throw new AppError("fault", {
      code: "audit.anchor_differs",
      detail: "The audit is not what its anchor says: GET /v1/audit/verify tells where.",
      message: `the audit's hash at ${head.seq} is not the one of ${name}`,
    });
  }
  return { seq: head.seq, isNew: false };
}

function encode({ signer, now }: AnchorDeps, head: AuditHead): Buffer {
  const told = { chain_id: head.chainId, seq: head.seq, hash: head.hash, at: now().toString() };
  const anchor: Anchor = { ...told, public_key: signer.publicKey, signature: signer.sign(textOf(told)) };
  return Buffer.from(`${JSON.stringify(anchor)}\n`);
}

async function nameKey({ database, signer }: AnchorDeps): Promise<void> {
  if ((await readNamedKeys(database)).has(signer.fingerprint)) return;
  await database.transaction((tx) =>
    recordAudit(tx, {
      actor: "worker",
      action: "signing_key.first_used",
      objectType: "signing_key",
      objectId: signer.fingerprint,
      after: { public_key: signer.publicKey },
    }),
  );
}
