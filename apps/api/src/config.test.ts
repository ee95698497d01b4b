// A bad value is one line: the variable, what it got, what it accepts. Secrets are not shown.
import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

const least = { DATABASE_URL: "postgres://user:hidden@localhost/almanac" };

test("the defaults are the contract's", () => {
  const config = readConfig(least);
  expect(config).toMatchObject({
    PORT: 3000,
    HOST: "127.0.0.1",
    HOLIDAY_SOURCE: "offline",
    HOLIDAY_YEARS_BACK: 5,
    HOLIDAY_YEARS_AHEAD: 2,
    ALMANAC_ANONYMOUS_ROLE: "none",
    queueUrl: least.DATABASE_URL,
    rateLimit: null,
    LOAD_MAX_BYTES: 64 * 2 ** 30,
  });
  expect(config.lakeUrl).toMatch(/^file:.*\/\.almanac\/lake$/);
});

test.each([
  ["PORT", "70000", '"70000"', "a whole number from 0 to 65535"],
  ["PORT", "http", '"http"', "a whole number from 0 to 65535"],
  ["HOLIDAY_SOURCE", "gov", '"gov"', "offline or holidayapi"],
  ["ALMANAC_ANONYMOUS_ROLE", "king", '"king"', "none or one of reader, analyst, ingester, operator, admin"],
  ["LOAD_MAX_BYTES", "64G", '"64G"', "a whole number of bytes from 1 to 999999999999999"],
  ["LAKE_URL", "ftp://lake", '"ftp://lake"', "file:<folder> or s3://bucket/prefix"],
  ["RATE_LIMIT", "fast", '"fast"', "on, off or a whole number from 1 to 1000000"],
  ["QUEUE_URL", "http://hidden", "a value that is not shown", "redis://… or postgres://…"],
  ["ALMANAC_ADMIN_KEY", "hidden", "a value that is not shown", "32 or more printable characters"],
])("%s=%s is refused in one line", (name, value, got, accepted) => {
  expect(() => readConfig({ ...least, [name]: value })).toThrow(`${name} got ${got}; it accepts ${accepted}.`);
  expect(() => readConfig({ ...least, [name]: value })).not.toThrow(/hidden|\n/);
});

test("a source that needs a key says so", () => {
  expect(() => readConfig({ ...least, HOLIDAY_SOURCE: "holidayapi" })).toThrow("HOLIDAYAPI_KEY");
});

test("calls are limited where others can reach, unless it is said otherwise", () => {
  expect(readConfig({ ...least, HOST: "0.0.0.0" }).rateLimit).toBe(600);
  expect(readConfig({ ...least, HOST: "0.0.0.0", RATE_LIMIT: "off" }).rateLimit).toBeNull();
  expect(readConfig({ ...least, RATE_LIMIT: "50" }).rateLimit).toBe(50);
});

test("the queue is where QUEUE_URL says, else REDIS_URL, else the database", () => {
  const urls = { QUEUE_URL: "redis://queue", REDIS_URL: "redis://redis" };
  expect(readConfig({ ...least, ...urls }).queueUrl).toBe("redis://queue");
  expect(readConfig({ ...least, ...urls, QUEUE_URL: "" }).queueUrl).toBe("redis://redis");
});
