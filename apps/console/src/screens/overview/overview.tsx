// Is everything fresh and correct? What is wrong comes first, each with what mends it.
import type { Status } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api.ts";
import { useSession } from "../../frame/session.ts";
import { instantText } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Needs } from "../../parts/needs.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Figures } from "./figures.tsx";
import { Findings } from "./findings.tsx";
import { Freshness } from "./freshness.tsx";
import { LastLoads } from "./last-loads.tsx";
import { Queues, Schedules, Workers } from "./machinery.tsx";

export function Overview() {
  return (
    <Screen title="Overview" lead="Is everything fresh and correct?">
      <Needs operation="getStatus">
        <Told />
      </Needs>
    </Screen>
  );
}

function Told() {
  const { may } = useSession();
  const query = useQuery({
    queryKey: ["status"],
    queryFn: () => read(api.v1.status.$get({})),
    refetchInterval: 10_000,
  });
  return (
    <Asked query={query} what="The status">
      {(status: Status) => (
        <>
          <Findings status={status} />
          <Figures status={status} />
          <div className="grid" style={{ "--least": "26rem" } as object}>
            {may("listLocations") ? <Freshness /> : null}
            {may("listLoads") ? <LastLoads /> : null}
            {status.queues === null ? null : <Queues of={status.queues} />}
            <div className="stack beside">
              {status.schedules === null ? null : <Schedules of={status.schedules} />}
              {status.workers === null ? null : <Workers of={status.workers} />}
            </div>
          </div>
          <p className="small soft">
            Looked at {instantText(status.checked_at)}, again every ten seconds. Almanac {status.version}.
          </p>
        </>
      )}
    </Asked>
  );
}
