// Every refusal, through a real socket: its status, its stable code, and that it is a problem; and callers that are slow,
// huge or speak no HTTP at all.
import { connect } from "node:net";
import { listen, type Listening } from "@almanac/api/listen";
import { adminKey, openTestApi, type TestApi } from "@almanac/api/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { locationIdOf } from "./places.ts";

const key = adminKey;
const place = locationIdOf(1);
const reader = { key: "" };

let api: TestApi;
let server: Listening;
let impatient: Listening;
let limited: TestApi;
let limitedServer: Listening;
beforeAll(async () => {
  api = await openTestApi();
  limited = await openTestApi({ settings: { rateLimit: 1, anonymousRole: "reader" } });
  server = await listen(api.app, { host: "127.0.0.1", port: 0 });
  limitedServer = await listen(limited.app, { host: "127.0.0.1", port: 0 });
  impatient = await listen(api.app, { host: "127.0.0.1", port: 0, headersTimeoutMs: 100, requestTimeoutMs: 200 });
  await api.send("POST", "/v1/locations", { body: { location_id: place, country_code: "NL", subdivision_code: "NL" } });
  reader.key = await api.keyOf("reader");
});
afterAll(async () => {
  await Promise.all([server, impatient, limitedServer].map((each) => each.close()));
  await Promise.all([api, limited].map((each) => each.close()));
});

interface Refused {
  status: number;
  code: string;
  ask: () => Promise<Response>;
  /** A header that the answer has beside those of every problem. */
  header?: [name: string, value: RegExp];
}

const json = { "content-type": "application/json" };

function send(
  method: string,
  path: string,
  given: {
    body?: string | Uint8Array<ArrayBuffer> | ReadableStream;
    headers?: Record<string, string>;
    anonymous?: boolean;
  } = {},
) {
  return fetch(`${server.url}${path}`, {
    method,
    headers: { ...(given.anonymous === true ? {} : { authorization: `Bearer ${key}` }), ...given.headers },
    ...(given.body === undefined ? {} : { body: given.body, duplex: "half" }),
  });
}

const holidays = `/v1/locations/${place}/holidays`;
const newPlace = JSON.stringify({ location_id: place, country_code: "NL", subdivision_code: "NL" });
const newKey = (name: string) => JSON.stringify({ name, role: "reader" });

