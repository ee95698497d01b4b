import { createHash } from "node:crypto";
import { type Database, openDatabase } from "@almanac/db/database";
import { claimInboxFile, noteInboxFile } from "@almanac/db/inbox";
import { holdJournal, type JournalBatch, moveJournal, readBatchesAfter } from "@almanac/db/journal";
import { claimLoad, failLoad, finishLoad } from "@almanac/db/load-claims";
import {
  findLoad,
  findLoadByIdentity,
  listLoads,
  newestFeed,
  readUnfinishedLoads,
  reopenLoad,
  requestCancel,
} from "@almanac/db/loads";
import { listRejects, readRejectedLines } from "@almanac/db/rejects";
import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import { chunkOf, eventOf, linesOf, loadEvents, openLanes, rejectOf, writeLoad } from "@almanac/db/testing/events";
import { afterAll, beforeAll, expect, test } from "vitest";

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url });
});

afterAll(async () => {
  await database.close();
  await server.close();
});

const shaOf = (text: string) => createHash("sha256").update(text).digest();

test("the same bytes at once are one load; other bytes, another media type, a post are others", async () => {
  const contentSha256 = shaOf("once");
  const loads = await Promise.all(Array.from({ length: 8 }, () => writeLoad(database, { contentSha256 })));
  expect(new Set(loads.map((load) => load.loadId)).size).toBe(1);
  expect(await findLoadByIdentity(database, contentSha256, "application/x-ndjson")).toEqual(loads[0]);
  const others = await Promise.all([
    writeLoad(database, { contentSha256, mediaType: "text/csv" }),
    writeLoad(database, { contentSha256, channel: "post" }),
    writeLoad(database, { contentSha256, channel: "replay", replayOf: loads[0]!.loadId, replayOnly: "all" }),
  ]);
  expect(new Set([...loads, ...others].map((load) => load.loadId)).size).toBe(4);
  expect(await writeLoad(database, { contentSha256, channel: "inbox" })).toEqual(loads[0]);
});

test("a feed is the load before it only when it equals the newest one of its dimension", async () => {
  const feed = (text: string, dataset: "users" | "tickets" = "users") =>
    writeLoad(database, { dataset, contentSha256: shaOf(text) });
  const first = await feed("a");
  expect((await feed("a")).loadId).toBe(first.loadId);
  expect((await feed("a", "tickets")).loadId).not.toBe(first.loadId);
  const second = await feed("b");
  const third = await feed("a");
  expect(new Set([first, second, third].map((load) => load.loadId)).size).toBe(3);
  expect(await newestFeed(database, "users")).toEqual(third);
});

test("loads are listed newest first, by filter, in pages", async () => {
  const before = (await listLoads(database, { limit: 1 }))[0]?.loadNo ?? 0;
  const upload = await writeLoad(database);
  const posted = await writeLoad(database, { channel: "post" });
  const users = await writeLoad(database, { dataset: "users" });
  const all = await listLoads(database, { limit: 3 });
  expect(all).toEqual([users, posted, upload]);
  expect(await listLoads(database, { limit: 1, before: posted.loadNo })).toEqual([upload]);
  const one = async (filter: object) => (await listLoads(database, { limit: 1, ...filter }))[0];
  expect(await one({ channels: ["post"] })).toEqual(posted);
  expect(await one({ dataset: "users" })).toEqual(users);
  expect(await listLoads(database, { limit: 9, status: "failed", before: before + 10 })).toEqual([]);
});

test("a failed load is opened again and goes on where it stood; others are not", async () => {
  const { loadId, fence, lanes, close } = await openLanes(database, 1);
  await lanes[0]!.merge(chunkOf(linesOf([eventOf(1)])));
  await close();
  const reopen = () => database.transaction((tx) => reopenLoad(tx, loadId));
  const cancel = () => database.transaction((tx) => requestCancel(tx, loadId));
  expect(await reopen()).toBeNull();
  expect(await cancel()).toMatchObject({ cancelRequested: true });
  expect(await failLoad(database, loadId, fence - 1, { code: "load.cancelled", detail: "Stopped." })).toBe(false);
  expect(await failLoad(database, loadId, fence, { code: "load.cancelled", detail: "Stopped." })).toBe(true);
  expect(await findLoad(database, loadId)).toMatchObject({ status: "failed", errorCode: "load.cancelled" });
  expect([await cancel(), await claimLoad(database, loadId, { lanes: 1, schemas: {} })]).toEqual([null, null]);
  expect(await reopen()).toMatchObject({ status: "queued", errorCode: null, finishedAt: null, cancelRequested: false });
  const again = (await claimLoad(database, loadId, { lanes: 4, schemas: {} }))!;
  expect(again.lanes).toEqual([{ lane: 0, position: 1, bytePosition: 100 }]);
  expect(again.load.progress).toBe(0.1);
  expect(await finishLoad(database, loadId, again.fence, { total: 1 })).toBe("succeeded");
});

