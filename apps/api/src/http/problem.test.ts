// Every status of the catalogue, as a caller meets it.
import { embeddedForTest } from "@almanac/db/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { adminKey, openTestApi, type TestApi } from "../../testing/test-api.ts";
import { everyRoute } from "../routes/routes.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

async function problemOf(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = (await response.json()) as Record<string, unknown>;
  expect(Object.keys(problem).toSorted()).toEqual(
    ["code", "detail", "errors", "instance", "request_id", "status", "title", "type"].toSorted(),
  );
  expect(problem["status"]).toBe(response.status);
  expect(problem["request_id"]).toBe(response.headers.get("x-request-id"));
  return problem as { status: number; code: string; errors: { pointer: string; code: string }[]; instance: string };
}

describe("a refusal is a problem with a stable code", () => {
  test("400: JSON that is none", async () => {
    const problem = await problemOf(await api.send("POST", "/v1/keys", { body: '{"name":' }));
    expect([problem.status, problem.code]).toEqual([400, "request.unparsable"]);
  });

  test("400: a body that is no UTF-8", async () => {
    const body = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const problem = await problemOf(await api.send("POST", "/v1/keys", { body }));
    expect([problem.status, problem.code]).toEqual([400, "request.unparsable"]);
  });

  test("400: a query that is no percent-encoded UTF-8", async () => {
    const problem = await problemOf(await api.send("GET", "/v1/keys?limit=%ff"));
    expect([problem.status, problem.code]).toEqual([400, "request.unparsable"]);
  });

  test("401: no key, with the way to sign in", async () => {
    const response = await api.send("GET", "/v1/keys", { key: null });
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    expect((await problemOf(response)).code).toBe("key.missing");
  });

  test("401: a key that nobody made", async () => {
    const response = await api.send("GET", "/v1/keys", { key: `alm_0123456789ab_${"x".repeat(43)}` });
    expect((await problemOf(response)).code).toBe("key.invalid");
    expect(response.status).toBe(401);
  });

  test("403: a role that is too low", async () => {
    const problem = await problemOf(await api.send("GET", "/v1/keys", { key: await api.keyOf("operator") }));
    expect([problem.status, problem.code]).toEqual([403, "role.too_low"]);
  });

  test("404: a path that leads nowhere", async () => {
    const problem = await problemOf(await api.send("GET", "/v1/nothing"));
    expect([problem.status, problem.code, problem.instance]).toEqual([404, "route.not_found", "/v1/nothing"]);
  });

  test("404: a key that is not there", async () => {
    const problem = await problemOf(await api.send("GET", "/v1/keys/00000000-0000-4000-8000-000000000000"));
    expect([problem.status, problem.code]).toEqual([404, "key.not_found"]);
  });

  test("405: a method that the path does not take, with those it does", async () => {
    const response = await api.send("PUT", "/v1/keys", { body: {} });
    expect(response.headers.get("allow")).toBe("GET, HEAD, POST");
    expect((await problemOf(response)).code).toBe("route.method_not_allowed");
    expect(response.status).toBe(405);
  });

  test("413: a body of 20 MB, refused by its declared length", async () => {
    const problem = await problemOf(
      await api.send("POST", "/v1/keys", { body: "{}", headers: { "content-length": "20000000" } }),
    );
    expect([problem.status, problem.code]).toEqual([413, "request.too_large"]);
  });

  test("413: a body without a declared length, refused once too much has come", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const response = await api.app.request("/v1/keys", {
      method: "POST",
      body: endless,
      duplex: "half",
      headers: { authorization: `Bearer ${adminKey}` },
    });
    expect((await problemOf(response)).code).toBe("request.too_large");
    expect(sent).toBeLessThan(100);
  });

  test("415: a body that is not said to be JSON", async () => {
    const problem = await problemOf(
      await api.send("POST", "/v1/keys", { body: "name=x", headers: { "content-type": "text/plain" } }),
    );
    expect([problem.status, problem.code]).toEqual([415, "request.unsupported_media_type"]);
  });

  test("422: every wrong field, each with its JSON pointer", async () => {
    const problem = await problemOf(
      await api.send("POST", "/v1/keys", {
        body: { name: "", role: "king", location_ids: ["x"], "a/b~c": 1 },
      }),
    );
    expect(problem.code).toBe("request.invalid");
    expect(problem.errors.map((item) => item.pointer).toSorted()).toEqual([
      "/a~1b~0c",
      "/location_ids/0",
      "/name",
      "/role",
    ]);
  });

  test("422: an unknown query parameter", async () => {
    const problem = await problemOf(await api.send("GET", "/v1/keys?limt=3"));
    expect([problem.status, problem.code, problem.errors[0]?.pointer]).toEqual([
      422,
      "query.unknown_parameter",
      "?limt",
    ]);
  });

  test("422: a parameter given twice", async () => {
    const problem = await problemOf(await api.send("GET", "/v1/keys?limit=3&limit=4"));
    expect([problem.status, problem.code]).toEqual([422, "query.repeated_parameter"]);
  });

  test.each(["0", "1001", "", "1e2", "x"])("422: limit=%s", async (limit) => {
    expect((await api.send("GET", `/v1/keys?limit=${limit}`)).status).toBe(422);
  });

  test("422: a malformed UUID in the path", async () => {
    const problem = await problemOf(await api.send("GET", "/v1/keys/not-a-uuid"));
    expect([problem.status, problem.errors[0]?.pointer]).toEqual([422, "{key_id}"]);
  });

  test("422: a cursor that this list did not give", async () => {
    expect((await problemOf(await api.send("GET", "/v1/keys?cursor=abc"))).code).toBe("cursor.invalid");
  });

  test.each(["\u0000", "\ud800"])("422: text that the database cannot hold", async (text) => {
    const problem = await problemOf(await api.send("POST", "/v1/keys", { body: { name: `a${text}`, role: "reader" } }));
    expect([problem.status, problem.code]).toEqual([422, "text.unstorable"]);
  });
});

