// Every sync, load, feed, replay and reprocess run that ever was, by kind, state, time, id or words.
import type { Work } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { Link } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { usePages } from "../../frame/pages.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { dayOf, oneOf, textOf } from "../../frame/search.ts";
import { shortId } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Badge, Status } from "../../parts/badge.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Field } from "../../parts/field.tsx";
import { More } from "../../parts/more.tsx";
import { Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";
import { placeOf } from "./place.ts";
import { countWords, tookWords } from "./words.ts";

const kinds = ["sync", "load", "feed", "replay", "post", "reprocess"] as const;
const statuses = ["queued", "running", "succeeded", "partial", "failed", "quarantined", "paused", "cancelled"] as const;

export function RunSearch() {
  const [search, change] = useSearchState();
  const kind = oneOf(search["kind"], kinds);
  const status = oneOf(search["status"], statuses);
  const asked = {
    q: textOf(search["q"]),
    from: dayOf(search["from"]),
    to: dayOf(search["to"]),
    ...(kind === undefined ? {} : { kind: [kind] }),
    ...(status === undefined ? {} : { status: [status] }),
  };
  const query = usePages(["runs", asked], (cursor) =>
    read(api.v1.runs.$get({ query: { ...asked, limit: 50, cursor } })),
  );
  return (
    <>
      <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <Field label="Search" hint="id, file, actor, error">
          <input
            type="search"
            value={asked.q ?? ""}
            onChange={({ target }) => change({ q: target.value }, { replace: true })}
          />
        </Field>
        <Field label="Kind">
          <select value={kind ?? ""} onChange={({ target }) => change({ kind: target.value })}>
            <option value="">all but posts</option>
            {kinds.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </Field>
        <Field label="State">
          <select value={status ?? ""} onChange={({ target }) => change({ status: target.value })}>
            <option value="">every state</option>
            {statuses.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </Field>
        <Field label="From" hint="UTC">
          <input type="date" value={asked.from ?? ""} onChange={({ target }) => change({ from: target.value })} />
        </Field>
        <Field label="To" hint="UTC">
          <input type="date" value={asked.to ?? ""} onChange={({ target }) => change({ to: target.value })} />
        </Field>
      </form>
      <Asked query={query} what="Runs">
        {(runs) =>
          runs.length === 0 ? (
            <Empty title="Nothing ran that fits." command="npx almanac sync run --wait" />
          ) : (
            <Table label="Runs" columns={columns} rows={runs} keyOf={({ kind, id }) => `${kind} ${id}`} />
          )
        }
      </Asked>
      <More query={query} />
    </>
  );
}

const columns = [
  {
    head: "What",
    isWide: true,
    cell: (run: Work) => (
      <>
        <Link {...placeOf(run)}>{run.title}</Link>
        <div className="small soft">
          <span className="mono">{shortId(run.id)}</span> {run.detail}
        </div>
      </>
    ),
  },
  {
    head: "State",
    cell: ({ kind, status }: Work) => (
      <span className="row">
        <Badge>{kind}</Badge>
        <Status of={status} />
      </span>
    ),
  },
  {
    head: "Came to",
    isWide: true,
    cell: ({ counts, error }: Work) => (
      <div className="small">
        {countWords(counts)}
        {error === null ? null : (
          <div>
            <code>{error.code}</code> {error.detail}
          </div>
        )}
      </div>
    ),
  },
  { head: "By", cell: ({ requested_by }: Work) => requested_by },
  {
    head: "Asked for",
    cell: ({ requested_at, finished_at }: Work) => (
      <>
        <When at={requested_at} />
        <div className="small soft">{finished_at === null ? "not ended" : tookWords(requested_at, finished_at)}</div>
      </>
    ),
  },
];