test("unfinished loads are found once nobody has written to them for a while", async () => {
  const load = await writeLoad(database);
  const ids = async (quietMs: number) =>
    (await readUnfinishedLoads(database, { quietMs, limit: 1_000 })).map(({ loadId }) => loadId);
  expect(await ids(0)).toContain(load.loadId);
  expect(await ids(3_600_000)).not.toContain(load.loadId);
  await failLoad(database, load.loadId, null, { code: "load.cancelled", detail: "Stopped." });
  expect(await ids(0)).not.toContain(load.loadId);
});

test("rejects keep their bytes, and belong to the one replay that takes them, however many ask at once", async () => {
  const { loadId, lanes, close } = await openLanes(database, 1);
  const bytes = { ...rejectOf(2), raw: null, rawBytes: Buffer.from([0xff, 0x00, 0x7b]) };
  const quoted = rejectOf(3, `{"a": "\\" , }' \n ü"}`);
  await lanes[0]!.merge(chunkOf(linesOf([]), [{ ...rejectOf(1), raw: null }, bytes, quoted]));
  await close();
  const rejects = await listRejects(database, loadId, { limit: 2 });
  expect(rejects.map(({ line, raw, rawBytes }) => [line, raw, rawBytes])).toEqual([
    [1, null, null],
    [2, null, bytes.rawBytes],
  ]);
  expect(await listRejects(database, loadId, { limit: 2, after: 2 })).toMatchObject([{ line: 3, raw: quoted.raw }]);
  const read: number[] = [];
  for await (const page of readRejectedLines(database, loadId)) read.push(...page);
  expect(read).toEqual([1, 2, 3]);
  const replayedBy = async () => (await listRejects(database, loadId, { limit: 10 })).map((each) => each.replayedBy);
  await writeLoad(database, { channel: "replay", replayOf: loadId, replayOnly: "all" });
  expect(await replayedBy()).toEqual([null, null, null]);
  const ask = () => writeLoad(database, { channel: "replay", replayOf: loadId, replayOnly: "rejects" });
  const [one, ...others] = await Promise.all([ask(), ask(), ask()]);
  expect(others.map((other) => other.loadId)).toEqual([one.loadId, one.loadId]);
  expect(await replayedBy()).toEqual([one.loadId, one.loadId, one.loadId]);
});

test("the journal is read in commit order, each batch once", async () => {
  const read = (limit: number) =>
    database.transaction(async (tx) => {
      const mark = await holdJournal(tx);
      const batches = await readBatchesAfter(tx, mark, limit);
      const last = batches.at(-1);
      if (last) await moveJournal(tx, { no: mark.exportedNo + 1, last });
      return batches;
    });
  await read(1_000);
  await loadEvents(database, [[eventOf(1)], [eventOf(2)], [eventOf(3)]]);
  const batches: JournalBatch[] = [...(await read(2)), ...(await read(2)), ...(await read(2))];
  expect(batches.map(({ fromLine, toLine }) => [fromLine, toLine])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  expect(batches.map((batch) => batch.committedAt)).toEqual(batches.map((batch) => batch.committedAt).toSorted());
});

test("a stamp is later than the one before, even when the clock goes back", async () => {
  await database.query(
    "update batch set committed_at = '2100-01-01Z' where batch_id = (select max(batch_id) from batch)",
  );
  const { loadId } = await loadEvents(database, [[eventOf(50)], [eventOf(51)]]);
  const { rows } = await database.query("select committed_at from batch where load_id = $1 order by batch_id", [
    loadId,
  ]);
  expect(rows).toEqual([
    { committed_at: "2100-01-01 00:00:00.000001+00" },
    { committed_at: "2100-01-01 00:00:00.000002+00" },
  ]);
});

test("a file of the drop folder is held by one worker, and remembered", async () => {
  const file = { uri: "file:inbox/a.ndjson", fingerprint: "10-1" };
  await database.transaction(async (tx) => {
    expect(await claimInboxFile(tx, file)).toMatchObject({ loadId: null, doneAt: null });
  });
  await database.transaction(async (tx) => {
    expect(await claimInboxFile(tx, file)).toMatchObject(file);
    await database.transaction(async (other) => expect(await claimInboxFile(other, file)).toBeNull());
  });
  const { loadId } = await writeLoad(database);
  await noteInboxFile(database, { ...file, loadId, isDone: true });
  await database.transaction(async (tx) => {
    const known = (await claimInboxFile(tx, file))!;
    expect([known.loadId, known.doneAt !== null]).toEqual([loadId, true]);
    expect(await claimInboxFile(tx, { ...file, fingerprint: "11-2" })).toMatchObject({ loadId: null });
  });
});
