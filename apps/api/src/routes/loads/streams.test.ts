// Bodies through a real socket: of any length in constant memory, of any slowness that moves, and nothing of those that
// break off.
import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { testDatabase } from "@almanac/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anEvent } from "../../../testing/events.ts";
import { adminKey, openTestApi, type TestApi } from "../../../testing/test-api.ts";
import { listen, type Listening } from "../../listen.ts";

let api: TestApi;
/** Whole requests are cut after a fifth of a second here, streams after two seconds of silence. */
let server: Listening;
beforeAll(async () => {
  api = await openTestApi({ settings: { bodyIdleMs: 2_000 } });
  server = await listen(api.app, { host: "127.0.0.1", port: 0, headersTimeoutMs: 150, requestTimeoutMs: 200 });
});
afterAll(async () => {
  await server.close();
  await api.close();
});

function head(headers: Record<string, string> = {}, target = "POST /v1/loads"): string {
  const lines = Object.entries({
    host: "almanac.test",
    authorization: `Bearer ${adminKey}`,
    "content-type": "application/x-ndjson",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${target} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const line = () => `${JSON.stringify(anEvent())}\n`;
const chunked = { "transfer-encoding": "chunked", connection: "close" };

/** Opens a socket, writes the beginning; `answer` is all that comes back until the end. */
function open(beginning: string, written?: (socket: Socket) => void): { socket: Socket; answer: Promise<string> } {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () => {
    socket.write(beginning, () => written?.(socket));
  });
  let text = "";
  socket.on("data", (data) => (text += data.toString("latin1")));
  socket.on("error", () => socket.destroy());
  return { socket, answer: once(socket, "close").then(() => text) };
}

async function state(): Promise<{ loads: number; stored: number }> {
  const { rows } = await api.database.query<{ loads: number }>("select count(*)::int as loads from load");
  let stored = 0;
  for await (const _object of api.lake.list("raw/")) {
    stored += 1;
  }
  return { loads: rows[0]!.loads, stored };
}

test("a sender that is slow and moves is heard to the end, far beyond the time of other requests", async () => {
  const { socket, answer } = open(head(chunked));
  // Six parts, each a quarter of a second after the one before: the pace is what is tested here. The silence that cuts it
  // off is eight times that, because this process may stand still for a while itself.
  let parts = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    parts += 1;
    socket.write(parts > 6 ? "0\r\n\r\n" : chunk(line()));
    if (parts > 6) {
      clearInterval(timer);
      resolve();
    }
  }, 250);
  await promise;
  expect(await answer).toMatch(/^HTTP\/1\.1 202 /);
});

test("one that stops is told so after a while, hung up on, and nothing of it is kept", async () => {
  const before = await state();
  const { answer } = open(head(chunked) + chunk(line()));
  expect(await answer).toMatch(/^HTTP\/1\.1 408 .*"code":"request\.stalled"/s);
  expect(await state()).toEqual(before);
});

test("events that are posted have no such patience", async () => {
  const { answer } = open(head({ ...chunked, "content-type": "application/json" }, "POST /v1/events") + chunk("["));
  expect(await answer).toMatch(/^HTTP\/1\.1 408 .*"code":"request\.timeout"/s);
});

describe("nothing is kept of a body that breaks off", () => {
  test.each([
    ["in the middle of a chunk", { "transfer-encoding": "chunked" }, "ffff\r\nhalf"],
    ["between chunks", { "transfer-encoding": "chunked" }, chunk(line())],
    ["before its length", { "content-length": "100000" }, line()],
  ])("%s", async (name, headers, body) => {
    const before = await state();
    const requestId = `cut-${name.replaceAll(" ", "-")}`;
    open(head({ ...headers, "x-request-id": requestId }) + body, (socket) => socket.destroy());
    await expect.poll(() => api.logged.find((each) => each.includes(requestId))).toContain('"status":400');
    expect(await state()).toEqual(before);
  });
});

