// The overview stays quick when there is much: indexes of what is not well, and no look at what is.
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "../../testing/database.ts";
import { type Database, openDatabase } from "../database.ts";
import { loadStatusSql } from "./work.ts";

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const made = await testDatabase();
  drop = made.close;
  database = await openDatabase({ url: made.url, poolSize: 2, applicationName: "status test" });
  await database.query(
    `insert into load (dataset, channel, content_sha256, media_type, bytes, stored_bytes, raw_uri, requested_by, status,
       finished_at, received_at)
     select 'events', 'post', sha256(n::text::bytea), 'application/json', 1, 1, 'file:x', 'test', 'succeeded',
       clock_timestamp(), clock_timestamp()
     from generate_series(1, 20000) as n`,
  );
  await database.query("vacuum analyze load");
});
afterAll(async () => {
  await database.close();
  await drop();
});

test.each(["day", "failed", "unfinished", "rejected"] as const)("no post is looked at for %s", async (part) => {
  const { rows } = await database.query<{ "QUERY PLAN": string }>(`explain (costs off) ${loadStatusSql[part]}`);
  const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
  expect(plan).not.toMatch(/Seq Scan on load\b/);
  expect(plan).toMatch(/load_(finished|unfinished|unwell)/);
});
