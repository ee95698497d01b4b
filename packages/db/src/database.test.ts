import { testDatabase, type TestDatabase } from "@almanac/db/testing";
// What a transaction must not do to others: hold its locks while its process stands still.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "./database.ts";
import { stampHistory } from "./history.ts";

let clone: TestDatabase;
let database: Database;
beforeAll(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url, onConnectionError: () => undefined });
});
afterAll(async () => {
  await database.close();
  await clone.close();
});

test("a transaction that stands still is ended by the server: others get the history lock, it can not commit", async () => {
  const locked = Promise.withResolvers<void>();
  const others = Promise.withResolvers<void>();
  const still = database
    .transaction(async (tx) => {
      await stampHistory(tx);
      await tx.query("update read_epoch set epoch = epoch + 1000");
      locked.resolve();
      await others.promise;
    })
    .catch((error: unknown) => error);
  await locked.promise;
  // Waits for the lock, longer than the one that holds it may stand still.
  await database.transaction((tx) => stampHistory(tx));
  others.resolve();
  expect(await still).toMatchObject({ category: "unavailable", code: "database.unavailable" });
  const { rows } = await database.query<{ epoch: string }>("select epoch::text from read_epoch");
  expect(Number(rows[0]!.epoch)).toBeLessThan(1000);
});

test.each(["statement_timeout", "transaction_timeout"])(
  "what takes longer than its %s is told as too slow: neither a fault, nor a database that is away",
  async (limit) => {
    const slow = database.transaction(async (tx) => {
      // A transaction's own limit, once it runs, is only replaced by way of none.
      await tx.query(`set local ${limit} = 0; set local ${limit} = 20`);
      await tx.query("select pg_sleep(30)");
    });
    await expect(slow).rejects.toMatchObject({ category: "unavailable", code: "database.too_slow" });
  },
);

test("a closed database holds no connection, whether the ORM was used or not", async () => {
  const own = await testDatabase();
  try {
    for (const useOrm of [false, true]) {
      const opened = await openDatabase({ url: own.url });
      await opened.query("select 1");
      if (useOrm) await opened.orm.em.fork().execute("select 1");
      await opened.close();
      expect(opened.pool.totalCount, useOrm ? "with the ORM" : "without").toBe(0);
    }
  } finally {
    await own.close();
  }
});
