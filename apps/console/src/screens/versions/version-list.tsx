// Every version of a location, newest first: one for each sync that succeeded.
import type { Version } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { Link } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { usePages } from "../../frame/pages.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { oneOf } from "../../frame/search.ts";
import { Asked } from "../../parts/asked.tsx";
import { Status } from "../../parts/badge.tsx";
import { Card } from "../../parts/card.tsx";
import { More } from "../../parts/more.tsx";
import { Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";

export function VersionList({ locationId }: { locationId: string }) {
  const [search, change] = useSearchState();
  const outcome = oneOf(search["outcome"], ["changed"]);
  const versions = usePages(["versions", locationId, "pages", outcome], (cursor) =>
    read(
      api.v1.locations[":location_id"].versions.$get({
        param: { location_id: locationId },
        query: {
          limit: 25,
          ...(outcome === undefined ? {} : { outcome }),
          ...(cursor === undefined ? {} : { cursor }),
        },
      }),
    ),
  );
  return (
    <Card
      title="Versions, newest first"
      aside={
        <label className="row small">
          <input
            type="checkbox"
            checked={outcome === "changed"}
            onChange={({ target }) => change({ outcome: target.checked ? "changed" : undefined })}
          />
          Only where something changed
        </label>
      }
    >
      <Asked query={versions} what="Versions">
        {(rows) => (
          <div className="stack">
            <Table label="Versions" rows={rows} keyOf={({ version }) => String(version)} columns={columns} />
            <More query={versions} />
          </div>
        )}
      </Asked>
    </Card>
  );
}

const number = (name: "added" | "removed" | "moved" | "renamed") => ({
  head: name[0]!.toUpperCase() + name.slice(1),
  isNumber: true,
  cell: ({ version, changes }: Version) =>
    version === 1 && name !== "added" ? "" : changes[name] === 0 ? <span className="soft">0</span> : changes[name],
});

const columns = [
  { head: "Version", cell: (row: Version) => <VersionLink of={row} /> },
  { head: "By the sync of", cell: (row: Version) => <SyncLink of={row} /> },
  { head: "Outcome", cell: ({ outcome }: Version) => <Status of={outcome} /> },
  number("added"),
  number("removed"),
  number("moved"),
  number("renamed"),
  { head: "Source", cell: ({ source, region }: Version) => <span className="nowrap">{`${source}, ${region}`}</span> },
];

function VersionLink({ of: { version } }: { of: Version }) {
  const [search] = useSearchState();
  if (version === 1) return "1";
  const compared = { from_version: String(version - 1), to_version: String(version) };
  return (
    <Link to="/versions" search={{ ...search, ...compared, from_as_of: undefined, to_as_of: undefined }}>
      {version}
      <span className="visually-hidden"> against the one before</span>
    </Link>
  );
}

function SyncLink({ of: { sync_id, synced_at } }: { of: Version }) {
  const [search] = useSearchState();
  return (
    <Link to="/versions" search={{ ...search, sync: sync_id }}>
      <When at={synced_at} />
    </Link>
  );
}
