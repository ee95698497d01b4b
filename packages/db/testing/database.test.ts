import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { embeddedForTest, testDatabase } from "./database.ts";

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe("a test database", () => {
  test("is migrated and shares nothing with another one", async () => {
    const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
    await query(one.url, "update read_epoch set epoch = 41");
    expect(await query(one.url, "select epoch from read_epoch")).toEqual([{ epoch: "41" }]);
    expect(await query(two.url, "select epoch from read_epoch")).toEqual([{ epoch: "0" }]);
    await Promise.all([one.close(), two.close()]);
  });

  test("is gone after close, though somebody was connected", async () => {
    const database = await testDatabase({ migrated: false });
    const client = new Client({ connectionString: database.url });
    const cutOff = new Promise((resolve) => client.on("error", resolve));
    await client.connect();
    await database.close();
    await cutOff;
    await expect(query(database.url, "select 1")).rejects.toThrow(/does not exist/);
  });
});

test("a killed server has every commit after its restart, at the same address", async () => {
  const database = await embeddedForTest({ migrated: false });
  try {
    await query(database.url, "create table kept (n int)");
    await query(database.url, "insert into kept values (1), (2)");
    await database.kill();
    await database.restart();
    expect(await query(database.url, "select sum(n)::int as sum from kept")).toEqual([{ sum: 3 }]);
  } finally {
    await database.close();
  }
});
