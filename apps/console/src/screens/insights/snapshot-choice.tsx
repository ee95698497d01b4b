// Pinned to a snapshot, an analysis is the same to the row whenever it is opened again.
import { read } from "@almanac/client/read";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { useSession } from "../../frame/session.ts";
import { instantText, shortId } from "../../frame/words.ts";
import { Field } from "../../parts/field.tsx";
import { Problem } from "../../parts/problem.tsx";
import type { AskedSales } from "./asked.ts";

export function SnapshotChoice({ asked }: { asked: AskedSales }) {
  const [, change] = useSearchState();
  const { may } = useSession();
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: ["snapshots"],
    queryFn: () => read(api.v1.snapshots.$get({ query: { limit: 100 } })),
    enabled: may("listSnapshots"),
  });
  const create = useMutation({
    mutationFn: () =>
      read(api.v1.snapshots.$post({ json: { name: `Sales and holidays ${asked.from} to ${asked.to}` } })),
    async onSuccess({ snapshot_id }) {
      await client.invalidateQueries({ queryKey: ["snapshots"] });
      change({ snapshot: snapshot_id, as_of: undefined });
    },
  });
  const usable = (data?.data ?? []).filter(({ released_at }) => released_at === null);
  const isKnown = asked.snapshot === undefined || usable.some(({ snapshot_id }) => snapshot_id === asked.snapshot);
  return (
    <div className="filters">
      <Field label="Known as of">
        <select
          value={asked.snapshot ?? ""}
          onChange={({ target }) => change({ snapshot: target.value, as_of: undefined })}
        >
          <option value="">now</option>
          {isKnown ? null : <option value={asked.snapshot}>snapshot {shortId(asked.snapshot ?? "")}</option>}
          {usable.map(({ snapshot_id, name, created_at }) => (
            <option key={snapshot_id} value={snapshot_id}>
              {name ?? `snapshot ${shortId(snapshot_id)}`}, {instantText(created_at)}
            </option>
          ))}
        </select>
      </Field>
      {may("createSnapshot") ? (
        <button type="button" className="button" disabled={create.isPending} onClick={() => create.mutate()}>
          Pin to a new snapshot
        </button>
      ) : null}
      {create.isError ? <Problem error={create.error} /> : null}
    </div>
  );
}
