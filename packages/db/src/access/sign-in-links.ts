// Links that sign a browser in once. The link's token is stored as its SHA-256 hash; a link ends with its key.
import type { Queryable, Tx } from "../database.ts";
import { instantOf, instantOrNull } from "../instants.ts";
import { type KeyProof, proof } from "./api-keys.ts";

export interface NewSignInLink {
  tokenHash: Uint8Array;
  /** Null: the administrator's own key, which has no row. */
  keyId: string | null;
  validMinutes: number;
  /** The end of the sign-in that asks for it, as RFC 3339; null where a key asks. */
  sessionEndsAt: string | null;
}

/** The instant until which it can be used, as RFC 3339 in UTC. */
export async function insertSignInLink(tx: Tx, link: NewSignInLink): Promise<string> {
  const { rows } = await tx.query<{ expires_at: string }>(
    `insert into sign_in_link (token_hash, key_id, session_ends_at, expires_at)
     values ($1, $2, $3::timestamptz, least(clock_timestamp() + $4 * interval '1 minute', $3::timestamptz))
     returning expires_at`,
    [link.tokenHash, link.keyId, link.sessionEndsAt, link.validMinutes],
  );
  return instantOf((rows[0] as { expires_at: string }).expires_at);
}

export interface UsedLink {
  /** Null for the administrator's own key, which has no row. */
  proof: KeyProof | null;
  /** The instant that the sign-in must not outlast, as RFC 3339 in UTC. */
  sessionEndsAt: string | null;
}

/** Uses a link up: whoever else holds it finds it used, however many come at once. Null where it is used, over or unknown. */
export async function takeSignInLink(tx: Tx, hashes: readonly Uint8Array[]): Promise<UsedLink | null> {
  const { rows } = await tx.query<
    { [Key in keyof KeyProof]: KeyProof[Key] | null } & { session_ends_at: string | null }
  >(
    `with taken as (
       update sign_in_link set used_at = clock_timestamp()
       where token_hash = any($1) and used_at is null and expires_at > clock_timestamp()
       returning key_id, session_ends_at
     )
     select ${proof}, t.session_ends_at from taken t left join api_key k using (key_id)`,
    [hashes],
  );
  const row = rows[0];
  if (row === undefined) {
    return null;
  }
  return { proof: row.keyId === null ? null : (row as KeyProof), sessionEndsAt: instantOrNull(row.session_ends_at) };
}

/** Why a link cannot be used any more. */
export async function endOfSignInLink(
  db: Queryable,
  hashes: readonly Uint8Array[],
): Promise<"used" | "expired" | "unknown"> {
  const { rows } = await db.query<{ used: boolean }>(
    "select used_at is not null as used from sign_in_link where token_hash = any($1)",
    [hashes],
  );
  return rows[0] === undefined ? "unknown" : rows[0].used ? "used" : "expired";
}
