// The star as a BI tool sees it: logins of their own that are members of almanac_bi, on a database that was migrated in
// place (what a database grants to everybody is not copied with it).
import { randomBytes } from "node:crypto";
import { migrate } from "@almanac/db/migrate";
import { embeddedForTest, testDatabase } from "@almanac/db/testing";
import { holiday, syncLocations, writeCalendar, writeLocations } from "@almanac/db/testing/calendars";
import { eventOf, loadEvents } from "@almanac/db/testing/events";
import { writeFeed } from "@almanac/db/testing/feeds";
import type { LocationId } from "@almanac/domain/ids";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../database.ts";

let empty: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let analyst: Client;
let officer: Client;
let parks: LocationId[];
const logins: string[] = [];

/** A person who signs in with a password and has the rights of `roles`. */
async function signIn(...roles: string[]): Promise<Client> {
  const name = `person_${randomBytes(6).toString("hex")}`;
  const password = randomBytes(12).toString("hex");
  await database.query(`create role ${name} login password '${password}' in role ${roles.join(", ")}`);
  logins.push(name);
  const url = new URL(empty.url);
  url.username = name;
  url.password = password;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  return client;
}

beforeAll(async () => {
  empty = await testDatabase({ migrated: false });
  await migrate(empty.url);
  database = await openDatabase({ url: empty.url });
  analyst = await signIn("almanac_bi");
  officer = await signIn("almanac_bi", "almanac_personal_data");
  parks = await writeLocations(database, [{ subdivisionCode: "NL-FL" }, { subdivisionCode: "NL-GR" }]);
  const open = [
    holiday({ date: "2026-04-27", name: "King's Day" }),
    holiday({ date: "2026-05-05", name: "Liberation Day" }),
    holiday({ date: "2026-05-05", name: "Another one" }),
  ];
  await syncLocations(
    database,
    parks,
    await writeCalendar(database, { region: "NL", open, coverage: { 2026: "full" } }),
  );
});
afterAll(async () => {
  await analyst.end();
  await officer.end();
  await database.close();
  const server = new Client({ connectionString: Object.assign(new URL(empty.url), { pathname: "/postgres" }).href });
  await empty.close();
  await server.connect();
  for (const login of logins) await server.query(`drop role ${login}`);
  await server.end();
});

test("payments per location on public holidays of 2026 against other days are one plain query", async () => {
  const pay = (n: number, park: number, visitDate: string, amount: string, eventType = "PaymentSuccessful") =>
    eventOf(n, 1, {
      eventType,
      locationId: parks[park]!,
      visitDate,
      metadata: `{"total_amount": ${amount}, "currency": "EUR"}`,
    });
  await loadEvents(database, [
    [
      pay(1, 0, "2026-04-27", "10.10"),
      pay(2, 0, "2026-05-05", "0.20"),
      pay(3, 0, "2026-05-06", "5"),
      pay(4, 1, "2026-05-05", "7.77"),
      pay(5, 1, "2026-05-07", "1"),
      pay(6, 1, "2026-05-08", "1"),
      pay(7, 0, "2025-05-05", "1000"),
      pay(8, 0, "2026-05-05", "1000", "PaymentFailed"),
    ],
  ]);
  const { rows } = await analyst.query(
    `select location_id, is_public_holiday, count(*)::int as payments, sum(amount) as amount
     from mart.fact_events_holidays
     where event_type = 'PaymentSuccessful' and visit_date between '2026-01-01' and '2026-12-31'
     group by location_id, is_public_holiday`,
  );
  const line = (park: number, isHoliday: boolean, payments: number, amount: string) => ({
    location_id: parks[park],
    is_public_holiday: isHoliday,
    payments,
    amount,
  });
  expect(rows).toHaveLength(4);
  expect(rows).toEqual(
    expect.arrayContaining([
      line(0, true, 2, "10.30"),
      line(0, false, 1, "5"),
      line(1, true, 1, "7.77"),
      line(1, false, 2, "2"),
    ]),
  );
});

test("every relation and function of the mart can be read", async () => {
  const { rows } = await database.query<{ name: string }>(
    "select c.oid::regclass::text as name from pg_class c where relnamespace = 'mart'::regnamespace and relkind in ('r', 'v')",
  );
  expect(rows.length).toBeGreaterThan(10);
  for (const { name } of rows) await analyst.query(`select * from ${name} limit 1`);
  await analyst.query("select * from mart.events_holidays_as_of(mart.settled_now(), now())");
  await analyst.query("select * from mart.location_holidays_as_of(now())");
});

