import { describe, expect, it } from "vitest";
import { approximate } from "./numbers.ts";

describe("numbers that doubles do not hold", () => {
  it.each([
    ["1e400", Number.MAX_VALUE],
    ["-1e400", -Number.MAX_VALUE],
    ["1e-400", Number.MIN_VALUE],
    ["-1e-400", -Number.MIN_VALUE],
    ["0e400", 0],
    ["0.000", 0],
    ["9007199254740993", 9_007_199_254_740_992],
    ["1.50e1", 15],
    ["1500e-2", 15],
    ["29.990000000000002", 29.990000000000002],
  ])("%s is judged as %d", (text, value) => {
    expect(approximate(`{"a":[${text}]}`)).toEqual({ a: [value] });
  });

  it.each([
    "1.0000000000000000001",
    "-3.00000000000000000000001",
    "150.00000000000000000001e-1",
    "15000000000000000000001e-21",
  ])("%s is judged as no integer, although a double makes it one", (text) => {
    expect(Number.isInteger(Number(text))).toBe(true);
    expect(Number.isInteger(approximate(text))).toBe(false);
  });

  it("stands in an object with harmless keys", () => {
    const value = approximate('{"__proto__":{"a":1e400},"b":1}') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(["__proto__", "b"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});
