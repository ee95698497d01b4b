import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLog, type LogOptions } from "./logs.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "almanac-logs-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const info = '{"level":30,"time":"2026-01-01T00:00:00Z","pid":1,"msg":"taking jobs"}';
const warning =
  '{"level":40,"time":"2026-01-01T00:00:00Z","pid":1,"msg":"late","job":"prune","err":{"message":"slow","stack":"at x"}}';
const failure =
  '{"level":50,"time":"2026-01-01T00:00:00Z","pid":1,"msg":"broken","err":{"message":"bad","stack":"Error: bad\\n    at y"}}';
const crash = "Error: nobody caught this";

function terminal(options: Partial<LogOptions> = {}): string[] {
  const printed: string[] = [];
  const print = (line: string) => printed.push(stripVTControlCharacters(line));
  const log = openLog("worker", { folder, showAll: false, json: false, print, ...options });
  for (const line of [info, warning, failure, crash]) log(line);
  return printed;
}

test("the file has every line as it came", () => {
  terminal();
  expect(readFileSync(join(folder, "worker.log"), "utf8")).toBe(`${[info, warning, failure, crash].join("\n")}\n`);
});

test("the terminal has warnings in a line, errors with their stack, and what is no log record", () => {
  const [first, second, third, ...more] = terminal();
  expect(first).toMatch(/^\d\d:\d\d:\d\d worker warn {2}late job=prune err=slow$/);
  expect(second).toMatch(/worker error broken\nError: bad\n {4}at y$/);
  expect(third).toBe(crash);
  expect(more).toEqual([]);
});

test("a log level that was asked for shows everything, as JSON where that was asked for", () => {
  expect(terminal({ showAll: true, json: true })).toEqual([info, warning, failure, crash]);
});