test("a refusal is answered while the body is still coming", async () => {
  const beginning = head({ ...chunked, "content-type": "image/png" }) + chunk("x".repeat(1_000));
  const { answer } = open(beginning, (socket) => socket.write(chunk("y".repeat(1_000))));
  expect(await answer).toMatch(/^HTTP\/1\.1 415 .*"code":"request\.unsupported_media_type"/s);
});

test("a process that ends tells its senders, and keeps nothing of what they had begun", async () => {
  const ending = await openTestApi();
  const listening = await listen(ending.app, { host: "127.0.0.1", port: 0 });
  try {
    const socket = connect(Number(new URL(listening.url).port), "127.0.0.1", () =>
      socket.write(head({ ...chunked, "x-request-id": "told" }) + chunk(line())),
    );
    let text = "";
    socket.on("data", (data) => (text += data.toString()));
    await once(socket, "connect");
    await ending.send("GET", "/v1/loads");
    ending.shutdown.abort();
    await once(socket, "close");
    expect(text).toMatch(/^HTTP\/1\.1 503 .*"code":"process\.ending"/s);
  } finally {
    await listening.close();
    await ending.close();
  }
});

describe("a process of its own", () => {
  const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
  let child: ChildProcess;
  let url: string;
  let folder: string;
  let dropDatabase: () => Promise<void>;
  beforeAll(async () => {
    const database = await testDatabase();
    dropDatabase = database.close;
    folder = await mkdtemp(join(tmpdir(), "almanac-streams-"));
    child = fork(main, [], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: {
        ...process.env,
        PORT: "0",
        HOST: "127.0.0.1",
        DATABASE_URL: database.url,
        LAKE_URL: pathToFileURL(folder).href,
        ALMANAC_ADMIN_KEY: adminKey,
        LOG_LEVEL: "warn",
      },
    });
    const [told] = (await once(child, "message")) as [{ url: string }];
    url = told.url;
  });
  afterAll(async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
    await dropDatabase();
    await rm(folder, { recursive: true, force: true });
  });

  const authorization = `Bearer ${adminKey}`;

  async function residentBytes(): Promise<number> {
    const metrics = await (await fetch(`${url}/metrics`, { headers: { authorization } })).text();
    return Number(/^almanac_api_process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]);
  }

  test("memory stays flat over 300 MB, and every byte is in the raw zone", async () => {
    const mebibyte = Buffer.from(line().repeat(4_000)).subarray(0, 1_048_576);
    const total = 300;
    const digest = createHash("sha256");
    const resident: number[] = [];
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (sent === total) {
          controller.close();
          return;
        }
        sent += 1;
        // No two blocks are alike: what is stored is not smaller than a part of what was sent.
        const block = Buffer.from(mebibyte);
        block.write(`{"block":${sent}}\n`);
        digest.update(block);
        controller.enqueue(block);
        if (sent % 10 === 0) {
          resident.push(await residentBytes());
        }
      },
    });
    const response = await fetch(`${url}/v1/loads`, {
      method: "POST",
      body,
      duplex: "half",
      headers: { authorization, "content-type": "application/x-ndjson" },
    });
    const load = (await response.json()) as { bytes: number; content_sha256: string };
    expect([response.status, load.bytes, load.content_sha256]).toEqual([202, total * 1_048_576, digest.digest("hex")]);
    const warm = Math.max(...resident.slice(0, 10));
    expect(Math.max(...resident.slice(10)) - warm).toBeLessThan(48 * 1_048_576);
    expect(Math.max(...resident)).toBeLessThan(320 * 1_048_576);
  });

  test("no draft is left in the raw zone, whatever was cut", async () => {
    const files = async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    };
    const whole = await files();
    const aborted = new AbortController();
    const some = Buffer.from(line().repeat(100));
    const endless = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await setImmediate();
        controller.enqueue(new Uint8Array(some));
      },
    });
    const posting = fetch(`${url}/v1/loads`, {
      method: "POST",
      body: endless,
      duplex: "half",
      signal: aborted.signal,
      headers: { authorization, "content-type": "application/x-ndjson" },
    }).catch(() => null);
    await expect.poll(files).not.toEqual(whole);
    aborted.abort();
    await posting;
    await expect.poll(files).toEqual(whole);
  });
});
