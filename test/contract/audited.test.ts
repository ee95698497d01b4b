// Every operation that changes something leaves an entry in the audit, by the one who called it and under its request;
// whoever adds an operation says here which, or why none. And no entry holds what nobody may read there.
import { randomUUID } from "node:crypto";
import { type OperationId, permissions } from "@almanac/api/access/permissions";
import { adminKey } from "@almanac/api/testing";
import { writeLoad } from "@almanac/db/testing/events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventAt } from "./access-probes.ts";
import { operationsOf, readDocument } from "./document.ts";
import { locationIdOf, places } from "./places.ts";
import { openWorld, type World } from "./world.ts";

let world: World;
let posted: string;
beforeAll(async () => {
  world = await openWorld();
  const answer = await world.api.send("POST", "/v1/events", { body: eventAt(locationIdOf(0), randomUUID()) });
  posted = ((await answer.json()) as { load_id: string }).load_id;
});
afterAll(() => world.close());

interface Sent {
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Without the administrator's key in its headers. */
  isKeyless?: true;
}

interface Change {
  /** What the audit calls it. */
  action: string;
  send: () => Sent | Promise<Sent>;
}

const japan = locationIdOf(places.length - 1);
const secrets = {
  name: "Someone Nobody Must Know",
  email: "someone.nobody@example.org",
  note: "a word in an event",
};
let link = "";
let cookie = "";
let keyId = "";
const minted: string[] = [];

/** A sync whose calendar is held back. */
async function heldSync(): Promise<string> {
  for (;;) {
    const requested = await world.api.send("POST", "/v1/syncs", { body: { location_ids: [japan] } });
    const { sync_id } = (await requested.json()) as { sync_id: string };
    const ended = await world.api.send("GET", `/v1/syncs/${sync_id}?wait=60`);
    if (((await ended.json()) as { status: string }).status === "quarantined") return sync_id;
  }
}

/** A run that nobody has woken. */
async function storedRun(status: "queued" | "paused"): Promise<string> {
  const { rows } = await world.api.database.query<{ run_id: string }>(
    `insert into reprocess_run (event_type, selection, mode, trigger, to_version, requested_by, status)
     values ('CheckoutStarted', 'all', 'preview', 'api', 1, 'test', $1) returning run_id`,
    [status],
  );
  return rows[0]!.run_id;
}

/** A run that was asked for, at its end. */
async function finishedRun(asked: object): Promise<string> {
  const body = { event_type: "CheckoutStarted", ...asked };
  const requested = await world.api.send("POST", "/v1/reprocess-runs", { body });
  const { run_id } = (await requested.json()) as { run_id: string };
  const ended = await world.api.send("GET", `/v1/reprocess-runs/${run_id}?wait=60`);
  expect(await ended.json()).toMatchObject({ status: "succeeded" });
  return run_id;
}

/** A run that has understood an event anew. */
async function changingRun(): Promise<string> {
  const event_type = "Turned";
  const register = (body: object) => world.api.send("POST", `/v1/schemas/${event_type}/versions`, { body });
  await register({ json_schema: { type: "object" } });
  await world.api.send("POST", "/v1/events", { body: { ...eventAt(locationIdOf(0), randomUUID()), event_type } });
  const upcast = [{ op: "default", path: "/side", value: "left" }];
  await register({ json_schema: { type: "object", properties: { side: { type: "string" } } }, upcast });
  return finishedRun({ event_type, only: "outdated", mode: "publish" });
}

const none = (reason: string) => reason;

