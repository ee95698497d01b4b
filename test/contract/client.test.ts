// The typed client is the document's own: its file is what would be written now, and it speaks with the real api.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { declaredDocument } from "@almanac/api/document";
import { adminKey, openTestApi, type TestApi } from "@almanac/api/testing";
import { openClient, sending, type Client } from "@almanac/client/client";
import type { Load } from "@almanac/client/contract";
import { type ApiDocument, contractFile } from "@almanac/client/print";
import { ProblemError } from "@almanac/client/problem";
import { read, readText } from "@almanac/client/read";
import { readEvents } from "@almanac/client/server-sent";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDocument } from "./document.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const sent: Request[] = [];
function client(key: string = adminKey, options: { lostAnswers?: number } = {}): Client {
  let lost = options.lostAnswers ?? 0;
  return openClient({
    baseUrl: "http://almanac.test",
    headers: { authorization: `Bearer ${key}` },
    async fetch(input, init) {
      const request = new Request(input, init);
      sent.push(request.clone());
      const answer = await api.app.request(request);
      if (lost-- > 0) throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
      return answer;
    },
  });
}

function problemFrom(work: Promise<unknown>): Promise<ProblemError> {
  return work.then(
    () => Promise.reject(new Error("It was no problem.")),
    (error: unknown) => (error instanceof ProblemError ? error : Promise.reject(error as Error)),
  );
}

test("contract.ts is what the document says now: otherwise run `npm run client`", async () => {
  const file = readFileSync(join(import.meta.dirname, "../../packages/client/src/contract.ts"), "utf8");
  const told = await readDocument(api);
  expect(declaredDocument(), "the document without a server is the one that is served").toEqual(told);
  expect(file, "packages/client/src/contract.ts is out of date: run `npm run client`").toBe(
    await contractFile(told as unknown as ApiDocument),
  );
});

test("a success is its typed body, a refusal the server's problem", async () => {
  const { location_id: id } = await read(
    client().v1.locations.$post({
      json: { location_id: crypto.randomUUID(), country_code: "NL", subdivision_code: "NL-NH" },
    }),
  );
  const { data } = await read(client().v1.locations.$get({ query: { active: true, limit: 10 } }));
  expect(data.map(({ location_id }) => location_id)).toEqual([id]);

  const notSynced = await problemFrom(
    read(
      client().v1.locations[":location_id"].holidays.$get({
        param: { location_id: id },
        query: { from: "2026-01-01", to: "2026-12-31" },
      }),
    ),
  );
  expect(notSynced).toMatchObject({ status: 409, code: "location.not_synced", title: "Conflict" });
  expect(notSynced.message).toBe(notSynced.detail);
  const invalid = await problemFrom(
    read(client().v1.locations[":location_id"].$get({ param: { location_id: "x/y" } })),
  );
  expect(invalid).toMatchObject({ status: 422, errors: [{ pointer: "{location_id}" }] });
  expect(invalid.requestId).toMatch(/^[\w-]{8,}$/);
  const stranger = await problemFrom(readText(client("nobody").metrics.$get()));
  expect(stranger).toMatchObject({ status: 401, code: "key.invalid" });
});

test("a name that would make another path is refused before it is sent", async () => {
  const before = sent.length;
  for (const location_id of ["", ".", ".."]) {
    const problem = await problemFrom(read(client().v1.locations[":location_id"].$get({ param: { location_id } })));
    expect(problem).toMatchObject({ status: 0, code: "client.invalid_path" });
  }
  expect(sent.length).toBe(before);
});

test("a write whose answer got lost is sent once more and done once", async () => {
  const before = sent.length;
  const made = await read(
    client(adminKey, { lostAnswers: 1 }).v1.keys.$post({ json: { name: "twice", role: "reader" } }),
  );
  expect(sent.length - before).toBe(2);
  const { data } = await read(client().v1.keys.$get({}));
  expect(data.filter(({ name }) => name === "twice").map(({ key_id }) => key_id)).toEqual([made.key_id]);

  const gone = await problemFrom(read(client(adminKey, { lostAnswers: 2 }).v1.keys.$get({})));
  expect(gone).toMatchObject({ status: 0, code: "client.unreachable" });
  expect(gone.detail).toBe("http://almanac.test does not answer (ECONNRESET).");
});

test("a body is streamed, a load's events are read as they come", async () => {
  const lines = new TextEncoder().encode("not json\n");
  const load = await read(
    client().v1.loads.$post(
      { header: { "Content-Type": "application/x-ndjson" } },
      sending(ReadableStream.from([lines.slice(0, 3), lines.slice(3)])),
    ),
  );
  expect(load).toMatchObject({ bytes: lines.length, already_loaded: false });
  const { load_id } = load;
  await read(client().v1.loads[":load_id"].cancel.$post({ param: { load_id } }));
  for await (const { event, data } of readEvents(client().v1.loads[":load_id"].progress.$get({ param: { load_id } }))) {
    expect(event).toMatch(/^(progress|finished)$/);
    expect((JSON.parse(data) as Load).load_id).toBe(load_id);
    break;
  }
});

test("a page of somebody else is no answer of Almanac", async () => {
  const elsewhere = (status: number) =>
    openClient({
      baseUrl: "http://almanac.test",
      fetch: () => Promise.resolve(new Response("<h1>Hello</h1>", { status })),
    });
  for (const status of [200, 502]) {
    const problem = await problemFrom(read(elsewhere(status).healthz.$get()));
    expect(problem).toMatchObject({ status, code: "client.unexpected_answer" });
  }
});
