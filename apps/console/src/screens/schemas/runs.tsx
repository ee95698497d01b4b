// Runs over a type's stored events: what would change, what has changed, and a way to ask for another.
import type { EventType, ReprocessRequest, ReprocessRunHeader } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { api } from "../../api.ts";
import { usePages } from "../../frame/pages.ts";
import { type Search, textOf } from "../../frame/search.ts";
import { useSession } from "../../frame/session.ts";
import { count } from "../../frame/words.ts";
import { Status } from "../../parts/badge.tsx";
import { Card } from "../../parts/card.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Field } from "../../parts/field.tsx";
import { More } from "../../parts/more.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";
import { Run } from "./run.tsx";
import { isOpen, isProposal, runWords } from "./words.ts";

export function Runs({ type }: { type: EventType }) {
  const { may } = useSession();
  const { event_type: eventType } = type;
  const search: Search = useSearch({ strict: false });
  const chosen = textOf(search["run"]);
  const query = usePages(
    ["runs", eventType],
    (cursor) => read(api.v1["reprocess-runs"].$get({ query: { event_type: eventType, limit: 20, cursor } })),
    { againMs: (runs) => (runs.some(isOpen) ? 1_000 : false) },
  );
  const runs = query.data ?? [];
  return (
    <>
      {may("requestReprocess") ? <Ask eventType={eventType} /> : null}
      {chosen === undefined ? null : <Run key={chosen} runId={chosen} />}
      {query.isError ? <Problem error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isSuccess && runs.length === 0 ? (
        <Empty title="No run yet." command={`npx almanac reprocess preview ${eventType}`}>
          A new version makes a preview by itself; another can be asked for.
        </Empty>
      ) : null}
      {runs.length > 0 ? <Table label="Runs" columns={columns} rows={runs} keyOf={({ run_id: id }) => id} /> : null}
      <More query={query} />
    </>
  );
}

const columns = [
  {
    head: "Run",
    cell: (run: ReprocessRunHeader) => (
      <Link
        to="/schemas/$eventType"
        params={{ eventType: run.event_type }}
        search={{ tab: "runs", run: run.run_id }}
        title={run.run_id}
        resetScroll={false}
      >
        {runWords(run)}
      </Link>
    ),
  },
  {
    head: "Status",
    cell: (run: ReprocessRunHeader) => (
      <span className="row">
        <Status of={isProposal(run) ? "proposed" : run.status} />
        {isOpen(run) ? <span className="small soft">{Math.round(run.progress * 100)} %</span> : null}
      </span>
    ),
  },
  { head: "Looked at", isNumber: true, cell: ({ rows }: ReprocessRunHeader) => count(rows.scanned) },
  { head: "Changed", isNumber: true, cell: ({ rows }: ReprocessRunHeader) => count(rows.changed) },
  { head: "Failed", isNumber: true, cell: ({ rows }: ReprocessRunHeader) => count(rows.failed) },
  { head: "Why", cell: (run: ReprocessRunHeader) => run.reason ?? <span className="soft">not said</span> },
  { head: "Asked for", cell: (run: ReprocessRunHeader) => <When at={run.requested_at} /> },
];

const selections: readonly (readonly [NonNullable<ReprocessRequest["only"]>, string])[] = [
  ["outdated", "events of a lower schema version"],
  ["failed", "events that an earlier run could not read"],
  ["all", "all events"],
];

function Ask({ eventType }: { eventType: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [only, choose] = useState<NonNullable<ReprocessRequest["only"]>>("outdated");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [reason, say] = useState("");
  const preview = useMutation({
    mutationFn: () =>
      read(
        api.v1["reprocess-runs"].$post({
          json: {
            event_type: eventType,
            only,
            mode: "preview",
            ...(from === "" ? {} : { from }),
            ...(to === "" ? {} : { to }),
            ...(reason === "" ? {} : { reason }),
          },
        }),
      ),
    async onSuccess({ run_id: run }) {
      await client.invalidateQueries({ queryKey: ["runs"] });
      await navigate({
        to: "/schemas/$eventType",
        params: { eventType },
        search: { tab: "runs", run },
        resetScroll: false,
      });
    },
  });
  function submit(event: SubmitEvent): void {
    event.preventDefault();
    preview.mutate();
  }
  return (
    <Card title="What would change?">
      <form className="filters" onSubmit={submit}>
        <Field label="Look at">
          <select value={only} onChange={({ target }) => choose(target.value as typeof only)}>
            {selections.map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </Field>
        <Field label="From" hint="UTC">
          <input type="date" value={from} onChange={({ target }) => setFrom(target.value)} />
        </Field>
        <Field label="To" hint="included">
          <input type="date" value={to} onChange={({ target }) => setTo(target.value)} />
        </Field>
        <Field label="Why" hint="kept in the audit">
          <input value={reason} onChange={({ target }) => say(target.value)} />
        </Field>
        <button type="submit" className="button primary" disabled={preview.isPending}>
          Preview
        </button>
      </form>
      <p className="small soft">A preview changes nothing. It is published by hand, once it is looked at.</p>
      {preview.isError ? <Problem error={preview.error} /> : null}
    </Card>
  );
}
