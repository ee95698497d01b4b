// Keys: made once, proven each time, gone at once when revoked.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

async function create(body: object): Promise<{ key: string; key_id: string }> {
  const response = await api.send("POST", "/v1/keys", { body });
  expect(response.status).toBe(201);
  return (await response.json()) as { key: string; key_id: string };
}

test("a key is shown once and stored nowhere", async () => {
  const { key, key_id } = await create({ name: "once", role: "admin" });
  expect(await (await api.send("GET", `/v1/keys/${key_id}`)).text()).not.toContain(key);
  const { rows } = await api.database.query<{ tables: string }>(
    `select string_agg(t::text, '') as tables from (
       select to_jsonb(k) as t from api_key k union all select to_jsonb(a) from audit a
       union all select to_jsonb(r) from idempotent_request r) everything`,
  );
  expect(rows[0]?.tables).toContain(key_id);
  expect(rows[0]?.tables).not.toContain(key.split("_").slice(2).join("_"));
  expect(api.logged.join("")).not.toContain(key);
});

test("a revoked key is refused by every process from the answer on", async () => {
  const twin = api.twin();
  for (let round = 0; round < 5; round += 1) {
    const { key, key_id } = await create({ name: "short-lived", role: "admin" });
    const ask = () => Promise.all([api.app, twin].map((app) => api.send("GET", "/v1/keys", { key, app })));
    expect((await ask()).map((response) => response.status)).toEqual([200, 200]);
    let asking = true;
    const busy = (async () => {
      while (asking) {
        await ask();
      }
    })();
    expect((await api.send("DELETE", `/v1/keys/${key_id}`)).status).toBe(200);
    expect((await ask()).map((response) => response.status)).toEqual([401, 401]);
    asking = false;
    await busy;
  }
});

test("revoking twice is revoking once", async () => {
  const { key_id } = await create({ name: "twice", role: "reader" });
  const first = await (await api.send("DELETE", `/v1/keys/${key_id}`)).json();
  const second = await (await api.send("DELETE", `/v1/keys/${key_id}`)).json();
  expect(second).toEqual(first);
  const { rows } = await api.database.query("select 1 from audit where object_id = $1 and action = 'key.revoked'", [
    key_id,
  ]);
  expect(rows).toHaveLength(1);
});

test("an expired key is refused", async () => {
  const { key, key_id } = await create({ name: "old", role: "admin", expires_at: "2100-01-01T00:00:00Z" });
  expect((await api.send("GET", "/v1/keys", { key })).status).toBe(200);
  await api.database.query("update api_key set expires_at = clock_timestamp() where key_id = $1", [key_id]);
  await expect.poll(async () => (await api.send("GET", "/v1/keys", { key })).status).toBe(401);
});

test("a bad key is refused even where no key would do", async () => {
  const open = await openTestApi({ settings: { anonymousRole: "admin" } });
  try {
    expect((await open.send("GET", "/v1/keys", { key: null })).status).toBe(200);
    expect((await open.send("GET", "/v1/keys", { key: "wrong" })).status).toBe(401);
  } finally {
    await open.close();
  }
});

test("a right prefix with a wrong secret is refused", async () => {
  const { key } = await create({ name: "guessed", role: "admin" });
  const guessed = key.slice(0, -1) + (key.endsWith("A") ? "B" : "A");
  expect((await api.send("GET", "/v1/keys", { key: guessed })).status).toBe(401);
});

test("HTTP basic with the key as password reads; a change must come from this site", async () => {
  const { key } = await create({ name: "calendar", role: "admin" });
  const authorization = `Basic ${Buffer.from(`anybody:${key}`).toString("base64")}`;
  const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
    api.send(method, path, { key: null, headers: { authorization, ...headers } });
  expect((await ask("GET", "/v1/keys")).status).toBe(200);
  const nowhere = "/v1/keys/00000000-0000-4000-8000-000000000000";
  expect((await ask("DELETE", nowhere, { "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await ask("DELETE", nowhere, { origin: "https://elsewhere.example", host: "almanac.test" })).status).toBe(
    403,
  );
  expect((await ask("DELETE", nowhere)).status).toBe(404);
});

test("a key cannot be limited to locations that are not there", async () => {
  const response = await api.send("POST", "/v1/keys", {
    body: { name: "lost", role: "reader", location_ids: ["00000000-0000-4000-8000-000000000000"] },
  });
  const problem = (await response.json()) as { code: string; errors: { pointer: string }[] };
  expect([response.status, problem.code, problem.errors[0]?.pointer]).toEqual([
    422,
    "location.unknown",
    "/location_ids/0",
  ]);
});

test("keys are listed newest first, page by page, without a gap or a repetition", async () => {
  const made = [];
  for (let at = 0; at < 5; at += 1) {
    made.unshift((await create({ name: `page ${at}`, role: "reader" })).key_id);
  }
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const path: string = `/v1/keys?limit=2${cursor === null ? "" : `&cursor=${cursor}`}`;
    const page = (await (await api.send("GET", path)).json()) as {
      data: { key_id: string }[];
      next_cursor: string | null;
    };
    seen.push(...page.data.map((key) => key.key_id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(seen.slice(0, 5)).toEqual(made);
  expect(new Set(seen).size).toBe(seen.length);
});

test("reads carry a strong ETag and answer 304 to it, in a list, weak or by *", async () => {
  const first = await api.send("GET", "/v1/keys?limit=1");
  const etag = first.headers.get("etag") as string;
  expect(etag).toMatch(/^"[\w-]+"$/);
  expect(first.headers.get("cache-control")).toBe("private, no-cache");
  for (const tag of [etag, `"other", ${etag}`, `W/${etag}`, "*"]) {
    const again = await api.send("GET", "/v1/keys?limit=1", { headers: { "if-none-match": tag } });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
  }
  const other = await api.send("GET", "/v1/keys?limit=1", { headers: { "if-none-match": '"other"' } });
  expect(other.status).toBe(200);
});

test.each(["2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "tomorrow"])(
  "422: a key that expires at %s",
  async (expires_at) => {
    const response = await api.send("POST", "/v1/keys", { body: { name: "never", role: "reader", expires_at } });
    expect([response.status, await response.json()]).toMatchObject([422, { errors: [{ pointer: "/expires_at" }] }]);
  },
);
