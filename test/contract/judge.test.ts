// The judge of the fuzzer bites: each way to break the document's word is found.
import { openTestApi, type TestApi } from "@almanac/api/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readDocument } from "./document.ts";
import { type Answered, createJudge, type Judge } from "./judge.ts";
import { leaksIn } from "./secrets.ts";

let api: TestApi;
let judge: Judge;
beforeAll(async () => {
  api = await openTestApi();
  judge = createJudge(await readDocument(api));
});
afterAll(() => api.close());

const headers = {
  "content-type": "application/json",
  "cache-control": "private, no-cache",
  etag: '"a"',
  "x-content-type-options": "nosniff",
  "x-request-id": "r",
};
const good = { method: "GET", path: "/healthz", status: 200, headers, text: '{"status":"alive","demo":false}' };
const refused = {
  method: "GET",
  path: "/v1/keys/x",
  status: 404,
  headers: { ...headers, "content-type": "application/problem+json" },
  text: problemText({}),
};

function problemText(change: Record<string, unknown>): string {
  return JSON.stringify({
    type: "urn:almanac:problem:key.not_found",
    title: "Not found",
    status: 404,
    detail: "There is no key x.",
    instance: "/v1/keys/x",
    code: "key.not_found",
    request_id: "r",
    errors: [],
    ...change,
  });
}

type Told = Omit<Answered, "headers"> & { headers: Record<string, string> };

function complaints(answered: Told): string[] {
  return judge.complaints({ ...answered, headers: new Headers(answered.headers) });
}

test("what is as declared gets no complaint", () => {
  expect(complaints(good)).toEqual([]);
  expect(complaints(refused)).toEqual([]);
});

const { etag: _etag, ...withoutTag } = headers;
const broken: Record<string, Told> = {
  "an undocumented status": { ...good, status: 418 },
  "a fault, even a documented one": {
    ...refused,
    status: 500,
    text: problemText({ status: 500, code: "fault.unexpected", type: "urn:almanac:problem:fault.unexpected" }),
  },
  "another media type": { ...good, headers: { ...headers, "content-type": "text/html" } },
  "a missing header": { ...good, headers: withoutTag },
  "a member of another type": { ...good, text: '{"status":1}' },
  "a missing member": { ...good, text: "{}" },
  "a member that nobody declared": { ...good, text: '{"status":"alive","demo":false,"uptime":3}' },
  "a body that is no JSON": { ...good, text: '{"status":' },
  "a body where none is declared": { ...good, status: 304 },
  "a code that is not documented for the status": {
    ...refused,
    text: problemText({ code: "key.gone", type: "urn:almanac:problem:key.gone" }),
  },
  "a problem about another status": { ...refused, text: problemText({ status: 410 }) },
  "a problem of another exchange": { ...refused, text: problemText({ request_id: "other" }) },
  "an answer at a path that is nowhere": { ...good, path: "/v1/nowhere" },
  "another status than 405 for a method that is nowhere": { ...good, method: "POST" },
};

describe("is found:", () => {
  test.each(Object.entries(broken))("%s", (_name, answered) => {
    expect(complaints(answered)).not.toEqual([]);
  });
});

test.each([
  ["a stack", "TypeError: x\n    at serve (file:///srv/app/serve.ts:10:3)"],
  ["SQL", "while running: select key_id, role from api_key where prefix = $1"],
  ["a message of PostgreSQL", 'duplicate key value violates unique constraint "api_key_pkey"'],
  ["a connection string", "cannot reach postgres://almanac@127.0.0.1:5432/almanac"],
  ["the secret hunter…", "Bearer hunter2hunter2"],
])("%s is a leak", (leak, text) => {
  expect(leaksIn(text, ["hunter2hunter2"])).toContain(leak);
});

test("the statement of an insight is told on purpose; what stands beside it, or is none of the mart's, is a leak", () => {
  const told = JSON.stringify({ sql: `select * from mart.holiday_lift(\n  of_type => 'it "is"'::text\n)` });
  expect(leaksIn(told, [])).toEqual([]);
  expect(leaksIn(told.replace("mart.holiday_lift", "api_key"), [])).toEqual(["SQL"]);
  expect(leaksIn(`${told} select key_id from api_key`, [])).toEqual(["SQL"]);
});

test("ordinary sentences are no leak", () => {
  expect(
    leaksIn("Give this parameter once. Choose one from the list at /docs, at 10:30:00.", ["hunter2hunter2"]),
  ).toEqual([]);
});
