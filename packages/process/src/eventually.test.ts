import { AppError } from "@almanac/domain/errors";
import { expect, test } from "vitest";
import { eventually } from "./eventually.ts";

const quiet = { what: "a test", asAppError: (error: unknown) => error, log: { warn: () => undefined } };
const away = () => new AppError("unavailable", { code: "test.away", detail: "It is away." });

test("what is away is asked again until it is there", async () => {
  let asked = 0;
  const found = await eventually(() => (++asked < 3 ? Promise.reject(away()) : Promise.resolve("there")), {
    ...quiet,
    signal: new AbortController().signal,
  });
  expect([found, asked]).toEqual(["there", 3]);
});

test("what cannot pass ends the wait at once", async () => {
  const wrong = new AppError("incorrect", { code: "test.wrong", detail: "It will never work." });
  await expect(
    eventually(() => Promise.reject(wrong), { ...quiet, signal: new AbortController().signal }),
  ).rejects.toBe(wrong);
});

test("an abort ends the wait", async () => {
  const stop = new AbortController();
  const waiting = eventually(() => Promise.reject(away()), { ...quiet, signal: stop.signal });
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: "test.away" });
});