test("nothing outside of the mart can be read", async () => {
  const { rows } = await database.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'v', 'p', 'm', 'S') and n.nspname not in ('mart', 'pg_catalog', 'information_schema')
       and n.nspname not like 'pg_t%'`,
  );
  expect(rows.map((row) => row.name)).toEqual(expect.arrayContaining(["audit", "api_key", "users", "events", "load"]));
  for (const { name } of rows) {
    await expect(analyst.query(`select * from ${name}`), name).rejects.toMatchObject({ code: "42501" });
    await expect(officer.query(`select * from ${name}`), name).rejects.toMatchObject({ code: "42501" });
  }
});

test("nothing can be written or made", async () => {
  const refused = [
    "insert into mart.dim_dates (date) values ('2000-01-01')",
    "update mart.dim_articles set price = 0",
    "delete from mart.fact_events",
    "truncate mart.dim_dates",
    "insert into public.users (user_id, batch_id) values (gen_random_uuid(), 1)",
    "update public.events set version = 9",
    "create table mart.mine (a int)",
    "create table public.mine (a int)",
    "create temporary table mine (a int)",
    "create view mart.mine as select 1",
    "create function mart.mine() returns int language sql return 1",
    "create schema mine",
    "select lo_create(0)",
    "select lo_from_bytea(0, 'a')",
    "select grant_mart()",
    "select nextval('batch_id_seq')",
    "set role postgres",
    "set role almanac_personal_data",
    "copy mart.dim_dates to program 'true'",
    "copy mart.dim_dates to '/tmp/dates'",
  ];
  for (const statement of refused) {
    await expect(analyst.query(statement), statement).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|55000)$/),
    });
  }
});

test("name and e-mail are masked for everybody who is not a member of almanac_personal_data", async () => {
  const userId = "123e4567-e89b-12d3-a456-426614174000";
  const facts = {
    dimension: "users" as const,
    userId,
    name: "John Doe",
    email: "john.doe@example.com",
    country: "USA",
  };
  const nameless = { ...facts, userId: "789e4567-e89b-12d3-a456-426614174001", name: null, email: null };
  await writeFeed(database, "users", [[facts, nameless]]);
  const read = "select name, email, country from mart.dim_users where country = 'USA' order by user_id";
  const nobody = { name: null, email: null, country: "USA" };
  expect((await analyst.query(read)).rows).toEqual([{ name: "***", email: "***", country: "USA" }, nobody]);
  expect((await officer.query(read)).rows).toEqual([
    { name: "John Doe", email: "john.doe@example.com", country: "USA" },
    nobody,
  ]);
  // Nor can a filter find out what is behind the mask.
  expect(
    (await analyst.query("select 1 from mart.dim_users where email like 'john%' or name = 'John Doe'")).rows,
  ).toEqual([]);
});

test("roles that come later are let in by grant_mart, as often as it is called", async () => {
  await database.query("revoke all on all tables in schema mart from almanac_bi");
  await expect(analyst.query("select 1 from mart.dim_dates limit 1")).rejects.toMatchObject({ code: "42501" });
  await database.query("select grant_mart(), grant_mart()");
  await analyst.query("select 1 from mart.dim_dates limit 1");
});

test("a server without the roles: who may not make them can migrate, and the mart opens when somebody has made them", async () => {
  const server = await embeddedForTest({ migrated: false });
  try {
    const admin = new Client({ connectionString: server.url });
    await admin.connect();
    const own = new URL(server.url);
    await admin.query(`create role migrator login password 'secret'; create extension btree_gist;
      grant create on database ${own.pathname.slice(1)} to migrator; grant create on schema public to migrator`);
    const url = Object.assign(new URL(own), { username: "migrator", password: "secret" }).href;
    expect((await migrate(url)).applied).toContain("0003-star");
    await admin.query(
      "insert into users (user_id, email, batch_id) values (gen_random_uuid(), 'john.doe@example.com', 1)",
    );
    // Without the role nobody is a member of it.
    expect((await admin.query("select email from mart.dim_users")).rows).toEqual([{ email: "***" }]);
    await admin.query(
      "create role almanac_bi; create role reader login password 'secret' in role almanac_bi; select grant_mart()",
    );
    const reader = new Client({
      connectionString: Object.assign(new URL(own), { username: "reader", password: "secret" }).href,
    });
    await reader.connect();
    expect((await reader.query("select email from mart.dim_users")).rows).toEqual([{ email: "***" }]);
    await reader.end();
    await admin.end();
  } finally {
    await server.close();
  }
});

test("a role that another database of the server is making at the same time is waited for and not made twice", async () => {
  const server = await embeddedForTest({ migrated: false });
  try {
    const other = new Client({ connectionString: server.url });
    await other.connect();
    await other.query("begin; create role almanac_bi; create role almanac_personal_data");
    const migrated = migrate(server.url);
    const waiting = "select 1 from pg_locks where locktype = 'transactionid' and not granted";
    await expect.poll(async () => (await other.query(waiting)).rowCount).toBe(1);
    await other.query("commit");
    expect((await migrated).applied).toContain("0003-star");
    const { rows } = await other.query("select has_schema_privilege('almanac_bi', 'mart', 'usage') as may_read");
    expect(rows).toEqual([{ may_read: true }]);
    await other.end();
  } finally {
    await server.close();
  }
});
