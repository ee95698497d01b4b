import { embeddedForTest, type KillableDatabase } from "@almanac/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openReader } from "./reader.ts";

let server: KillableDatabase;

beforeAll(async () => {
  server = await embeddedForTest({ migrated: false });
});

afterAll(() => server.close());

test("many reads at once share few connections and each gets its own answer", async () => {
  const reader = openReader({ url: server.url, connections: 2 });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      reader.query<{ n: number; pid: number }>({
        name: "echo",
        text: "select $1::int as n, pg_backend_pid() as pid",
        values: [n],
      }),
    ),
  );
  expect(answers.map(({ rows }) => rows[0]!.n)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  expect(new Set(answers.map(({ rows }) => rows[0]!.pid)).size).toBe(2);
  await reader.close();
});

test("dates and instants come as text, in UTC", async () => {
  const reader = openReader({ url: server.url });
  const { rows } = await reader.query("select date '2026-12-26' as date, timestamptz '2026-12-26 01:00:00+13' as at");
  expect(rows).toEqual([{ date: "2026-12-26", at: "2026-12-25 12:00:00+00" }]);
  await reader.close();
});

test("one statement that fails costs its neighbours nothing", async () => {
  const reader = openReader({ url: server.url, connections: 1 });
  const [bad, good] = await Promise.allSettled([reader.query("select 1 / 0"), reader.query("select 1 as one")]);
  expect(bad.status).toBe("rejected");
  expect(good).toMatchObject({ status: "fulfilled", value: { rows: [{ one: 1 }] } });
  await reader.close();
});

test("a database that is down is told as unavailable, and used again once it is back", async () => {
  const lost = Promise.withResolvers<Error>();
  const reader = openReader({ url: server.url, connections: 1, onConnectionError: lost.resolve });
  await reader.query("select 1");
  await server.kill();
  await lost.promise;
  await expect(reader.query("select 1")).rejects.toMatchObject({
    code: "database.unavailable",
    category: "unavailable",
  });
  await server.restart();
  expect((await reader.query("select 2 as two")).rows).toEqual([{ two: 2 }]);
  await reader.close();
});

test("a reader that was closed refuses to read", async () => {
  const reader = openReader({ url: server.url });
  await reader.query("select 1");
  await reader.close();
  await expect(reader.query("select 1")).rejects.toMatchObject({ code: "database.unavailable" });
});
