// Did my file arrive, and what was refused? Files in by drag and drop, and every load that ever was.
import type { Load } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { Link } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { api } from "../../api.ts";
import { usePages } from "../../frame/pages.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { oneOf, textOf } from "../../frame/search.ts";
import { useSession } from "../../frame/session.ts";
import { bytesText, count, tailId } from "../../frame/words.ts";
import { Status } from "../../parts/badge.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Field } from "../../parts/field.tsx";
import { Loading } from "../../parts/loading.tsx";
import { More } from "../../parts/more.tsx";
import { Needs } from "../../parts/needs.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";
import { Drop } from "./drop.tsx";
import { mediaWord } from "./media.ts";
import { RowsBar } from "./rows-bar.tsx";
import "./loads.css";

const choices = {
  status: ["queued", "running", "succeeded", "partial", "failed"],
  dataset: ["events", "users", "tickets", "articles"],
  channel: ["upload", "inbox", "post", "replay"],
} as const;

export function Loads() {
  const { may } = useSession();
  return (
    <Screen title="Loads" lead="Did my file arrive, and what was refused?">
      <Needs operation="listLoads">
        {may("createLoad") ? <Drop /> : null}
        <List />
      </Needs>
    </Screen>
  );
}

function List() {
  const [search, change] = useSearchState();
  const filter = {
    status: oneOf(search["status"], choices.status),
    dataset: oneOf(search["dataset"], choices.dataset),
    channel: oneOf(search["channel"], choices.channel),
    q: textOf(search["q"]),
  };
  const channel = filter.channel === undefined ? undefined : [filter.channel];
  const query = usePages(
    ["loads", filter],
    (cursor) => read(api.v1.loads.$get({ query: { ...filter, channel, limit: 50, cursor } })),
    { againMs: (loads) => (loads.some(isOpen) ? 2_000 : false) },
  );
  const [name, type] = useState(filter.q ?? "");
  function find(event: SubmitEvent): void {
    event.preventDefault();
    change({ q: name.trim() });
  }
  const loads = query.data ?? [];
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      <form className="filters" role="search" aria-label="Loads" onSubmit={find}>
        {(["status", "dataset", "channel"] as const).map((name) => (
          <Field key={name} label={{ status: "Status", dataset: "Dataset", channel: "Came by" }[name]}>
            <select value={filter[name] ?? ""} onChange={({ target }) => change({ [name]: target.value })}>
              <option value="">All</option>
              {choices[name].map((choice) => (
                <option key={choice} value={choice}>
                  {choice}
                </option>
              ))}
            </select>
          </Field>
        ))}
        <Field label="Name" hint="a part of it">
          <input type="search" value={name} onChange={({ target }) => type(target.value)} />
        </Field>
        <button type="submit" className="button">
          Find
        </button>
      </form>
      {query.isPending ? <Loading what="Loads" /> : null}
      {query.isError ? <Problem error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isSuccess && loads.length === 0 ? (
        isFiltered ? (
          <Empty title="No load is like that." />
        ) : (
          <Empty title="Nothing was loaded yet." command="npx almanac load file sales.ndjson --wait">
            Drop a file above, or load one from a terminal.
          </Empty>
        )
      ) : null}
      {loads.length > 0 ? <Table label="Loads" columns={columns} rows={loads} keyOf={({ load_id: id }) => id} /> : null}
      <More query={query} />
    </>
  );
}

const columns = [
  {
    head: "Load",
    cell: (load: Load) => (
      <span className="stack tight">
        <Link to="/loads/$loadId" params={{ loadId: load.load_id }} title={load.load_id}>
          {load.file_name ?? tailId(load.load_id)}
        </Link>
        <span className="small soft">
          {load.dataset} · {mediaWord(load.media_type)} · {bytesText(load.bytes)}
        </span>
      </span>
    ),
  },
  {
    head: "Status",
    cell: (load: Load) => (
      <span className="row">
        <Status of={load.status} />
        {isOpen(load) ? <span className="small soft">{Math.round(load.progress * 100)} %</span> : null}
      </span>
    ),
  },
  { head: "Lines", isNumber: true, cell: ({ rows }: Load) => count(rows.total) },
  {
    head: "Came to",
    cell: ({ rows }: Load) => (rows.total === 0 ? <span className="soft">none yet</span> : <RowsBar rows={rows} />),
  },
  {
    head: "Not taken",
    isNumber: true,
    cell: ({ rows }: Load) =>
      rows.rejected + rows.conflict === 0 ? (
        <span className="soft">0</span>
      ) : (
        <strong className="not-taken">{count(rows.rejected + rows.conflict)}</strong>
      ),
  },
  { head: "Came by", cell: (load: Load) => load.channel },
  { head: "Asked for", cell: (load: Load) => <When at={load.requested_at} /> },
];

function isOpen({ finished_at: finishedAt }: Load): boolean {
  return finishedAt === null;
}
