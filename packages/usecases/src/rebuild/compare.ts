// Are two databases equal in what the raw zone can make again? Table by table.
import type { Database } from "@almanac/db/database";
import { digestTables } from "@almanac/db/rebuild/digest";

export interface TableComparison {
  table: string;
  rows: number;
  otherRows: number;
  isEqual: boolean;
}

/** Reads both databases whole. Nothing may be loaded into either meanwhile. */
export async function compareDatabases(
  one: Pick<Database, "query">,
  other: Pick<Database, "query">,
): Promise<TableComparison[]> {
  const [ones, others] = await Promise.all([digestTables(one), digestTables(other)]);
  return ones.map((mine, place) => {
    const theirs = others[place]!;
    const isEqual = mine.rows === theirs.rows && mine.digest === theirs.digest;
    return { table: mine.table, rows: mine.rows, otherRows: theirs.rows, isEqual };
  });
}
