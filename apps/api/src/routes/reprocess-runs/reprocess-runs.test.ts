// What callers of reprocess runs are told, where no worker takes them: requests, their states, and every refusal.
import { openTestApi, type TestApi } from "@almanac/api/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

interface Told extends Record<string, unknown> {
  run_id: string;
  status: string;
  data: Told[];
  next_cursor: string | null;
}

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await api.send(method, path, { headers, ...(body === undefined ? {} : { body }) });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Told };
}

const ask = (own: Record<string, unknown> = {}) =>
  send("POST", "/v1/reprocess-runs", { event_type: "BarcodeScanned", ...own });
const steer = (runId: string, verb: string, body?: unknown) =>
  send("POST", `/v1/reprocess-runs/${runId}/${verb}`, body);

test("202: a request is stored with who asked and why, and is a preview of the outdated unless it says otherwise", async () => {
  const { status, headers, body } = await ask({
    reason: "barcode_type is known now",
    from: "2026-05-01",
    to: "2026-05-31",
  });
  expect(status).toBe(202);
  expect(headers.get("location")).toBe(`/v1/reprocess-runs/${body.run_id}`);
  expect(body).toMatchObject({
    status: "queued",
    mode: "preview",
    only: "outdated",
    trigger: "api",
    to_version: 1,
    from: "2026-05-01T00:00:00.000000Z",
    to: "2026-06-01T00:00:00.000000Z",
    requested_by: "admin-key",
    reason: "barcode_type is known now",
  });
  const { rows } = await api.database.query("select actor, reason, action from audit where object_id = $1", [
    body.run_id,
  ]);
  expect(rows).toEqual([
    { actor: "admin-key", reason: "barcode_type is known now", action: "reprocess_run.requested" },
  ]);
  const got = await send("GET", `/v1/reprocess-runs/${body.run_id}`);
  expect(got.status).toBe(202);
  expect(got.headers.get("retry-after")).toBe("1");
  expect(got.body).toMatchObject({ ...body, fields: [], sample: [], failures: { reasons: [], sample: [] } });
});

test("202: the same request under the same key is one run", async () => {
  const key = { "idempotency-key": "the same run" };
  const body = { event_type: "BarcodeScanned", only: "all" };
  const [one, other] = [
    await send("POST", "/v1/reprocess-runs", body, key),
    await send("POST", "/v1/reprocess-runs", body, key),
  ];
  expect(other.body.run_id).toBe(one.body.run_id);
});

test("404 and 422: what is not there, and what cannot be", async () => {
  expect(await ask({ event_type: "Nothing" })).toMatchObject({ status: 404, body: { code: "schema.not_found" } });
  const loadId = crypto.randomUUID();
  expect(await ask({ load_id: loadId })).toMatchObject({ status: 404, body: { code: "load.not_found" } });
  expect(await ask({ from: "2026-05-02", to: "2026-05-01" })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: "/to", code: "range.reversed" }] },
  });
  expect((await ask({ only: "some" })).status).toBe(422);
  expect((await send("GET", `/v1/reprocess-runs/${loadId}`)).body).toMatchObject({ code: "reprocess.not_found" });
  for (const verb of ["publish", "pause", "resume", "cancel", "revert"]) {
    expect(await steer(loadId, verb)).toMatchObject({ status: 404, body: { code: "reprocess.not_found" } });
  }
});

test("409: a second run that publishes the type, and every word that a run's state does not take", async () => {
  const { body: run } = await ask({ mode: "publish", event_type: "CheckoutStarted" });
  const second = await ask({ mode: "publish", event_type: "CheckoutStarted" });
  expect(second).toMatchObject({ status: 409, body: { code: "reprocess.running" } });
  expect(JSON.stringify(second.body)).toContain(run.run_id);
  const refused = async (verb: string, code: string) =>
    expect(await steer(run.run_id, verb)).toMatchObject({ status: 409, body: { code } });
  await refused("resume", "reprocess.not_paused");
  await refused("publish", "reprocess.no_preview");
  await refused("revert", "reprocess.not_revertible");
  expect(await steer(run.run_id, "pause", { reason: "lunch" })).toMatchObject({
    status: 200,
    body: { status: "paused" },
  });
  await refused("pause", "reprocess.paused");
  expect(await steer(run.run_id, "resume")).toMatchObject({ status: 202, body: { status: "queued" } });
  expect(await steer(run.run_id, "cancel")).toMatchObject({ status: 200, body: { status: "cancelled" } });
  await refused("cancel", "reprocess.finished");
  await refused("pause", "reprocess.finished");
  const { rows } = await api.database.query<{ action: string }>(
    "select action, reason from audit where object_id = $1 order by audit_id",
    [run.run_id],
  );
  expect(rows.map(({ action }) => action.split(".")[1])).toEqual(["requested", "paused", "resumed", "cancelled"]);
  expect((await ask({ mode: "publish", event_type: "CheckoutStarted" })).status).toBe(202);
});

test("200: runs are listed newest first, by type, state and mode, page by page", async () => {
  const type = "event_type=TicketIssued";
  const asked = [];
  for (const only of ["outdated", "failed", "all"])
    asked.push((await ask({ event_type: "TicketIssued", only })).body.run_id);
  await steer(asked[1]!, "cancel");
  const first = await send("GET", `/v1/reprocess-runs?${type}&limit=2`);
  expect(first.body.data.map(({ run_id }) => run_id)).toEqual([asked[2], asked[1]]);
  const next = await send("GET", `/v1/reprocess-runs?${type}&limit=2&cursor=${first.body.next_cursor}`);
  expect(next.body).toMatchObject({ data: [{ run_id: asked[0] }], next_cursor: null });
  expect((await send("GET", `/v1/reprocess-runs?${type}&status=cancelled`)).body.data).toHaveLength(1);
  expect((await send("GET", `/v1/reprocess-runs?${type}&mode=publish`)).body.data).toHaveLength(0);
});