const refusals: Record<string, Refused> = {
  "broken JSON": {
    status: 400,
    code: "request.unparsable",
    ask: () => send("POST", "/v1/keys", { body: '{"name":', headers: json }),
  },
  "a body that is no UTF-8": {
    status: 400,
    code: "request.unparsable",
    ask: () => send("POST", "/v1/keys", { body: new Uint8Array([0x22, 0xff, 0x22]), headers: json }),
  },
  "a query that is no UTF-8": { status: 400, code: "request.unparsable", ask: () => send("GET", "/v1/keys?limit=%ff") },
  "no key": {
    status: 401,
    code: "key.missing",
    ask: () => send("GET", "/v1/keys", { anonymous: true }),
    header: ["www-authenticate", /^Bearer/],
  },
  "a wrong key": {
    status: 401,
    code: "key.invalid",
    ask: () => send("GET", "/v1/keys", { headers: { authorization: "Bearer wrong" } }),
    header: ["www-authenticate", /^Bearer/],
  },
  "something that holds no key": {
    status: 401,
    code: "key.malformed",
    ask: () => send("GET", "/v1/keys", { headers: { authorization: "Digest x" } }),
  },
  "a role that is too low": {
    status: 403,
    code: "role.too_low",
    ask: () => send("GET", "/v1/keys", { headers: { authorization: `Bearer ${reader.key}` } }),
  },
  "a page of another site": {
    status: 403,
    code: "request.cross_origin",
    ask: () =>
      send("DELETE", `/v1/locations/${place}`, {
        headers: {
          authorization: `Basic ${Buffer.from(`:${key}`).toString("base64")}`,
          origin: "https://elsewhere.example",
        },
      }),
  },
  "a path that leads nowhere": { status: 404, code: "route.not_found", ask: () => send("GET", "/v1/nothing") },
  "an unknown location": {
    status: 404,
    code: "location.not_found",
    ask: () => send("GET", `/v1/locations/${locationIdOf(404)}`),
  },
  "a method that the path does not take": {
    status: 405,
    code: "route.method_not_allowed",
    ask: () => send("DELETE", "/v1/locations"),
    header: ["allow", /GET.*POST.*PUT/],
  },
  "a media type that is not available": {
    status: 406,
    code: "request.not_acceptable",
    ask: () => send("GET", `${holidays}?from=2026-01-01&to=2026-12-31`, { headers: { accept: "image/png" } }),
  },
  "holidays before the first sync": {
    status: 409,
    code: "location.not_synced",
    ask: () => send("GET", `${holidays}?from=2026-01-01&to=2026-12-31`),
  },
  "a location that is there already": {
    status: 409,
    code: "location.exists",
    ask: () => send("POST", "/v1/locations", { body: newPlace, headers: json }),
  },
  "an Idempotency-Key of another body": {
    status: 409,
    code: "idempotency.mismatch",
    ask: async () => {
      await send("POST", "/v1/keys", { body: newKey("a"), headers: { ...json, "idempotency-key": "one" } });
      return send("POST", "/v1/keys", { body: newKey("b"), headers: { ...json, "idempotency-key": "one" } });
    },
  },
  "a body of 20 MB": {
    status: 413,
    code: "request.too_large",
    ask: () => send("PUT", "/v1/locations", { body: Buffer.alloc(20_000_000, " "), headers: json }),
  },
  "a body of 20 MB that does not say so": {
    status: 413,
    code: "request.too_large",
    ask: () =>
      send("PUT", "/v1/locations", { body: new Blob([Buffer.alloc(20_000_000, " ")]).stream(), headers: json }),
  },
  "a body that is no JSON by its own word": {
    status: 415,
    code: "request.unsupported_media_type",
    ask: () => send("POST", "/v1/keys", { body: newKey("x"), headers: { "content-type": "text/plain" } }),
  },
  "a compressed body": {
    status: 415,
    code: "request.unsupported_media_type",
    ask: () => send("POST", "/v1/keys", { body: newKey("x"), headers: { ...json, "content-encoding": "gzip" } }),
  },
  "an unknown query parameter": {
    status: 422,
    code: "query.unknown_parameter",
    ask: () => send("GET", "/v1/keys?order=asc"),
  },
  "a parameter twice": {
    status: 422,
    code: "query.repeated_parameter",
    ask: () => send("GET", "/v1/keys?limit=1&limit=2"),
  },
  "a day that does not exist": {
    status: 422,
    code: "request.invalid",
    ask: () => send("GET", `${holidays}?from=2026-02-30&to=2026-03-31`),
  },
  "an end before the beginning": {
    status: 422,
    code: "range.reversed",
    ask: () => send("GET", `${holidays}?from=2026-12-31&to=2026-01-01`),
  },
  "more than ten years": {
    status: 422,
    code: "range.too_long",
    ask: () => send("GET", `${holidays}?from=2016-01-01&to=2026-01-02`),
  },
  "a malformed UUID": { status: 422, code: "request.invalid", ask: () => send("GET", "/v1/locations/42") },
  "a country without a source": {
    status: 422,
    code: "location.invalid",
    ask: () => send("POST", "/v1/locations", { body: newPlace.replaceAll("NL", "XX"), headers: json }),
  },
  "an unknown member": {
    status: 422,
    code: "body.unknown_field",
    ask: () => send("POST", "/v1/keys", { body: newKey("x").replace("{", '{"admin":true,'), headers: json }),
  },
  "a NUL": {
    status: 422,
    code: "text.unstorable",
    ask: () => send("POST", "/v1/keys", { body: newKey("a\u0000b"), headers: json }),
  },
  "too many calls": {
    status: 429,
    code: "rate.limited",
    ask: async () => {
      await (await fetch(`${limitedServer.url}/v1/locations`)).text();
      return fetch(`${limitedServer.url}/v1/locations`);
    },
    header: ["retry-after", /^\d+$/],
  },
};

describe("is refused as a problem:", () => {
  test.each(Object.entries(refusals))("%s", async (_name, { status, code, ask, header }) => {
    const response = await ask();
    const problem = (await response.json()) as Record<string, unknown>;
    expect([response.status, problem["status"], problem["code"]]).toEqual([status, status, code]);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(problem).toMatchObject({
      type: `urn:almanac:problem:${code}`,
      instance: new URL(response.url).pathname,
      request_id: response.headers.get("x-request-id"),
      title: expect.stringMatching(/\w/) as string,
      detail: expect.stringMatching(/\w/) as string,
      errors: expect.any(Array) as unknown[],
    });
    if (header !== undefined) {
      expect(response.headers.get(header[0])).toMatch(header[1]);
    }
  });
});

