// The table of API keys. A key itself is never stored: a prefix finds the row, a SHA-256 hash of the whole key proves it.
import type { Queryable, Tx } from "../database.ts";
import { instantOf, instantOrNull } from "../instants.ts";

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

interface Row {
  key_id: string;
  name: string;
  role: string;
  prefix: string;
  location_ids: string[] | null;
  created_by: string;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
}

const columns = `key_id, name, role, prefix, location_ids::text[] as location_ids, created_by, created_at, expires_at,
  revoked_at, last_used_at`;

function recordOf(row: Row): ApiKeyRecord {
  return {
    keyId: row.key_id,
    name: row.name,
    role: row.role,
    prefix: row.prefix,
    locationIds: row.location_ids,
    createdBy: row.created_by,
    createdAt: instantOf(row.created_at),
    expiresAt: instantOrNull(row.expires_at),
    revokedAt: instantOrNull(row.revoked_at),
    lastUsedAt: instantOrNull(row.last_used_at),
  };
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
  const { rows } = await tx.query<Row>(
    `insert into api_key (name, role, prefix, secret_hash, location_ids, created_by, expires_at)
     values ($1, $2, $3, $4, $5::uuid[], $6, $7::timestamptz) returning ${columns}`,
    [key.name, key.role, key.prefix, key.secretHash, key.locationIds, key.createdBy, key.expiresAt],
  );
  return recordOf(rows[0] as Row);
}

/** Newest first, after the key named by `before`. */
export async function listApiKeys(
  db: Queryable,
  page: { limit: number; before: string | null },
): Promise<ApiKeyRecord[]> {
  const { rows } = await db.query<Row>(
    `select ${columns} from api_key where $2::uuid is null or key_id < $2::uuid order by key_id desc limit $1`,
    [page.limit, page.before],
  );
  return rows.map(recordOf);
}

export async function findApiKey(db: Queryable, keyId: string): Promise<ApiKeyRecord | null> {
  const { rows } = await db.query<Row>(`select ${columns} from api_key where key_id = $1`, [keyId]);
  return rows[0] === undefined ? null : recordOf(rows[0]);
}

/** Revokes once; a key that is revoked already keeps its instant. Null for an unknown key. */
export async function revokeApiKey(tx: Tx, keyId: string): Promise<{ key: ApiKeyRecord; revokedNow: boolean } | null> {
  const { rows } = await tx.query<Row & { revoked_now: boolean }>(
    `update api_key set revoked_at = coalesce(revoked_at, clock_timestamp()) where key_id = $1
     returning ${columns}, old.revoked_at is null as revoked_now`,
    [keyId],
  );
  const row = rows[0];
  return row === undefined ? null : { key: recordOf(row), revokedNow: row.revoked_now };
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

/** The columns of a `KeyProof`, of `api_key k`. */
export const proof = `k.key_id as "keyId", k.role, k.secret_hash as "secretHash", k.location_ids::text[] as "locationIds",
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