/** Of each operation that is no read: what it leaves in the audit, or the reason why nothing. */
const changes: Partial<Record<OperationId, Change | string>> = {
  queryHolidays: none("It reads; its question is too long for a URL."),
  replaceLocations: {
    action: "location.updated",
    send: () => ({
      path: "/v1/locations",
      body: {
        locations: places.map(([country_code, subdivision_code], place) => ({
          location_id: locationIdOf(place),
          country_code,
          subdivision_code: place === 0 ? "NL-GR" : subdivision_code,
        })),
      },
    }),
  },
  addLocation: {
    action: "location.added",
    send: () => ({
      path: "/v1/locations",
      body: { location_id: locationIdOf(900), country_code: "NL", subdivision_code: "NL-NH" },
    }),
  },
  changeLocation: {
    action: "location.updated",
    send: () => ({ path: `/v1/locations/${locationIdOf(1)}`, body: { time_zone: "Europe/Amsterdam" } }),
  },
  deactivateLocation: {
    action: "location.deactivated",
    send: () => ({ path: `/v1/locations/${locationIdOf(4)}` }),
  },
  requestSync: {
    action: "sync.requested",
    send: () => ({ path: "/v1/syncs", body: { location_ids: [locationIdOf(1)] } }),
  },
  approveSync: {
    action: "quarantine.approved",
    send: async () => ({ path: `/v1/syncs/${await heldSync()}/approve` }),
  },
  rejectSync: {
    action: "quarantine.rejected",
    send: async () => ({ path: `/v1/syncs/${await heldSync()}/reject` }),
  },
  checkSchema: none("It says what a registration would; nothing is stored."),
  registerSchema: {
    action: "schema.registered",
    send: () => ({ path: "/v1/schemas/Audited/versions", body: { json_schema: { type: "object" } } }),
  },
  changeEventType: {
    action: "event_type.changed",
    send: () => ({ path: "/v1/schemas/Audited", body: { owner: "the gates" } }),
  },
  requestReprocess: {
    action: "reprocess_run.requested",
    send: () => ({ path: "/v1/reprocess-runs", body: { event_type: "BarcodeScanned" } }),
  },
  publishReprocessRun: {
    action: "reprocess_run.published",
    send: async () => ({ path: `/v1/reprocess-runs/${await finishedRun({ mode: "preview" })}/publish` }),
  },
  revertReprocessRun: {
    action: "reprocess_run.requested",
    send: async () => ({ path: `/v1/reprocess-runs/${await changingRun()}/revert` }),
  },
  pauseReprocessRun: {
    action: "reprocess_run.paused",
    send: async () => ({ path: `/v1/reprocess-runs/${await storedRun("queued")}/pause` }),
  },
  resumeReprocessRun: {
    action: "reprocess_run.resumed",
    send: async () => ({ path: `/v1/reprocess-runs/${await storedRun("paused")}/resume` }),
  },
  cancelReprocessRun: {
    action: "reprocess_run.cancelled",
    send: async () => ({ path: `/v1/reprocess-runs/${await storedRun("queued")}/cancel` }),
  },
  createLoad: {
    action: "load.accepted",
    send: () => ({
      path: "/v1/loads",
      headers: { "content-type": "application/x-ndjson" },
      body: JSON.stringify({ ...eventAt(locationIdOf(0), randomUUID()), metadata: { note: secrets.note } }),
    }),
  },
  putDimension: {
    action: "load.accepted",
    send: () => ({
      path: "/v1/dimensions/users",
      headers: { "content-type": "text/csv" },
      body: `user_id,name,email\n${randomUUID()},${secrets.name},${secrets.email}\n`,
    }),
  },
  replayLoad: {
    action: "load.replayed",
    send: () => ({ path: `/v1/loads/${posted}/replay`, body: { only: "all" } }),
  },
  cancelLoad: {
    action: "load.cancel_requested",
    send: async () => ({ path: `/v1/loads/${(await writeLoad(world.api.database)).loadId}/cancel` }),
  },
  postEvents: {
    action: "events.posted",
    send: () => ({
      path: "/v1/events",
      body: { ...eventAt(locationIdOf(0), randomUUID()), metadata: { note: secrets.note } },
    }),
  },
  createSnapshot: { action: "snapshot.created", send: () => ({ path: "/v1/snapshots", body: {} }) },
  releaseSnapshot: {
    action: "snapshot.released",
    send: async () => {
      const made = await world.api.send("POST", "/v1/snapshots");
      return { path: `/v1/snapshots/${((await made.json()) as { snapshot_id: string }).snapshot_id}` };
    },
  },
  createKey: {
    action: "key.created",
    send: () => ({ path: "/v1/keys", body: { name: "audited", role: "reader" } }),
  },
  revokeKey: { action: "key.revoked", send: () => ({ path: `/v1/keys/${keyId}` }) },
  createSignInLink: { action: "sign_in_link.created", send: () => ({ path: "/v1/sign-in-links" }) },
  createSession: {
    action: "sign_in.created",
    send: () => ({ path: "/v1/session", body: { link }, isKeyless: true }),
  },
  board: {
    action: "jobs.changed",
    send: () => ({
      path: "/jobs/api/queues/prune/add",
      headers: { cookie, "sec-fetch-site": "same-origin" },
      isKeyless: true,
      body: { name: "prune", data: { dry_run: true }, options: {} },
    }),
  },
  endSession: {
    action: "sign_in.ended",
    send: () => ({ path: "/v1/session", headers: { cookie }, isKeyless: true }),
  },
};

