// Which types of events are there, in which versions, and what happens when another one comes?
import type { EventType } from "@almanac/client/contract";
import { Link, useNavigate } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { useEventTypes } from "../../frame/event-types.ts";
import { useSession } from "../../frame/session.ts";
import { counted } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Field } from "../../parts/field.tsx";
import { Needs } from "../../parts/needs.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Table } from "../../parts/table.tsx";
import { OpenRuns } from "./open-runs.tsx";
import { policyWords } from "./words.ts";
import "./schemas.css";

export function Schemas() {
  const { may } = useSession();
  return (
    <Screen title="Schemas" lead="What must an event look like, and what will change if that changes?">
      <Needs operation="listSchemas">
        {may("listReprocessRuns") ? <OpenRuns /> : null}
        <List />
        {may("registerSchema") ? <NewType /> : null}
      </Needs>
    </Screen>
  );
}

function List() {
  const query = useEventTypes();
  return (
    <Asked query={query} what="Schemas">
      {({ data }) => <Table label="Event types" columns={columns} rows={data} keyOf={({ event_type: name }) => name} />}
    </Asked>
  );
}

const columns = [
  {
    head: "Event type",
    cell: (type: EventType) => (
      <span className="stack tight">
        <Link to="/schemas/$eventType" params={{ eventType: type.event_type }}>
          {type.event_type}
        </Link>
        <span className="small soft">{type.description}</span>
      </span>
    ),
  },
  { head: "Version", isNumber: true, cell: (type: EventType) => type.schema_version },
  {
    head: "Fields",
    isNumber: true,
    cell: ({ versions }: EventType) => versions.at(0)?.fields.length ?? 0,
  },
  {
    head: "Personal",
    cell: ({ versions }: EventType) => {
      const personal = versions.at(0)?.fields.filter(({ pii }) => pii !== null && pii !== false).length ?? 0;
      return personal === 0 ? (
        <span className="soft">none</span>
      ) : (
        <Badge tone="warn">{counted(personal, "field")}</Badge>
      );
    },
  },
  { head: "A new version must be", cell: (type: EventType) => type.compatibility.replace("_", ", ") },
  { head: "Then events are", cell: (type: EventType) => policyWords[type.on_new_version] },
  { head: "Owner", cell: (type: EventType) => type.owner ?? <span className="soft">nobody</span> },
];

function NewType() {
  const [name, type] = useState("");
  const navigate = useNavigate();
  function submit(event: SubmitEvent): void {
    event.preventDefault();
    void navigate({ to: "/schemas/$eventType", params: { eventType: name.trim() }, search: { tab: "register" } });
  }
  return (
    <form className="filters" onSubmit={submit}>
      <Field label="Another event type">
        <input value={name} required placeholder="TicketRefunded" onChange={({ target }) => type(target.value)} />
      </Field>
      <button type="submit" className="button">
        Write its schema
      </button>
    </form>
  );
}
