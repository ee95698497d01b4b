// Waiting for long work ends with the work, the time, the caller or the process, whichever is first.
import { expect, test } from "vitest";
import { waitUntil } from "./wait.ts";

function countingTo(last: number) {
  let reads = 0;
  return { read: async () => (reads += 1), done: (state: number) => state >= last, reads: () => reads };
}

test("it answers as soon as the work is done", async () => {
  const work = countingTo(3);
  expect(await waitUntil({ ...work, seconds: 60, signal: new AbortController().signal })).toBe(3);
});

test("without a wait it looks once", async () => {
  const work = countingTo(3);
  expect(await waitUntil({ ...work, seconds: 0, signal: new AbortController().signal })).toBe(1);
});

test("it answers what there is when the time is up", async () => {
  const work = countingTo(Number.POSITIVE_INFINITY);
  expect(await waitUntil({ ...work, seconds: 0.12, signal: new AbortController().signal })).toBe(work.reads());
});

test("it answers at once when the caller is gone or the process ends", async () => {
  const work = countingTo(Number.POSITIVE_INFINITY);
  const ending = new AbortController();
  const waiting = waitUntil({ ...work, seconds: 60, signal: ending.signal });
  ending.abort();
  expect(await waiting).toBe(work.reads());
});
