// Fetches all active locations' holidays now, and tells how far the sync that was asked for is until it has ended.
import { read } from "@almanac/client/read";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "../../api.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { textOf } from "../../frame/search.ts";
import { counted } from "../../frame/words.ts";
import { Status } from "../../parts/badge.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Progress } from "../../parts/progress.tsx";
import type { SyncRequest } from "./sync-request.ts";
import { outcomeWords } from "./sync-words.ts";

export function SyncNow({ request }: { request: SyncRequest }) {
  const [search] = useSearchState();
  const syncId = textOf(search["sync"]);
  return (
    <div className="stack">
      <div className="row">
        <button
          type="button"
          className="button primary"
          disabled={request.isPending}
          onClick={() => request.mutate(null)}
        >
          Sync all now
        </button>
      </div>
      {request.isError ? <Problem error={request.error} /> : null}
      {syncId === undefined ? null : <Running syncId={syncId} />}
    </div>
  );
}

function Running({ syncId }: { syncId: string }) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["sync", syncId],
    queryFn: () => read(api.v1.syncs[":sync_id"].$get({ param: { sync_id: syncId }, query: {} })),
    refetchInterval: ({ state }) => (state.data?.finished_at === null ? 700 : false),
  });
  const isFinished = query.data?.finished_at != null;
  useEffect(() => {
    if (isFinished) void client.invalidateQueries({ queryKey: ["locations"] });
  }, [client, isFinished]);
  if (query.isError) return <Problem error={query.error} />;
  if (query.data === undefined) return null;
  const { locations, status } = query.data;
  const done = locations.filter(({ outcome }) => outcome !== "queued");
  return (
    <div role="status" className="stack">
      {isFinished ? (
        <p className="row">
          <Status of={status} /> {counted(done.length, "location")}: {outcomeWords(done.map(({ outcome }) => outcome))}
        </p>
      ) : (
        <Progress
          value={locations.length === 0 ? 0 : done.length / locations.length}
          label={`Syncing ${counted(locations.length, "location")}`}
        />
      )}
    </div>
  );
}
