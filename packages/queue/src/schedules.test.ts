import { expect, test } from "vitest";
import type { RawQueue } from "./backend.ts";
import { register } from "./schedules.ts";

const nightly = { key: "nightly", name: "prune", payload: {}, cron: "30 4 * * *", tz: "UTC" } as const;
const deadlock = Object.assign(new Error("deadlock detected"), { code: "40P01" });
const taken = new Error("Cannot create job scheduler iteration - job ID already exists");

/** A queue that refuses so often before it takes a schedule. */
function refusing(error: Error, times: number) {
  const queue = {
    asked: 0,
    upsertJobScheduler: () => ((queue.asked += 1) <= times ? Promise.reject(error) : Promise.resolve()),
  };
  return queue;
}

test.each([deadlock, taken])("%s: who registers beside others asks again", async (error) => {
  const queue = refusing(error, 2);
  await register(queue as unknown as RawQueue, nightly);
  expect(queue.asked).toBe(3);
});

test("not for ever, and not for what will not pass", async () => {
  const stubborn = refusing(deadlock, Infinity);
  await expect(register(stubborn as unknown as RawQueue, nightly)).rejects.toBe(deadlock);
  expect(stubborn.asked).toBe(5);
  const away = refusing(new Error("Connection is closed."), Infinity);
  await expect(register(away as unknown as RawQueue, nightly)).rejects.toThrow("Connection is closed.");
  expect(away.asked).toBe(1);
});
