import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../../testing/test-api.ts";
import type { Problem } from "../../http/problem.ts";

interface Entry {
  seq: number;
  audit_id: number;
  recorded_at: string;
  actor: string;
  action: string;
  object_type: string;
  object_id: string;
  before: unknown;
  after: unknown;
  before_hash: string | null;
  after_hash: string | null;
  hash: string;
  request_id: string | null;
}
type Body = { data: Entry[]; next_cursor: string | null } & Pick<Problem, "code" | "errors">;

let api: TestApi;
const places = ["20000000-0000-4000-8000-000000000001", "20000000-0000-4000-8000-000000000002"] as const;
beforeAll(async () => {
  api = await openTestApi();
  for (const location_id of places) {
    await api.send("POST", "/v1/locations", { body: { location_id, country_code: "NL", subdivision_code: "NL-NH" } });
  }
  await api.send("PATCH", `/v1/locations/${places[0]}`, {
    body: { time_zone: "Europe/Amsterdam" },
    headers: { "x-request-id": "a request of ours" },
  });
});
afterAll(() => api.close());

async function get(search: string, key?: string): Promise<{ status: number; body: Body }> {
  const response = await api.send("GET", `/v1/audit${search}`, key === undefined ? {} : { key });
  return { status: response.status, body: (await response.json()) as Body };
}

const told = ({ body }: { body: Body }) => body.data.map(({ action, object_id }) => [action, object_id]);

describe("GET /v1/audit", () => {
  test("200 newest first, with who, what, before and after and their hashes", async () => {
    const { status, body } = await get("?object=location&limit=1");
    expect(status).toBe(200);
    const [entry] = body.data as [Entry];
    const facts = { active: true, country_code: "NL", subdivision_code: "NL-NH" };
    expect(entry).toMatchObject({
      actor: "admin-key",
      action: "location.updated",
      object_type: "location",
      object_id: places[0],
      before: { ...facts, time_zone: null },
      after: { ...facts, time_zone: "Europe/Amsterdam" },
      before_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      after_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      request_id: expect.any(String),
    });
    expect(entry.before_hash).not.toBe(entry.after_hash);
  });

  test("200 by object, by actor, by action and by time, and all of them at once", async () => {
    const both = [
      ["location.updated", places[0]],
      ["location.added", places[0]],
    ];
    expect(told(await get(`?object=location:${places[0].toUpperCase()}`))).toEqual(both);
    expect(told(await get("?action=location.added"))).toEqual([
      ["location.added", places[1]],
      ["location.added", places[0]],
    ]);
    expect(told(await get("?actor=nobody"))).toEqual([]);
    const { body } = await get(`?object=location:${places[0]}`);
    const [newer, older] = body.data.map((entry) => entry.recorded_at) as [string, string];
    const all = `object=location:${places[0]}&actor=admin-key`;
    expect(told(await get(`?${all}&from=${newer}`))).toEqual(both.slice(0, 1));
    expect(told(await get(`?${all}&to=${older}`))).toEqual(both.slice(1));
    expect(told(await get(`?${all}&action=location.added&from=${older}&to=${newer}`))).toEqual(both.slice(1));
    expect(told(await get("?to=2020-01-01"))).toEqual([]);
  });

  test("200 page by page, all of it once, however much is added meanwhile", async () => {
    const whole = (await get("?limit=1000")).body.data.map(({ seq }) => seq);
    expect(whole.length).toBeGreaterThanOrEqual(3);
    const paged: number[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const { body } = await get(`?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
      paged.push(...body.data.map(({ seq }) => seq));
      cursor = body.next_cursor;
      await api.keyOf("reader");
    }
    expect(paged).toEqual(whole);
  });

  test("403 for a key that is limited to locations, and for an analyst", async () => {
    const limited = await get("", await api.keyOf("operator", [places[0]]));
    expect([limited.status, limited.body.code]).toEqual([403, "key.limited"]);
    expect((await get("", await api.keyOf("analyst"))).status).toBe(403);
  });

  test.each(["object=", "object=Load", "object=load:", "from=yesterday", "cursor=x", "limit=0", "who=me"])(
    "422 for ?%s",
    async (search) => {
      expect((await get(`?${search}`)).status).toBe(422);
    },
  );
});

describe("GET /v1/audit/verify", () => {
  const verify = async () => (await (await api.send("GET", "/v1/audit/verify")).json()) as Record<string, unknown>;

  test("200 valid, with nothing to say of anchors where nobody signs", async () => {
    const { body } = await get("?limit=1");
    const [newest] = body.data as [Entry];
    expect(await verify()).toEqual({
      valid: true,
      checked: newest.seq,
      first_bad: null,
      head: { chain_id: expect.any(String), seq: newest.seq, hash: newest.hash },
      anchors: { state: "off", checked: 0, newest_seq: null, valid: null, first_bad: null, signed_by: [] },
    });
  });

  test("200 not valid, and where, after an edit past the triggers", async () => {
    const { body } = await get(`?object=location:${places[1]}`);
    const [entry] = body.data as [Entry];
    await api.database.transaction(async (tx) => {
      await tx.query("set local session_replication_role = replica");
      await tx.query("update audit set actor = 'nobody' where audit_id = $1", [entry.audit_id]);
    });
    expect(await verify()).toMatchObject({
      valid: false,
      checked: entry.seq,
      first_bad: { seq: entry.seq, audit_id: entry.audit_id, reason: "changed" },
    });
  });
});
