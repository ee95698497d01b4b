// The drop folder: what is whole is taken in once, whatever the number of workers; what is being written is left alone.
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { listLoads } from "@almanac/db/loads";
import { openInbox } from "@almanac/lake/open-inbox";
import { s3ServerForTest } from "@almanac/lake/testing";
import { kindOf, sweepInbox } from "@almanac/usecases/sweep-inbox";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { events, loaded, ndjson } from "../../testing/loads.ts";
import { queueBackends, testWorker, type TestWorker, until } from "../../testing/worker.ts";
import { acceptDeps } from "./sweep.ts";

const impatient = { patienceMs: 0, lookAgainMs: 1 };

describe.each(await queueBackends("the drop folder"))("a drop folder with the queue on $kind", ({ queue }) => {
  let folder: string;
  let worker: TestWorker;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "almanac-inbox-"));
    const inbox = await openInbox(folder);
    // Never by the clock: a test says when.
    const start = { inboxCron: "0 0 1 1 *" };
    worker = await testWorker({ ...queue, inbox, start, settings: { sweep: impatient } });
  });
  afterEach(async () => {
    await worker.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A file that somebody has finished a while ago. */
  const drop = async (name: string, content: string | Uint8Array, ageMs = 60_000) => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    const then = new Date(Date.now() - ageMs);
    await utimes(path, then, then);
  };
  const sweep = (signal = new AbortController().signal, lake = worker.deps.lake) =>
    sweepInbox(
      { ...acceptDeps(worker.deps), lake, inbox: worker.deps.inbox! },
      { requestedBy: "test", signal, ...impatient },
    );
  const loads = () => listLoads(worker.deps.database, { limit: 100 });

  test("a file is claimed once by eight sweeps at once, loaded, and put away", async () => {
    const names = Array.from({ length: 6 }, (_, no) => `week-${no}.ndjson`);
    for (const name of names) await drop(name, ndjson(events(20)));
    const results = await Promise.all(Array.from({ length: 8 }, () => sweep()));
    expect(results.every(({ failed, left }) => failed + left === 0)).toBe(true);
    const found = await loads();
    expect(found.map((each) => String(each.fileName)).toSorted()).toEqual(names);
    for (const { loadId } of found) {
      expect(await loaded(worker.deps.database, loadId)).toMatchObject({ channel: "inbox", rows: { inserted: 20 } });
    }
    expect((await readdir(join(folder, "done"))).toSorted()).toEqual(names);
    expect(await readdir(folder)).toEqual(["done"]);
    const { rows } = await worker.deps.database.query(
      "select count(*)::int as files, count(load_id)::int as loads, count(done_at)::int as done from inbox_file",
    );
    expect(rows).toEqual([{ files: 6, loads: 6, done: 6 }]);
    const audit = await worker.deps.database.query("select from audit where action = 'load.accepted'");
    expect(audit.rows).toHaveLength(6);
  });

  test("of two sweeps at once the slower one makes no new load of a feed that the other has taken", async () => {
    const user_id = randomUUID();
    const feed = (name: string) => `user_id,name,email,country\n${user_id},${name},a@example.org,NL\n`;
    const reading = Promise.withResolvers<void>();
    const mayGoOn = Promise.withResolvers<void>();
    const { lake } = worker.deps;
    const slowly: typeof lake = {
      ...lake,
      putRaw: async (body, options) => {
        const stored = await lake.putRaw(body, options);
        reading.resolve();
        await mayGoOn.promise;
        return stored;
      },
    };
    await drop("users/a.csv", feed("Alice"));
    const slower = sweep(undefined, slowly);
    await reading.promise;
    expect(await sweep()).toEqual({ taken: 1, failed: 0, left: 0 });
    await drop("users/b.csv", feed("Bob"));
    expect(await sweep()).toEqual({ taken: 1, failed: 0, left: 0 });
    mayGoOn.resolve();
    expect(await slower).toEqual({ taken: 0, failed: 0, left: 0 });
    const found = await loads();
    expect(found.map(({ fileName }) => fileName)).toEqual(["users/b.csv", "users/a.csv"]);
    for (const { loadId } of found) await loaded(worker.deps.database, loadId);
    const { rows } = await worker.deps.database.query("select name from users where user_id = $1", [user_id]);
    expect(rows).toEqual([{ name: "Bob" }]);
    const files = await worker.deps.database.query("select from inbox_file where done_at is not null");
    expect(files.rows).toHaveLength(2);
  });

  test("what is being written, hidden or half-named is left; what is no load goes to failed", async () => {
    await drop("young.ndjson", ndjson(events(1)), 0);
    await drop(".hidden.ndjson", ndjson(events(1)));
    await drop("copying.ndjson.tmp", ndjson(events(1)));
    await drop("copying.csv.part", "");
    await drop("readme.txt", "no load");
    await drop("cut.ndjson.gz", gzipSync(ndjson(events(50))).subarray(0, 100));
    expect(await sweep()).toEqual({ taken: 0, failed: 2, left: 1 });
    expect((await readdir(join(folder, "failed"))).toSorted()).toEqual(["cut.ndjson.gz", "readme.txt"]);
    expect(await loads()).toEqual([]);
    const { rows } = await worker.deps.database.query("select error_code from inbox_file order by uri");
    expect(rows).toEqual([{ error_code: "request.encoding_invalid" }, { error_code: "inbox.unknown_kind" }]);
  });

  test("feeds lie in folders of their names, and a job by hand takes them in", async () => {
    await drop("users/now.csv", `user_id,name,email,country\n${randomUUID()},Alice,a@example.org,NL\n`);
    await drop("events/day.jsonl.gz", gzipSync(ndjson(events(3))));
    await worker.deps.queues.enqueue("inbox-sweep", {});
    await until(async () => (await loads()).length === 2);
    const done = await Promise.all((await loads()).map(({ loadId }) => loaded(worker.deps.database, loadId)));
    expect(done.map(({ dataset, status }) => `${dataset} ${status}`).toSorted()).toEqual([
      "events succeeded",
      "users succeeded",
    ]);
    await until(async () => (await readdir(join(folder, "users"))).join() === "done");
  });

  test("the same file again is put away beside the first and is no second load", async () => {
    const body = ndjson(events(5));
    await drop("day.ndjson", body);
    await sweep();
    await drop("day.ndjson", body, 30_000);
    expect(await sweep()).toMatchObject({ taken: 1 });
    expect(await loads()).toHaveLength(1);
    expect((await readdir(join(folder, "done"))).toSorted()).toEqual(["day.2.ndjson", "day.ndjson"]);
  });
});

