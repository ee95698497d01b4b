// Each place's last sync, the oldest first.
import type { Location } from "@almanac/client/contract";
import { Link } from "@tanstack/react-router";
import { labelOf, useLocations } from "../../frame/locations.ts";
import { Asked } from "../../parts/asked.tsx";
import { Status } from "../../parts/badge.tsx";
import { Card } from "../../parts/card.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";

const most = 15;

export function Freshness() {
  const query = useLocations({ everyMs: 10_000 });
  return (
    <Card title="Freshness by location" aside={<Link to="/locations">All locations</Link>}>
      <Asked query={query} what="Locations">
        {(locations) => {
          const oldest = locations
            .filter(({ active }) => active)
            .toSorted((a, b) => (a.last_synced_at ?? "").localeCompare(b.last_synced_at ?? ""));
          return oldest.length === 0 ? (
            <Empty
              title="No location yet."
              command="npx almanac locations add --country NL --subdivision NL-NH --sync"
            />
          ) : (
            <Table
              label="Freshness by location"
              columns={columns}
              rows={oldest.slice(0, most)}
              keyOf={({ location_id }) => location_id}
            />
          );
        }}
      </Asked>
    </Card>
  );
}

const columns = [
  {
    head: "Location",
    cell: (location: Location) => (
      <Link to="/holidays" search={{ location_id: location.location_id }} className="mono">
        {labelOf(location)}
      </Link>
    ),
  },
  { head: "Last sync", cell: ({ last_sync_outcome }: Location) => <Status of={last_sync_outcome} /> },
  { head: "When", cell: ({ last_synced_at }: Location) => <When at={last_synced_at} relative /> },
];
