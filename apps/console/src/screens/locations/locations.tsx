// What do we track, and is each in sync?
import type { Location } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api.ts";
import { usePages } from "../../frame/pages.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { oneOf, textOf } from "../../frame/search.ts";
import { useSession } from "../../frame/session.ts";
import { shortId } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Badge, Status } from "../../parts/badge.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Field } from "../../parts/field.tsx";
import { More } from "../../parts/more.tsx";
import { Needs } from "../../parts/needs.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";
import { AddLocation } from "./add-location.tsx";
import { ChangeLocation } from "./change-location.tsx";
import { ImportList } from "./import-list.tsx";
import { countriesOf, orders, shownOf } from "./shown.ts";
import { SyncNow } from "./sync-now.tsx";
import { type SyncRequest, useSyncRequest } from "./sync-request.ts";
import "./locations.css";

export function Locations() {
  const { may } = useSession();
  const sync = useSyncRequest();
  return (
    <Screen title="Locations" lead="What do we track, and is each in sync?">
      <Needs operation="listLocations">
        {may("requestSync") ? <SyncNow request={sync} /> : null}
        {may("addLocation") ? <AddLocation /> : null}
        {may("replaceLocations") ? <ImportList /> : null}
        <List sync={sync} />
      </Needs>
    </Screen>
  );
}

const outcomes = ["changed", "unchanged", "failed", "quarantined", "never"] as const;

function List({ sync }: { sync: SyncRequest }) {
  const [search, change] = useSearchState();
  const { may } = useSession();
  const [changing, setChanging] = useState<Location | null>(null);
  const words = textOf(search["q"]) ?? "";
  const country = textOf(search["country"]);
  const order = oneOf(search["sort"], orders) ?? "added";
  const active = oneOf(search["active"], ["true", "false"]);
  const asked = {
    outcome: oneOf(search["outcome"], outcomes),
    ...(active === undefined ? {} : { active: active === "true" }),
  };
  const query = usePages(["locations", "list", asked], (cursor) =>
    read(api.v1.locations.$get({ query: { ...asked, limit: 1_000, cursor } })),
  );
  const countries = countriesOf(query.data ?? []);
  const columns = [
    ...shownColumns,
    ...(may("changeLocation") || may("requestSync")
      ? [
          {
            head: "Actions",
            isMute: true,
            cell: (location: Location) => (
              <span className="row" style={{ flexWrap: "nowrap" }}>
                {may("requestSync") && location.active ? (
                  <Act
                    verb="Sync"
                    location={location}
                    isBusy={sync.isPending}
                    onAct={() => sync.mutate(location.location_id)}
                  />
                ) : null}
                {may("changeLocation") ? (
                  <Act verb="Change" location={location} onAct={() => setChanging(location)} />
                ) : null}
              </span>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <Field label="Search" hint="id, code, region">
          <input
            type="search"
            value={words}
            onChange={({ target }) => change({ q: target.value }, { replace: true })}
          />
        </Field>
        <Field label="Country">
          <select value={country ?? ""} onChange={({ target }) => change({ country: target.value })}>
            <option value="">every country</option>
            {[...new Set([...countries, ...(country === undefined ? [] : [country])])].map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </Field>
        <Field label="Last sync">
          <select value={asked.outcome ?? ""} onChange={({ target }) => change({ outcome: target.value })}>
            <option value="">however it went</option>
            {outcomes.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </Field>
        <Field label="Tracked">
          <select value={active ?? ""} onChange={({ target }) => change({ active: target.value })}>
            <option value="">active and inactive</option>
            <option value="true">active</option>
            <option value="false">inactive</option>
          </select>
        </Field>
        <Field label="Order">
          <select value={order} onChange={({ target }) => change({ sort: target.value })}>
            <option value="added">newest first</option>
            <option value="synced">oldest sync first</option>
          </select>
        </Field>
      </form>
      <Asked query={query} what="Locations">
        {(locations) => {
          const shown = shownOf(locations, { words, country, order });
          return shown.length === 0 ? (
            <Empty title="No location fits." command="npx almanac locations import locations.csv" />
          ) : (
            <Table label="Locations" columns={columns} rows={shown} keyOf={({ location_id }) => location_id} />
          );
        }}
      </Asked>
      <More query={query} />
      {changing === null ? null : <ChangeLocation location={changing} onClose={() => setChanging(null)} />}
    </>
  );
}

interface ActProps {
  verb: string;
  location: Location;
  isBusy?: boolean;
  onAct: () => void;
}

function Act({ verb, location: { subdivision_code, location_id }, isBusy = false, onAct }: ActProps) {
  return (
    <button
      type="button"
      className="button small"
      aria-label={`${verb} ${subdivision_code} ${shortId(location_id)}`}
      disabled={isBusy}
      onClick={onAct}
    >
      {verb}
    </button>
  );
}

const shownColumns = [
  {
    head: "Location",
    cell: ({ location_id, subdivision_code, active }: Location) => (
      <>
        <span className="row">
          <strong>{subdivision_code}</strong>
          {active ? null : <Badge>inactive</Badge>}
        </span>
        <div className="small soft mono">{location_id}</div>
      </>
    ),
  },
  {
    head: "Calendar",
    cell: ({ resolved_region, time_zone }: Location) => (
      <>
        {resolved_region ?? <span className="soft">not known yet</span>}
        {time_zone === null ? null : <div className="small soft">{time_zone}</div>}
      </>
    ),
  },
  {
    head: "Last sync",
    cell: ({ last_sync_outcome, last_error }: Location) => (
      <>
        <Status of={last_sync_outcome} />
        {last_error === null ? null : (
          <div className="small">
            <code>{last_error.code}</code> {last_error.detail}
          </div>
        )}
      </>
    ),
  },
  { head: "When", cell: ({ last_synced_at }: Location) => <When at={last_synced_at} relative /> },
  { head: "Version", isNumber: true, cell: ({ version }: Location) => version ?? "" },
  {
    head: "Look",
    cell: ({ location_id }: Location) => (
      <span className="row">
        <Link to="/holidays" search={{ location_id }}>
          calendar
        </Link>
        <Link to="/versions" search={{ location_id }}>
          changes
        </Link>
      </span>
    ),
  },
];
