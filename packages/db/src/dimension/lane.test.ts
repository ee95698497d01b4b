import { findLoad } from "@almanac/db/loads";
import { testDatabase } from "@almanac/db/testing";
import { claimedLoad, writeFeed } from "@almanac/db/testing/feeds";
import type { ArticleFacts, TicketFacts, UserFacts } from "@almanac/domain/dimension/member";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "../database.ts";
import { inferMembers } from "./infer.ts";
import { openMemberLane } from "./lane.ts";

let clone: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
beforeEach(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url });
});
afterEach(async () => {
  await database.close();
  await clone.close();
});

const john = "123e4567-e89b-12d3-a456-426614174000";
const jane = "789e4567-e89b-12d3-a456-426614174001";
const user = (userId: string, facts: Partial<UserFacts> = {}): UserFacts => ({
  dimension: "users",
  userId,
  name: null,
  email: null,
  country: null,
  ...facts,
});
const ticket = (ticketId: string, eventName: string, ticketPrice: string): TicketFacts => ({
  dimension: "tickets",
  ticketId,
  eventName,
  ticketPrice,
});
const article = (articleId: string, articleName: string, price: string, currency = "USD"): ArticleFacts => ({
  dimension: "articles",
  articleId,
  articleName,
  price,
  currency,
});

const nothing = { inserted: 0, updated: 0, duplicate: 0, stale: 0, conflict: 0, rejected: 0 };
const rowsOf = async (text: string) => (await database.query(text)).rows;
const recordedIn = (batches: string) =>
  rowsOf(`select count(*)::int as count from batch where batch_id in (${batches})`);

test("the brief's members load, with an article whose id is no UUID", async () => {
  await writeFeed(database, "users", [
    [
      user(john, { name: "John Doe", email: "john.doe@example.com", country: "USA" }),
      user(jane, { name: "Jane Doe", email: "jane.doe@example.com", country: "Canada" }),
    ],
  ]);
  await writeFeed(database, "tickets", [
    [
      ticket("543f6bcd-6621-3373-8cde-4e832627b4f8", "Music Concert", "99.99"),
      ticket("678f6bcd-5621-3373-8bde-4e832627b4f7", "Theater Play", "49.99"),
    ],
  ]);
  const [counts] = await writeFeed(database, "articles", [
    [article("98765", "Winter Jacket", "29.99"), article("12345", "Running Shoes", "59.99")],
  ]);
  expect(counts).toEqual({ ...nothing, inserted: 2 });
  expect(await rowsOf("select user_id, name, email, country from users order by name desc")).toEqual([
    { user_id: john, name: "John Doe", email: "john.doe@example.com", country: "USA" },
    { user_id: jane, name: "Jane Doe", email: "jane.doe@example.com", country: "Canada" },
  ]);
  expect(await rowsOf("select ticket_id, event_name, ticket_price from tickets order by event_name")).toEqual([
    { ticket_id: "543f6bcd-6621-3373-8cde-4e832627b4f8", event_name: "Music Concert", ticket_price: "99.99" },
    { ticket_id: "678f6bcd-5621-3373-8bde-4e832627b4f7", event_name: "Theater Play", ticket_price: "49.99" },
  ]);
  expect(await rowsOf("select article_id, article_name, price, currency from articles order by price")).toEqual([
    { article_id: "98765", article_name: "Winter Jacket", price: "29.99", currency: "USD" },
    { article_id: "12345", article_name: "Running Shoes", price: "59.99", currency: "USD" },
  ]);
});

test("a changed member is updated and the state before is kept; the same again is a duplicate and writes nothing", async () => {
  await writeFeed(database, "articles", [[article("1", "Day ticket", "10.00"), article("2", "Parking", "5")]]);
  const second = [[article("1", "Day ticket", "12.50"), article("2", "Parking", "5.00"), article("3", "Locker", "2")]];
  expect(await writeFeed(database, "articles", second)).toEqual([
    { ...nothing, inserted: 1, updated: 1, duplicate: 1 },
  ]);
  const before = await rowsOf("select xmin::text, * from articles order by article_id");
  expect(await writeFeed(database, "articles", second)).toEqual([{ ...nothing, duplicate: 3 }]);
  expect(await rowsOf("select xmin::text, * from articles order by article_id")).toEqual(before);
  expect(
    await rowsOf(
      "select article_id, price, state_no from articles union all select article_id, price, state_no from article_history order by 1, 3",
    ),
  ).toEqual([
    { article_id: "1", price: "10.00", state_no: 1 },
    { article_id: "1", price: "12.50", state_no: 2 },
    { article_id: "2", price: "5", state_no: 1 },
    { article_id: "3", price: "2", state_no: 1 },
  ]);
  expect(
    await recordedIn("select superseded_batch_id from article_history union select batch_id from article_history"),
  ).toEqual([{ count: 2 }]);
});

