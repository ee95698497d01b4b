// On which screen is the whole story of a run?
import type { Work } from "@almanac/client/contract";

export interface Place {
  to: "/loads/$loadId" | "/schemas/$eventType" | "/versions";
  params?: { loadId: string } | { eventType: string };
  search?: Record<string, string>;
}

/** A reprocess run is called by its event type. */
export function placeOf({ kind, id, title }: Pick<Work, "kind" | "id" | "title">): Place {
  if (kind === "sync") return { to: "/versions", search: { sync: id } };
  if (kind === "reprocess") return { to: "/schemas/$eventType", params: { eventType: title }, search: { run: id } };
  return { to: "/loads/$loadId", params: { loadId: id } };
}
