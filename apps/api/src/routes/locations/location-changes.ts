// How locations change: planned from the facts under the history lock, written with their history and the audit in one
// transaction, and told only once no api process answers with what was before.
import { recordAudit, type AuditEntry } from "@almanac/db/audit";
import type { Tx } from "@almanac/db/database";
import { bumpEpoch, stampHistory } from "@almanac/db/history";
import { readLocationFacts, writeLocationStates } from "@almanac/db/locations";
import { AppError, type ErrorItem } from "@almanac/domain/errors";
import type { LocationId } from "@almanac/domain/ids";
import {
  checkLocations,
  isMassDeactivation,
  type LocationChange,
  type LocationInput,
  type LocationPlan,
  type LocationState,
  planLocations,
} from "@almanac/domain/location/plan";
import type { HolidaySource } from "@almanac/sources/source";
import { requestSync, type RequestSyncDeps } from "@almanac/usecases/request-sync";
import { locationNotFound } from "../../access/principal.ts";
import { holdBack } from "../../holiday/freshness.ts";
import { checkSource } from "./fields.ts";

export interface LocationChangesDeps {
  sync: RequestSyncDeps;
  source: HolidaySource;
}

/** Who changes, for the audit. */
export interface Author {
  actor: string;
  requestId: string;
}

export interface Changed<Result> {
  result: Result;
  /** Active now and other than before: what a sync asked for with the change is for. */
  toSync: LocationId[];
}

/** What one change of the whole does in its transaction. */
type Decide<Result> = (tx: Tx) => Promise<{ plan: LocationPlan; result: Result }>;

/** Throws 422 `location.invalid` with every item; `pointer` is where the list stands in the body. */
export function refuseInvalid(
  source: HolidaySource,
  incoming: readonly LocationInput[],
  pointerOf: (place: number) => string,
): void {
  const errors: ErrorItem[] = checkLocations(incoming, "").map((item) => ({
    ...item,
    pointer: placed(item.pointer, pointerOf),
  }));
  const malformed = new Set(errors.map((item) => item.pointer.replace(/\/(country_code|subdivision_code)$/, "")));
  incoming.forEach((location, place) => {
    if (!malformed.has(pointerOf(place))) {
      errors.push(...checkSource(source, location, pointerOf(place)));
    }
  });
  if (errors.length > 0) {
    throw new AppError("incorrect", {
      code: "location.invalid",
      detail: errors.length === 1 ? errors[0]!.detail : `${errors.length} things are wrong; nothing was changed.`,
      errors,
    });
  }
}

function placed(pointer: string, pointerOf: (place: number) => string): string {
  const [, place, field] = /^\/(\d+)\/(.*)$/.exec(pointer) ?? [];
  return `${pointerOf(Number(place))}/${field}`;
}

/** The whole list. 409 `location.mass_deactivation` unless it is allowed. */
export function replaceLocations(
  deps: LocationChangesDeps,
  author: Author,
  input: { incoming: readonly LocationInput[]; allowMassDeactivation: boolean },
): Promise<Changed<LocationPlan>> {
  return change(deps, author, async (tx) => {
    const current = await readLocationFacts(tx);
    const plan = planLocations({ current, incoming: input.incoming });
    const active = current.filter((location) => location.active).length;
    if (!input.allowMassDeactivation && isMassDeactivation(active, plan.deactivate.length)) {
      throw new AppError("conflict", {
        code: "location.mass_deactivation",
        detail: `This list deactivates ${plan.deactivate.length} of ${active} active locations. Repeat the call with allow_mass_deactivation=true if that is meant.`,
      });
    }
    return { plan, result: plan };
  });
}

/** A new location. 409 `location.exists` for one that is registered, active or not. */
export function addLocation(
  deps: LocationChangesDeps,
  author: Author,
  incoming: LocationInput,
): Promise<Changed<LocationState>> {
  return change(deps, author, async (tx) => {
    const current = await readLocationFacts(tx, [incoming.locationId]);
    if (current.length > 0) {
      throw new AppError("conflict", {
        code: "location.exists",
        detail: `The location ${incoming.locationId} is registered already; PATCH changes it.`,
      });
    }
    const plan = planLocations({ current, incoming: [incoming] });
    return { plan, result: plan.add[0]! };
  });
}

