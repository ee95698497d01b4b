// A browser's session: how it begins and ends, what it may do, and that nobody else can use it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminKey, openTestApi, type TestApi } from "../../../testing/test-api.ts";

const place = "9415913d-fffa-41f9-9323-6d62e6100a31";
let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.send("POST", "/v1/locations", {
    body: { location_id: place, country_code: "NL", subdivision_code: "NL-NH" },
  });
});
afterAll(() => api.close());

type Json = Record<string, unknown>;

async function bodyOf(response: Response): Promise<Json> {
  return (await response.json()) as Json;
}

function signIn(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return api.send("POST", "/v1/session", { key: null, body, headers });
}

function cookieIn(response: Response): string {
  return (response.headers.get("set-cookie") as string).split(";")[0] as string;
}

async function cookieOf(key: string): Promise<string> {
  return cookieIn(await signIn({ key }));
}

function withCookie(
  cookie: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  return api.send(method, path, {
    key: null,
    headers: { cookie, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

async function linkOf(key: string, body?: unknown): Promise<string> {
  const response = await api.send("POST", "/v1/sign-in-links", { key, ...(body === undefined ? {} : { body }) });
  return (await bodyOf(response))["link"] as string;
}

/** The session as one is told of it. */
async function sessionBy(cookie: string): Promise<Json> {
  return bodyOf(await withCookie(cookie, "GET", "/v1/session"));
}

test("200: a key of any role gives a cookie that scripts and other sites cannot use, for every call", async () => {
  const key = await api.keyOf("reader", [place]);
  const response = await signIn({ key });
  expect(response.status).toBe(200);
  expect(response.headers.get("set-cookie")).toMatch(
    /^almanac_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
  );
  const session = await bodyOf(response);
  expect(session).toMatchObject({ role: "reader", location_ids: [place], via: "session", anonymous_role: "none" });
  const cookie = cookieIn(response);
  expect(await sessionBy(cookie)).toEqual(session);
  expect((await withCookie(cookie, "GET", `/v1/locations/${place}`)).status).toBe(200);
  expect((await withCookie(cookie, "GET", "/v1/keys")).status).toBe(403);
});

test("over https the cookie is Secure", async () => {
  const response = await signIn({ key: adminKey }, { "x-forwarded-proto": "https" });
  expect(response.headers.get("set-cookie")).toContain("; Secure");
});

test("GET tells a key, a session and nobody apart, and what each may call", async () => {
  const nobody = await bodyOf(await api.send("GET", "/v1/session", { key: null }));
  expect(nobody).toMatchObject({ actor: "anonymous", role: "none", via: "anonymous", key_id: null, expires_at: null });
  expect(nobody["permissions"]).toEqual(expect.arrayContaining(["getSession", "createSession"]));
  expect(nobody["permissions"]).not.toContain("getHolidays");
  const admin = await bodyOf(await api.send("GET", "/v1/session"));
  expect(admin).toMatchObject({ actor: "admin-key", role: "admin", via: "key", key_id: null, name: null });
  expect(admin["permissions"]).toContain("createKey");
  const reader = await bodyOf(await api.send("GET", "/v1/session", { key: await api.keyOf("reader") }));
  expect(reader).toMatchObject({ via: "key", name: expect.stringMatching(/^reader /) });
  expect(reader["permissions"]).toContain("getHolidays");
  expect(reader["permissions"]).not.toContain("listEvents");
});

test("the key of the header goes before the cookie", async () => {
  const cookie = await cookieOf(await api.keyOf("reader"));
  const both = await api.send("GET", "/v1/session", { headers: { cookie } });
  expect(await bodyOf(both)).toMatchObject({ actor: "admin-key", via: "key" });
});

test("401: a wrong key, and the problem does not repeat it", async () => {
  const wrong = `alm_000000000000_${"A".repeat(43)}`;
  const response = await signIn({ key: wrong });
  const text = await response.text();
  expect([response.status, response.headers.get("set-cookie")]).toEqual([401, null]);
  expect(text).toContain("key.invalid");
  expect(text).not.toContain(wrong);
});

test.each([{}, { key: "a", link: "b" }, { key: "" }, { key: 1 }, []])("422: %j", async (body) => {
  expect((await signIn(body)).status).toBe(422);
});

test("429: guesses are counted by the address that they come from", async () => {
  const slow = await openTestApi({ settings: { rateLimit: 3 } });
  try {
    const statuses = [];
    for (let guess = 0; guess < 4; guess += 1) {
      const sent = await slow.send("POST", "/v1/session", { key: null, body: { key: `guess ${guess}` } });
      statuses.push(sent.status);
    }
    expect(statuses).toEqual([401, 401, 401, 429]);
  } finally {
    await slow.close();
  }
});

test("a session ends with its key, after 12 hours, and by signing out, also for whoever kept the cookie", async () => {
  const created = await api.send("POST", "/v1/keys", { body: { name: "ends", role: "operator" } });
  const { key, key_id } = (await created.json()) as { key: string; key_id: string };
  const revoked = await cookieOf(key);
  expect((await withCookie(revoked, "GET", "/v1/syncs")).status).toBe(200);
  await api.send("DELETE", `/v1/keys/${key_id}`);
  expect((await withCookie(revoked, "GET", "/v1/syncs")).status).toBe(401);

  const signedOut = await cookieOf(adminKey);
  const end = await withCookie(signedOut, "DELETE", "/v1/session");
  expect([end.status, (await bodyOf(end))["via"]]).toEqual([200, "anonymous"]);
  expect(end.headers.get("set-cookie")).toMatch(/^almanac_session=; Path=\/; Max-Age=0; /);
  expect((await withCookie(signedOut, "GET", "/v1/syncs")).status).toBe(401);
  expect((await withCookie(signedOut, "DELETE", "/v1/session")).status).toBe(200);

  const old = await cookieOf(adminKey);
  await api.database.query("update sign_in set expires_at = clock_timestamp()");
  expect((await withCookie(old, "GET", "/v1/syncs")).status).toBe(401);
});

test("a session of the administrator ends when that key is another, and so do its links", async () => {
  const cookie = await cookieOf(adminKey);
  const link = await linkOf(adminKey);
  // The same database under another key of the environment.
  const stored = await api.database.query<{ token_hash: Buffer }>("select token_hash from sign_in order by created_at");
  const other = await openTestApi({ settings: { adminKey: "another administrator's key, 32 or more" } });
  try {
    for (const { token_hash } of stored.rows) {
      await other.database.query(
        "insert into sign_in (token_hash, expires_at) values ($1, clock_timestamp() + interval '1 hour')",
        [token_hash],
      );
    }
    const links = await api.database.query<{ token_hash: Buffer }>("select token_hash from sign_in_link");
    for (const { token_hash } of links.rows) {
      await other.database.query(
        "insert into sign_in_link (token_hash, expires_at) values ($1, clock_timestamp() + interval '1 hour')",
        [token_hash],
      );
    }
    expect((await other.send("GET", "/v1/syncs", { key: null, headers: { cookie } })).status).toBe(401);
    expect((await other.send("POST", "/v1/session", { key: null, body: { link } })).status).toBe(401);
  } finally {
    await other.close();
  }
  expect((await withCookie(cookie, "GET", "/v1/syncs")).status).toBe(200);
});

test("signing in again ends the session that the browser had", async () => {
  const first = await cookieOf(adminKey);
  const second = await withCookie(first, "POST", "/v1/session", { key: adminKey });
  expect(second.status).toBe(200);
  expect((await sessionBy(first))["via"]).toBe("anonymous");
  expect((await sessionBy(cookieIn(second)))["via"]).toBe("session");
});

const foreign: Record<string, string>[] = [
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
  { origin: "https://elsewhere.example", host: "almanac.test" },
  { origin: "null" },
];

test.each(foreign)("403: what a page of another site asks for with the cookie: %o", async (headers) => {
  const cookie = await cookieOf(adminKey);
  const nowhere = "/v1/keys/00000000-0000-4000-8000-000000000000";
  const asked = [
    withCookie(cookie, "POST", "/v1/snapshots", {}, headers),
    withCookie(cookie, "PUT", "/v1/locations", { locations: [] }, headers),
    withCookie(cookie, "PATCH", `/v1/locations/${place}`, { time_zone: null }, headers),
    withCookie(cookie, "DELETE", nowhere, undefined, headers),
    withCookie(cookie, "POST", "/v1/session", { key: adminKey }, headers),
    withCookie(cookie, "DELETE", "/v1/session", undefined, headers),
    signIn({ key: adminKey }, headers),
  ];
  for (const response of await Promise.all(asked)) {
    expect([response.status, (await bodyOf(response))["code"]]).toEqual([403, "request.cross_origin"]);
    expect(response.headers.get("set-cookie")).toBeNull();
  }
  expect((await withCookie(cookie, "GET", "/v1/session", undefined, headers)).status).toBe(200);
  const own = { "sec-fetch-site": "same-origin", origin: "null" };
  expect((await withCookie(cookie, "DELETE", nowhere, undefined, own)).status).toBe(404);
});

test("201: a link signs in as the key that asked, once; its token stands behind the #", async () => {
  const key = await api.keyOf("analyst");
  const made = await api.send("POST", "/v1/sign-in-links", { key });
  const { link, expires_at } = (await bodyOf(made)) as { link: string; expires_at: string };
  expect(made.status).toBe(201);
  expect(link).toMatch(/^\/sign-in#[\w-]{43}$/);
  const minutes = Temporal.Now.instant().until(Temporal.Instant.from(expires_at)).total("minutes");
  expect(Math.round(minutes)).toBe(15);
  const first = await signIn({ link });
  expect([first.status, (await bodyOf(first))["role"]]).toEqual([200, "analyst"]);
  const again = await signIn({ link: link.split("#")[1] });
  expect([again.status, (await bodyOf(again))["code"]]).toEqual([401, "link.used"]);
});

test("of sixteen browsers with the same link one signs in", async () => {
  const link = await linkOf(adminKey);
  const answers = await Promise.all(Array.from({ length: 16 }, () => signIn({ link })));
  const codes = await Promise.all(answers.map(async (each) => (await bodyOf(each))["code"] ?? each.status));
  expect([200, "link.used"].map((code) => codes.filter((each) => each === code).length)).toEqual([1, 15]);
});

test("401: a link that is over, that nobody made, or whose key has ended", async () => {
  const codeOf = async (link: string) => {
    const response = await signIn({ link });
    return [response.status, (await bodyOf(response))["code"]];
  };
  expect(await codeOf("x".repeat(43))).toEqual([401, "link.unknown"]);
  expect(await codeOf("half a link")).toEqual([401, "link.unknown"]);
  const created = await api.send("POST", "/v1/keys", { body: { name: "short", role: "reader" } });
  const { key, key_id } = (await created.json()) as { key: string; key_id: string };
  const orphan = await linkOf(key);
  await api.send("DELETE", `/v1/keys/${key_id}`);
  expect(await codeOf(orphan)).toEqual([401, "link.expired"]);
  const old = await linkOf(adminKey, { valid_minutes: 1 });
  await api.database.query("update sign_in_link set expires_at = clock_timestamp()");
  expect(await codeOf(old)).toEqual([401, "link.expired"]);
});

test("401: nobody gets a link, whatever everybody may do without a key", async () => {
  const open = await openTestApi({ settings: { anonymousRole: "admin" } });
  try {
    const response = await open.send("POST", "/v1/sign-in-links", { key: null });
    expect([response.status, (await bodyOf(response))["code"]]).toEqual([401, "key.missing"]);
  } finally {
    await open.close();
  }
});

test.each([{ valid_minutes: 0 }, { valid_minutes: 1_441 }, { minutes: 5 }])("422: a link with %j", async (body) => {
  expect((await api.send("POST", "/v1/sign-in-links", { body })).status).toBe(422);
});

test("a link that a session asks for gives no more time than that session has", async () => {
  const cookie = await cookieOf(adminKey);
  await api.database.query("update sign_in set expires_at = clock_timestamp() + interval '2 minutes'");
  const { expires_at } = await sessionBy(cookie);
  const made = await bodyOf(await withCookie(cookie, "POST", "/v1/sign-in-links", { valid_minutes: 60 }));
  expect(made["expires_at"]).toBe(expires_at);
  const session = await bodyOf(await signIn({ link: made["link"] }));
  expect(session).toMatchObject({ via: "session", expires_at });
});

test("no table, log line or entry of the audit holds a session's token, a link's, or the key", async () => {
  const key = await api.keyOf("operator");
  const link = await linkOf(key);
  const byLink = cookieIn(await signIn({ link }));
  const byKey = await cookieOf(key);
  const kept = { "idempotency-key": "kept" };
  const inAnswer = await bodyOf(await withCookie(byKey, "POST", "/v1/sign-in-links", {}, kept));
  await signIn({ key }, kept);
  await withCookie(byLink, "DELETE", "/v1/session");
  const secrets = [
    // The secret may have an underscore of its own.
    key.slice(-43),
    ...[link, inAnswer["link"] as string].map((each) => each.split("#")[1] as string),
    ...[byLink, byKey].map((each) => each.split("=")[1] as string),
  ];
  const { rows } = await api.database.query<{ tables: string }>(
    `select string_agg(t::text, '') as tables from (
       select to_jsonb(k) as t from api_key k union all select to_jsonb(a) from audit a
       union all select to_jsonb(s) from sign_in s union all select to_jsonb(l) from sign_in_link l
       union all select to_jsonb(r) from idempotent_request r) everything`,
  );
  const written = `${rows[0]?.tables}${api.logged.join("")}`;
  expect(written).toContain("sign_in.created");
  expect(secrets.filter((secret) => secret.length < 43 || written.includes(secret))).toEqual([]);
});

test("a write that is repeated under another sign-in does not run twice, and its answer stays sealed", async () => {
  const key = await api.keyOf("operator");
  const kept = { "idempotency-key": "once" };
  const ask = async (cookie: string) => withCookie(cookie, "POST", "/v1/sign-in-links", {}, kept);
  const cookie = await cookieOf(key);
  const first = await bodyOf(await ask(cookie));
  expect(await bodyOf(await ask(cookie))).toEqual(first);
  const other = await ask(await cookieOf(key));
  expect([other.status, (await bodyOf(other))["code"]]).toEqual([409, "idempotency.mismatch"]);
});

test("who signs in and out is in the audit", async () => {
  const created = await api.send("POST", "/v1/keys", { body: { name: "seen", role: "reader" } });
  const { key, key_id } = (await created.json()) as { key: string; key_id: string };
  const cookie = cookieIn(await signIn({ link: await linkOf(key) }));
  await withCookie(cookie, "DELETE", "/v1/session");
  const { rows } = await api.database.query<{ action: string }>(
    "select action, after->>'by' as by from audit where actor = $1 order by audit_id",
    [`key:${key_id}`],
  );
  expect(rows).toEqual([
    { action: "sign_in_link.created", by: null },
    { action: "sign_in.created", by: "link" },
    { action: "sign_in.ended", by: null },
  ]);
});
