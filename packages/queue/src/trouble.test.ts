import { expect, test } from "vitest";
import { isPassing, isWiped, quietly, within } from "./trouble.ts";

const coded = (code: string) => Object.assign(new Error("m"), { code });

test.each(["08006", "08003", "57P01", "57P03", "53300", "40P01", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT"])(
  "%s will pass",
  (code) => {
    expect(isPassing(coded(code))).toBe(true);
    expect(isPassing(new Error("outer", { cause: coded(code) }))).toBe(true);
  },
);

test.each(["23505", "42601", "22P02", "28P01", "3D000"])("%s will not pass by itself", (code) => {
  expect(isPassing(coded(code))).toBe(false);
});

test("connections that end without a code are known by their words, also inside an AggregateError", () => {
  expect(isPassing(new Error("Connection terminated unexpectedly"))).toBe(true);
  expect(isPassing(new Error("Connection is closed."))).toBe(true);
  expect(isPassing(new AggregateError([coded("ECONNREFUSED")]))).toBe(true);
  expect(isPassing(new Error("the connection of two things"))).toBe(false);
  expect(isPassing(undefined)).toBe(false);
});

test("a missing schema, table or function is a wiped queue; a duplicate key is not", () => {
  expect(["3F000", "42P01", "42883", "23505"].map((code) => isWiped(coded(code)))).toEqual([true, true, true, false]);
});

test("what does not answer in time is unavailable, and its late failure is nobody's unhandled rejection", async () => {
  const late = Promise.withResolvers<never>();
  await expect(within(1, late.promise)).rejects.toMatchObject({ category: "unavailable", code: "queue.unavailable" });
  late.reject(new Error("late"));
});

test("the same trouble is told once in a while, another one at once", () => {
  const told: string[] = [];
  const report = quietly(
    { info() {}, error() {}, warn: (fields) => told.push((fields as { reason: string }).reason) },
    {},
  );
  for (let i = 0; i < 50; i++) report(coded("57P01"));
  report(new Error("something else"));
  expect(told).toEqual(["m", "something else"]);
});
