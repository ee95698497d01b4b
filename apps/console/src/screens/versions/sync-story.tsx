// One sync: who wanted it, when, what became of each location.
import type { Sync } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { useLocationLabel } from "../../frame/locations.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { counted } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Status } from "../../parts/badge.tsx";
import { Card, Facts } from "../../parts/card.tsx";
import { Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";
import { yearsText } from "./compared.ts";

const triggers: Record<Sync["trigger"], string> = {
  api: "asked for by",
  schedule: "the schedule, as",
  start: "the first start, as",
  job: "a job, as",
};

export function SyncStory({ syncId }: { syncId: string }) {
  const [, change] = useSearchState();
  const sync = useQuery({
    queryKey: ["sync", syncId],
    queryFn: () => read(api.v1.syncs[":sync_id"].$get({ param: { sync_id: syncId } })),
  });
  return (
    <Card
      title="One sync"
      aside={
        <button type="button" className="button small" onClick={() => change({ sync: undefined })}>
          Close the sync
        </button>
      }
    >
      <Asked query={sync} what="The sync">
        {(told) => <Told sync={told} />}
      </Asked>
    </Card>
  );
}

function Told({ sync }: { sync: Sync }) {
  const labelOf = useLocationLabel();
  return (
    <>
      <Facts
        of={[
          ["Status", <Status key="status" of={sync.status} />],
          ["Wanted by", `${triggers[sync.trigger]} ${sync.requested_by}`],
          ["Asked for", <When key="asked" at={sync.requested_at} />],
          ["Finished", <When key="finished" at={sync.finished_at} none="not yet" />],
          ["Source", sync.source],
          ["Years", yearsText(sync.years)],
          [
            "Sync",
            <span key="id" className="mono">
              {sync.sync_id}
            </span>,
          ],
        ]}
      />
      <details>
        <summary>
          {counted(sync.counts.total, "location")}, {sync.counts.changed} changed
        </summary>
        <div style={{ marginTop: "var(--space-2)" }}>
          <Table
            label="Locations of the sync"
            rows={sync.locations}
            keyOf={({ location_id }) => location_id}
            columns={[
              {
                head: "Location",
                cell: ({ location_id, version }) => (
                  <Link
                    to="/versions"
                    search={{
                      location_id,
                      sync: sync.sync_id,
                      ...(version === null || version < 2
                        ? {}
                        : { from_version: String(version - 1), to_version: String(version) }),
                    }}
                  >
                    {labelOf(location_id)}
                  </Link>
                ),
              },
              { head: "Outcome", cell: ({ outcome }) => <Status of={outcome} /> },
              { head: "Version", isNumber: true, cell: ({ version }) => version ?? "" },
              { head: "Added", isNumber: true, cell: ({ changes }) => changes?.added ?? "" },
              { head: "Removed", isNumber: true, cell: ({ changes }) => changes?.removed ?? "" },
              { head: "Moved", isNumber: true, cell: ({ changes }) => changes?.moved ?? "" },
              { head: "Renamed", isNumber: true, cell: ({ changes }) => changes?.renamed ?? "" },
              { head: "Error", cell: ({ error }) => (error === null ? "" : `${error.detail} (${error.code})`) },
            ]}
          />
        </div>
      </details>
    </>
  );
}
