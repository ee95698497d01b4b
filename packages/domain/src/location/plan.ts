// What a new list of locations means for the ones that are known: nothing is ever deleted, only deactivated.
import { AppError, type ErrorItem } from "../errors.ts";
import type { LocationId } from "../ids.ts";
import { checkRegionCodes } from "../region.ts";

export interface LocationState {
  /** Lower case. */
  locationId: LocationId;
  countryCode: string;
  subdivisionCode: string;
  timeZone: string | null;
  active: boolean;
}

export interface LocationInput {
  locationId: LocationId;
  countryCode: string;
  subdivisionCode: string;
  /** Left out: what is known stays. */
  timeZone?: string | null | undefined;
}

export interface LocationChange {
  before: LocationState;
  after: LocationState;
}

/** Every incoming location is in exactly one of add, update, reactivate and unchanged; lists are in the order given. */
export interface LocationPlan {
  add: LocationState[];
  update: LocationChange[];
  /** Were inactive and are listed again, with the codes as listed now. */
  reactivate: LocationChange[];
  /** Are active and no longer listed. */
  deactivate: LocationChange[];
  unchanged: LocationState[];
}

/** What is wrong with a list of locations: a location twice, malformed codes, a subdivision of another country. */
export function checkLocations(incoming: readonly LocationInput[], pointer = "/locations"): ErrorItem[] {
  const firstAt = new Map<LocationId, number>();
  return incoming.flatMap((location, index) => {
    const errors = checkRegionCodes(location, `${pointer}/${index}`);
    const first = firstAt.get(location.locationId);
    if (first === undefined) firstAt.set(location.locationId, index);
    else {
      errors.unshift({
        pointer: `${pointer}/${index}/location_id`,
        code: "location_id.duplicate",
        detail: `The location ${location.locationId} is in the list already, at ${pointer}/${first}.`,
      });
    }
    return errors;
  });
}

/**
 * Plans the whole list: adds, updates, reactivates, and deactivates the active ones that are not listed any more.
 * Inactive ones that are not listed stay as they are. Throws `location.invalid` (incorrect) with every error of
 * `checkLocations`.
 */
export function planLocations(input: {
  current: readonly LocationState[];
  incoming: readonly LocationInput[];
}): LocationPlan {
  const errors = checkLocations(input.incoming);
  if (errors.length > 0) {
    throw new AppError("incorrect", {
      code: "location.invalid",
      detail: "The list of locations has errors; nothing was changed.",
      errors,
    });
  }
  const known = new Map(input.current.map((location) => [location.locationId, location]));
  const plan: LocationPlan = { add: [], update: [], reactivate: [], deactivate: [], unchanged: [] };
  for (const location of input.incoming) {
    const before = known.get(location.locationId);
    const after = {
      locationId: location.locationId,
      countryCode: location.countryCode,
      subdivisionCode: location.subdivisionCode,
      timeZone: location.timeZone === undefined ? (before?.timeZone ?? null) : location.timeZone,
      active: true,
    };
    if (before === undefined) plan.add.push(after);
    else if (!before.active) plan.reactivate.push({ before, after });
    else if (sameLocation(before, after)) plan.unchanged.push(before);
    else plan.update.push({ before, after });
  }
  const listed = new Set(input.incoming.map((location) => location.locationId));
  for (const before of input.current) {
    if (before.active && !listed.has(before.locationId)) {
      plan.deactivate.push({ before, after: { ...before, active: false } });
    }
  }
  return plan;
}

/** Whether a list deactivates more than max(2, 25 %) of the active locations, which is asked back before it is done. */
export function isMassDeactivation(activeCount: number, deactivateCount: number): boolean {
  return deactivateCount > Math.max(2, activeCount * 0.25);
}

function sameLocation(a: LocationState, b: LocationState): boolean {
  return a.countryCode === b.countryCode && a.subdivisionCode === b.subdivisionCode && a.timeZone === b.timeZone;
}