test("429: a caller over its limit, with the way back; others go on", async () => {
  const limited = await openTestApi({ settings: { rateLimit: 3 } });
  try {
    const key = await limited.keyOf("admin");
    const statuses = [];
    let last = new Response();
    for (let call = 0; call < 4; call += 1) {
      last = await limited.send("GET", "/v1/keys", { key });
      statuses.push(last.status);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(last.headers.get("ratelimit-policy")).toBe('"minute";q=3;w=60');
    expect(last.headers.get("ratelimit")).toMatch(/^"minute";r=0;t=\d+$/);
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await problemOf(last)).code).toBe("rate.limited");
    expect((await limited.send("GET", "/v1/keys")).status).toBe(200);
  } finally {
    await limited.close();
  }
});

test("503: a database that was killed, with Retry-After; the same api answers once it is back", async () => {
  const server = await embeddedForTest();
  const lost = await openTestApi({ url: server.url });
  try {
    await server.kill();
    const response = await lost.send("GET", "/v1/keys");
    expect(response.headers.get("retry-after")).toMatch(/^[1-9]/);
    expect((await problemOf(response)).code).toBe("database.unavailable");
    expect(response.status).toBe(503);
    await server.restart();
    await vi.waitFor(async () => expect((await lost.send("GET", "/v1/keys")).status).toBe(200), { timeout: 120_000 });
  } finally {
    await lost.close();
    await server.close();
  }
});

test("500: an error that nobody expected says nothing of itself to the caller, everything to the log", async () => {
  const broken = await openTestApi({
    routes: (deps, metrics, authenticator) =>
      everyRoute(deps, metrics, authenticator).map((route) =>
        route.operationId === "getHealth"
          ? { ...route, handle: () => Promise.reject(new Error("select secret from drawer")) }
          : route,
      ),
  });
  try {
    const response = await broken.send("GET", "/healthz");
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toContain("secret");
    expect(text).not.toContain(".ts");
    const { request_id } = JSON.parse(text) as { request_id: string };
    expect(broken.logged.find((line) => line.includes(request_id))).toContain("select secret from drawer");
  } finally {
    await broken.close();
  }
});
