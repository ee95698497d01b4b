// The world that is fuzzed: an api and a worker over one database, a few places with three versions each, answers of the
// source that are held back now and then, and a key of every role.
import { adminKey, openTestApi, type TestApi, type TestApiOptions } from "@almanac/api/testing";
import { roles } from "@almanac/domain/access/roles";
import { openSource } from "@almanac/sources/open";
import type { HolidaySource } from "@almanac/sources/source";
import { defaultSettings } from "@almanac/worker/deps";
import { startWorker } from "@almanac/worker/worker";
import { locationIdOf, places } from "./places.ts";

export interface World {
  api: TestApi;
  /** By the name of its holder: the roles, `admin`, `limited reader`, `limited operator`, `limited ingester`, `revoked`, `expired`. */
  keys: ReadonlyMap<string, string>;
  /** From now on the source tells of Japan every other time only half. */
  unsettle(): void;
  close(): Promise<void>;
}

export interface WorldOptions extends TestApiOptions {
  withWorker?: boolean;
}

export async function openWorld({ withWorker = true, ...options }: WorldOptions = {}): Promise<World> {
  const window = { yearsBack: 1, yearsAhead: 1 };
  const api = await openTestApi({ ...options, settings: { ...window, ...options.settings } });
  const { source, unsettle } = moodySource();
  const worker = withWorker
    ? await startWorker(
        {
          database: api.database,
          queues: api.queues,
          lake: api.lake,
          source,
          log: api.log,
          now: () => Temporal.Now.instant(),
          settings: {
            ...defaultSettings,
            window: { back: window.yearsBack, ahead: window.yearsAhead },
            concurrency: 4,
          },
        },
        { seed: "none", cron: "off", tz: "UTC", keepAllDays: "off" },
      )
    : null;
  async function close(): Promise<void> {
    await worker?.stop(5_000);
    await api.close();
  }
  try {
    await registerPlaces(api);
    for (let round = 0; withWorker && round < 3; round += 1) {
      await syncAll(api);
    }
    return { api, keys: await mintKeys(api), unsettle, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function registerPlaces(api: TestApi): Promise<void> {
  const locations = places.map(([country_code, subdivision_code], place) => ({
    location_id: locationIdOf(place),
    country_code,
    subdivision_code,
  }));
  await expectStatus(200, api.send("PUT", "/v1/locations", { body: { locations } }));
}

/** Requests a sync of all and waits for its end. */
async function syncAll(api: TestApi): Promise<void> {
  const requested = await expectStatus(202, api.send("POST", "/v1/syncs"));
  await expectStatus(200, api.send("GET", `${requested.headers.get("location")}?wait=60`));
}

async function mintKeys(api: TestApi): Promise<Map<string, string>> {
  const keys = new Map<string, string>([["administrator", adminKey]]);
  for (const role of roles) {
    keys.set(role, await api.keyOf(role));
  }
  const own = [locationIdOf(0), locationIdOf(2)];
  keys.set("limited reader", await api.keyOf("reader", own));
  keys.set("limited operator", await api.keyOf("operator", own));
  keys.set("limited ingester", await api.keyOf("ingester", own));
  keys.set("revoked", await api.keyOf("admin"));
  keys.set("expired", await api.keyOf("admin"));
  await api.database.query("update api_key set revoked_at = clock_timestamp() where prefix = $1", [
    prefixOf(keys, "revoked"),
  ]);
  await api.database.query("update api_key set expires_at = clock_timestamp() where prefix = $1", [
    prefixOf(keys, "expired"),
  ]);
  return keys;
}

function prefixOf(keys: ReadonlyMap<string, string>, holder: string): string | undefined {
  return keys.get(holder)?.split("_")[1];
}

async function expectStatus(status: number, sent: Promise<Response>): Promise<Response> {
  const response = await sent;
  if (response.status !== status) {
    throw new Error(`Expected ${status}, got ${response.status}: ${await response.text()}`);
  }
  return response;
}

/** The offline source, until it is unsettled: then every other answer about Japan is half of the truth. */
function moodySource(): { source: HolidaySource; unsettle: () => void } {
  const offline = openSource({ kind: "offline" });
  let isSettled = true;
  let calls = 0;
  const source: HolidaySource = {
    ...offline,
    async fetch(request) {
      const year = await offline.fetch(request);
      if (isSettled || request.region !== "JP") {
        return year;
      }
      calls += 1;
      return calls % 2 === 0
        ? year
        : { ...year, holidays: year.holidays.slice(0, Math.ceil(year.holidays.length / 2)) };
    },
  };
  return {
    source,
    unsettle() {
      isSettled = false;
    },
  };
}
