// The process: says in one line why it does not start, listens on a free port, and ends when it should.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { testDatabase } from "@almanac/db/testing";
import { afterEach, expect, test } from "vitest";
import { adminKey } from "../testing/test-api.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) {
    child.kill("SIGKILL");
  }
});

interface Started {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
}

function start(environment: Record<string, string>): Started {
  const child = fork(main, [], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, PORT: "0", HOST: "127.0.0.1", ALMANAC_ADMIN_KEY: adminKey, ...environment },
  });
  running.add(child);
  let output = "";
  child.stdout?.on("data", (chunk) => (output += String(chunk)));
  child.stderr?.on("data", (chunk) => (output += String(chunk)));
  const ended = once(child, "exit").then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { child, output: () => output, ended };
}

async function listening(started: Started): Promise<string> {
  const message = once(started.child, "message").then(([value]) => value as { type: string; url: string });
  const first = await Promise.race([message, started.ended]);
  if (first === null || typeof first === "number") {
    throw new Error(started.output());
  }
  expect(first.type).toBe("listening");
  return first.url;
}

test("a bad setting ends the start with one line", async () => {
  const started = start({ DATABASE_URL: "postgres://localhost/x", PORT: "seventy" });
  expect(await started.ended).toBe(1);
  expect(started.output()).toBe('PORT got "seventy"; it accepts a whole number from 0 to 65535.\n');
});

test("a port that is taken ends the start with one line", async () => {
  const database = await testDatabase();
  const first = start({ DATABASE_URL: database.url });
  const port = new URL(await listening(first)).port;
  const second = start({ DATABASE_URL: database.url, PORT: port, LOG_LEVEL: "silent" });
  expect(await second.ended).toBe(1);
  expect(second.output()).toBe(`PORT ${port} is taken on 127.0.0.1; 0 picks a free one.\n`);
  first.child.kill("SIGTERM");
  await first.ended;
  await database.close();
});

test("it migrates an empty database, listens on a free port, says where, and ends in order on SIGTERM", async () => {
  const database = await testDatabase({ migrated: false });
  const started = start({ DATABASE_URL: database.url });
  const url = await listening(started);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const keys = await fetch(`${url}/v1/keys`, { headers: { authorization: `Bearer ${adminKey}` } });
  expect(keys.status).toBe(200);
  started.child.kill("SIGTERM");
  expect(await started.ended).toBe(0);
  expect(started.output()).not.toContain(adminKey);
  await database.close();
});

test("it ends when the process that started it is gone", async () => {
  const database = await testDatabase();
  const started = start({ DATABASE_URL: database.url });
  await listening(started);
  started.child.disconnect();
  expect(await started.ended).toBe(0);
  await database.close();
});

test("it waits for a database that is not there yet instead of giving up", async () => {
  const started = start({ DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" });
  await expect.poll(() => started.output().match(/waiting for the database/g)?.length ?? 0).toBeGreaterThan(1);
  started.child.kill("SIGTERM");
  expect(await started.ended).toBe(0);
});

test("what is no HTTP gets a problem, and the connection ends", async () => {
  const database = await testDatabase();
  const started = start({ DATABASE_URL: database.url });
  const { port } = new URL(await listening(started));
  const socket = connect(Number(port), "127.0.0.1");
  socket.end("NONSENSE\r\n\r\n");
  let answer = "";
  for await (const chunk of socket) {
    answer += String(chunk);
  }
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
  expect(answer).toContain("request.unparsable");
  started.child.kill("SIGTERM");
  await started.ended;
  await database.close();
});

test("a body of 20 MB is refused without being read", async () => {
  const database = await testDatabase();
  const started = start({ DATABASE_URL: database.url });
  const url = await listening(started);
  const response = await fetch(`${url}/v1/keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    body: "x".repeat(20_000_000),
  });
  expect(response.status).toBe(413);
  await response.body?.cancel();
  started.child.kill("SIGTERM");
  await started.ended;
  await database.close();
});
