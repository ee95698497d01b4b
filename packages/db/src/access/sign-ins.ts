// Browser sign-ins of operators. The cookie's token is stored as its SHA-256 hash; a sign-in ends with its key.
import type { Queryable, Tx } from "../database.ts";

export interface NewSignIn {
  tokenHash: Uint8Array;
  /** Null: the administrator's own key, which has no row. */
  keyId: string | null;
  hours: number;
}

export async function insertSignIn(tx: Tx, signIn: NewSignIn): Promise<void> {
  await tx.query(
    `insert into sign_in (token_hash, key_id, expires_at) values ($1, $2, clock_timestamp() + $3 * interval '1 hour')`,
    [signIn.tokenHash, signIn.keyId, signIn.hours],
  );
}

/** Ends a sign-in; false when there was none. */
export async function deleteSignIn(tx: Tx, tokenHash: Uint8Array): Promise<boolean> {
  const { rowCount } = await tx.query("delete from sign_in where token_hash = $1", [tokenHash]);
  return rowCount === 1;
}

/** Drops what nobody can use any more: ended sign-ins and answers kept for over 24 hours. */
export async function dropExpiredAccess(db: Queryable): Promise<void> {
  await db.query("delete from sign_in where expires_at < clock_timestamp()");
  await db.query("delete from idempotent_request where created_at < clock_timestamp() - interval '24 hours'");
}
