import { ProblemError } from "@almanac/client/problem";
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { BadSetting } from "../config.ts";
import { Ended, exitCodeOf, UsageError, worse } from "./exit-code.ts";

const problem = (status: number, code = "some.code") =>
  new ProblemError({ status, code, title: "", detail: "", errors: [] });

test.each([
  [problem(400), 2],
  [problem(401), 4],
  [problem(403), 4],
  [problem(404), 3],
  [problem(406), 2],
  [problem(409), 5],
  [problem(413), 1],
  [problem(415), 2],
  [problem(422), 2],
  [problem(429), 1],
  [problem(500), 1],
  [problem(503), 1],
  [problem(0, "client.unreachable"), 1],
  [problem(0, "client.invalid_path"), 2],
  [problem(404, "client.unexpected_answer"), 1],
  [new UsageError(""), 2],
  [new BadSetting(""), 2],
  [new CommanderError(0, "commander.helpDisplayed", ""), 0],
  [new CommanderError(1, "commander.unknownCommand", ""), 2],
  [new Ended(6), 6],
  [new Error("something of ours"), 1],
  ["no error at all", 1],
])("%s ends with %i", (thrown, code) => {
  expect(exitCodeOf(thrown)).toBe(code);
});

test("of several ends the gravest counts", () => {
  expect([worse(0, 6), worse(6, 0), worse(6, 1), worse(3, 6), worse(0, 0)]).toEqual([6, 6, 1, 3, 0]);
});
