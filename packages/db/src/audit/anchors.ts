// What the audit itself says about its anchors: which keys have signed, and which chains of the same lake have ended.
import type { Queryable } from "../database.ts";

/** Fingerprints of the keys that the audit names. */
export async function readNamedKeys(database: Queryable): Promise<Set<string>> {
  const { rows } = await database.query<{ object_id: string }>(
    "select object_id from audit where object_type = 'signing_key' and action = 'signing_key.first_used'",
  );
  return new Set(rows.map((row) => row.object_id));
}

/** A chain of a database that this one was made again from. */
export interface FormerChain {
  chainId: string;
  /** Place of its newest anchor. */
  newestSeq: number;
}

/** The chains that rebuilds have ended. */
export async function readFormerChains(database: Queryable): Promise<FormerChain[]> {
  const { rows } = await database.query<{ chain_id: string; newest_seq: number }>(
    `select f.chain_id, f.newest_seq from audit a
     cross join lateral jsonb_to_recordset(a.after -> 'former_chains') as f (chain_id text, newest_seq float8)
     where a.object_type = 'database' and a.action = 'database.rebuilt'`,
  );
  return rows.map((row) => ({ chainId: row.chain_id, newestSeq: row.newest_seq }));
}
