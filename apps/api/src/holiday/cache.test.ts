import fc from "fast-check";
import { expect, test } from "vitest";
import { createBodyCache } from "./cache.ts";

function entry(bytes: number) {
  return { version: 1, stateNo: 1, body: "x".repeat(bytes), etag: '"1"' };
}

test("the bound holds whatever is kept, and what was kept last is found", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3_000 })), { maxLength: 200 }),
      (kept) => {
        const cache = createBodyCache(20_000);
        for (const [key, bytes] of kept) {
          cache.set(`key ${key}`, entry(bytes));
          expect(cache.bytes()).toBeLessThanOrEqual(20_000);
          expect(cache.get(`key ${key}`) === undefined).toBe(2 * bytes + 300 + `key ${key}`.length > 2_500);
        }
      },
    ),
  );
});

test("what is used stays, what is not goes first", () => {
  const cache = createBodyCache(8_000);
  cache.set("used", entry(250));
  for (let n = 0; n < 50; n += 1) {
    cache.set(`other ${n}`, entry(250));
    expect(cache.get("used")).toBeDefined();
  }
  expect(cache.get("other 0")).toBeUndefined();
});

test("a cache of no bytes keeps nothing", () => {
  const cache = createBodyCache(0);
  cache.set("key", entry(0));
  expect([cache.get("key"), cache.bytes()]).toEqual([undefined, 0]);
});
