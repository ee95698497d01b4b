// How much more do we sell on holidays, and where? The number first, then where it comes from.
import type { HolidayLift } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../api.ts";
import { LiftChart } from "../../charts/lift-chart.tsx";
import { useLocationLabel } from "../../frame/locations.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { instantText } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Card } from "../../parts/card.tsx";
import { CopyButton } from "../../parts/command.tsx";
import { curlOf } from "../../parts/curl.ts";
import { Empty } from "../../parts/empty.tsx";
import { Needs } from "../../parts/needs.tsx";
import { Screen } from "../../parts/screen.tsx";
import { type AskedSales, askedOf, pathOf } from "./asked.ts";
import { DailySeries } from "./daily-series.tsx";
import { Filters } from "./filters.tsx";
import { sentenceOf } from "./sentence.ts";
import { ShownSql } from "./shown-sql.tsx";
import { SnapshotChoice } from "./snapshot-choice.tsx";

export function Insights() {
  return (
    <Screen title="Sales and holidays" lead="How much more do we sell on holidays, and where?">
      <Needs operation="getHolidayLift">
        <Answer />
      </Needs>
    </Screen>
  );
}

const groups = ["total", "holiday", "location"] as const;

function Answer() {
  const [search] = useSearchState();
  // Of one drawing of the screen, so that midnight does not ask anew in the middle of it.
  const asked = useMemo(() => askedOf(search, Date.now()), [search]);
  const query = { ...asked, group_by: [...groups] };
  const lift = useQuery({
    queryKey: ["holiday-lift", asked],
    queryFn: () => read(api.v1.insights["holiday-lift"].$get({ query })),
  });
  const labelOf = useLocationLabel();
  return (
    <>
      <Filters asked={asked} />
      <SnapshotChoice asked={asked} />
      <Asked query={lift} what="The lift of holidays">
        {({ data, sql, as_of, snapshot }) => {
          const total = data.find(({ group }) => group === "total");
          const placeOf = ({ location_id: id }: HolidayLift) => (id === null ? "none" : labelOf(id));
          const rowsOf = (wanted: string) => data.filter(({ group }) => group === wanted);
          return (
            <>
              <Card title="In one sentence" aside={<Pinned as_of={as_of} snapshot={snapshot?.snapshot_id ?? null} />}>
                <p className="insight-answer" data-ratio={total?.ratio ?? ""}>
                  {sentenceOf(total, asked)}
                </p>
                <Ways asked={asked} sql={sql} />
              </Card>
              {rowsOf("holiday").length === 0 ? (
                <Empty
                  title="No holiday with sales lies in this time."
                  command={`npx almanac generate events --from ${asked.from} --to ${asked.to} --out sales.ndjson && npx almanac load file sales.ndjson --wait`}
                >
                  Choose a longer time or another kind of event, or load some sales: these would be synthetic.
                </Empty>
              ) : (
                <>
                  <LiftChart label="By holiday" rows={rowsOf("holiday")} nameOf={({ holiday }) => holiday} />
                  <LiftChart
                    label="By location"
                    rows={rowsOf("location").toSorted((a, b) => placeOf(a).localeCompare(placeOf(b)))}
                    nameOf={placeOf}
                  />
                </>
              )}
            </>
          );
        }}
      </Asked>
      <DailySeries asked={asked} />
    </>
  );
}

function Pinned({ as_of, snapshot }: { as_of: string | null; snapshot: string | null }) {
  return (
    <span className="small soft">
      {snapshot === null
        ? `as of ${instantText(as_of ?? "")}`
        : "pinned to a snapshot: the same to the row, whenever asked"}
    </span>
  );
}

/** The same numbers elsewhere. */
function Ways({ asked, sql }: { asked: AskedSales; sql: string }) {
  const lift = pathOf("holiday-lift", { ...asked, group_by: groups });
  return (
    <div className="stack">
      <div className="row">
        <a className="button small" href={`${lift}&format=csv`} download="holiday-lift.csv">
          CSV
        </a>
        <a
          className="button small"
          href={`${pathOf("features", featuresOf(asked))}&format=csv`}
          download="features.csv"
        >
          Features as CSV
        </a>
        <a
          className="button small"
          href={`${pathOf("features", featuresOf(asked))}&format=parquet`}
          download="features.parquet"
        >
          Features as Parquet
        </a>
        <CopyButton text={curlOf(location.origin, lift)} label="Copy as curl" />
      </div>
      <ShownSql of="these numbers" sql={sql} />
    </div>
  );
}

function featuresOf({ from, to, location_id, event_type, basis, snapshot, as_of }: AskedSales) {
  return { from, to, location_id, event_type, basis, snapshot, as_of };
}
