// Two states of a location against each other.
import type { Diff, Version } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { useLocationCode } from "../../frame/locations.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { useChangedVersions, useSteps } from "../../history/version-diffs.ts";
import { Asked } from "../../parts/asked.tsx";
import { Card, Facts } from "../../parts/card.tsx";
import { CopyButton } from "../../parts/command.tsx";
import { curlOf } from "../../parts/curl.ts";
import { Empty } from "../../parts/empty.tsx";
import { Problem } from "../../parts/problem.tsx";
import { When } from "../../parts/when.tsx";
import { ChangeTable } from "./change-table.tsx";
import { between, broughtBy, type Compared, comparedOf, diffPath, lastChange, queryOf, rowsOf } from "./compared.ts";
import { ComparisonChoice } from "./comparison-choice.tsx";

export function Comparison({ locationId }: { locationId: string }) {
  const [search] = useSearchState();
  const { byLocation, isPending, error } = useChangedVersions([locationId]);
  const changed = byLocation.get(locationId) ?? [];
  const compared = comparedOf(search) ?? lastChange(changed);
  if (error !== null) return <Problem error={error} />;
  if (isPending) return null;
  if (changed.length === 0) {
    return (
      <Empty title="No sync has brought this location's calendar yet." command="npx almanac sync run --wait">
        Then there is a first version, and later ones to compare with it.
      </Empty>
    );
  }
  return (
    <Card
      title="Two states compared"
      aside={
        compared === undefined ? undefined : (
          <CopyButton text={curlOf(location.origin, diffPath(locationId, compared))} label="Copy as curl" />
        )
      }
    >
      <ComparisonChoice compared={compared} changed={changed} />
      {compared === undefined ? (
        <p className="soft">There is one version alone: nothing has changed since the first sync.</p>
      ) : (
        <Differences locationId={locationId} compared={compared} changed={changed} />
      )}
    </Card>
  );
}

interface DifferencesProps {
  locationId: string;
  compared: Compared;
  changed: readonly Version[];
}

function Differences({ locationId, compared, changed }: DifferencesProps) {
  const query = queryOf(compared);
  const diff = useQuery({
    queryKey: ["diff", locationId, "asked", query],
    queryFn: () => read(api.v1.locations[":location_id"].diff.$get({ param: { location_id: locationId }, query })),
  });
  return (
    <Asked query={diff} what="The differences">
      {(told) => <Told diff={told} changed={changed} />}
    </Asked>
  );
}

/** What every step on the way is asked for at the most; a difference of a longer way is told without its sync. */
const longestWay = 60;

function Told({ diff, changed }: { diff: Diff; changed: readonly Version[] }) {
  const codeOf = useLocationCode();
  const way = between(changed, diff);
  const steps = useSteps(way.slice(0, longestWay).map(({ version }) => ({ location_id: diff.location_id, version })));
  const brought = broughtBy(steps.diffs, changed);
  const rows = rowsOf(diff);
  return (
    <>
      <Facts
        of={[
          ["From", <State key="from" of={diff.from} />],
          ["To", <State key="to" of={diff.to} />],
          [
            "Differences",
            <span key="rows" role="status">
              {summary(diff)}
            </span>,
          ],
        ]}
      />
      {steps.error === null ? null : <Problem error={steps.error} />}
      {rows.length === 0 ? (
        <p className="soft">
          {codeOf(diff.location_id)} had the same holidays in both
          {diff.from.version === diff.to.version ? ": it is one version" : ""}.
        </p>
      ) : (
        <ChangeTable
          label="Differences"
          rows={rows}
          broughtBy={({ holiday_id }) => <Brought by={brought.get(holiday_id)} isPending={steps.isPending} />}
        />
      )}
    </>
  );
}

function summary({ added, removed, moved, renamed }: Diff): string {
  const words = [
    [added.length, "added"],
    [removed.length, "removed"],
    [moved.length, "moved"],
    [renamed.length, "renamed"],
  ] as const;
  const told = words.filter(([many]) => many > 0).map(([many, how]) => `${many} ${how}`);
  return told.length === 0 ? "none" : told.join(", ");
}

function State({ of: { version, synced_at, region } }: { of: Diff["from"] }) {
  return (
    <>
      version {version} of {region}
      <br />
      <span className="small soft">
        <When at={synced_at} />
      </span>
    </>
  );
}

function Brought({ by, isPending }: { by: Version | undefined; isPending: boolean }) {
  const [search] = useSearchState();
  if (by === undefined) return <span className="small soft">{isPending ? "…" : "not told"}</span>;
  return (
    <span className="small nowrap">
      <Link to="/versions" search={{ ...search, sync: by.sync_id }}>
        version {by.version}
      </Link>{" "}
      from {by.source}, {by.region}
      <br />
      <span className="soft">
        <When at={by.synced_at} />
      </span>
    </span>
  );
}
