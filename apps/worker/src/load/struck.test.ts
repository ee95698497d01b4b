// Loads whose worker is killed or stopped, or whose database dies, as the queue sees it: another worker goes on, and
// nothing is lost or counted twice.
import { embeddedForTest } from "@almanac/db/testing";
import { connectQueues } from "@almanac/queue/connect";
import { lockMs } from "@almanac/queue/consume";
import { describe, expect, test, type TestContext } from "vitest";
import { type LoadProcessOrder, startLoadProcess } from "../../testing/load-processes.ts";
import { loaded, mixedLines, ndjson, upload } from "../../testing/loads.ts";
import { queueBackends, testWorker, until } from "../../testing/worker.ts";

const small = { lanes: 2, chunkLines: 40, lineMaxBytes: 1_048_576 };
const body = ndjson(mixedLines(600));
const backends = await queueBackends("loads that are struck");

/** What the body comes to when nothing happens. */
async function undisturbed() {
  const worker = await testWorker({ settings: { load: small } });
  const { load } = await upload(worker.deps, body);
  const done = await loaded(worker.deps.database, load.loadId);
  await worker.close();
  return { status: done.status, rows: done.rows };
}
const expected = await undisturbed();

/** A process that ends with its test, whatever becomes of that: one that stands still would keep the run from its end. */
function start({ onTestFinished }: TestContext, order: LoadProcessOrder) {
  const started = startLoadProcess(order);
  onTestFinished(() => void started.child.kill("SIGKILL"));
  return started;
}

// All at once, because they mostly wait for locks to run out; each has a database of its own. The longest comes first.
test.concurrent("a load that kills every process that runs it is given up after three; its neighbours are loaded", async (context) => {
  const worker = await testWorker({ isStill: true, settings: { load: small } });
  const { load } = await upload(worker.deps, body);
  const at = { url: worker.url, lakeUrl: worker.lakeUrl, prefix: worker.prefix, load: small };
  for (let deaths = 0; deaths < 3; deaths += 1) {
    const child = start(context, { ...at, kind: "work", point: "claimed", strike: "kill" });
    expect(await child.ended).toBe("SIGKILL");
  }
  await worker.restart();
  const neighbour = await upload(worker.deps, ndjson(mixedLines(20)));
  expect((await loaded(worker.deps.database, neighbour.load.loadId)).rows.total).toBe(20);
  const told = await loaded(worker.deps.database, load.loadId);
  expect(told).toMatchObject({ status: "failed", errorCode: "job.crashed_repeatedly" });
  await worker.close();
});

describe.concurrent.each(backends)("with the queue on $kind", ({ kind, queue }) => {
  /** A worker that is not running: the test starts processes beside it. */
  const still = async (url?: string) => {
    const own = url === undefined ? {} : { url };
    const worker = await testWorker({ ...queue, ...own, isStill: true, settings: { load: small } });
    return {
      worker,
      at: { url: worker.url, lakeUrl: worker.lakeUrl, prefix: worker.prefix, load: small, ...queue },
    };
  };

  test("a worker that is killed in mid-load: another one takes the job over and finishes the load", async (context) => {
    const { worker, at } = await still();
    const { load } = await upload(worker.deps, body);
    const child = start(context, { ...at, kind: "work", point: "before-commit", times: 5, strike: "kill" });
    expect(await child.ended).toBe("SIGKILL");
    await worker.restart();
    expect(await loaded(worker.deps.database, load.loadId)).toMatchObject(expected);
    await worker.close();
  });

  test("a worker that is stopped for three locks and goes on writes nothing any more: another one has the load", async (context) => {
    // On a server of its own: as long as a COPY stands still there, no other test would get a database or be rid of one.
    const server = await embeddedForTest();
    const { worker, at } = await still(server.url);
    const { load } = await upload(worker.deps, body);
    const point = kind === "postgres" ? "after-commit" : "copy-half";
    const child = start(context, { ...at, kind: "work", point, times: 4, strike: "stop" });
    await child.at(point);
    const stopped = performance.now();
    await worker.restart();
    expect(await loaded(worker.deps.database, load.loadId)).toMatchObject(expected);
    const posted = await upload(worker.deps, ndjson(mixedLines(5)));
    await loaded(worker.deps.database, posted.load.loadId);
    await until(async () => performance.now() - stopped > 3 * lockMs);
    const batches = async () =>
      (await worker.deps.database.query("select * from batch order by committed_at, batch_id")).rows;
    const before = await batches();
    child.child.kill("SIGCONT");
    // It is back when it takes part in the queue's work again.
    await worker.stop();
    const next = await upload(worker.deps, ndjson(mixedLines(6)));
    const isBack = loaded(worker.deps.database, next.load.loadId).then(() => "back");
    expect(await Promise.race([isBack, child.ended])).toBe("back");
    expect((await batches()).slice(0, before.length)).toEqual(before);
    expect(await loaded(worker.deps.database, load.loadId)).toMatchObject(expected);
    child.child.kill("SIGKILL");
    await child.ended;
    await worker.close();
    await server.close();
  });
});

test.concurrent("PostgreSQL that is killed in mid-load: the worker stays, connects again and finishes", async () => {
  const server = await embeddedForTest();
  let kill: Promise<void> | undefined;
  let chunks = 0;
  const worker = await testWorker({
    url: server.url,
    settings: { load: small },
    reached: (point) => {
      if (point === "before-commit" && ++chunks === 5) kill = server.kill();
    },
  });
  const { load } = await upload(worker.deps, body);
  await until(async () => kill !== undefined);
  await kill;
  await server.restart();
  expect(await loaded(worker.deps.database, load.loadId)).toMatchObject(expected);
  await worker.close();
  await server.close();
});

test.concurrent("a queue that is away when a body is taken in loses nothing: the load is found and run", async () => {
  const worker = await testWorker({ settings: { load: small } });
  const gone = await connectQueues({ url: worker.url, prefix: "elsewhere", log: worker.deps.log, timeoutMs: 500 });
  await gone.close();
  const { load } = await upload({ ...worker.deps, queues: gone }, body);
  expect(await loaded(worker.deps.database, load.loadId)).toMatchObject(expected);
  await worker.close();
});
