// Numbers that a double cannot hold are compared and written as they are; all others as ever.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExact, writeExact } from "./exact-json.ts";

test.each([
  ["9007199254740993", "9007199254740993"],
  ["-9007199254740993.0", "-9007199254740993"],
  ["1e400", "1e400"],
  ["0.1234567890123456789012", "1234567890123456789012e-22"],
  ["24.50", "24.5"],
  ["1E2", "100"],
  ["-0", "0"],
  ["0.000e7", "0"],
])("%s is written as %s", (text, written) => {
  expect(writeExact(parseExact(`{"n":${text}}`))).toBe(`{"n":${written}}`);
});

test("numbers that differ beyond a double's reach differ, and equal ones are equal however they are written", () => {
  expect(parseExact("9007199254740993")).not.toEqual(parseExact("9007199254740992"));
  expect(parseExact("9007199254740993")).toEqual(parseExact("90071992547409930e-1"));
  expect(parseExact("1e400")).toEqual(parseExact("10e399"));
});

test("whatever JavaScript can write comes back as it was", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
      const text = JSON.stringify(value);
      // The database knows no NUL and no negative zero.
      fc.pre(!text.includes("\\u0000") && !text.includes("-0"));
      expect(writeExact(parseExact(text))).toBe(text);
    }),
  );
});