/** Method of each operation that may change something, by what is served. */
async function changing(): Promise<Map<OperationId, string>> {
  const document = await readDocument(world.api);
  const declared = operationsOf(document).filter(({ method }) => method !== "GET");
  return new Map([
    ...declared.map(({ operationId, method }) => [operationId as OperationId, method] as const),
    // A page, which is in no document.
    ["board", "POST"],
  ]);
}

test("every operation that is no read is named here, and in the table of permissions", async () => {
  const operations = [...(await changing()).keys()];
  expect(Object.keys(changes).toSorted()).toEqual(operations.toSorted());
  expect(operations.filter((operationId) => !Object.hasOwn(permissions, operationId))).toEqual([]);
});

const audited = Object.entries(changes).filter((each): each is [string, Change] => typeof each[1] !== "string");

test.each(audited)("%s is in the audit, with who and under which request", async (operationId, { action, send }) => {
  world.unsettle();
  const { path, body, headers, isKeyless } = await send();
  const requestId = `audited ${operationId}`;
  const method = (await changing()).get(operationId as OperationId)!;
  const response = await world.api.send(method, path, {
    ...(isKeyless === true ? { key: null } : {}),
    ...(body === undefined ? {} : { body }),
    headers: { ...headers, "x-request-id": requestId },
  });
  expect([operationId, response.status, response.status < 400]).toEqual([operationId, response.status, true]);
  remember(operationId, response.headers.get("set-cookie"), await response.text());
  const { rows } = await world.api.database.query<{ actor: string; action: string }>(
    "select actor, action from audit where request_id = $1",
    [response.headers.get("x-request-id")],
  );
  expect(rows).toContainEqual({ actor: "admin-key", action });
});

/** What a later one needs. */
function remember(operationId: string, setCookie: string | null, text: string): void {
  if (operationId === "createSession") cookie = setCookie!.split(";")[0]!;
  if (operationId === "createSignInLink") ({ link } = JSON.parse(text) as { link: string });
  if (operationId !== "createKey") return;
  const created = JSON.parse(text) as { key_id: string; key: string };
  keyId = created.key_id;
  minted.push(created.key);
}

test("what the worker did by itself is there, too", async () => {
  const { rows } = await world.api.database.query<{ action: string }>(
    "select distinct action from audit where actor in ('worker', 'migrate') order by 1",
  );
  const actions = rows.map(({ action }) => action);
  for (const action of [
    "calendar.quarantined",
    "calendar.revised",
    "load.finished",
    "schema.migrated",
    "subdivision.resolved",
    "sync.finished",
  ]) {
    expect(actions).toContain(action);
  }
});

test("no entry holds a key, a sign-in, or what a feed or an event says", async () => {
  const { rows } = await world.api.database.query<{ entry: string }>("select audit_text(a) as entry from audit a");
  const all = rows.map(({ entry }) => entry).join("\n");
  expect(all.length).toBeGreaterThan(1_000);
  const unwanted = [
    adminKey,
    ...minted,
    ...world.keys.values(),
    cookie.split("=")[1]!,
    link.split("#")[1]!,
    ...Object.values(secrets),
  ];
  expect(unwanted.filter((text) => text.length < 5)).toEqual([]);
  expect(unwanted.filter((text) => all.includes(text))).toEqual([]);
});
