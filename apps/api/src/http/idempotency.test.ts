// The same write twice is one write, whichever process gets it and however many come at once.
import { createHash } from "node:crypto";
import { claimRequest } from "@almanac/db/access/idempotent-requests";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

function create(name: string, idempotencyKey: string, more: Parameters<TestApi["send"]>[2] = {}) {
  return api.send("POST", "/v1/keys", {
    body: { name, role: "reader" },
    ...more,
    headers: { "idempotency-key": idempotencyKey },
  });
}

async function count(name: string): Promise<number> {
  const { rows } = await api.database.query("select 1 from api_key where name = $1", [name]);
  return rows.length;
}

test("sixteen twins at two processes: one effect, sixteen equal answers", async () => {
  const twin = api.twin();
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, index) => create("twins", "twins-1", { app: index % 2 === 0 ? api.app : twin })),
  );
  const seen = await Promise.all(
    answers.map(async (answer) => [answer.status, answer.headers.get("location"), await answer.text()].join("\n")),
  );
  expect(new Set(seen).size).toBe(1);
  expect(answers[0]?.status).toBe(201);
  expect(await count("twins")).toBe(1);
});

test("another body under the same key is 409", async () => {
  await create("first", "mismatch-1");
  const response = await create("second", "mismatch-1");
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([409, "idempotency.mismatch"]);
  expect(await count("second")).toBe(0);
});

test("a key belongs to an API key", async () => {
  const [one, other] = [await api.keyOf("admin"), await api.keyOf("admin")];
  expect((await create("mine", "owned-1", { key: one })).status).toBe(201);
  expect((await create("yours", "owned-1", { key: other })).status).toBe(201);
});

test("a stored answer is unreadable in the table", async () => {
  const { key } = (await (await create("sealed", "sealed-1")).json()) as { key: string };
  const { rows } = await api.database.query<{ body: Uint8Array }>(
    "select body from idempotent_request where idempotency_key = 'sealed-1'",
  );
  expect(Buffer.from(rows[0]?.body ?? []).toString("latin1")).not.toContain(key);
});

test("a refusal that the handler decided is kept; one before it is not", async () => {
  const ask = (ids: string[]) =>
    api.send("POST", "/v1/keys", {
      body: { name: "kept", role: "reader", location_ids: ids },
      headers: { "idempotency-key": "kept-1" },
    });
  expect((await ask(["no uuid"])).status).toBe(422);
  const first = await ask(["00000000-0000-4000-8000-000000000000"]);
  const second = await ask(["00000000-0000-4000-8000-000000000000"]);
  expect([first.status, second.status]).toEqual([422, 422]);
  expect(second.headers.get("idempotency-replayed")).toBe("true");
  expect(await second.text()).toBe(await first.text());
});

test("a claim whose process died is taken over when it runs out", async () => {
  const body = JSON.stringify({ name: "orphan", role: "reader" });
  const bodyHash = createHash("sha256").update("\n").update(body).update("\n").digest();
  const identity = { owner: "admin-key", route: "POST /v1/keys", idempotencyKey: "orphan-1" };
  expect((await claimRequest(api.database, identity, bodyHash, 200)).kind).toBe("claimed");
  expect((await create("orphan", "orphan-1")).status).toBe(201);
  expect(await count("orphan")).toBe(1);
});

test("after 24 hours a key is as new", async () => {
  await create("yesterday", "old-1");
  await api.database.query(
    "update idempotent_request set created_at = created_at - interval '25 hours' where idempotency_key = 'old-1'",
  );
  expect((await create("today", "old-1")).status).toBe(201);
});

test.each(["", "ü", "x".repeat(256)])("422 for a key that cannot be one", async (key) => {
  const response = await api.send("POST", "/v1/keys", {
    body: { name: "x", role: "reader" },
    headers: { "idempotency-key": key },
  });
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
    422,
    "idempotency.invalid_key",
  ]);
});
