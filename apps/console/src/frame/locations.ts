// The places of the house, and how one is called where its id is too long.
import type { Location } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { api } from "../api.ts";
import { shortId } from "./words.ts";

/** Up to a thousand, active ones first; enough for a choice, the list itself is the screen of locations. */
export function useLocations({ everyMs = false }: { everyMs?: number | false } = {}) {
  return useQuery({
    queryKey: ["locations", "all"],
    queryFn: async () => {
      const { data } = await read(api.v1.locations.$get({ query: { limit: 1_000 } }));
      return data.toSorted((a, b) => Number(b.active) - Number(a.active) || labelOf(a).localeCompare(labelOf(b)));
    },
    staleTime: 30_000,
    refetchInterval: everyMs,
  });
}

/** `GB-WLL · fdbf55b4` */
export function labelOf({ subdivision_code, location_id }: Pick<Location, "subdivision_code" | "location_id">): string {
  return `${subdivision_code} · ${shortId(location_id)}`;
}

/** By id; the short id where the place is not known to the caller. */
export function useLocationLabel(): (locationId: string) => string {
  const { data } = useLocations();
  const labels = new Map(data?.map((location) => [location.location_id, labelOf(location)]));
  return (locationId) => labels.get(locationId) ?? shortId(locationId);
}

/** `GB-WLL`, where places are told apart by what stands around it; the short id where the place is not known. */
export function useLocationCode(): (locationId: string) => string {
  const { data } = useLocations();
  const codes = new Map(data?.map(({ location_id, subdivision_code }) => [location_id, subdivision_code]));
  return (locationId) => codes.get(locationId) ?? shortId(locationId);
}
