import { afterAll, beforeAll, expect, test } from "vitest";
import { anEvent, loadLines, runToEnd, sendLoad } from "../../../testing/events.ts";
import { adminKey, openTestApi, type TestApi } from "../../../testing/test-api.ts";
// A load is watched to its end, by whoever asks, and nobody waits for who has gone.
import { listen, type Listening } from "../../listen.ts";

let api: TestApi;
let server: Listening;
beforeAll(async () => {
  api = await openTestApi();
  server = await listen(api.app, { host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await server.close();
  await api.close();
});

interface Told {
  event: string;
  id: number;
  load: { status: string; progress: number; rows: { total: number; inserted: number } };
}

function toldIn(text: string): Told[] {
  return [...text.matchAll(/^event: (\w+)\nid: (\d+)\ndata: (.+)\n\n/gm)].map(([, event = "", id, data = ""]) => ({
    event,
    id: Number(id),
    load: JSON.parse(data) as Told["load"],
  }));
}

function watch(loadId: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}/v1/loads/${loadId}/progress`, {
    headers: { authorization: `Bearer ${adminKey}` },
    ...(signal === undefined ? {} : { signal }),
  });
}

test("from waiting to finished, each change once, and then the stream ends", async () => {
  const { load_id } = await sendLoad(
    api,
    Array.from({ length: 1_200 }, () => anEvent()),
  );
  const response = await watch(load_id);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const reading = response.text();
  await runToEnd(api, load_id);
  const told = toldIn(await reading);
  expect(told[0]).toMatchObject({ event: "progress", id: 1, load: { status: "queued", progress: 0 } });
  expect(told.at(-1)).toMatchObject({
    event: "finished",
    load: { status: "succeeded", progress: 1, rows: { total: 1_200, inserted: 1_200 } },
  });
  expect(told.map(({ id }) => id)).toEqual(told.map((_each, place) => place + 1));
  const totals = told.map(({ load }) => load.rows.total);
  expect(totals).toEqual(totals.toSorted((a, b) => a - b));
  expect(told.filter(({ event }) => event === "finished")).toHaveLength(1);
});

test("a finished load is told at once", async () => {
  const told = toldIn(await (await watch(await loadLines(api, [anEvent()]))).text());
  expect(told).toMatchObject([{ event: "finished", load: { status: "succeeded" } }]);
});

test("whoever goes away is no fault of ours", async () => {
  const { load_id } = await sendLoad(api, [anEvent()]);
  const gone = new AbortController();
  const response = await watch(load_id, gone.signal);
  const reader = response.body!.getReader();
  await reader.read();
  gone.abort();
  await expect(reader.read()).rejects.toThrow(/abort/i);
  // What was left open would keep the server from closing, and the test from ending.
  await runToEnd(api, load_id);
  const levels = api.logged.map((line) => (JSON.parse(line) as { level: number }).level);
  expect(levels.filter((level) => level >= 40)).toEqual([]);
});

test("the end of the process ends the stream, not the load", async () => {
  const ending = await openTestApi();
  try {
    const { load_id } = await sendLoad(ending, [anEvent()]);
    const response = await ending.send("GET", `/v1/loads/${load_id}/progress`);
    const reading = response.text();
    ending.shutdown.abort();
    expect(toldIn(await reading)).toMatchObject([{ event: "progress", load: { status: "queued" } }]);
  } finally {
    await ending.close();
  }
});

test("403 for a reader, 404 for an unknown load, as problems and not as a stream", async () => {
  const { load_id } = await sendLoad(api, [anEvent()]);
  const refused = await api.send("GET", `/v1/loads/${load_id}/progress`, { key: await api.keyOf("reader") });
  const unknown = await api.send("GET", "/v1/loads/0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e/progress");
  for (const [response, status] of [
    [refused, 403],
    [unknown, 404],
  ] as const) {
    expect([response.status, response.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
  }
});