describe("a drop folder in a bucket", () => {
  test("objects are taken in once by several sweeps at once, loaded, and put away; what is no load goes to failed", async () => {
    await using ends = new AsyncDisposableStack();
    const server = await s3ServerForTest();
    ends.defer(() => server.close());
    const inbox = await openInbox(`s3://${server.bucket}/drop`, { s3: server });
    ends.defer(() => inbox.close());
    const worker = await testWorker({ inbox, start: { inboxCron: "0 0 1 1 *" }, settings: { sweep: impatient } });
    ends.defer(() => worker.close());
    const drop = async (name: string, body: string | Uint8Array<ArrayBuffer>) => {
      const answer = await fetch(`${server.endpoint}/${server.bucket}/drop/${name}`, { method: "PUT", body });
      expect(answer.status).toBe(200);
    };
    await drop("day.ndjson.gz", gzipSync(ndjson(events(20))));
    await drop("events/more.ndjson", ndjson(events(5)));
    await drop("users/now.csv", `user_id,name,email,country\n${randomUUID()},Alice,a@example.org,NL\n`);
    await drop("readme.txt", "no load");
    await drop("half.ndjson.tmp", "{");
    const deps = { ...acceptDeps(worker.deps), inbox };
    const signal = new AbortController().signal;
    const results = await Promise.all(
      Array.from({ length: 4 }, () => sweepInbox(deps, { requestedBy: "test", signal, ...impatient })),
    );
    expect(results.every(({ left }) => left === 0)).toBe(true);
    const loads = await listLoads(worker.deps.database, { limit: 100 });
    const done = await Promise.all(loads.map(({ loadId }) => loaded(worker.deps.database, loadId)));
    expect(done.map(({ fileName, rows }) => `${fileName} ${rows.inserted}`).toSorted()).toEqual([
      "day.ndjson.gz 20",
      "events/more.ndjson 5",
      "users/now.csv 1",
    ]);
    const keys = (await readdir(join(server.folder, "drop"), { recursive: true }))
      .filter((name) => name.endsWith("._S3rver_object"))
      .map((name) => name.slice(0, name.lastIndexOf(".")));
    expect(keys.toSorted()).toEqual([
      "done/day.ndjson.gz",
      "events/done/more.ndjson",
      "failed/readme.txt",
      "half.ndjson.tmp",
      "users/done/now.csv",
    ]);
  });
});

test.each([
  ["a.ndjson", "events", "application/x-ndjson", undefined],
  ["a.b.JSONL.gz", "events", "application/x-ndjson", "gzip"],
  ["tickets/t.csv.zst", "tickets", "text/csv", "zstd"],
  ["a.json", "events", "application/json", undefined],
  ["a.parquet", "events", "application/vnd.apache.parquet", undefined],
])("%s is a feed of %s as %s, packed as %s", (name, dataset, mediaType, contentEncoding) => {
  expect(kindOf(name)).toEqual({ dataset, mediaType, ...(contentEncoding === undefined ? {} : { contentEncoding }) });
});

test.each(["a", "a.gz", "a.xml", "csv"])("%s is nothing that can be loaded", (name) => {
  expect(() => kindOf(name)).toThrow(expect.objectContaining({ code: "inbox.unknown_kind" }));
});
