// The table of API keys. A key itself is never stored: a prefix finds the row, a SHA-256 hash of the whole key proves it.
import type { Queryable, Tx } from "../database.ts";

export interface ApiKeyRecord {
  keyId: string;
  name: string;
  role: string;
  prefix: string;
  /** Null: every location. */
  locationIds: string[] | null;
  createdBy: string;
  /** Instants as RFC 3339 text in UTC. */
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
}

const columns = `key_id as "keyId", name, role, prefix, location_ids::text[] as "locationIds", created_by as "createdBy",
  ${text("created_at")} as "createdAt", ${text("expires_at")} as "expiresAt", ${text("revoked_at")} as "revokedAt",
  ${text("last_used_at")} as "lastUsedAt"`;

function text(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

export interface NewApiKey {
  name: string;
  role: string;
  prefix: string;
  secretHash: Uint8Array;
  locationIds: readonly string[] | null;
  createdBy: string;
  expiresAt: string | null;
}

export async function insertApiKey(tx: Tx, key: NewApiKey): Promise<ApiKeyRecord> {
  const { rows } = await tx.query<ApiKeyRecord>(
    `insert into api_key (name, role, prefix, secret_hash, location_ids, created_by, expires_at)
     values ($1, $2, $3, $4, $5::uuid[], $6, $7::timestamptz) returning ${columns}`,
    [key.name, key.role, key.prefix, key.secretHash, key.locationIds, key.createdBy, key.expiresAt],
  );
  return rows[0] as ApiKeyRecord;
}

/** Newest first, after the key named by `before`. */
export async function listApiKeys(db: Queryable, page: { limit: number; before: string | null }): Promise<ApiKeyRecord[]> {
  const { rows } = await db.query<ApiKeyRecord>(
    `select ${columns} from api_key where $2::uuid is null or key_id < $2::uuid order by key_id desc limit $1`,
    [page.limit, page.before],
  );
  return rows;
}

export async function findApiKey(db: Queryable, keyId: string): Promise<ApiKeyRecord | null> {
  const { rows } = await db.query<ApiKeyRecord>(`select ${columns} from api_key where key_id = $1`, [keyId]);
  return rows[0] ?? null;
}

/** Revokes once; a key that is revoked already keeps its instant. Null for an unknown key. */
export async function revokeApiKey(
  tx: Tx,
  keyId: string,
): Promise<{ key: ApiKeyRecord; revokedNow: boolean } | null> {
  const { rows } = await tx.query<ApiKeyRecord & { revokedNow: boolean }>(
    `update api_key set revoked_at = coalesce(revoked_at, clock_timestamp()) where key_id = $1
     returning ${columns}, old.revoked_at is null as "revokedNow"`,
    [keyId],
  );
  const row = rows[0];
  if (row === undefined) {
    return null;
  }
  const { revokedNow, ...key } = row;
  return { key, revokedNow };
}

export interface KeyProof {
  keyId: string;
  role: string;
  secretHash: Uint8Array;
  locationIds: string[] | null;
  revoked: boolean;
  /** Milliseconds until it expires by the database's clock (0 or less: expired); null: never. */
  expiresInMs: number | null;
  /** True when its last use was noted within the last minute. */
  recentlyUsed: boolean;
}

const proof = `k.key_id as "keyId", k.role, k.secret_hash as "secretHash", k.location_ids::text[] as "locationIds",
  k.revoked_at is not null as revoked,
  (extract(epoch from k.expires_at - clock_timestamp()) * 1000)::float8 as "expiresInMs",
  coalesce(k.last_used_at > clock_timestamp() - interval '1 minute', false) as "recentlyUsed"`;

/** What is needed to judge a presented key; null for an unknown prefix. */
export async function findKeyProof(db: Queryable, prefix: string): Promise<KeyProof | null> {
  const { rows } = await db.query<KeyProof>({
    name: "find_key_proof",
    text: `select ${proof} from api_key k where k.prefix = $1`,
    values: [prefix],
  });
  return rows[0] ?? null;
}

/**
 * Who stands behind a sign-in that has not ended; null for any other token. `proof` is null for the administrator's own
 * key, which has no row: `hashes` holds the token's hash and the one that also covers that key, so it ends with the key.
 */
export async function findSignIn(db: Queryable, hashes: readonly Uint8Array[]): Promise<{ proof: KeyProof | null } | null> {
  const { rows } = await db.query<{ [Key in keyof KeyProof]: KeyProof[Key] | null }>(
    `select ${proof} from sign_in s left join api_key k using (key_id)
     where s.token_hash = any($1) and s.expires_at > clock_timestamp()`,
    [hashes],
  );
  const row = rows[0];
  if (row === undefined) {
    return null;
  }
  return { proof: row.keyId === null ? null : (row as KeyProof) };
}

/** Notes that a key was used, at most once a minute. */
export async function noteKeyUse(db: Queryable, keyId: string): Promise<void> {
  await db.query(
    `update api_key set last_used_at = clock_timestamp()
     where key_id = $1 and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')`,
    [keyId],
  );
}

/** Those of the ids that no location has. */
export async function unknownLocations(db: Queryable, locationIds: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from unnest($1::uuid[]) as id where not exists (select from location l where l.location_id = id)`,
    [locationIds],
  );
  return rows.map((row) => row.id);
}
