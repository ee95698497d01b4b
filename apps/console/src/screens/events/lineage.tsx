// Where does an event come from? Its raw lines, the loads that brought them, the runs that read them anew, and what was refused.
import type {
  EventLineage,
  Interpretation,
  LineageLoad,
  LineageMember,
  LineageRun,
  StoriedReject,
} from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { bytesText, count, tailId } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Badge, Status } from "../../parts/badge.tsx";
import { Card } from "../../parts/card.tsx";
import { spread } from "../../parts/json-text.ts";
import { type Column, Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";

export function Lineage({ eventId }: { eventId: string }) {
  const query = useQuery({
    queryKey: ["event", eventId, "lineage"],
    queryFn: () => read(api.v1.events[":event_id"].lineage.$get({ param: { event_id: eventId } })),
  });
  return (
    <Asked query={query} what="Lineage">
      {(lineage) => (
        <div className="stack wide">
          {lineage.is_whole ? null : <p className="notice warn">It is longer than what is shown here.</p>}
          <Lines of={lineage.interpretations} />
          <Loads of={lineage.loads} />
          <Runs of={lineage.runs} eventType={lineage.interpretations[0]?.event_type ?? ""} />
          <Refused of={lineage.rejects} />
          <Members of={lineage.members} />
        </div>
      )}
    </Asked>
  );
}

function Lines({ of }: { of: readonly Interpretation[] }) {
  // A revision is of the same line as the version that it reads anew.
  const lines = of.filter(({ revision }) => revision === 1);
  return (
    <Card title="Raw lines">
      <ol className="stack">
        {lines.map((line) => (
          <li key={line.version} className="stack">
            <p className="row small">
              <Badge tone={line.is_current ? "good" : "plain"}>version {line.version}</Badge>
              <span>
                <Link to="/loads/$loadId" params={{ loadId: line.load_id }}>
                  line {count(line.line)} of load {tailId(line.load_id)}
                </Link>
                , judged by schema {line.judged_by}, received <When at={line.received_at} />
              </span>
            </p>
            {line.raw === null ? (
              <p className="small soft">The line itself lies beyond what is read for one answer.</p>
            ) : (
              <pre className="raw-line" tabIndex={0} aria-label={`Raw line of version ${line.version}`}>
                {line.raw.text === null ? line.raw.base64 : spread(line.raw.text)}
              </pre>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}

const loadColumns: readonly Column<LineageLoad>[] = [
  {
    head: "Load",
    cell: (load) => (
      <Link to="/loads/$loadId" params={{ loadId: load.load_id }}>
        {load.file_name ?? tailId(load.load_id)}
      </Link>
    ),
  },
  { head: "Status", cell: ({ status }) => <Status of={status} /> },
  { head: "Came by", cell: ({ channel }) => channel },
  { head: "Received", cell: ({ received_at: at }) => <When at={at} /> },
  { head: "Size", isNumber: true, cell: ({ bytes }) => bytesText(bytes) },
  { head: "By", cell: ({ requested_by: by }) => <span className="mono">{by}</span> },
];

function Loads({ of }: { of: EventLineage["loads"] }) {
  if (of === null) return <p className="soft">Loads are about all locations: your key is limited to some.</p>;
  return (
    <Card title="Loads that brought it">
      <Table label="Loads" rows={of} keyOf={({ load_id: id }) => id} columns={loadColumns} />
    </Card>
  );
}

const runColumnsOf = (eventType: string): Column<LineageRun>[] => [
  {
    head: "Run",
    cell: (run) => (
      <Link to="/schemas/$eventType" params={{ eventType }} search={{ tab: "runs", run: run.run_id }}>
        {run.reverts === null ? `to schema ${run.to_version}` : "a revert"}
      </Link>
    ),
  },
  { head: "Status", cell: ({ status }) => <Status of={status} /> },
  {
    head: "Why",
    cell: ({ reason, failure }) => failure?.detail ?? reason ?? <span className="soft">not said</span>,
  },
  { head: "Finished", cell: ({ finished_at: at }) => <When at={at} none="not yet" /> },
  { head: "By", cell: ({ requested_by: by }) => <span className="mono">{by}</span> },
];

function Runs({ of, eventType }: { of: EventLineage["runs"]; eventType: string }) {
  if (of.length === 0) return null;
  return (
    <Card title="Runs that read it anew">
      <Table label="Runs" rows={of} keyOf={({ run_id: id }) => id} columns={runColumnsOf(eventType)} />
    </Card>
  );
}

const refusedColumns: readonly Column<StoriedReject>[] = [
  {
    head: "Line",
    cell: ({ load_id: loadId, line, code, pointer }) => (
      <Link to="/loads/$loadId" params={{ loadId }} search={{ code, pointer, line: String(line) }}>
        {count(line)} of {tailId(loadId)}
      </Link>
    ),
  },
  { head: "Reason", cell: ({ code }) => <code>{code}</code> },
  { head: "Which is", cell: ({ detail }) => detail },
];

function Refused({ of }: { of: EventLineage["rejects"] }) {
  if (of === null || of.length === 0) return null;
  return (
    <Card title="Lines that named it and were not taken">
      <Table
        label="Refused lines"
        rows={of}
        keyOf={({ load_id: id, line }) => `${id} ${line}`}
        columns={refusedColumns}
      />
    </Card>
  );
}

const memberColumns: readonly Column<LineageMember>[] = [
  { head: "In", cell: ({ dataset }) => dataset },
  { head: "Id", cell: ({ id }) => <span className="mono">{id}</span> },
  {
    head: "Known by",
    cell: ({ inferred }) => (inferred ? <span className="soft">events alone</span> : "a feed"),
  },
  { head: "State", isNumber: true, cell: ({ state }) => state },
  { head: "Since", cell: ({ recorded_at: at }) => <When at={at} /> },
];

function Members({ of }: { of: EventLineage["members"] }) {
  if (of.length === 0) return null;
  return (
    <Card title="Whom and what it names">
      <Table label="Members" rows={of} keyOf={({ dataset, id }) => `${dataset} ${id}`} columns={memberColumns} />
    </Card>
  );
}
