// What can be done with a whole load: take it again, or stop it.
import type { Load, ReplayRequest } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api.ts";
import { useSession } from "../../frame/session.ts";
import { counted } from "../../frame/words.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Problem } from "../../parts/problem.tsx";
import { loadKey } from "./watch.ts";
import { ZoneField } from "./zone-field.tsx";

export function LoadActions({ load }: { load: Load }) {
  const { may } = useSession();
  const [asks, ask] = useState<"replay" | "cancel" | null>(null);
  const isDone = load.finished_at !== null;
  return (
    <>
      {may("replayLoad") && isDone && load.status !== "failed" ? (
        <button type="button" className="button" onClick={() => ask("replay")}>
          Replay …
        </button>
      ) : null}
      {may("cancelLoad") && !isDone && !load.cancel_requested ? (
        <button type="button" className="button danger" onClick={() => ask("cancel")}>
          Cancel …
        </button>
      ) : null}
      {asks === "replay" ? <Replay load={load} onClose={() => ask(null)} /> : null}
      {asks === "cancel" ? <Cancel load={load} onClose={() => ask(null)} /> : null}
    </>
  );
}

function Replay({ load, onClose }: { load: Load; onClose: () => void }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const refused = load.rows.rejected + load.rows.conflict;
  const [only, choose] = useState<NonNullable<ReplayRequest["only"]>>(refused > 0 ? "rejects" : "all");
  const [timeZone, setZone] = useState(load.time_zone ?? "");
  const replay = useMutation({
    mutationFn: () =>
      read(
        api.v1.loads[":load_id"].replay.$post({
          param: { load_id: load.load_id },
          json: { only, ...(timeZone === "" ? {} : { time_zone: timeZone }) },
        }),
      ),
    async onSuccess({ load_id: loadId }) {
      await client.invalidateQueries({ queryKey: ["loads"] });
      await navigate({ to: "/loads/$loadId", params: { loadId } });
      onClose();
    },
  });
  return (
    <Confirm
      title="Take its lines again?"
      verb="Replay"
      isBusy={replay.isPending}
      onConfirm={() => replay.mutate()}
      onClose={onClose}
    >
      <p>
        The same bytes are judged by the schemas of today, as a load of its own. Lines that were taken before become
        duplicates; nothing is counted twice.
      </p>
      <fieldset className="stack">
        <legend className="label">Which lines</legend>
        <label className="row">
          <input
            type="radio"
            name="only"
            checked={only === "rejects"}
            disabled={refused === 0}
            onChange={() => choose("rejects")}
          />
          Those that were refused and not taken again yet ({counted(refused, "line")} at first)
        </label>
        <label className="row">
          <input type="radio" name="only" checked={only === "all"} onChange={() => choose("all")} />
          All {counted(load.rows.total, "line")}
        </label>
      </fieldset>
      <ZoneField value={timeZone} onChange={setZone} />
      {replay.isError ? <Problem error={replay.error} /> : null}
    </Confirm>
  );
}

function Cancel({ load, onClose }: { load: Load; onClose: () => void }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => read(api.v1.loads[":load_id"].cancel.$post({ param: { load_id: load.load_id } })),
    onSuccess(now) {
      client.setQueryData(loadKey(load.load_id), now);
      onClose();
    },
  });
  return (
    <Confirm
      title="Stop this load?"
      verb="Stop it"
      isDangerous
      isBusy={cancel.isPending}
      onConfirm={() => cancel.mutate()}
      onClose={onClose}
    >
      <p>Lines that were taken stay. The bytes stay too: the same file sent again goes on where it stopped.</p>
      {cancel.isError ? <Problem error={cancel.error} /> : null}
    </Confirm>
  );
}
