import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  commonSettings,
  queueUrlOf,
  readSettings,
  setting,
  settingsTable,
  sourceOptionsOf,
  whole,
} from "./settings.ts";

const table = {
  PORT: setting(whole(0, 65_535).default(3000), "3000", "Where it listens"),
  TOKEN: setting(z.string().min(8, "8 or more characters").optional(), "unset", "A secret", { secret: true }),
};

describe("a bad value is told in one line that names the variable, what it got and what it accepts", () => {
  test.each([
    [{ PORT: "70000" }, 'PORT got "70000"; it accepts a whole number from 0 to 65535.'],
    [{ PORT: "3e3" }, 'PORT got "3e3"; it accepts a whole number from 0 to 65535.'],
    [{ TOKEN: "short" }, "TOKEN got a value that is not shown; it accepts 8 or more characters."],
  ])("%j", (environment, line) => {
    expect(() => readSettings(table, environment)).toThrow(line);
  });

  test("a secret is not echoed", () => {
    expect(() => readSettings(table, { TOKEN: "hush" })).not.toThrow(/hush/);
  });
});

test("an empty value counts as unset", () => {
  expect(readSettings(table, { PORT: "", TOKEN: "" })).toEqual({ PORT: 3000, TOKEN: undefined });
});

test("jobs wait in QUEUE_URL, else in REDIS_URL, else in the database", () => {
  const DATABASE_URL = "postgres://db/almanac";
  expect(queueUrlOf({ DATABASE_URL, QUEUE_URL: "postgres://q/q", REDIS_URL: "redis://r" })).toBe("postgres://q/q");
  expect(queueUrlOf({ DATABASE_URL, QUEUE_URL: undefined, REDIS_URL: "redis://r" })).toBe("redis://r");
  expect(queueUrlOf({ DATABASE_URL, QUEUE_URL: undefined, REDIS_URL: undefined })).toBe(DATABASE_URL);
});

test("HolidayAPI needs a key", () => {
  const values = readSettings(commonSettings, { DATABASE_URL: "postgres://db/almanac", HOLIDAY_SOURCE: "holidayapi" });
  expect(() => sourceOptionsOf(values)).toThrow("HOLIDAYAPI_KEY got nothing");
});

test("the README's table has a row for each setting", () => {
  expect(settingsTable(table).split("\n")).toEqual([
    "| name | default | meaning |",
    "|---|---|---|",
    "| `PORT` | 3000 | Where it listens |",
    "| `TOKEN` | unset | A secret |",
  ]);
});
