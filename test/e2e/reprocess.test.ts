// The brief's hardest sentence, told over HTTP: the past changes. Scans without barcode_type were loaded; a new schema
// version adds it; what is stored already is brought to it, and everything can still be told as it was.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, callerOf } from "../stage/caller.ts";
import { openStage, type Stage } from "../stage/stage.ts";

const adminKey = "a key of the stories, 32 characters+";
let stage: Stage;
let caller: Caller;
beforeAll(async () => {
  stage = (await openStage("postgres"))!;
  const settings = { HOLIDAY_SOURCE: "offline", ALMANAC_ADMIN_KEY: adminKey };
  const [api] = await Promise.all([stage.start("api", settings), stage.start("worker", settings)]);
  caller = callerOf(api.url, adminKey);
});
afterAll(() => stage.close());

interface ToldRun {
  run_id: string;
  status: string;
  mode: string;
  rows: Record<"scanned" | "changed" | "unchanged" | "failed", number>;
  fields: { pointer: string; added: number }[];
  sample: { event_id: string; patch: { op: string; path: string; value: unknown }[] }[];
  rejects: Record<"would_pass" | "replayed" | "passed", number | null>;
}

interface ToldEvent {
  version: number;
  revision: number;
  schema_version: number;
  run_id: string | null;
  recorded_at: string;
  received_at: string;
  load_id: string;
  metadata: Record<string, unknown>;
  received: Record<string, unknown> | null;
}

async function ended(runId: string): Promise<ToldRun> {
  for (;;) {
    const told = await caller.send<ToldRun>("GET", `/v1/reprocess-runs/${runId}?wait=30`);
    if (told.status === 200) return told.body;
  }
}

const scan = (own: Record<string, unknown> = {}) => ({
  event_id: randomUUID() as string,
  event_type: "BarcodeScanned",
  event_timestamp: "2026-05-01T09:00:00Z",
  user_id: randomUUID(),
  related_id: randomUUID(),
  version: 1,
  metadata: { scanner_location: "North / 3" },
  ...own,
});

const registration = {
  json_schema: {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      scanner_location: { type: "string", maxLength: 200 },
      barcode_type: { type: "string", description: "What was scanned." },
    },
  },
  upcast: [{ op: "default", path: "/barcode_type", value: "QR" }],
};

async function inMart(ids: readonly string[]) {
  const { rows } = await stage.database.query<{ barcode_type: string | null; events: number }>(
    `select barcode_type, count(*)::int as events from mart.fact_events where event_id = any($1) group by 1 order by 1`,
    [ids],
  );
  return rows;
}

