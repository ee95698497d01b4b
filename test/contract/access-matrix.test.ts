// Every operation × every role × two tenants, and every kind of credential that is none: each cell as declared.
import { allows, type OperationId, permissions } from "@almanac/api/access/permissions";
import { type Role, roles } from "@almanac/domain/access/roles";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventAt, type Known, type Probe, probes } from "./access-probes.ts";
import { locationIdOf, places } from "./places.ts";
import { openWorld, type World } from "./world.ts";

const ours = locationIdOf(0);
const theirs = locationIdOf(2);

interface Holder {
  name: string;
  key: string | null;
  /** `none` for what is no key now. */
  role: Role | "none";
  /** Null: not limited. */
  limitedTo: string | null;
}

let world: World;
let known: Known;
const holders: Holder[] = [];
beforeAll(async () => {
  world = await openWorld();
  known = await makeKnown(world);
  for (const role of roles) {
    holders.push({ name: role, key: await world.api.keyOf(role), role, limitedTo: null });
  }
  for (const role of roles.filter((each) => each !== "admin")) {
    for (const limitedTo of [ours, theirs]) {
      const name = `${role} of ${limitedTo === ours ? "our" : "their"} location`;
      holders.push({ name, key: await world.api.keyOf(role, [limitedTo]), role, limitedTo });
    }
  }
  const dead = { role: "none", limitedTo: null } as const;
  holders.push(
    { name: "nobody", key: null, ...dead },
    { name: "a made-up key", key: `alm_000000000000_${"A".repeat(43)}`, ...dead },
    { name: "no key at all", key: "nonsense", ...dead },
    { name: "a revoked admin", key: world.keys.get("revoked") as string, ...dead },
    { name: "an expired admin", key: world.keys.get("expired") as string, ...dead },
  );
});
afterAll(() => world.close());

async function makeKnown({ api }: World): Promise<Known> {
  const sync = async (location_ids: string[]) => {
    const requested = await api.send("POST", "/v1/syncs", { body: { location_ids } });
    const { sync_id } = (await requested.json()) as { sync_id: string };
    expect((await api.send("GET", `/v1/syncs/${sync_id}?wait=60`)).status).toBe(200);
    return sync_id;
  };
  const created = await api.send("POST", "/v1/keys", { body: { name: "nobody's", role: "reader" } });
  const pinned = await api.send("POST", "/v1/snapshots");
  let fresh = 500;
  const freshId = () => locationIdOf((fresh += 1));
  const eventOf = new Map([ours, theirs].map((location) => [location, freshId()]));
  const posted = await api.send("POST", "/v1/events", {
    body: [...eventOf].map(([location, event]) => eventAt(location, event)),
  });
  const asked = await api.send("POST", "/v1/reprocess-runs", {
    body: { event_type: "CheckoutStarted", mode: "publish" },
  });
  const { run_id: runId } = (await asked.json()) as { run_id: string };
  expect((await api.send("GET", `/v1/reprocess-runs/${runId}?wait=60`)).status).toBe(200);
  return {
    eventOf,
    runId,
    snapshotId: ((await pinned.json()) as { snapshot_id: string }).snapshot_id,
    loadId: ((await posted.json()) as { load_id: string }).load_id,
    syncOf: new Map([
      [ours, await sync([ours])],
      [theirs, await sync([theirs])],
    ]),
    syncOfBoth: await sync([ours, theirs]),
    keyId: ((await created.json()) as { key_id: string }).key_id,
    elsewhere: locationIdOf(7),
    locations: places.map(([country_code, subdivision_code], place) => ({
      location_id: locationIdOf(place),
      country_code,
      subdivision_code,
    })),
    freshId,
  };
}

function ask(probe: Probe, key: string | null, locationId: string): Promise<Response> {
  return world.api.send(probe.method, probe.path(locationId, known), {
    key,
    ...(probe.body === undefined ? {} : { body: probe.body(locationId, known) }),
    ...(probe.headers === undefined ? {} : { headers: probe.headers }),
  });
}

/** What the cell says. */
function declared(operationId: OperationId, holder: Holder, locationId: string): number {
  const permission = permissions[operationId];
  const probe = probes[operationId];
  if (permission === "public") {
    return probe.status;
  }
  // No credential is fine there, a wrong one is not.
  if (permission === "anyone") {
    return holder.role === "none" && holder.key !== null ? 401 : probe.status;
  }
  if (!allows(holder.role, permission)) {
    return holder.role === "none" ? 401 : 403;
  }
  const isForeign = holder.limitedTo !== null && holder.limitedTo !== locationId;
  if (holder.limitedTo !== null && probe.foreign === "refused") {
    return 403;
  }
  return isForeign && probe.foreign === "hidden" ? 404 : probe.status;
}

