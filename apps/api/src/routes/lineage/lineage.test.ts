// The story of an event is whole: of one that was corrected, of one that was refused first, of one that is understood anew.
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anEvent, loadLines, ndjson, runToEnd, type SentEvent } from "../../../testing/events.ts";
import { openTestApi, type TestApi } from "../../../testing/test-api.ts";

interface RawJson {
  byte_offset: number;
  byte_length: number;
  text: string | null;
  base64: string | null;
}

interface Interpretation {
  version: number;
  revision: number;
  is_current: boolean;
  judged_by: number;
  schema_version: number;
  recorded_at: string;
  superseded_at: string | null;
  received_at: string;
  load_id: string;
  line: number;
  run_id: string | null;
  metadata: Record<string, unknown>;
  batch: { committed_at: string; lane: number; from_line: number; to_line: number };
  raw: RawJson | null;
}

interface RejectJson {
  load_id: string;
  line: number;
  code: string;
  raw: string | null;
  event_id: string | null;
  taken_again: { load_id: string; replay_of: string; outcome: string; code: string | null; version: number | null }[];
}

interface Lineage {
  event_id: string;
  is_whole: boolean;
  loads: { load_id: string; replay_of: string | null; raw_object: string; channel: string }[] | null;
  runs: { run_id: string; requested_by: string; failure: { code: string } | null }[];
  rejects: RejectJson[] | null;
  members: { dataset: string; id: string; inferred: boolean; load_id: string }[];
  interpretations: Interpretation[];
}

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

async function lineageOf(event: { event_id: string }, search = "", key?: string): Promise<Lineage> {
  const path = `/v1/events/${event.event_id}/lineage${search}`;
  const response = await api.send("GET", path, key === undefined ? {} : { key });
  const text = await response.text();
  expect([response.status, text.slice(0, response.status === 200 ? 0 : 300)]).toEqual([200, ""]);
  // Where the lake lies on its machine is told nowhere.
  expect(text).not.toContain(tmpdir());
  return JSON.parse(text) as Lineage;
}

async function upload(body: string | Uint8Array<ArrayBuffer>, type: string): Promise<string> {
  const response = await api.send("POST", "/v1/loads", { body, headers: { "content-type": type } });
  const { load_id } = (await response.json()) as { load_id: string };
  await runToEnd(api, load_id);
  return load_id;
}

async function replay(loadId: string, only: "rejects" | "all"): Promise<string> {
  const response = await api.send("POST", `/v1/loads/${loadId}/replay`, { body: { only } });
  const { load_id } = (await response.json()) as { load_id: string };
  await runToEnd(api, load_id);
  return load_id;
}

async function register(eventType: string): Promise<void> {
  await api.database.query(
    `insert into event_schema (event_type, schema_version, json_schema, registered_by) values ($1, 1, '{}', 'test')`,
    [eventType],
  );
}

/** The bytes of a body that an answer says a line lies in. */
const cut = (body: string, { byte_offset, byte_length }: RawJson) =>
  Buffer.from(body)
    .subarray(byte_offset, byte_offset + byte_length)
    .toString();

