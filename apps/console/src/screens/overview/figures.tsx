// The state in a handful of numbers; what a role may not know is not there.
import type { Status } from "@almanac/client/contract";
import { Link } from "@tanstack/react-router";
import { bytesText, count, counted } from "../../frame/words.ts";
import { Stat } from "../../parts/card.tsx";
import { When } from "../../parts/when.tsx";

export function Figures({ status }: { status: Status }) {
  const { locations, loads, runs, quarantines, audit, database } = status;
  return (
    <section className="card" aria-label="Figures">
      <div className="grid" style={{ "--least": "10rem" } as object}>
        {locations === null ? null : (
          <Stat
            label="Locations in sync"
            value={<Link to="/locations">{`${count(locations.in_sync)} of ${count(locations.active)}`}</Link>}
          >
            oldest <When at={locations.oldest_synced_at} relative />
          </Stat>
        )}
        {loads === null ? null : (
          <>
            <Stat label="Loads in 24 hours" value={<Link to="/loads">{count(loads.finished_24h)}</Link>}>
              {counted(loads.failed_24h, "failed", "failed")}, newest <When at={loads.newest_finished_at} relative />
            </Stat>
            <Stat
              label="Refused lines open"
              value={
                <Link to="/loads" search={{ status: "partial" }}>
                  {count(loads.open_rejects)}
                </Link>
              }
            >
              neither replayed nor mended
            </Stat>
          </>
        )}
        {runs === null ? null : (
          <Stat label="Reprocess runs" value={<Link to="/schemas">{count(runs.unfinished)}</Link>}>
            {count(runs.proposed)} proposed
          </Stat>
        )}
        {quarantines === null ? null : (
          <Stat label="Quarantines" value={<Link to="/versions">{count(quarantines.open)}</Link>}>
            wait for a decision
          </Stat>
        )}
        {audit === null ? null : (
          <Stat label="Audit entries" value={<Link to="/audit">{count(audit.entries)}</Link>}>
            {audit.anchored_at === null ? (
              "not anchored"
            ) : (
              <>
                anchored <When at={audit.anchored_at} relative />
              </>
            )}
          </Stat>
        )}
        {database === null ? null : (
          <Stat label="Database" value={bytesText(database.size_bytes)}>
            {database.migrated ? "newest schema" : "not the newest schema"}
          </Stat>
        )}
      </div>
    </section>
  );
}
