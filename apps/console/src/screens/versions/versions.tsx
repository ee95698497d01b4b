// What changed between two states of a location, which sync brought it, and what waits for a decision?
import { labelOf, useLocations } from "../../frame/locations.ts";
import { useSearchState } from "../../frame/search-state.ts";
import { textOf } from "../../frame/search.ts";
import { useSession } from "../../frame/session.ts";
import { Asked } from "../../parts/asked.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Field } from "../../parts/field.tsx";
import { Needs } from "../../parts/needs.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Comparison } from "./comparison.tsx";
import { Quarantines } from "./quarantines.tsx";
import { SyncStory } from "./sync-story.tsx";
import { VersionList } from "./version-list.tsx";

export function Versions() {
  const { may } = useSession();
  const [search] = useSearchState();
  const sync = textOf(search["sync"]);
  return (
    <Screen title="Changes" lead="What changed between two syncs, and what waits for a decision?">
      <Needs operation="getDiff">
        {may("listQuarantines") ? <Quarantines /> : null}
        {sync === undefined ? null : <SyncStory key={sync} syncId={sync} />}
        <OfLocation />
      </Needs>
    </Screen>
  );
}

function OfLocation() {
  const locations = useLocations();
  const [search, change] = useSearchState();
  return (
    <Asked query={locations} what="Locations">
      {(known) => {
        const wanted = textOf(search["location_id"]);
        const chosen = known.find(({ location_id }) => location_id === wanted) ?? known[0];
        if (chosen === undefined) {
          return (
            <Empty title="There is no location yet." command="npx almanac locations import locations.csv">
              A location says whose calendar is fetched.
            </Empty>
          );
        }
        return (
          <>
            <div className="filters">
              <Field label="Location">
                <select
                  value={chosen.location_id}
                  onChange={({ target }) => change({ location_id: target.value, ...nothingCompared, sync: undefined })}
                >
                  {known.map((location) => (
                    <option key={location.location_id} value={location.location_id}>
                      {labelOf(location)}
                    </option>
                  ))}
                </select>
              </Field>
            </div>
            <Comparison key={chosen.location_id} locationId={chosen.location_id} />
            <VersionList locationId={chosen.location_id} />
          </>
        );
      }}
    </Asked>
  );
}

const nothingCompared = {
  from_version: undefined,
  to_version: undefined,
  from_as_of: undefined,
  to_as_of: undefined,
};
