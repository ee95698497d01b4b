// The list as it is, to its end: what a whole new list would do cannot be told from a part of it.
import type { Location } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { api } from "../../api.ts";

export async function everyLocation(): Promise<Location[]> {
  const all: Location[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(api.v1.locations.$get({ query: { limit: 1_000, cursor } }));
    all.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}