/** Some facts of a location; what is left out stays. 404 `location.not_found`, 422 `location.invalid`. */
export function changeLocation(
  deps: LocationChangesDeps,
  author: Author,
  locationId: LocationId,
  facts: Partial<Omit<LocationState, "locationId">>,
): Promise<Changed<LocationState>> {
  return change(deps, author, async (tx) => {
    const [before] = await readLocationFacts(tx, [locationId]);
    if (before === undefined) {
      throw locationNotFound(locationId);
    }
    const given = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
    const after: LocationState = { ...before, ...given };
    if (after.countryCode !== before.countryCode || after.subdivisionCode !== before.subdivisionCode) {
      refuseInvalid(deps.source, [after], () => "");
    }
    return { plan: planOf({ before, after }), result: after };
  });
}

function planOf(one: LocationChange): LocationPlan {
  const { before, after } = one;
  const plan: LocationPlan = { add: [], update: [], reactivate: [], deactivate: [], unchanged: [] };
  if (before.active !== after.active) (after.active ? plan.reactivate : plan.deactivate).push(one);
  else if (Object.entries(after).every(([name, value]) => before[name as keyof LocationState] === value))
    plan.unchanged.push(before);
  else plan.update.push(one);
  return plan;
}

async function change<Result>(
  deps: LocationChangesDeps,
  author: Author,
  decide: Decide<Result>,
): Promise<Changed<Result>> {
  const { plan, result } = await deps.sync.database.transaction(async (tx) => {
    const stamp = await stampHistory(tx);
    const decided = await decide(tx);
    const states = statesOf(decided.plan);
    if (states.length > 0) {
      await writeLocationStates(tx, stamp, states);
      await recordAudit(tx, ...auditOf(decided.plan, author));
      await bumpEpoch(tx);
    }
    return decided;
  });
  if (statesOf(plan).length > 0) {
    await holdBack();
  }
  const touched = [...plan.add, ...[...plan.reactivate, ...plan.update].map(({ after }) => after)];
  return { result, toSync: touched.filter((location) => location.active).map((location) => location.locationId) };
}

function statesOf(plan: LocationPlan): LocationState[] {
  return [...plan.add, ...[...plan.update, ...plan.reactivate, ...plan.deactivate].map(({ after }) => after)];
}

function auditOf(plan: LocationPlan, author: Author): AuditEntry[] {
  const entry = (verb: string, before: LocationState | null, after: LocationState): AuditEntry => ({
    actor: author.actor,
    action: `location.${verb}`,
    objectType: "location",
    objectId: after.locationId,
    ...(before === null ? {} : { before: factsOf(before) }),
    after: factsOf(after),
    requestId: author.requestId,
  });
  return [
    ...plan.add.map((after) => entry("added", null, after)),
    ...plan.update.map(({ before, after }) => entry("updated", before, after)),
    ...plan.reactivate.map(({ before, after }) => entry("reactivated", before, after)),
    ...plan.deactivate.map(({ before, after }) => entry("deactivated", before, after)),
  ];
}

function factsOf(state: LocationState) {
  return {
    country_code: state.countryCode,
    subdivision_code: state.subdivisionCode,
    time_zone: state.timeZone,
    active: state.active,
  };
}

/** The id of a sync for what changed; null when nothing is to be synced or it was not asked for. */
export async function syncChanged(
  deps: LocationChangesDeps,
  author: Author,
  { toSync }: Changed<unknown>,
  wanted: boolean,
): Promise<string | null> {
  if (!wanted || toSync.length === 0) {
    return null;
  }
  const { sync } = await requestSync(deps.sync, {
    trigger: "api",
    requestKey: null,
    requestedBy: author.actor,
    locationIds: toSync,
    years: null,
    requestId: author.requestId,
  });
  return sync.syncId;
}
