// Over a file and over HTTP: what was taken, what never will be, and what has to be tried again.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RunEvent } from "./document.ts";
import { envelope } from "./facets.ts";
import { openTransport } from "./transport.ts";

const event = (runId: string): RunEvent => ({
  eventType: "START",
  eventTime: "2026-11-22T03:00:00Z",
  ...envelope,
  run: { runId, facets: {} },
  job: { namespace: "almanac", name: "event-load.events", facets: {} },
  inputs: [],
  outputs: [],
});
const { signal } = new AbortController();

describe("a file", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "almanac-openlineage-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("gets a line an event, behind what is there, in a folder that is made", async () => {
    const path = join(folder, "new folder", "events.ndjson");
    for (const runs of [["a", "b"], ["c"]]) {
      const transport = openTransport({ url: pathToFileURL(path).href });
      for (const run of runs) {
        expect(await transport.send(event(run), signal)).toBe("taken");
      }
      await transport.close();
    }
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as RunEvent).run.runId)).toEqual(["a", "b", "c"]);
  });

  test("that cannot be written is tried again", async () => {
    const transport = openTransport({ url: pathToFileURL(folder).href });
    await expect(transport.send(event("a"), signal)).rejects.toMatchObject({ code: "openlineage.unavailable" });
    await transport.close();
  });
});

describe("an endpoint", () => {
  let server: Server;
  let base: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let seen: { path: string | undefined; headers: IncomingMessage["headers"]; body: string }[];
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        seen.push({ path: request.url, headers: request.headers, body });
        answer(request, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    seen = [];
    answer = (_request, response) => response.writeHead(201).end();
  });

  test("gets the event as JSON where OpenLineage's clients send it, with the key", async () => {
    const transport = openTransport({ url: base, apiKey: "a key" });
    expect(await transport.send(event("a"), signal)).toBe("taken");
    expect(seen).toMatchObject([
      { path: "/api/v1/lineage", headers: { authorization: "Bearer a key", "content-type": "application/json" } },
    ]);
    expect(JSON.parse(seen[0]!.body)).toEqual(event("a"));
  });

  test("with a path of its own is called there, without a key if there is none", async () => {
    const transport = openTransport({ url: `${base}/own/path?tenant=1` });
    await transport.send(event("a"), signal);
    expect(seen[0]?.path).toBe("/own/path?tenant=1");
    expect(seen[0]?.headers.authorization).toBeUndefined();
    expect(transport.target).toBe(`${base}/own/path`);
  });

  test.each([400, 413, 422])("that answers %s will never have that event", async (status) => {
    answer = (_request, response) => response.writeHead(status).end("no");
    expect(await openTransport({ url: base }).send(event("a"), signal)).toBe("refused");
  });

  test.each([401, 404, 429, 500, 503])("that answers %s is asked again later", async (status) => {
    answer = (_request, response) => response.writeHead(status).end();
    const sent = openTransport({ url: base, apiKey: "a key" }).send(event("a"), signal);
    await expect(sent).rejects.toMatchObject({ category: "unavailable", code: "openlineage.unavailable" });
    await expect(sent).rejects.not.toThrow(/a key/);
  });

  test("that leads elsewhere is not followed: the key goes to nobody else", async () => {
    answer = (request, response) =>
      request.url === "/stolen"
        ? response.writeHead(200).end()
        : response.writeHead(307, { location: "/stolen" }).end();
    await expect(openTransport({ url: base, apiKey: "a key" }).send(event("a"), signal)).rejects.toMatchObject({
      code: "openlineage.unavailable",
    });
    expect(seen.map(({ path }) => path)).toEqual(["/api/v1/lineage"]);
  });

  test("that does not answer is given up after a while, and at once when the worker ends", async () => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    answer = () => resolve();
    const gone = { code: "openlineage.unavailable" };
    await expect(openTransport({ url: base, timeoutMs: 50 }).send(event("a"), signal)).rejects.toMatchObject(gone);
    const ending = new AbortController();
    const sent = openTransport({ url: base }).send(event("a"), ending.signal);
    await asked;
    ending.abort();
    await expect(sent).rejects.toMatchObject(gone);
  });
});
