// A worker tells an endpoint what its loads and syncs come to, in valid run events, and goes on while nobody listens.
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openTestApi, type TestApi } from "@almanac/api/testing";
import { openSource } from "@almanac/sources/open";
import { defaultSettings } from "@almanac/worker/deps";
import { type RunningWorker, type StartOptions, startWorker } from "@almanac/worker/worker";
import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publishedJudge } from "./published.ts";
import { runEventSchema } from "./run-event.ts";

interface Event {
  eventType: string;
  run: { runId: string };
  job: { name: string };
}

const location = randomUUID();
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
const validate = ajv.compile(runEventSchema);

let api: TestApi;
let server: Server;
let folder: string;
let url: string;
let status = 200;
const received: Event[] = [];
let heard = Promise.withResolvers<void>();

beforeAll(async () => {
  api = await openTestApi();
  folder = await mkdtemp(join(tmpdir(), "almanac-openlineage-"));
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      response.writeHead(status).end();
      if (status === 200) received.push(JSON.parse(body) as Event);
      heard.resolve();
      heard = Promise.withResolvers<void>();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await api.send("POST", "/v1/locations", {
    body: { location_id: location, country_code: "NL", subdivision_code: "NL-FL" },
  });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

function startWith(target: string): Promise<RunningWorker> {
  const { database, queues, lake, log } = api;
  const start: StartOptions = {
    seed: "none",
    cron: "off",
    tz: "UTC",
    keepAllDays: "off",
    reconcile: { quietMs: 500, limit: 1_000, everyMs: 100 },
    openLineage: { url: target, namespace: "almanac", databaseUrl: "postgres://user:hidden@127.0.0.1/almanac" },
  };
  return startWorker(
    {
      database,
      queues,
      lake,
      log,
      source: openSource({ kind: "offline" }),
      now: () => Temporal.Now.instant(),
      settings: { ...defaultSettings, window: { back: 0, ahead: 0 }, concurrency: 4 },
    },
    start,
  );
}

const line = (n: number, more = {}) =>
  `${JSON.stringify({
    event_id: randomUUID(),
    event_type: "PaymentSuccessful",
    event_timestamp: "2026-05-01T12:00:00Z",
    user_id: randomUUID(),
    version: 1,
    metadata: { total_amount: n, currency: "EUR" },
    ...more,
  })}\n`;

async function load(body: string, path = "/v1/loads"): Promise<string> {
  const method = path === "/v1/loads" ? "POST" : "PUT";
  const accepted = await api.send(method, path, { body, headers: { "content-type": "application/x-ndjson" } });
  expect(accepted.status).toBe(202);
  const { load_id } = (await accepted.json()) as { load_id: string };
  expect((await api.send("GET", `/v1/loads/${load_id}?wait=60`)).status).toBe(200);
  return load_id;
}

async function sync(): Promise<string> {
  const requested = await api.send("POST", "/v1/syncs");
  const { sync_id } = (await requested.json()) as { sync_id: string };
  expect((await api.send("GET", `/v1/syncs/${sync_id}?wait=60`)).status).toBe(200);
  return sync_id;
}

/** Waits until the end of each run was heard. */
async function heardEnds(runs: readonly string[]): Promise<void> {
  const ended = () => new Set(received.filter(({ eventType }) => eventType !== "START").map(({ run }) => run.runId));
  while (!runs.every((run) => ended().has(run))) {
    await heard.promise;
  }
}

test("loads, feeds, posts and syncs are told as valid run events, also those of the time when nobody listened", async () => {
  status = 503;
  const worker = await startWith(url);
  try {
    const runs = [await load(line(1) + line(2) + line(3, { user_id: "nobody" })), await sync()];
    await heard.promise;
    expect(received).toEqual([]);
    status = 200;
    runs.push(await load(`{"article_id": "1", "article_name": "Day ticket"}\n`, "/v1/dimensions/articles"));
    const posted = await api.send("POST", "/v1/events", { body: JSON.parse(line(4)) as object });
    runs.push(((await posted.json()) as { load_id: string }).load_id);
    await heardEnds(runs);
    for (const event of received) {
      expect([event, validate(event), ajv.errorsText(validate.errors)]).toEqual([event, true, "No errors"]);
    }
    const told = runs.map((run) => received.filter((event) => event.run.runId === run).map((each) => each.eventType));
    expect(told.map((events) => [...new Set(events)].filter((each) => each !== "RUNNING"))).toEqual(
      runs.map(() => ["START", "COMPLETE"]),
    );
    expect(new Set(received.map(({ job }) => job.name))).toEqual(
      new Set(["event-load.events", "event-load.articles", "post-events", "holiday-sync"]),
    );
    expect(JSON.stringify(received)).not.toContain("hidden");
  } finally {
    await worker.stop(5_000);
  }
});

test("a file gets the same, a line an event", async () => {
  const path = join(folder, "told", "events.ndjson");
  const worker = await startWith(pathToFileURL(path).href);
  try {
    const run = await load(line(5));
    const lines = async () =>
      (await readFile(path, "utf8").catch(() => ""))
        .split("\n")
        .filter((each) => each !== "")
        .map((each) => JSON.parse(each) as Event);
    await expect.poll(lines, { timeout: 20_000 }).toMatchObject([{ eventType: "START" }, { eventType: "COMPLETE" }]);
    for (const event of await lines()) {
      expect(event.run.runId).toBe(run);
      expect([validate(event), ajv.errorsText(validate.errors)]).toEqual([true, "No errors"]);
    }
  } finally {
    await worker.stop(5_000);
  }
});

test("events are held against whatever schemas are published: the event's own and each facet's", async () => {
  const spec = join(folder, "spec");
  await mkdir(join(spec, "facets"), { recursive: true });
  const $schema = "https://json-schema.org/draft/2020-12/schema";
  const event = { type: "object", required: ["run"] };
  const told = { type: "object", required: ["message"] };
  const $id = (name: string) => `https://openlineage.example/${name}.json`;
  const put = (place: string, schema: object) => writeFile(join(spec, place), JSON.stringify({ $schema, ...schema }));
  await put("OpenLineage.json", { $id: $id("event"), $defs: { RunEvent: event } });
  await put("facets/Told.json", { $id: $id("told"), $defs: { Told: told } });
  const judge = publishedJudge(spec);
  const schemaURL = `${$id("event")}#/$defs/RunEvent`;
  const facet = { _schemaURL: `${$id("told")}#/$defs/Told` };
  expect(judge({ schemaURL, run: { facets: { told: { ...facet, message: "x" } } } })).toEqual([]);
  expect(judge({ schemaURL })).toEqual([expect.stringContaining("must have required property 'run'")]);
  expect(judge({ schemaURL, run: {}, outputs: [{ outputFacets: { told: facet } }] })).toEqual([
    expect.stringContaining("must have required property 'message'"),
  ]);
  expect(judge({ schemaURL: $id("unknown"), run: {} })).toEqual([expect.stringContaining("not among the published")]);
});
