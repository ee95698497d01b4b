// A load as it goes on: asked once, then told by server-sent events until it has finished.
import type { Load } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { readEvents } from "@almanac/client/server-sent";
import { type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "../../api.ts";

export const loadKey = (loadId: string) => ["load", loadId];

/** How long after a stream that broke off the load is asked for again. */
const againMs = 2_000;

export function useLoad(loadId: string): UseQueryResult<Load> {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: loadKey(loadId),
    queryFn: () => read(api.v1.loads[":load_id"].$get({ param: { load_id: loadId } })),
    refetchInterval: ({ state }) => (state.data?.finished_at === null ? againMs : false),
  });
  const isRunning = query.data?.finished_at === null;
  useEffect(() => {
    if (!isRunning) return;
    const stop = new AbortController();
    void follow(loadId, stop.signal, (load) => client.setQueryData(loadKey(loadId), load))
      // The interval above goes on asking.
      .catch(() => undefined)
      // A replay also tells of the lines of the load that it takes again.
      .finally(() => ["rejects", "loads"].forEach((name) => void client.invalidateQueries({ queryKey: [name] })));
    return () => stop.abort();
  }, [loadId, isRunning, client]);
  return query;
}

async function follow(loadId: string, signal: AbortSignal, tell: (load: Load) => void): Promise<void> {
  const answer = api.v1.loads[":load_id"].progress.$get({ param: { load_id: loadId } }, { init: { signal } });
  for await (const { data } of readEvents(answer)) tell(JSON.parse(data) as Load);
}
