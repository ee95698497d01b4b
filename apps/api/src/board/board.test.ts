// The job board: no way in without an operator's key or session, no change asked for by another site, and a job added by hand.
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminKey, openTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const html = { accept: "text/html" };

async function cookieOf(key: string): Promise<string> {
  const response = await api.send("POST", "/v1/session", { key: null, body: { key } });
  return (response.headers.get("set-cookie") as string).split(";")[0] as string;
}

function withCookie(
  cookie: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: unknown,
) {
  return api.send(method, path, {
    key: null,
    headers: { cookie, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

test.each(["/jobs", "/jobs/", "/jobs/api/queues", "/jobs/queue/holiday-sync", "/jobs/static/js/main.js"])(
  "%s without a sign-in: 401 for programs, the console's sign-in for people",
  async (path) => {
    const program = await api.send("GET", path, { key: null });
    expect(program.status).toBe(401);
    expect(program.headers.get("www-authenticate")).toContain("Basic");
    const person = await api.send("GET", path, { key: null, headers: html });
    expect([person.status, person.headers.get("location")]).toEqual([303, `/sign-in?then=${path}`]);
  },
);

test("an analyst's key does not open it, nor an operator's that is limited to locations: people get a page that says so", async () => {
  const location_id = "9415913d-fffa-41f9-9323-6d62e6100a31";
  await api.send("POST", "/v1/locations", { body: { location_id, country_code: "NL", subdivision_code: "NL-NH" } });
  for (const key of [await api.keyOf("analyst"), await api.keyOf("operator", [location_id])]) {
    expect((await api.send("GET", "/jobs", { key })).status).toBe(403);
    const page = await withCookie(await cookieOf(key), "GET", "/jobs", html);
    expect([page.status, page.headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"]);
    expect(await page.text()).toContain("not limited to some locations");
    expect((await withCookie(await cookieOf(key), "GET", "/jobs/api/queues")).status).toBe(403);
  }
});

test("what everybody may do without a key does not open it", async () => {
  const open = await openTestApi({ settings: { anonymousRole: "admin" } });
  try {
    expect((await open.send("GET", "/jobs/api/queues", { key: null })).status).toBe(401);
  } finally {
    await open.close();
  }
});

test("an operator's session opens it, in a frame of this site and of no other", async () => {
  const board = await withCookie(await cookieOf(await api.keyOf("operator")), "GET", "/jobs", html);
  expect(board.status).toBe(200);
  const page = await board.text();
  expect(page).toContain("Almanac jobs");
  expect(page).not.toContain("https://");
  const policy = board.headers.get("content-security-policy");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("frame-ancestors 'self'");
  expect(board.headers.get("x-frame-options")).toBe("SAMEORIGIN");
});

test("the board closes with the session", async () => {
  const cookie = await cookieOf(adminKey);
  expect((await withCookie(cookie, "GET", "/jobs/api/queues")).status).toBe(200);
  expect((await withCookie(cookie, "DELETE", "/v1/session")).status).toBe(200);
  expect((await withCookie(cookie, "GET", "/jobs/api/queues")).status).toBe(401);
});

test("HTTP basic with the key as password opens it", async () => {
  const basic = `Basic ${Buffer.from(`me:${await api.keyOf("operator")}`).toString("base64")}`;
  expect((await api.send("GET", "/jobs", { key: null, headers: { authorization: basic } })).status).toBe(200);
});

test.each<Record<string, string>>([
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
  { origin: "https://elsewhere.example", host: "almanac.test" },
])("a change that another site asks for is refused: %o", async (headers) => {
  const cookie = await cookieOf(adminKey);
  expect((await withCookie(cookie, "PUT", "/jobs/api/queues/pause", headers)).status).toBe(403);
});

test("a job can be added by hand, and the audit says who did", async () => {
  const cookie = await cookieOf(adminKey);
  const response = await withCookie(
    cookie,
    "POST",
    "/jobs/api/queues/prune/add",
    { "sec-fetch-site": "same-origin" },
    { name: "prune", data: { dry_run: true }, options: {} },
  );
  expect(response.status).toBe(200);
  expect((await api.queues.counts("prune")).waiting).toBe(1);
  const { rows } = await api.database.query<{ actor: string; object_id: string }>(
    "select actor, object_id from audit where action = 'jobs.changed'",
  );
  expect(rows).toEqual([{ actor: "admin-key", object_id: "prune" }]);
});

test("a body of 20 MB does not reach the board", async () => {
  const cookie = await cookieOf(adminKey);
  const response = await withCookie(cookie, "POST", "/jobs/api/queues/prune/add", { "content-length": "20000000" }, {});
  expect(response.status).toBe(413);
});