test("scans without barcode_type get it by a new schema version: previewed, published, traceable, and taken back", async () => {
  const bare = Array.from({ length: 300 }, () => scan());
  const filled = [scan({ metadata: { scanner_location: "South", barcode_type: "EAN" } })];
  const early = Array.from({ length: 4 }, () => scan({ schema_version: 2, metadata: { barcode_type: "EAN" } }));
  const lines = [...bare, ...filled, ...early];
  const first = await caller.load({ body: lines.map((line) => `${JSON.stringify(line)}\n`).join("") });
  expect(first).toMatchObject({ status: "partial", rows: { inserted: 301, rejected: 4 } });
  const ids = [...bare, ...filled].map((event) => event.event_id);
  expect(await inMart(ids)).toEqual([
    { barcode_type: "EAN", events: 1 },
    { barcode_type: null, events: 300 },
  ]);

  // The registry takes the version, and proposes a run by itself.
  const path = "/v1/schemas/BarcodeScanned/versions";
  const registered = await caller.send<{ schema_version: number; run_id: string }>("POST", path, registration);
  expect(registered).toMatchObject({ status: 201, body: { schema_version: 2 } });
  const preview = await ended(registered.body.run_id);
  expect(preview).toMatchObject({
    status: "succeeded",
    mode: "preview",
    rows: { scanned: 301, changed: 300, unchanged: 1, failed: 0 },
    rejects: { would_pass: 4 },
  });
  expect(preview.fields).toEqual([{ pointer: "/metadata/barcode_type", added: 300, removed: 0, replaced: 0 }]);
  expect(preview.sample[0]?.patch).toEqual([
    { op: "add", path: "/metadata/barcode_type", value: "QR" },
    { op: "replace", path: "/schema_version", value: 2 },
  ]);
  expect(await inMart(ids)).toHaveLength(2);

  const before = await caller.get<ToldEvent>(`/v1/events/${ids[0]}`);
  const published = await caller.send<ToldRun>("POST", `/v1/reprocess-runs/${preview.run_id}/publish`, {
    reason: "as agreed with the gates' team",
  });
  expect(published.status).toBe(202);
  expect(await ended(preview.run_id)).toMatchObject({
    status: "succeeded",
    mode: "publish",
    rows: preview.rows,
    rejects: { replayed: 4, passed: 4 },
  });
  expect(await inMart([...ids, ...early.map((event) => event.event_id)])).toEqual([
    { barcode_type: "EAN", events: 5 },
    { barcode_type: "QR", events: 300 },
  ]);

  // Today's interpretation, the one of then, and where both came from.
  const now = await caller.get<ToldEvent>(`/v1/events/${ids[0]}`);
  expect(now).toMatchObject({
    version: 1,
    revision: 2,
    schema_version: 2,
    run_id: preview.run_id,
    load_id: first.load_id,
    metadata: { scanner_location: "North / 3", barcode_type: "QR" },
    received: { scanner_location: "North / 3" },
  });
  const asOf = await caller.get<ToldEvent>(`/v1/events/${ids[0]}?as_of=${before.recorded_at}`);
  expect(asOf).toMatchObject({
    revision: 1,
    schema_version: 1,
    metadata: { scanner_location: "North / 3" },
    received: null,
  });
  const { data } = await caller.get<{ data: ToldEvent[] }>(`/v1/events/${ids[0]}/versions`);
  expect(data.map(({ revision, run_id }) => [revision, run_id])).toEqual([
    [2, preview.run_id],
    [1, null],
  ]);
  const cured = await caller.get<ToldEvent>(`/v1/events/${early[0]!.event_id}`);
  expect(cured.received_at).toBe(now.received_at);
  expect(cured.load_id).not.toBe(first.load_id);

  // Who and why.
  const { data: audit } = await caller.get<{ data: { action: string; actor: string; reason: string | null }[] }>(
    `/v1/audit?object=reprocess_run:${preview.run_id}`,
  );
  expect(audit.map(({ action, actor, reason }) => ({ action, actor, reason })).reverse()).toEqual([
    { action: "reprocess_run.requested", actor: "admin-key", reason: "Schema version 2 was registered." },
    { action: "reprocess_run.finished", actor: "worker", reason: null },
    { action: "reprocess_run.published", actor: "admin-key", reason: "as agreed with the gates' team" },
    { action: "reprocess_run.finished", actor: "worker", reason: null },
  ]);
  expect(await caller.get("/v1/audit/verify")).toMatchObject({ valid: true, first_bad: null });

  // Taken back, but for the event that has a newer version since.
  await caller.load({ body: `${JSON.stringify({ ...bare[1], version: 2 })}\n` });
  const revert = await caller.send<ToldRun>("POST", `/v1/reprocess-runs/${preview.run_id}/revert`, {
    reason: "one gate scans EAN",
  });
  expect(await ended(revert.body.run_id)).toMatchObject({ status: "succeeded", rows: { scanned: 299, changed: 299 } });
  expect(await caller.get<ToldEvent>(`/v1/events/${ids[0]}`)).toMatchObject({
    revision: 3,
    schema_version: 1,
    metadata: { scanner_location: "North / 3" },
    run_id: revert.body.run_id,
  });
});
