// Many locations on shared calendars of a synthetic source, synced by the use cases that the worker's jobs call.
import { randomUUID } from "node:crypto";
import { resolveCalendar } from "@almanac/db/calendars";
import type { Database } from "@almanac/db/database";
import { bumpEpoch, stampHistory } from "@almanac/db/history";
import { writeLocationStates } from "@almanac/db/locations";
import { readSyncOrder, type SyncOrder } from "@almanac/db/syncs";
import type { CalendarId, LocationId } from "@almanac/domain/ids";
import { recordTargets } from "@almanac/usecases/record-targets";
import { refreshCalendar } from "@almanac/usecases/refresh-calendar";
import { requestSync } from "@almanac/usecases/request-sync";
import { inLanes } from "./measure.ts";
import { createSyntheticSource, type SyntheticSource } from "./synthetic-source.ts";

const window = { back: 5, ahead: 2 };
export const thisYear = Temporal.Now.plainDateISO("UTC").year;
/** The year in which edits change something. */
export const newestYear = thisYear + window.ahead;
const changedShare = 0.01;
// As many as the worker records in one transaction.
const slice = 128;

export interface World {
  database: Database;
  source: SyntheticSource;
  calendars: { calendarId: CalendarId; region: string }[];
  locationIds: LocationId[];
}

/** Registers the locations, and calendars for them in turns; nothing is synced yet. */
export async function populate(database: Database, size: { locations: number; calendars: number }): Promise<World> {
  const calendars: World["calendars"] = [];
  for (let place = 0; place < size.calendars; place += 1) {
    const region = `XA-${String(place).padStart(3, "0")}`;
    const calendarId = await resolveCalendar(database, { source: "offline", subdivisionCode: region, region });
    calendars.push({ calendarId, region });
  }
  const states = Array.from({ length: size.locations }, (_, place) => ({
    locationId: randomUUID() as LocationId,
    countryCode: "XA",
    subdivisionCode: calendars[place % calendars.length]!.region,
    timeZone: null,
    active: true,
  }));
  await database.transaction(async (tx) => {
    await writeLocationStates(tx, await stampHistory(tx), states);
    await bumpEpoch(tx);
  });
  const source = createSyntheticSource(newestYear);
  return { database, source, calendars, locationIds: states.map((state) => state.locationId) };
}

/** The next 1 % of the calendars get a change, at least one. */
export function editSome({ calendars, source }: World, sync: number): void {
  const count = Math.max(1, Math.round(calendars.length * changedShare));
  for (let each = 0; each < count; each += 1) source.edit(calendars[(sync * count + each) % calendars.length]!.region);
}

/**
 * Syncs of every location, `times` requested at once and then recorded one after the other, by the use cases that the
 * worker's jobs call. Null years: the whole window.
 */
export async function syncAll(world: World, years: number[] | null, times: number): Promise<void> {
  const { database, source, calendars } = world;
  const now = () => Temporal.Now.instant();
  const orders: SyncOrder[] = [];
  for (let time = 0; time < times; time += 1) {
    const { sync } = await requestSync(
      { database, queues: { enqueue: async () => "" }, sourceName: source.name, window, now, onWakeFailed: fail },
      { trigger: "schedule", requestKey: null, requestedBy: "schedule", locationIds: null, years },
    );
    orders.push((await readSyncOrder(database, sync.syncId))!);
  }
  const order = orders.at(-1)!;
  const limits = { leaseMs: 5_000, coolDownMs: 900, longestPauseMs: 60_000 };
  const refresh = { database, source, now, ...limits, log: () => undefined };
  const { signal } = new AbortController();
  await inLanes(calendars, 8, ({ calendarId }) =>
    refreshCalendar(refresh, { calendarId, years: order.years, order, signal }),
  );
  for (const each of orders) await record(world, each);
}

function fail(error: unknown): never {
  throw error;
}

async function record({ database, source }: World, order: SyncOrder): Promise<void> {
  const deps = { database, sourceName: source.name, coolDownMs: 900 };
  const targets = [...order.locationIds].map((locationId) => ({ order, locationId }));
  for (let from = 0; from < targets.length; from += slice) {
    const results = await recordTargets(deps, targets.slice(from, from + slice));
    const missed = results.find((result) => result.kind !== "recorded");
    if (missed) throw new Error(`a location was not recorded: ${missed.kind}`);
  }
}
