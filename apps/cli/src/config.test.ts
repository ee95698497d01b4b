import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BadSetting, readTarget, wantsColour } from "./config.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "almanac-cli-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const env = (more: Record<string, string> = {}) => ({ ALMANAC_DATA_DIR: folder, ...more });

test("the flag goes before the environment, that before what the start left, that before the usual port", () => {
  expect(readTarget({}, env()).url).toBe("http://127.0.0.1:3000");
  writeFileSync(join(folder, "url"), "http://127.0.0.1:4321\n");
  expect(readTarget({}, env()).url).toBe("http://127.0.0.1:4321");
  expect(readTarget({}, env({ ALMANAC_URL: "https://example.org/" })).url).toBe("https://example.org");
  expect(readTarget({ url: "http://[::1]:1" }, env({ ALMANAC_URL: "https://example.org" })).url).toBe("http://[::1]:1");
});

test("the administrator's key of this checkout leaves this machine for nobody", () => {
  writeFileSync(join(folder, "admin-key"), "the admin key\n");
  for (const url of ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://127.8.8.8"]) {
    expect([url, readTarget({ url }, env()).key]).toEqual([url, "the admin key"]);
  }
  for (const url of [
    "https://example.org",
    "http://127.0.0.1.example.org",
    "http://10.0.0.1",
    "http://localhost.org",
  ]) {
    expect([url, readTarget({ url }, env()).key]).toEqual([url, undefined]);
  }
  expect(readTarget({}, env({ ALMANAC_API_KEY: "mine" })).key).toBe("mine");
  writeFileSync(join(folder, "other"), "another key\n");
  expect(readTarget({ keyFile: join(folder, "other") }, env({ ALMANAC_API_KEY: "mine" })).key).toBe("another key");
});

test("what cannot be is said with its name", () => {
  expect(() => readTarget({ url: "no address" }, env())).toThrow(
    new BadSetting('--url is "no address": it takes an address like http://127.0.0.1:3000.'),
  );
  expect(() => readTarget({}, env({ ALMANAC_URL: "ftp://x" }))).toThrow("ALMANAC_URL takes http");
  expect(() => readTarget({ keyFile: join(folder, "none") }, env())).toThrow("there is no key to read");
});

test("NO_COLOR, a pipe and a dumb terminal have no colours", () => {
  expect(wantsColour({ isTTY: true }, {})).toBe(true);
  expect(wantsColour({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
  expect(wantsColour({ isTTY: true }, { TERM: "dumb" })).toBe(false);
  expect(wantsColour({}, {})).toBe(false);
});
