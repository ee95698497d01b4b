// A list of places compared with what is tracked, before anything is sent.
import type { Location } from "@almanac/client/contract";
import type { ListedLocation } from "@almanac/client/location-list";

export interface ImportPlan {
  added: ListedLocation[];
  updated: ListedLocation[];
  reactivated: ListedLocation[];
  deactivated: Location[];
  unchanged: number;
  /** More than the api takes without being told twice: max(2, a quarter of the active ones). */
  isMassDeactivation: boolean;
}

/** What the list as the whole list would do: what it does not name is deactivated. */
export function planImport(listed: readonly ListedLocation[], known: readonly Location[]): ImportPlan {
  const byId = new Map(known.map((location) => [location.location_id, location]));
  const ids = new Set(listed.map(({ location_id }) => location_id));
  const plan: ImportPlan = {
    added: [],
    updated: [],
    reactivated: [],
    deactivated: known.filter(({ active, location_id }) => active && !ids.has(location_id)),
    unchanged: 0,
    isMassDeactivation: false,
  };
  for (const row of listed) {
    const before = byId.get(row.location_id);
    if (before === undefined) plan.added.push(row);
    else if (!before.active) plan.reactivated.push(row);
    else if (isOther(row, before)) plan.updated.push(row);
    else plan.unchanged += 1;
  }
  const active = known.filter((location) => location.active).length;
  plan.isMassDeactivation = plan.deactivated.length > Math.max(2, active / 4);
  return plan;
}

function isOther(row: ListedLocation, before: Location): boolean {
  return (
    row.subdivision_code !== before.subdivision_code ||
    row.country_code !== before.country_code ||
    (row.time_zone !== undefined && row.time_zone !== before.time_zone)
  );
}
