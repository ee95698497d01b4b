// One version of a schema: its fields, what is new in it, and the steps that bring older events to it.
import type { SchemaField, SchemaVersion } from "@almanac/client/contract";
import { Badge } from "../../parts/badge.tsx";
import { Card } from "../../parts/card.tsx";
import { CopyButton } from "../../parts/command.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";
import { stepWords } from "./words.ts";

export function Version({ version, before }: { version: SchemaVersion; before: SchemaVersion | undefined }) {
  const json = JSON.stringify(version.json_schema, null, 2);
  const old = new Set(before?.fields.map(({ pointer }) => pointer));
  const gone = before?.fields.filter(({ pointer }) => !version.fields.some((field) => field.pointer === pointer)) ?? [];
  return (
    <>
      <Card
        title={`Fields of version ${version.schema_version}`}
        aside={
          <span className="small soft">
            <When at={version.registered_at} /> by {version.registered_by}
          </span>
        }
      >
        {gone.length === 0 ? null : (
          <p className="small">
            No longer named: {gone.map(({ pointer }) => pointer).join(", ")}. What is stored there is kept.
          </p>
        )}
        <Table
          label="Fields"
          rows={version.fields}
          keyOf={({ pointer }) => pointer}
          columns={columnsOf(before === undefined ? undefined : old)}
        />
      </Card>
      {version.upcast.length === 0 ? null : (
        <Card title={`How events of version ${version.schema_version - 1} are brought to it`}>
          <ol className="steps">
            {version.upcast.map((step, place) => (
              // The steps of a version never change.
              <li key={place}>
                <code>{stepWords(step)}</code>
              </li>
            ))}
          </ol>
        </Card>
      )}
      {version.approved_by === null ? null : (
        <Card title={`Approved by ${version.approved_by}`}>
          <p className="small soft">It could not be proven compatible. What was not proven:</p>
          <ul className="stack small">
            {(version.approval_reasons ?? []).map(({ pointer, detail }) => (
              <li key={`${pointer} ${detail}`}>
                <code>{pointer}</code> {detail}
              </li>
            ))}
          </ul>
        </Card>
      )}
      <details>
        <summary>JSON Schema</summary>
        <div className="stack">
          <CopyButton text={json} label="Copy" />
          <pre tabIndex={0} aria-label={`JSON Schema of version ${version.schema_version}`}>
            {json}
          </pre>
        </div>
      </details>
    </>
  );
}

/** `old`: the fields that the version before has. */
const columnsOf = (old: ReadonlySet<string> | undefined): Column<SchemaField>[] => [
  {
    head: "Field",
    cell: ({ pointer }) => (
      <span className="row">
        <code>{pointer}</code>
        {old !== undefined && !old.has(pointer) ? <Badge tone="good">new</Badge> : null}
      </span>
    ),
  },
  {
    head: "Type",
    cell: ({ types }) => (types.length === 0 ? <span className="soft">not said</span> : types.join(" or ")),
  },
  { head: "Required", cell: ({ required }) => (required ? "yes" : <span className="soft">no</span>) },
  { head: "Means", cell: ({ description }) => description ?? <span className="soft">not said</span> },
  { head: "Unit", cell: ({ unit }) => unit ?? <span className="soft">none</span> },
  {
    head: "Personal data",
    cell: ({ pii }) =>
      pii === null || pii === false ? (
        <span className="soft">no</span>
      ) : (
        <Badge tone="warn">{pii === true ? "yes" : pii}</Badge>
      ),
  },
];
