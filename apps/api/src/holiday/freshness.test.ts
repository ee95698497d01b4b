import { expect, test } from "vitest";
import { createFreshness } from "./freshness.ts";

/** A database whose answers the test gives, and a clock that it moves. */
function setting() {
  const asked: PromiseWithResolvers<string>[] = [];
  const clock = { now: 0 };
  const changes = { count: 0 };
  const freshness = createFreshness({
    readEpoch: () => {
      const answer = Promise.withResolvers<string>();
      asked.push(answer);
      return answer.promise;
    },
    onChange: () => (changes.count += 1),
    leaseMs: 50,
    now: () => clock.now,
  });
  return { asked, clock, changes, freshness };
}

test("nothing is fresh before the epoch was told", async () => {
  const { asked, freshness, changes } = setting();
  expect(freshness.isFresh()).toBe(false);
  const confirmed = freshness.confirm();
  asked[0]!.resolve("7");
  await confirmed;
  expect(freshness.isFresh()).toBe(true);
  expect(changes.count).toBe(1);
});

test("the lease is counted from before the question was sent, not from its answer", async () => {
  const { asked, clock, freshness } = setting();
  const confirmed = freshness.confirm();
  clock.now = 49;
  asked[0]!.resolve("7");
  await confirmed;
  expect(freshness.isFresh()).toBe(true);
  clock.now = 50;
  expect(freshness.isFresh()).toBe(false);
});

test("callers at the same time share one question; one who asks a lease later does not", () => {
  const { asked, clock, freshness } = setting();
  void freshness.confirm();
  clock.now = 49;
  void freshness.confirm();
  expect(asked).toHaveLength(1);
  clock.now = 50;
  void freshness.confirm();
  expect(asked).toHaveLength(2);
});

test("another epoch drops what is kept, the same one does not", async () => {
  const { asked, clock, changes, freshness } = setting();
  for (const [at, epoch, count] of [
    [0, "7", 1],
    [100, "7", 1],
    [200, "8", 2],
  ] as const) {
    clock.now = at;
    const confirmed = freshness.confirm();
    asked.at(-1)!.resolve(epoch);
    await confirmed;
    expect([changes.count, freshness.generation()]).toEqual([count, count]);
  }
});

test("an answer that was overtaken by a later question's changes nothing", async () => {
  const { asked, clock, changes, freshness } = setting();
  const first = freshness.confirm();
  clock.now = 60;
  const second = freshness.confirm();
  asked[1]!.resolve("8");
  await second;
  asked[0]!.resolve("7");
  await first;
  expect(changes.count).toBe(1);
  expect(freshness.isFresh()).toBe(true);
});

test("a question that failed is asked again by the next caller", async () => {
  const { asked, freshness } = setting();
  const failed = freshness.confirm();
  asked[0]!.reject(new Error("down"));
  await expect(failed).rejects.toThrow("down");
  expect(freshness.isFresh()).toBe(false);
  const again = freshness.confirm();
  asked[1]!.resolve("7");
  await again;
  expect(freshness.isFresh()).toBe(true);
});
