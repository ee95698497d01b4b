// A sync that is asked for here, of all active locations or of one; the URL keeps which one is looked at.
import { read } from "@almanac/client/read";
import { useMutation } from "@tanstack/react-query";
import { api } from "../../api.ts";
import { useSearchState } from "../../frame/search-state.ts";

export function useSyncRequest() {
  const [, change] = useSearchState();
  return useMutation({
    mutationFn: (locationId: string | null) =>
      read(api.v1.syncs.$post({ json: locationId === null ? {} : { location_ids: [locationId] } })),
    onSuccess: ({ sync_id }) => change({ sync: sync_id }),
  });
}

export type SyncRequest = ReturnType<typeof useSyncRequest>;
