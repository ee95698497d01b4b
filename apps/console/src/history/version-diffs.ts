// Questions to the api about a location's versions, each of which is asked once: a version never changes.
import type { Diff, Version } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQueries } from "@tanstack/react-query";
import { api } from "../api.ts";

/** How many changes of a location a screen goes back; what is older is in the list of versions. */
const furthest = 1_000;
const never = { staleTime: Number.POSITIVE_INFINITY };

/** The versions at which each location changed, newest first, by location. */
export function useChangedVersions(locationIds: readonly string[]) {
  return useQueries({
    queries: locationIds.map((location_id) => ({
      queryKey: ["versions", location_id, "changed"],
      queryFn: async () => {
        const { data } = await read(
          api.v1.locations[":location_id"].versions.$get({
            param: { location_id },
            query: { outcome: "changed", limit: furthest },
          }),
        );
        return data;
      },
      staleTime: 30_000,
    })),
    combine: (results) => ({
      byLocation: new Map<string, readonly Version[]>(
        locationIds.flatMap((id, place) => (results[place]?.data === undefined ? [] : [[id, results[place].data]])),
      ),
      isPending: results.some(({ isPending }) => isPending),
      error: results.find(({ error }) => error !== null)?.error ?? null,
    }),
  });
}

export interface Step {
  location_id: string;
  version: number;
}

/** What each version changed against the one before; the first one has none before it and is left out. */
export function useSteps(steps: readonly Step[]) {
  const asked = steps.filter(({ version }) => version > 1);
  return useQueries({
    queries: asked.map(({ location_id, version }) => ({
      queryKey: ["diff", location_id, version - 1, version],
      queryFn: () =>
        read(
          api.v1.locations[":location_id"].diff.$get({
            param: { location_id },
            query: { from_version: version - 1, to_version: version },
          }),
        ),
      ...never,
    })),
    combine: (results) => ({
      diffs: results.flatMap(({ data }): Diff[] => (data === undefined ? [] : [data])),
      isPending: results.some(({ isPending }) => isPending),
      error: results.find(({ error }) => error !== null)?.error ?? null,
    }),
  });
}