describe("an event that was corrected", () => {
  const event = anEvent({ metadata: { total_amount: 1, currency: "EUR", note: "1 € für Zoë" } });
  const late: SentEvent = { ...event, version: 2, metadata: { total_amount: 2, currency: "EUR" } };
  const newest: SentEvent = { ...event, version: 3, metadata: { total_amount: 3, currency: "EUR" } };

  test("200: each version with its load, its line, its bytes, its batch and its times; the conflict beside them", async () => {
    const first = `\uFEFF${ndjson([anEvent(), anEvent()]).replaceAll("\n", "\r\n")}${JSON.stringify(event)}\r\n`;
    const load1 = await upload(first, "application/x-ndjson");
    const load3 = await loadLines(api, [newest]);
    const load2 = await loadLines(api, [anEvent(), late]);
    const other = { ...newest, metadata: { total_amount: 4, currency: "EUR" } };
    const conflicting = await loadLines(api, [other]);

    const told = await lineageOf(event);
    expect(told.is_whole).toBe(true);
    expect(
      told.interpretations.map(({ version, revision, load_id, line }) => [version, revision, load_id, line]),
    ).toEqual([
      [3, 1, load3, 1],
      [2, 1, load2, 2],
      [1, 1, load1, 3],
    ]);
    const [current, stale, original] = told.interpretations as [Interpretation, Interpretation, Interpretation];
    expect([current.is_current, stale.is_current, original.is_current]).toEqual([true, false, false]);
    expect(stale.superseded_at).toBe(stale.recorded_at);
    expect(original.superseded_at).toBe(current.recorded_at);
    expect(original).toMatchObject({ judged_by: 1, schema_version: 1, run_id: null });
    expect(original.batch.committed_at).toBe(original.recorded_at);
    expect(original.batch.from_line).toBeLessThanOrEqual(3);
    expect(original.raw?.text).toBe(JSON.stringify(event));
    expect(cut(first, original.raw!)).toBe(JSON.stringify(event));
    expect(told.loads?.map(({ load_id }) => load_id)).toEqual([load1, load3, load2, conflicting]);
    expect(told.loads?.every(({ raw_object }) => /^raw\/events\/[\d-]{10}\/[0-9a-f]{64}\./.test(raw_object))).toBe(
      true,
    );
    expect(told.rejects).toMatchObject([
      { load_id: conflicting, line: 1, code: "event.conflict", raw: JSON.stringify(other), taken_again: [] },
    ]);
    expect(told.members).toMatchObject([{ dataset: "users", id: event["user_id"], inferred: true }]);
    expect(told.runs).toEqual([]);
  });

  test("200 without the raw lines, where they are not asked for", async () => {
    const told = await lineageOf(event, "?raw=false");
    expect(told.interpretations.map(({ raw }) => raw)).toEqual([null, null, null]);
  });
});

