// Members that events name before any reference feed does: a row with the key and nothing else, to be filled in later.
// What events tell besides (an article's price that day) stays a fact of the event: taken over here, it would depend on
// which event came first.
import type { Dimension } from "@almanac/domain/dimension/member";
import type { Tx } from "../database.ts";
import { dimensionTables } from "./tables.ts";

/** Keys that events name, in any order, repeated or not; ids as texts or, at least one, as a binary `uuid[]`. */
export interface NamedKeys {
  userIds: readonly string[] | Buffer;
  ticketIds: readonly string[] | Buffer;
  articleIds: readonly string[];
}

// Always users, tickets, articles and each by rising key: two transactions never wait for each other in a ring. Who is
// known already is neither locked nor written. Keys that somebody else is inserting are waited for.
const statements = (["users", "tickets", "articles"] as const).map((dimension: Dimension) => {
  const { current, key } = dimensionTables[dimension];
  const order = key.type === "text" ? `${key.name} collate "C"` : key.name;
  return {
    dimension,
    name: `infer_${dimension}`,
    text: `insert into ${current} (${key.name}, inferred, batch_id)
      select named.${key.name}, true, $1::bigint
      from (select distinct ${key.name} from unnest($2::${key.type}[]) as t (${key.name})) named
      where not exists (select from ${current} known where known.${key.name} = named.${key.name})
      order by ${order}
      on conflict (${key.name}) do nothing`,
  };
});

/**
 * Inserts those that nobody knows, as of the batch, and returns how many there were. Call it once in a transaction, after
 * the events are written and before the history lock is taken: everybody locks in that order.
 */
export async function inferMembers(tx: Tx, batchId: string, named: NamedKeys): Promise<number> {
  const keys = { users: named.userIds, tickets: named.ticketIds, articles: named.articleIds };
  let inserted = 0;
  for (const { dimension, name, text } of statements) {
    if (keys[dimension].length === 0) continue;
    const { rowCount } = await tx.query({ name, text, values: [batchId, keys[dimension]] });
    inserted += rowCount ?? 0;
  }
  return inserted;
}
