// Who changed what, when and why, and is the chain whole?
import type { AuditCheck, AuditEntry } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useMutation } from "@tanstack/react-query";
import { api } from "../../api.ts";
import { textsIn } from "../../frame/form.ts";
import { usePages } from "../../frame/pages.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { textOf } from "../../frame/search.ts";
import { count, counted } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Field } from "../../parts/field.tsx";
import { More } from "../../parts/more.tsx";
import { Needs } from "../../parts/needs.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";

export function Audit() {
  return (
    <Screen title="Audit" lead="Who changed what, when and why? Each entry hashes the one before it.">
      <Needs operation="listAudit">
        <Verify />
        <Entries />
      </Needs>
    </Screen>
  );
}

const reasons = {
  missing: "is missing",
  changed: "was changed",
  unchained: "does not follow from the one before it",
  head_differs: "is not where the chain's head says it ends",
  anchor_differs: "differs from what was anchored in the lake",
} as const;

function Verify() {
  const verify = useMutation({ mutationFn: () => read(api.v1.audit.verify.$get({})) });
  const { data } = verify;
  return (
    <div className="stack">
      <div className="row">
        <button type="button" className="button" disabled={verify.isPending} onClick={() => verify.mutate()}>
          {verify.isPending ? "Verifying …" : "Verify the whole chain"}
        </button>
      </div>
      <div role="status">
        {data === undefined ? null : data.valid ? (
          <p className="notice good">
            The chain is whole: {count(data.checked)} entries were checked. {anchorsOf(data)}
          </p>
        ) : data.first_bad === null ? null : (
          <p className="problem">
            The chain is broken: entry {data.first_bad.seq ?? "at the end"} {reasons[data.first_bad.reason]}.{" "}
            {count(data.checked)} entries were checked. {anchorsOf(data)}
          </p>
        )}
      </div>
      {verify.isError ? <Problem error={verify.error} /> : null}
    </div>
  );
}

/** Without anchors somebody with the database could write the whole chain anew. */
function anchorsOf({ anchors }: AuditCheck): string {
  if (anchors.first_bad !== null) return `Of the signed anchors, ${anchors.first_bad.name} does not hold.`;
  if (anchors.newest_seq !== null) {
    return `${counted(anchors.checked, "signed anchor")} in the lake ${anchors.checked === 1 ? "says" : "say"} the same, up to entry ${count(anchors.newest_seq)}.`;
  }
  return anchors.state === "off" ? "Nothing is anchored: ALMANAC_SIGNING_KEY is not set." : "Nothing is anchored yet.";
}

const filters = [
  ["object", "Object", "sync or an id"],
  ["actor", "Actor", "key:… or worker"],
  ["action", "Action", "sync.requested"],
] as const;

function Entries() {
  const [search, change] = useSearchState();
  const asked = {
    object: textOf(search["object"]),
    actor: textOf(search["actor"]),
    action: textOf(search["action"]),
    from: textOf(search["from"]),
    to: textOf(search["to"]),
  };
  const query = usePages(["audit", asked], (cursor) =>
    read(api.v1.audit.$get({ query: { ...asked, limit: 50, cursor } })),
  );
  return (
    <>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          change(textsIn(new FormData(event.currentTarget)));
        }}
      >
        {filters.map(([name, label, hint]) => (
          <Field key={name} label={label} hint={hint}>
            <input name={name} defaultValue={asked[name] ?? ""} key={asked[name] ?? ""} />
          </Field>
        ))}
        <Field label="From" hint="UTC">
          <input type="date" name="from" defaultValue={asked.from ?? ""} key={asked.from ?? ""} />
        </Field>
        <Field label="To" hint="UTC">
          <input type="date" name="to" defaultValue={asked.to ?? ""} key={asked.to ?? ""} />
        </Field>
        <button type="submit" className="button">
          Show
        </button>
      </form>
      <Asked query={query} what="Audit entries">
        {(entries) =>
          entries.length === 0 ? (
            <Empty title="Nothing was changed that fits." />
          ) : (
            <Table label="Audit entries" columns={columns} rows={entries} keyOf={({ audit_id }) => String(audit_id)} />
          )
        }
      </Asked>
      <More query={query} />
    </>
  );
}

const columns = [
  { head: "No.", isNumber: true, cell: ({ seq }: AuditEntry) => count(seq) },
  { head: "When", cell: ({ recorded_at }: AuditEntry) => <When at={recorded_at} /> },
  {
    head: "Who",
    cell: ({ actor }: AuditEntry) => <span className="mono">{actor}</span>,
  },
  {
    head: "What",
    isWide: true,
    cell: ({ action, object_type, object_id, reason }: AuditEntry) => (
      <div>
        {action}
        <div className="small soft">
          {object_type} <span className="mono">{object_id}</span>
          {reason === null ? null : <>: {reason}</>}
        </div>
      </div>
    ),
  },
  {
    head: "Before and after",
    cell: (entry: AuditEntry) => (
      <details>
        <summary>Show</summary>
        <div className="stack" style={{ width: "min(20rem, 70vw)", marginTop: "var(--space-2)" }}>
          <State name="Before" state={entry.before} hash={entry.before_hash} />
          <State name="After" state={entry.after} hash={entry.after_hash} />
          <span className="small mono" style={{ overflowWrap: "anywhere" }}>
            hash of the entry {entry.hash}
            {entry.request_id === null ? null : <> · request {entry.request_id}</>}
          </span>
        </div>
      </details>
    ),
  },
];

function State({ name, state, hash }: { name: string; state: unknown; hash: string | null }) {
  if (state === undefined || state === null) return <span className="small soft">{name}: nothing is noted.</span>;
  return (
    <div>
      <strong className="small">{name}</strong>
      <pre tabIndex={0} aria-label={name}>
        {JSON.stringify(state, null, 2)}
      </pre>
      {hash === null ? null : (
        <span className="small soft mono" style={{ overflowWrap: "anywhere" }}>
          hash {hash}
        </span>
      )}
    </div>
  );
}
