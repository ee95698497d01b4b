// What does the command end with? One table, the contract's: scripts decide by it.
import { ProblemError } from "@almanac/client/problem";
import { CommanderError } from "commander";
import { BadSetting } from "../config.ts";

export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  access: 4,
  conflict: 5,
  finishedWithRejects: 6,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What was asked for cannot be: a file that is not there, options that exclude each other. */
export class UsageError extends Error {}

/** Ends a command that has said all that there is to say. */
export class Ended extends Error {
  readonly code: ExitCode;
  constructor(code: ExitCode) {
    super(`ended with ${code}`);
    this.code = code;
  }
}

export function exitCodeOf(thrown: unknown): ExitCode {
  if (thrown instanceof Ended) return thrown.code;
  if (thrown instanceof UsageError || thrown instanceof BadSetting) return exitCodes.usage;
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  return thrown instanceof ProblemError ? exitCodeOfProblem(thrown) : exitCodes.failed;
}

function exitCodeOfProblem({ status, code }: ProblemError): ExitCode {
  if (code === "client.unexpected_answer") return exitCodes.failed;
  if (code === "client.invalid_path") return exitCodes.usage;
  switch (status) {
    case 400:
    case 406:
    case 415:
    case 422:
      return exitCodes.usage;
    case 401:
    case 403:
      return exitCodes.access;
    case 404:
      return exitCodes.notFound;
    case 409:
      return exitCodes.conflict;
    default:
      return exitCodes.failed;
  }
}

/** The worse of two, where one command does several things. */
export function worse(one: ExitCode, other: ExitCode): ExitCode {
  const gravity: ExitCode[] = [0, 6, 5, 3, 4, 2, 1, 130];
  return gravity.indexOf(one) >= gravity.indexOf(other) ? one : other;
}