test.each(Object.keys(permissions) as OperationId[])(
  "%s answers every holder of every key as declared",
  async (operationId) => {
    const probe = probes[operationId];
    const wrong: string[] = [];
    let cells = 0;
    for (const holder of holders) {
      for (const locationId of [ours, theirs]) {
        const response = await ask(probe, holder.key, locationId);
        const text = await response.text();
        const expected = declared(operationId, holder, locationId);
        cells += 1;
        if (response.status !== expected) {
          wrong.push(
            `${holder.name} about ${locationId}: ${response.status}, declared is ${expected}: ${text.slice(0, 200)}`,
          );
        }
        const foreign = holder.limitedTo === ours ? theirs : ours;
        if (holder.limitedTo !== null && probe.foreign === "own" && text.includes(foreign)) {
          wrong.push(`${holder.name} is shown ${foreign}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(cells).toBe(holders.length * 2);
  },
);

describe("what a key may not see is the same 404 as what is not there:", () => {
  const hidden = (Object.keys(probes) as OperationId[]).filter(
    (id) => probes[id].foreign === "hidden" && permissions[id] !== "admin",
  );
  test.each(hidden)("%s", async (operationId) => {
    const probe = probes[operationId];
    const nowhere = locationIdOf(999);
    const allowed = holders.filter(({ role }) => role !== "admin" && allows(role, permissions[operationId]));
    const limited = allowed.find(({ limitedTo }) => limitedTo === ours) as Holder;
    const unlimited = allowed.find(({ limitedTo }) => limitedTo === null) as Holder;
    const none = "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e";
    const absent: Known = { ...known, syncOf: new Map([[nowhere, none]]), eventOf: new Map([[nowhere, none]]) };
    const shape = async (response: Response, ids: (string | undefined)[]) => {
      const problem = (await response.json()) as Record<string, unknown>;
      const text = ids.reduce<string>(
        (all, id) => all.replaceAll(id ?? "", "<id>"),
        JSON.stringify({ ...problem, request_id: "" }),
      );
      return [response.status, text, [...response.headers.keys()].toSorted()];
    };
    const unseen = await shape(await ask(probe, limited.key, theirs), [
      theirs,
      known.syncOf.get(theirs),
      known.eventOf.get(theirs),
    ]);
    for (const holder of probe.takesUnregistered === true ? [limited] : [limited, unlimited]) {
      const missing = await world.api.send(probe.method, probe.path(nowhere, absent), {
        key: holder.key,
        ...(probe.body === undefined ? {} : { body: probe.body(nowhere, absent) }),
      });
      expect(await shape(missing, [nowhere, none])).toEqual(unseen);
    }
  });
});

test("a sync of both tenants' locations is seen by neither limited key, and decided by neither", async () => {
  const paths = [
    ["GET", `/v1/syncs/${known.syncOfBoth}`],
    ["POST", `/v1/syncs/${known.syncOfBoth}/approve`],
    ["POST", `/v1/syncs/${known.syncOfBoth}/reject`],
  ] as const;
  for (const { key, role, limitedTo } of holders.filter((each) => each.role === "operator")) {
    for (const [method, path] of paths) {
      const { status } = await world.api.send(method, path, { key });
      expect([role, limitedTo, method, path, status]).toEqual([
        role,
        limitedTo,
        method,
        path,
        limitedTo !== null ? 404 : method === "GET" ? 200 : 409,
      ]);
    }
  }
});

test("one foreign location in a list refuses the list", async () => {
  const { key } = holders.find(({ role, limitedTo }) => role === "operator" && limitedTo === ours) as Holder;
  const both = [ours, theirs];
  const answers = [
    await world.api.send(
      "GET",
      `/v1/holidays?location_id=${ours}&location_id=${theirs}&from=2026-01-01&to=2026-01-31`,
      { key },
    ),
    await world.api.send("POST", "/v1/holidays/query", {
      key,
      body: { location_ids: both, from: "2026-01-01", to: "2026-01-31" },
    }),
    await world.api.send("POST", "/v1/syncs", { key, body: { location_ids: both } }),
  ];
  for (const answer of answers) {
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, "location.not_found"]);
  }
});

test("a limited operator's sync of everything is one of its own locations", async () => {
  const { key } = holders.find(({ role, limitedTo }) => role === "operator" && limitedTo === ours) as Holder;
  const { sync_id } = (await (await world.api.send("POST", "/v1/syncs", { key })).json()) as { sync_id: string };
  const sync = await world.api.send("GET", `/v1/syncs/${sync_id}?wait=60`, { key });
  const { locations } = (await sync.json()) as { locations: { location_id: string }[] };
  expect(locations.map((each) => each.location_id)).toEqual([ours]);
});
