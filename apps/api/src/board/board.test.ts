// The job board: no way in without an operator's key, no change asked for by another site, and a job added by hand.
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminKey, openTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const html = { accept: "text/html" };

function signIn(key: string, headers: Record<string, string> = {}): Promise<Response> {
  return api.send("POST", "/jobs/sign-in", {
    key: null,
    body: new URLSearchParams({ key }).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  });
}

async function cookieOf(key: string): Promise<string> {
  return ((await signIn(key)).headers.get("set-cookie") as string).split(";")[0] as string;
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
  "%s without a sign-in: 401 for programs, the sign-in page for people",
  async (path) => {
    const program = await api.send("GET", path, { key: null });
    expect(program.status).toBe(401);
    expect(program.headers.get("www-authenticate")).toContain("Basic");
    const person = await api.send("GET", path, { key: null, headers: html });
    expect([person.status, person.headers.get("location")]).toEqual([303, expect.stringContaining("/jobs/sign-in")]);
  },
);

test("an analyst's key does not open it, nor an operator's that is limited to locations", async () => {
  expect((await api.send("GET", "/jobs", { key: await api.keyOf("analyst") })).status).toBe(403);
  expect((await signIn(await api.keyOf("analyst"))).status).toBe(401);
  expect((await signIn("wrong")).status).toBe(401);
});

test("a sign-in gives a cookie that scripts and other sites cannot use, and the board opens", async () => {
  const response = await signIn(await api.keyOf("operator"));
  expect(response.status).toBe(303);
  const cookie = response.headers.get("set-cookie") as string;
  expect(cookie).toMatch(/^almanac_jobs=[\w-]{43}; Path=\/jobs; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  const board = await withCookie(cookie.split(";")[0] as string, "GET", "/jobs", html);
  expect(board.status).toBe(200);
  const page = await board.text();
  expect(page).toContain("Almanac jobs");
  expect(page).not.toContain("https://");
  expect(board.headers.get("content-security-policy")).toContain("script-src 'self'");
});

test("the page's own form is let in, although a page without a referrer names no origin", async () => {
  expect((await signIn(adminKey, { "sec-fetch-site": "same-origin", origin: "null" })).status).toBe(303);
  expect((await signIn(adminKey, { origin: "null" })).status).toBe(403);
});

test("over https the cookie is Secure", async () => {
  const response = await signIn(adminKey, { "x-forwarded-proto": "https" });
  expect(response.headers.get("set-cookie")).toContain("; Secure");
});

test("a sign-in ends with its key, after 12 hours, and by signing out", async () => {
  const created = await api.send("POST", "/v1/keys", { body: { name: "ends", role: "operator" } });
  const { key, key_id } = (await created.json()) as { key: string; key_id: string };
  const revoked = await cookieOf(key);
  expect((await withCookie(revoked, "GET", "/jobs/api/queues")).status).toBe(200);
  await api.send("DELETE", `/v1/keys/${key_id}`);
  expect((await withCookie(revoked, "GET", "/jobs/api/queues")).status).toBe(401);

  const signedOut = await cookieOf(adminKey);
  expect((await withCookie(signedOut, "GET", "/jobs/api/queues")).status).toBe(200);
  expect((await withCookie(signedOut, "POST", "/jobs/sign-out")).status).toBe(303);
  expect((await withCookie(signedOut, "GET", "/jobs/api/queues")).status).toBe(401);

  const old = await cookieOf(adminKey);
  await api.database.query("update sign_in set expires_at = clock_timestamp()");
  expect((await withCookie(old, "GET", "/jobs/api/queues")).status).toBe(401);
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
  expect((await signIn(adminKey, headers)).status).toBe(403);
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