test("of several lines of a member the last one stays, in one chunk and across chunks", async () => {
  const named = (name: string) => user(john, { name });
  const expected = [{ name: "c", state_no: 4, line: "6" }];
  const lines = ["a", "b", "b", "a", "a", "c"].map(named);
  expect(await writeFeed(database, "users", [lines])).toEqual([{ ...nothing, inserted: 1, updated: 3, duplicate: 2 }]);
  expect(await rowsOf("select name, state_no, line from users")).toEqual(expected);
  expect(
    await rowsOf(
      "select name, state_no, line, batch_id = superseded_batch_id as unseen from user_history order by state_no",
    ),
  ).toEqual([
    { name: "a", state_no: 1, line: "1", unseen: true },
    { name: "b", state_no: 2, line: "2", unseen: true },
    { name: "a", state_no: 3, line: "4", unseen: true },
  ]);
  // The same lines in chunks of two begin with a change (c → a) and end in the same state.
  const chunks = [lines.slice(0, 2), lines.slice(2, 4), lines.slice(4)];
  expect(await writeFeed(database, "users", chunks)).toEqual([
    { ...nothing, updated: 2 },
    { ...nothing, updated: 1, duplicate: 1 },
    { ...nothing, updated: 1, duplicate: 1 },
  ]);
  expect(await rowsOf("select name, state_no from users")).toEqual([{ name: "c", state_no: 8 }]);
  expect(
    await rowsOf("select count(*)::int as states, count(distinct state_no)::int as numbers from user_history"),
  ).toEqual([{ states: 7, numbers: 7 }]);
});

test("a member that an event named first is filled in when it arrives, even with nothing to say", async () => {
  await database.transaction(async (tx) => {
    await inferMembers(tx, "7", { userIds: [john, jane], ticketIds: [], articleIds: ["98765"] });
  });
  expect(await rowsOf("select name, inferred from users")).toEqual([
    { name: null, inferred: true },
    { name: null, inferred: true },
  ]);
  expect(await writeFeed(database, "users", [[user(john, { name: "John Doe" }), user(jane)]])).toEqual([
    { ...nothing, updated: 2 },
  ]);
  expect(await rowsOf("select name, inferred, state_no from users order by name")).toEqual([
    { name: "John Doe", inferred: false, state_no: 2 },
    { name: null, inferred: false, state_no: 2 },
  ]);
  expect(await rowsOf("select inferred, batch_id, state_no from user_history")).toEqual([
    { inferred: true, batch_id: "7", state_no: 1 },
    { inferred: true, batch_id: "7", state_no: 1 },
  ]);
  expect(await rowsOf("select article_id, inferred from articles")).toEqual([{ article_id: "98765", inferred: true }]);
});

test("rejects count, the lane's position moves with each chunk, and a lane that was taken over leaves nothing", async () => {
  const { loadId, fence } = await claimedLoad(database, "users");
  const lane = await openMemberLane(database, { loadId, lane: 0, fence, position: 0, dimension: "users" });
  const reject = {
    line: 2,
    byteOffset: 10,
    byteLength: 3,
    reject: { code: "member.invalid", pointer: "/user_id", detail: "It is no UUID." },
    raw: "{}",
    rawBytes: null,
  };
  const counts = await lane.merge({
    members: [{ line: 1, member: user(john) }],
    rejects: [reject],
    fromLine: 1,
    toLine: 2,
    toByte: 13,
  });
  expect(counts).toEqual({ ...nothing, inserted: 1, rejected: 1 });
  expect((await findLoad(database, loadId))!.rows).toMatchObject({ inserted: 1, rejected: 1, total: 2 });
  await database.query("update load set fence = fence + 1 where load_id = $1", [loadId]);
  const late = { members: [{ line: 3, member: user(jane) }], rejects: [], fromLine: 3, toLine: 3, toByte: 20 };
  await expect(lane.merge(late)).rejects.toMatchObject({ code: "load.taken_over" });
  expect(await rowsOf("select user_id from users")).toEqual([{ user_id: john }]);
});
