// The first start: the brief's 13 locations where there are none, and a first sync where there was none for a day.
import { recordAudit } from "@almanac/db/audit";
import { bumpEpoch, stampHistory } from "@almanac/db/history";
import { readLocationFacts, writeLocationStates } from "@almanac/db/locations";
import { listSyncs } from "@almanac/db/syncs";
import type { LocationId } from "@almanac/domain/ids";
import type { LocationState } from "@almanac/domain/location/plan";
import { requestSync } from "@almanac/usecases/request-sync";
import type { WorkerDeps } from "../deps.ts";
import { requestDeps } from "../sync/processors.ts";

// As the brief lists them.
const briefLocations: readonly (readonly [string, string])[] = [
  ["9415913d-fffa-41f9-9323-6d62e6100a31", "NL-FL"],
  ["432d10d2-1a7c-4bbd-abd2-85075fb19c71", "NL-GR"],
  ["a2d0d6fd-3a18-4f58-ac36-d2e56bf71a46", "GB-NSM"],
  ["ab5df8c0-dfe7-4ca3-a9e4-c77f93e551a7", "NL-ZH"],
  ["fdbf55b4-1b97-43a8-a096-a71d0b9d6940", "GB-WLL"],
  ["d9a11093-b1a4-4c1a-9e2a-7cc951b55a32", "NL-DR"],
  ["4f2c9d63-73b3-40f4-892d-136599854b87", "NL-FR"],
  ["423ff765-83ac-472c-9ef7-b3a592696711", "NL-UT"],
  ["5770db11-e7bf-4044-b54c-d49f69e947ec", "GB-SOM"],
  ["d70aed5a-3960-44fa-9c08-f725c2b03ce8", "NL-NH"],
  ["e826584c-c32b-4ca1-835f-b7d7416f2958", "NL-LI"],
  ["e40a0514-03e7-4d28-b7be-38c18a5ae73c", "GB-WRT"],
  ["4c8eb5ba-0140-4b48-924b-899112abe562", "NL-GE"],
];

/** Registers the brief's locations when no location was ever registered; true when it did. */
export async function seedLocations(deps: Pick<WorkerDeps, "database">): Promise<boolean> {
  return deps.database.transaction(async (tx) => {
    const stamp = await stampHistory(tx);
    if ((await readLocationFacts(tx)).length > 0) {
      return false;
    }
    const states = briefLocations.map(([id, subdivisionCode]): LocationState => ({
      locationId: id as LocationId,
      countryCode: subdivisionCode.slice(0, 2),
      subdivisionCode,
      timeZone: null,
      active: true,
    }));
    await writeLocationStates(tx, stamp, states);
    await recordAudit(
      tx,
      ...states.map((state) => ({
        actor: "start",
        action: "location.added",
        objectType: "location",
        objectId: state.locationId,
        after: { country_code: state.countryCode, subdivision_code: state.subdivisionCode },
      })),
    );
    await bumpEpoch(tx);
    return true;
  });
}

const dayMs = 86_400_000;

/** Asks for a sync of all when none was asked for in the last day: a fresh start, or one after a long rest. */
export async function requestFirstSync(deps: WorkerDeps): Promise<void> {
  const nowMs = deps.now().epochMilliseconds;
  const newest = (await listSyncs(deps.database, { limit: 1 }))[0];
  const isRecent = newest && nowMs - Temporal.Instant.from(newest.requestedAt).epochMilliseconds < dayMs;
  const anyActive = (await readLocationFacts(deps.database)).some((location) => location.active);
  if (isRecent || !anyActive) {
    return;
  }
  await requestSync(requestDeps(deps), {
    trigger: "start",
    // Several workers that start together ask once.
    requestKey: `start:${newest?.syncId ?? "first"}`,
    requestedBy: "start",
    locationIds: null,
    years: null,
  });
}