test.each([
  ["application/json", (events: SentEvent[]) => JSON.stringify(events, null, 2)],
  [
    "text/csv",
    (events: SentEvent[]) =>
      `event_id,event_type,event_timestamp,user_id,version,metadata\n${events
        .map(
          (event) =>
            `${event.event_id},PaymentSuccessful,2026-03-01T10:00:00Z,${String(event["user_id"])},1,"${JSON.stringify(event["metadata"]).replaceAll('"', '""')}"\n`,
        )
        .join("")}`,
  ],
])("the raw line of a body of %s is found by its number", async (type, write) => {
  const events = [anEvent(), anEvent(), anEvent()];
  const body = write(events);
  await upload(body, type);
  const { interpretations } = await lineageOf(events[1]!);
  const { raw } = interpretations[0]!;
  expect(raw?.text).toContain(events[1]!.event_id);
  expect(cut(body, raw!)).toBe(raw!.text);
  expect(raw?.text).not.toContain(events[2]!.event_id);
});

describe("an event that was refused first", () => {
  test("200: its line, by which replays it was taken again, and the loads back to the first", async () => {
    const type = `Kind${randomUUID().slice(0, 8)}`;
    const event = anEvent({ event_type: type });
    const load = await loadLines(api, [anEvent(), event]);
    const early = await replay(load, "rejects");
    await register(type);
    const late = await replay(early, "rejects");
    const again = await replay(load, "all");

    const told = await lineageOf(event);
    expect(told.interpretations).toMatchObject([{ version: 1, load_id: late, line: 2 }]);
    expect(told.interpretations[0]?.raw?.text).toBe(JSON.stringify(event));
    expect(told.loads?.map(({ load_id, replay_of }) => [load_id, replay_of])).toEqual([
      [load, null],
      [early, load],
      [late, early],
      [again, load],
    ]);
    // Its bytes came with the first load, whichever replay brought them in.
    const { rows } = await api.database.query<{ is_so: boolean }>(
      "select requested_at = $2::timestamptz as is_so from load where load_id = $1",
      [load, told.interpretations[0]?.received_at],
    );
    expect(rows).toEqual([{ is_so: true }]);
    const taken = [
      { load_id: early, replay_of: load, outcome: "rejected", code: "event.type_unknown" },
      { load_id: late, replay_of: early, outcome: "written", version: 1 },
      { load_id: again, replay_of: load, outcome: "known" },
    ];
    expect(told.rejects?.map((reject) => [reject.load_id, reject.line, reject.event_id])).toEqual([
      [load, 2, event.event_id],
      [early, 2, event.event_id],
    ]);
    expect(told.rejects?.[0]?.taken_again).toMatchObject(taken);

    const one = await api.send("GET", `/v1/loads/${load}/rejects/2`);
    const reject = (await one.json()) as RejectJson & Pick<Lineage, "loads">;
    expect(reject).toMatchObject({ line: 2, raw: JSON.stringify(event), event_id: event.event_id, taken_again: taken });
    expect(reject.loads?.map(({ load_id }) => load_id)).toEqual([load, early, late, again]);
  });

  test.each([
    ["is no event", (id: string) => `,BarcodeScanned,${id},1,{},2026-03-01T10:00:00Z`],
    ["has metadata that is none", (id: string) => `${randomUUID()},BarcodeScanned,${id},1,{,2026-03-01T10:00:00Z`],
  ])("a line of CSV that %s is found by its event, wherever the column stands", async (_what, write) => {
    const event = anEvent();
    await loadLines(api, [event]);
    const csv = `user_id,event_type,event_id,version,metadata,event_timestamp\n${write(event.event_id)}\n`;
    const load = await upload(csv, "text/csv");
    expect((await lineageOf(event)).rejects).toMatchObject([{ load_id: load, line: 2, event_id: event.event_id }]);
  });

  test("200 for a reject that names no event, 404 for a line that was taken, 422 for what is no line", async () => {
    const load = await loadLines(api, ["no event", anEvent()]);
    const rejected = await api.send("GET", `/v1/loads/${load}/rejects/1`);
    expect(await rejected.json()).toMatchObject({ raw: "no event", event_id: null, taken_again: [] });
    const taken = await api.send("GET", `/v1/loads/${load}/rejects/2`);
    expect([taken.status, ((await taken.json()) as { code: string }).code]).toEqual([404, "reject.not_found"]);
    expect((await api.send("GET", `/v1/loads/${load}/rejects/0`)).status).toBe(422);
  });

  test("a line about a user is told only to those who may send it", async () => {
    const csv = `user_id,name\nno id,Someone\n`;
    const response = await api.send("PUT", "/v1/dimensions/users", {
      body: csv,
      headers: { "content-type": "text/csv" },
    });
    const { load_id } = (await response.json()) as { load_id: string };
    await runToEnd(api, load_id);
    const ask = async (key: string) =>
      ((await (await api.send("GET", `/v1/loads/${load_id}/rejects/2`, { key })).json()) as RejectJson).raw;
    expect(await ask(await api.keyOf("ingester"))).toContain("Someone");
    expect(await ask(await api.keyOf("analyst"))).toBeNull();
  });
});

test("an event that is understood anew: the run that did, the former understanding, and the line that it all came from", async () => {
  const event = anEvent({ metadata: { total_amount: 5, currency: "EUR" } });
  const load = await loadLines(api, [event]);
  const runId = await understandAnew(event);
  const told = await lineageOf(event);
  expect(told.runs).toMatchObject([{ run_id: runId, requested_by: "key:x", failure: null }]);
  expect(told.interpretations).toMatchObject([
    {
      version: 1,
      revision: 2,
      is_current: true,
      run_id: runId,
      load_id: load,
      line: 1,
      judged_by: 1,
      schema_version: 2,
    },
    {
      version: 1,
      revision: 1,
      is_current: false,
      run_id: null,
      load_id: load,
      line: 1,
      judged_by: 1,
      schema_version: 1,
    },
  ]);
  const [now, before] = told.interpretations as [Interpretation, Interpretation];
  expect(before.superseded_at).toBe(now.recorded_at);
  expect([now.raw?.text, before.raw?.text]).toEqual([JSON.stringify(event), JSON.stringify(event)]);
  expect(told.loads?.map(({ load_id }) => load_id)).toEqual([load]);

  await api.database.query(
    `insert into reprocess_failure (run_id, event_id, version, revision, code, pointer, detail)
     values ($1, $2, 1, 2, 'upcast.lossy', '/metadata', 'It would lose a value.')`,
    [runId, event.event_id],
  );
  expect((await lineageOf(event)).runs).toMatchObject([{ run_id: runId, failure: { code: "upcast.lossy" } }]);
});

/** What a chunk of a run leaves behind. */
async function understandAnew({ event_id }: SentEvent): Promise<string> {
  return api.database.transaction(async (tx) => {
    const { rows } = await tx.query<{ run_id: string }>(
      `insert into reprocess_run (event_type, selection, mode, trigger, to_version, requested_by, status, finished_at)
       values ('PaymentSuccessful', 'all', 'publish', 'api', 2, 'key:x', 'succeeded', now()) returning run_id`,
    );
    const runId = rows[0]!.run_id;
    await tx.query(
      `with batch as (
         insert into batch (run_id, lane, from_line, to_line, upto_id, committed_at)
         values ($1, 0, 1, 1, $2, (select max(committed_at) + interval '1 second' from batch)) returning batch_id
       ), anew as (
         update events set revision = 2, received = metadata, received_schema_version = schema_version,
           metadata = metadata || '{"method": "unknown"}', schema_version = 2, batch_id = batch.batch_id
         from batch where event_id = $2 returning old.*, batch.batch_id as by
       )
       insert into event_history (event_id, event_type, event_timestamp, user_id, related_id, version, metadata,
         location_id, visit_date, schema_version, extra, batch_id, line, superseded_batch_id, revision)
       select event_id, event_type, event_timestamp, user_id, related_id, version, metadata, location_id, visit_date,
         schema_version, extra, batch_id, line, by, revision from anew`,
      [runId, event_id],
    );
    return runId;
  });
}

describe("who may see it", () => {
  const [ours, theirs] = ["30000000-0000-4000-8000-000000000011", "30000000-0000-4000-8000-000000000012"] as const;

  test("404 for an event of another location than the key's; of its own without what is about all locations", async () => {
    for (const location_id of [ours, theirs]) {
      await api.send("POST", "/v1/locations", { body: { location_id, country_code: "NL", subdivision_code: "NL-NH" } });
    }
    const key = await api.keyOf("analyst", [ours]);
    const [own, foreign] = [anEvent({ location_id: ours }), anEvent({ location_id: theirs })];
    await loadLines(api, [own, foreign, { ...own, metadata: { total_amount: 8, currency: "EUR" } }]);
    const refused = await api.send("GET", `/v1/events/${foreign.event_id}/lineage`, { key });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([404, "event.not_found"]);
    expect(await lineageOf(own, "", key)).toMatchObject({
      loads: null,
      rejects: null,
      interpretations: [{ version: 1 }],
    });
    expect((await lineageOf(own)).rejects).toHaveLength(1);
  });

  test("404 for an event that nobody knows, 422 for what is no id, 403 for a reader", async () => {
    expect((await api.send("GET", `/v1/events/${randomUUID()}/lineage`)).status).toBe(404);
    expect((await api.send("GET", "/v1/events/none/lineage")).status).toBe(422);
    const key = await api.keyOf("reader");
    expect((await api.send("GET", `/v1/events/${randomUUID()}/lineage`, { key })).status).toBe(403);
  });
});
