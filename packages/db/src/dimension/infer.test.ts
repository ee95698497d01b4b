import { randomUUID } from "node:crypto";
import { testDatabase } from "@almanac/db/testing";
import { writeFeed } from "@almanac/db/testing/feeds";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../database.ts";
import { inferMembers } from "./infer.ts";

let clone: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
beforeAll(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url, poolSize: 8 });
});
afterAll(async () => {
  await database.close();
  await clone.close();
});

const infer = (named: Partial<Parameters<typeof inferMembers>[2]>, batchId = "1") =>
  database.transaction((tx) => inferMembers(tx, batchId, { userIds: [], ticketIds: [], articleIds: [], ...named }));

test("keys that nobody knows become members, each once; known ones are neither written nor locked", async () => {
  const [one, two] = [randomUUID(), randomUUID()];
  expect(await infer({ userIds: [two, one, two], ticketIds: [one], articleIds: ["9", "10", "9"] })).toBe(5);
  const { rows: before } = await database.query("select xmin::text, * from users where user_id = any($1)", [
    [one, two],
  ]);
  await database.transaction(async (tx) => {
    // Whoever holds the row does not stop an inference that only names it.
    await tx.query("select 1 from users where user_id = $1 for update", [one]);
    expect(await infer({ userIds: [one, two], articleIds: ["10"] }, "2")).toBe(0);
  });
  const { rows: after } = await database.query("select xmin::text, * from users where user_id = any($1)", [[one, two]]);
  expect(after).toEqual(before);
  expect(after.map((row) => [row["inferred"], row["batch_id"], row["name"], row["line"]])).toEqual(
    Array.from({ length: 2 }, () => [true, "1", null, null]),
  );
});

// Whoever waits for the first member must not have the others yet: the one it waits for may want them next.
test.each([
  ["another lane", (userIds: string[]) => infer({ userIds }, "2")],
  [
    "a feed",
    (userIds: string[]) =>
      writeFeed(database, "users", [
        userIds.map((userId) => ({ dimension: "users", userId, name: "Someone", email: null, country: null })),
      ]),
  ],
])("%s that waits for the first of its members holds none of the others", async (_who, write) => {
  const [first, ...others] = Array.from({ length: 50 }, () => randomUUID()).sort();
  const written = await database.transaction(async (tx) => {
    await inferMembers(tx, "1", { userIds: [first!], ticketIds: [], articleIds: [] });
    const writing = write([...others.toReversed(), first!]);
    const waiting = `select 1 from pg_locks l join pg_stat_activity a using (pid)
      where locktype = 'transactionid' and not granted and datname = current_database()`;
    await expect.poll(async () => (await database.query(waiting)).rowCount).toBe(1);
    expect(await inferMembers(tx, "1", { userIds: others, ticketIds: [], articleIds: [] })).toBe(49);
    return { writing };
  });
  await written.writing;
});

test("lanes that name the same members in any order, beside feeds of them, all end, and each member is there once", async () => {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  const users = Array.from({ length: 400 }, () => randomUUID());
  const articles = users.map((_, place) => `article ${place}`);
  const shuffled = fc.record({
    users: fc.shuffledSubarray(users, { minLength: 300 }),
    articles: fc.shuffledSubarray(articles, { minLength: 300 }),
  });
  const rounds = fc.sample(fc.array(shuffled, { minLength: 6, maxLength: 6 }), { seed, numRuns: 8 });
  for (const round of rounds) {
    await database.query("truncate users, user_history, tickets, articles, article_history");
    const lanes = round.map(({ users: userIds, articles: articleIds }, lane) =>
      infer({ userIds, ticketIds: userIds, articleIds }, String(lane + 1)),
    );
    const feeds = round.slice(0, 2).flatMap(({ users: userIds, articles: articleIds }) => [
      writeFeed(database, "users", [
        userIds.map((userId) => ({ dimension: "users", userId, name: "Someone", email: null, country: null })),
      ]),
      writeFeed(database, "articles", [
        articleIds.map((articleId) => ({
          dimension: "articles",
          articleId,
          articleName: "Thing",
          price: "1",
          currency: null,
        })),
      ]),
    ]);
    await expect(Promise.all([...lanes, ...feeds]), `seed ${seed}`).resolves.toHaveLength(10);
    const told = new Set(round.slice(0, 2).flatMap((each) => each.users));
    const named = new Set(round.flatMap((each) => each.users));
    const { rows } = await database.query("select user_id, inferred from users");
    expect(new Map(rows.map((row) => [row["user_id"], row["inferred"]])), `seed ${seed}`).toEqual(
      new Map([...named].map((userId) => [userId, !told.has(userId)])),
    );
  }
});
