// Which events are there, as they are or as they were? The filters are the URL.
import type { Event } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { useLocationLabel } from "../../frame/locations.ts";
import { type Search, stringifySearch, textOf } from "../../frame/search.ts";
import { CopyButton } from "../../parts/command.tsx";
import { curlOf } from "../../parts/curl.ts";
import { Empty } from "../../parts/empty.tsx";
import { Loading } from "../../parts/loading.tsx";
import { More } from "../../parts/more.tsx";
import { Needs } from "../../parts/needs.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Screen } from "../../parts/screen.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";
import { EventFilters, type Filters, filterNames } from "./event-filters.tsx";
import "./events.css";

export function Events() {
  return (
    <Screen title="Events" lead="What happened, as it is known now or as it was known then?">
      <Needs operation="listEvents">
        <List />
      </Needs>
    </Screen>
  );
}

function List() {
  const search: Search = useSearch({ strict: false });
  const filters = Object.fromEntries(
    filterNames.flatMap((name) => {
      const text = textOf(search[name]);
      return text === undefined ? [] : [[name, text]];
    }),
  ) as Filters;
  const query = useInfiniteQuery({
    queryKey: ["events", filters],
    queryFn: ({ pageParam }) =>
      read(
        api.v1.events.$get({ query: { ...filters, limit: 50, ...(pageParam === "" ? {} : { cursor: pageParam }) } }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor,
  });
  const events = query.data?.pages.flatMap(({ data }) => data) ?? [];
  const asOf = query.data?.pages[0]?.as_of ?? null;
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      <EventFilters filters={filters} />
      <div className="row between">
        <span role="status" className="soft">
          {asOf === null ? (
            "By time of the event, newest first."
          ) : (
            <>
              As it was known at <When at={asOf} />.
            </>
          )}
        </span>
        <CopyButton text={curlOf(location.origin, `/v1/events${stringifySearch(filters)}`)} label="Copy as curl" />
      </div>
      {query.isPending ? <Loading what="Events" /> : null}
      {query.isError ? <Problem error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isSuccess && events.length === 0 ? (
        isFiltered ? (
          <Empty title="No event is like that." />
        ) : (
          <Empty title="There are no events yet." command="npx almanac load file sales.ndjson --wait">
            Load a file of them, or post them as they happen.
          </Empty>
        )
      ) : null}
      {events.length > 0 ? <Rows events={events} asOf={textOf(filters.as_of)} /> : null}
      <More query={query} />
    </>
  );
}

function Rows({ events, asOf }: { events: readonly Event[]; asOf: string | undefined }) {
  const labelOf = useLocationLabel();
  return <Table label="Events" rows={events} keyOf={({ event_id: id }) => id} columns={columnsOf(labelOf, asOf)} />;
}

const columnsOf = (labelOf: (locationId: string) => string, asOf: string | undefined): Column<Event>[] => [
  {
    head: "Event",
    cell: (event) => (
      <Link to="/events/$eventId" params={{ eventId: event.event_id }} search={{ as_of: asOf }} title={event.event_id}>
        {event.event_type}
      </Link>
    ),
  },
  { head: "When", cell: (event) => <When at={event.event_timestamp} /> },
  { head: "What", isWide: true, cell: ({ metadata }) => <Gist of={metadata} /> },
  {
    head: "Where",
    cell: ({ location_id: id }) =>
      id === null ? (
        <span className="soft">nowhere</span>
      ) : (
        <span className="nowrap" title={id}>
          {labelOf(id)}
        </span>
      ),
  },
  {
    head: "Visit",
    cell: ({ visit_date: date }) =>
      date === null ? <span className="soft">no day</span> : <span className="nowrap">{date}</span>,
  },
  {
    head: "Version",
    isNumber: true,
    cell: ({ version, revision }) => (
      <span title={`version ${version}, revision ${revision}`}>
        {version}
        {revision > 1 ? <span className="soft">.{revision}</span> : null}
      </span>
    ),
  },
];

/** The first few values: enough to tell rows apart. */
function Gist({ of }: { of: Record<string, unknown> }) {
  const entries = Object.entries(of);
  if (entries.length === 0) return <span className="soft">nothing</span>;
  return (
    <span className="gist">
      {entries.slice(0, 3).map(([name, value]) => (
        <span key={name}>
          <span className="soft">{name}</span> {typeof value === "string" ? value : JSON.stringify(value)}
        </span>
      ))}
      {entries.length > 3 ? <span className="soft">{entries.length - 3} more</span> : null}
    </span>
  );
}