/** Sends bytes as they are; resolves with what came back when `enough` says so, or the server hangs up. */
function raw(
  url: string,
  bytes: string | Uint8Array,
  enough: (answer: string) => boolean = () => false,
): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes));
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString("latin1");
    if (enough(answer)) {
      socket.destroy();
    }
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => resolve(answer));
  return promise;
}

const hasProblem = (answer: string) => answer.includes('"errors":[');

test("a body that says it is too large is refused before it is sent", async () => {
  const head = `PUT /v1/locations HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 20000000\r\n\r\n{`;
  const answer = await raw(server.url, head, hasProblem);
  expect(answer).toMatch(/^HTTP\/1\.1 413 .*"request\.too_large"/s);
});

describe("gets a problem although it is no request:", () => {
  const target = (line: string) => `${line}\r\nhost: x\r\nconnection: close\r\n\r\n`;
  test.each([
    ["garbage", "GARBAGE\r\n\r\n", 400],
    ["a TLS greeting", Buffer.from("1603010200010001fc0303", "hex"), 400],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
    ["no Host", "GET /healthz HTTP/1.1\r\n\r\n", 400],
    ["a Host that is none", "GET /healthz HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n", 400],
    ["a target that is no URL", target("GET http://[/ HTTP/1.1"), 400],
    ["a target for proxies", target("GET ftp://x/healthz HTTP/1.1"), 400],
    ["the asterisk", target("OPTIONS * HTTP/1.1"), 400],
    ["bytes above ASCII in the target", Buffer.from(target("GET /\xff HTTP/1.1"), "latin1"), 400],
    ["two lengths", "POST /v1/keys HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nabcd", 400],
    [
      "a length and chunks",
      "POST /v1/keys HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
    [
      "a broken chunk",
      `POST /v1/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n`,
      400,
    ],
    ["a header of 40 kB", `GET /healthz HTTP/1.1\r\nhost: x\r\na: ${"a".repeat(40_000)}\r\n\r\n`, 431],
    ["a target of 40 kB", target(`GET /healthz?${"a".repeat(40_000)} HTTP/1.1`), 431],
  ] as const)("%s", async (_name, bytes, status) => {
    const answer = await raw(server.url, bytes, hasProblem);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.toLowerCase()).toContain("content-type: application/problem+json");
    expect(answer).toMatch(/"code":"request\.(?:unparsable|too_large)"/);
  });
});

test("a check of a load balancer that speaks HTTP/1.0 without a Host is answered", async () => {
  expect(await raw(server.url, "GET /healthz HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
});

describe("is told that it is too slow, and hung up on:", () => {
  test.each([
    ["one that never ends its headers", "GET /healthz HTTP/1.1\r\nhost: x\r\n"],
    [
      "one that never ends its body",
      `POST /v1/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{`,
    ],
  ])("%s", async (_name, bytes) => {
    const answer = await raw(impatient.url, bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*"code":"request\.timeout"/s);
  });
});

test("others are answered while 200 callers send nothing more", async () => {
  const port = Number(new URL(server.url).port);
  const stalled = await Promise.all(
    Array.from({ length: 200 }, (_, at) => {
      const { promise, resolve } = Promise.withResolvers<ReturnType<typeof connect>>();
      const socket = connect(port, "127.0.0.1", () => {
        const body = `POST /v1/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{`;
        socket.write(at % 2 === 0 ? body : "GET /healthz HTTP/1.1\r\n", () => resolve(socket));
      });
      socket.on("error", () => socket.destroy());
      return promise;
    }),
  );
  try {
    expect((await send("GET", "/v1/locations")).status).toBe(200);
  } finally {
    stalled.forEach((socket) => socket.destroy());
  }
});

test("a caller that goes away in mid-body is its own mistake, not an outage", async () => {
  const requestId = "went-away";
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () => {
    socket.write(
      `POST /v1/keys HTTP/1.1\r\nhost: x\r\nx-request-id: ${requestId}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{`,
      () => socket.destroy(),
    );
  });
  await expect.poll(() => api.logged.find((line) => line.includes(requestId))).toContain('"status":400');
});

test("no refusal was a fault of ours, and none told a key to the log", () => {
  const levels = api.logged.map((line) => (JSON.parse(line) as { level: number }).level);
  expect(levels.filter((level) => level >= 40)).toEqual([]);
  expect(api.logged.join("")).not.toContain(key);
});
