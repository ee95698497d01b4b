// One run: how far it is, what it changes in which fields, samples of it, and what an operator may do with it.
import type { ReprocessRun } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { count, counted, shortId } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Status } from "../../parts/badge.tsx";
import { Card, Facts, Stat } from "../../parts/card.tsx";
import { CopyButton } from "../../parts/command.tsx";
import { curlOf } from "../../parts/curl.ts";
import { Progress } from "../../parts/progress.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";
import { PatchTable } from "../events/patch-table.tsx";
import { RunActions } from "./run-actions.tsx";
import { isOpen, isProposal, runWords } from "./words.ts";

export function Run({ runId }: { runId: string }) {
  const query = useQuery({
    queryKey: ["run", runId],
    queryFn: () => read(api.v1["reprocess-runs"][":run_id"].$get({ param: { run_id: runId } })),
    refetchInterval: ({ state }) => (state.data !== undefined && isOpen(state.data) ? 700 : false),
  });
  return (
    <Asked query={query} what="The run">
      {(run) => (
        <Card
          title={runWords(run)}
          aside={
            <span className="row">
              <RunActions run={run} />
              <CopyButton text={curlOf(location.origin, `/v1/reprocess-runs/${run.run_id}`)} label="Copy as curl" />
            </span>
          }
        >
          <p className="row" role="status">
            <Status of={isProposal(run) ? "proposed" : run.status} />
            <span>{sentence(run)}</span>
          </p>
          {isOpen(run) || run.status === "paused" ? (
            <Progress value={run.progress} label={`${counted(run.rows.scanned, "event")} looked at`} />
          ) : null}
          {run.error === null ? null : (
            <p className="notice warn">
              {run.error.detail} <code>{run.error.code}</code>
            </p>
          )}
          <Numbers run={run} />
          <Fields of={run.fields} />
          <Samples of={run.sample} />
          <Failures of={run.failures} />
          <details>
            <summary>More about this run</summary>
            <Facts
              of={[
                ["Looks at", run.only],
                ["Asked for by", run.requested_by],
                [
                  "Began by",
                  { api: "a call", schema: "a new schema version", schedule: "schedule", job: "the job board" }[
                    run.trigger
                  ],
                ],
                ["Why", run.reason ?? "not said"],
                ["Asked for", <When key="asked" at={run.requested_at} />],
                ["Finished", <When key="finished" at={run.finished_at} none="not yet" />],
                [
                  "Run",
                  <span key="id" className="mono">
                    {run.run_id}
                  </span>,
                ],
              ]}
            />
          </details>
        </Card>
      )}
    </Asked>
  );
}

function sentence(run: ReprocessRun): string {
  const { mode, status, rows } = run;
  if (isProposal(run)) return "It waits for a yes: nothing is changed yet.";
  if (isOpen(run)) return mode === "preview" ? "It looks at what would change." : "It writes new revisions.";
  if (status === "paused") return "It goes on where it stopped when it is resumed.";
  if (status === "cancelled") return "It was ended. What it had published stays.";
  if (mode === "preview") return rows.changed === 0 ? "Nothing would change." : "";
  return rows.changed === 0
    ? "Nothing had to be changed."
    : "Each changed event has a new revision; as-of answers stay.";
}

function Numbers({ run }: { run: ReprocessRun }) {
  const { rows, rejects, mode } = run;
  const would = mode === "preview";
  return (
    <div className="grid numbers-grid">
      <Stat label="Looked at" value={count(rows.scanned)} />
      <Stat label={would ? "Would change" : "Changed"} value={count(rows.changed)} />
      <Stat label={would ? "Would stay" : "Unchanged"} value={count(rows.unchanged)} />
      <Stat label={would ? "Would fail" : "Failed"} value={count(rows.failed)} />
      {rejects.would_pass === null && rejects.passed === null ? null : (
        <Stat
          label={would ? "Refused lines that would pass" : "Refused lines that passed"}
          value={count(rejects.passed ?? rejects.would_pass ?? 0)}
        />
      )}
    </div>
  );
}

function Fields({ of }: { of: ReprocessRun["fields"] }) {
  if (of.length === 0) return null;
  const most = Math.max(...of.map(({ added, removed, replaced }) => added + removed + replaced));
  return (
    <section className="stack" aria-label="Which fields">
      <h3>Which fields</h3>
      <div className="framed">
        <Table label="Fields that change" rows={of} keyOf={({ pointer }) => pointer} columns={fieldColumnsOf(most)} />
      </div>
    </section>
  );
}

const fieldColumnsOf = (most: number): Column<ReprocessRun["fields"][number]>[] => [
  { head: "Field", cell: ({ pointer }) => <code>{pointer}</code> },
  { head: "Added", isNumber: true, cell: ({ added }) => count(added) },
  { head: "Replaced", isNumber: true, cell: ({ replaced }) => count(replaced) },
  { head: "Removed", isNumber: true, cell: ({ removed }) => count(removed) },
  {
    head: "Events",
    cell: (field) => (
      <span className="field-bar" aria-hidden="true">
        {(["added", "replaced", "removed"] as const).map((kind) => (
          <span key={kind} className={kind} style={{ width: `${(field[kind] / most) * 100}%` }} />
        ))}
      </span>
    ),
  },
];

function Samples({ of }: { of: ReprocessRun["sample"] }) {
  if (of.length === 0) return null;
  return (
    <section className="stack" aria-label="For example">
      <h3>For example</h3>
      <ul className="samples">
        {of.map(({ event_id: eventId, version, patch }) => (
          <li key={`${eventId} ${version}`} className="stack tight">
            <Link to="/events/$eventId" params={{ eventId }} className="mono">
              {shortId(eventId)}, version {version}
            </Link>
            <PatchTable patch={patch} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Failures({ of: { reasons, sample } }: { of: ReprocessRun["failures"] }) {
  if (reasons.length === 0) return null;
  return (
    <section className="stack" aria-label="What fails">
      <h3>What fails</h3>
      <ul className="stack small">
        {reasons.map(({ code, pointer, count: some }) => (
          <li key={`${code} ${pointer}`}>
            <strong>{count(some)}</strong> <code>{code}</code> <code>{pointer}</code>
          </li>
        ))}
      </ul>
      <details>
        <summary>For example</summary>
        <ul className="stack small">
          {sample.map(({ event_id: eventId, version, detail }) => (
            <li key={`${eventId} ${version}`}>
              <Link to="/events/$eventId" params={{ eventId }} className="mono">
                {shortId(eventId)}
              </Link>{" "}
              {detail}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
