// Browsers that are signed in. The cookie's token is stored as its SHA-256 hash; a sign-in ends with its key.
import type { Queryable, Tx } from "../database.ts";
import { instantOf } from "../instants.ts";
import { type KeyProof, proof } from "./api-keys.ts";

export interface NewSignIn {
  tokenHash: Uint8Array;
  /** Null: the administrator's own key, which has no row. */
  keyId: string | null;
  hours: number;
  /** The instant that it does not outlast, as RFC 3339; null: its hours alone count. */
  endsBy: string | null;
}

/** The instant at which it ends, as RFC 3339 in UTC. */
export async function insertSignIn(tx: Tx, signIn: NewSignIn): Promise<string> {
  const { rows } = await tx.query<{ expires_at: string }>(
    `insert into sign_in (token_hash, key_id, expires_at)
     values ($1, $2, least(clock_timestamp() + $3 * interval '1 hour', $4::timestamptz)) returning expires_at`,
    [signIn.tokenHash, signIn.keyId, signIn.hours, signIn.endsBy],
  );
  return instantOf((rows[0] as { expires_at: string }).expires_at);
}

export interface FoundSignIn {
  /** Null for the administrator's own key, which has no row. */
  proof: KeyProof | null;
  /** RFC 3339 in UTC. */
  expiresAt: string;
}

/**
 * Who stands behind a sign-in that has not ended; null for any other token. `hashes` holds the token's hash and the one
 * that also covers the administrator's key, so that its sign-ins end with it.
 */
export async function findSignIn(db: Queryable, hashes: readonly Uint8Array[]): Promise<FoundSignIn | null> {
  const { rows } = await db.query<{ [Key in keyof KeyProof]: KeyProof[Key] | null } & { expires_at: string }>({
    name: "find_sign_in",
    text: `select ${proof}, s.expires_at from sign_in s left join api_key k using (key_id)
           where s.token_hash = any($1) and s.expires_at > clock_timestamp()`,
    values: [hashes],
  });
  const row = rows[0];
  if (row === undefined) {
    return null;
  }
  return { proof: row.keyId === null ? null : (row as KeyProof), expiresAt: instantOf(row.expires_at) };
}

/** Ends a sign-in; false when there was none. */
export async function deleteSignIn(tx: Tx, hashes: readonly Uint8Array[]): Promise<boolean> {
  const { rowCount } = await tx.query("delete from sign_in where token_hash = any($1)", [hashes]);
  return (rowCount ?? 0) > 0;
}

/** Drops what nobody can use any more: ended sign-ins, and links and answers after a day in which one is told why. */
export async function dropExpiredAccess(db: Queryable): Promise<void> {
  await db.query("delete from sign_in where expires_at < clock_timestamp()");
  await db.query("delete from sign_in_link where expires_at < clock_timestamp() - interval '24 hours'");
  await db.query("delete from idempotent_request where created_at < clock_timestamp() - interval '24 hours'");
}
