// Which writes were already answered? One row a (caller, route, key), claimed by one process at a time and kept for 24 h.
// A claim is fenced by its own expiry: whoever lost it cannot store an answer any more.
import type { Queryable, Tx } from "../database.ts";

export interface RequestIdentity {
  owner: string;
  route: string;
  idempotencyKey: string;
}

export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  /** As the caller sealed it: this table does not know what it holds. */
  body: Uint8Array | null;
}

export type ClaimOutcome =
  /** Nobody has it: go on, and store the answer under this claim. */
  | { kind: "claimed"; claim: string }
  | { kind: "answered"; answer: StoredAnswer }
  /** The same key came with another body. */
  | { kind: "mismatch" }
  /** Somebody else is at it. */
  | { kind: "busy" };

/**
 * Claims a request, in one statement. Rows older than 24 h and claims that ran out count as absent.
 * `claimMs`: how long the claim holds without a renewal.
 */
export async function claimRequest(
  db: Queryable,
  identity: RequestIdentity,
  bodyHash: Uint8Array,
  claimMs: number,
): Promise<ClaimOutcome> {
  const claimed = await db.query<{ claim: string }>(
    `insert into idempotent_request as r (owner, route, idempotency_key, body_hash, claimed_until)
     values ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 millisecond')
     on conflict (owner, route, idempotency_key) do update
       set body_hash = excluded.body_hash, claimed_until = excluded.claimed_until, created_at = clock_timestamp(),
         status = null, headers = null, body = null
       where r.created_at < clock_timestamp() - interval '24 hours'
         or (r.status is null and r.body_hash = excluded.body_hash and r.claimed_until < clock_timestamp())
     returning claimed_until::text as claim`,
    [identity.owner, identity.route, identity.idempotencyKey, bodyHash, claimMs],
  );
  if (claimed.rows[0] !== undefined) {
    return { kind: "claimed", claim: claimed.rows[0].claim };
  }
  const { rows } = await db.query<{ same: boolean } & { [Key in keyof StoredAnswer]: StoredAnswer[Key] | null }>(
    `select body_hash = $4 as same, status, headers, body from idempotent_request
     where owner = $1 and route = $2 and idempotency_key = $3`,
    [identity.owner, identity.route, identity.idempotencyKey, bodyHash],
  );
  const row = rows[0];
  if (row === undefined) {
    // Given up between the two statements: whoever asks again gets it.
    return { kind: "busy" };
  }
  if (!row.same) {
    return { kind: "mismatch" };
  }
  return row.status === null
    ? { kind: "busy" }
    : { kind: "answered", answer: { status: row.status, headers: row.headers ?? {}, body: row.body } };
}

/** The renewed claim, or null when somebody else took it over. */
export async function renewClaim(
  db: Queryable,
  identity: RequestIdentity,
  claim: string,
  claimMs: number,
): Promise<string | null> {
  const { rows } = await db.query<{ claim: string }>(
    `update idempotent_request set claimed_until = clock_timestamp() + $5 * interval '1 millisecond'
     where owner = $1 and route = $2 and idempotency_key = $3 and status is null and claimed_until = $4::timestamptz
     returning claimed_until::text as claim`,
    [identity.owner, identity.route, identity.idempotencyKey, claim, claimMs],
  );
  return rows[0]?.claim ?? null;
}

/** Stores the answer; false when the claim was lost. */
export async function storeAnswer(
  db: Queryable | Tx,
  identity: RequestIdentity,
  claim: string,
  answer: StoredAnswer,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update idempotent_request set status = $5, headers = $6, body = $7
     where owner = $1 and route = $2 and idempotency_key = $3 and status is null and claimed_until = $4::timestamptz`,
    [
      identity.owner,
      identity.route,
      identity.idempotencyKey,
      claim,
      answer.status,
      JSON.stringify(answer.headers),
      answer.body,
    ],
  );
  return rowCount === 1;
}

/** Gives a claim back unanswered, so that the next try runs. */
export async function releaseClaim(db: Queryable, identity: RequestIdentity, claim: string): Promise<void> {
  await db.query(
    `delete from idempotent_request
     where owner = $1 and route = $2 and idempotency_key = $3 and status is null and claimed_until = $4::timestamptz`,
    [identity.owner, identity.route, identity.idempotencyKey, claim],
  );
}
