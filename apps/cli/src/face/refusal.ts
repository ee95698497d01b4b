// What does the user read when it did not work? The server's own words, its code, and each place it points at.
import { ProblemError } from "@almanac/client/problem";
import { CommanderError } from "commander";
import { BadSetting } from "../config.ts";
import { Ended, UsageError } from "./exit-code.ts";
import { tableLines, textOf } from "./table.ts";

/** Lines for stderr; none where all has been said. */
export function refusalLines(thrown: unknown, told?: string): string[] {
  if (thrown instanceof Ended || thrown instanceof CommanderError) return [];
  if (thrown instanceof ProblemError) return problemLines(thrown, told);
  if (thrown instanceof UsageError || thrown instanceof BadSetting) return [`almanac: ${textOf(thrown.message)}`];
  return [`almanac: ${textOf(thrown instanceof Error ? thrown.message : String(thrown))}`];
}

function problemLines(problem: ProblemError, told: string | undefined): string[] {
  const { status, code, detail, errors, requestId } = problem;
  const items = tableLines(errors, [
    { head: "where", cell: ({ pointer }) => pointer },
    { head: "code", cell: ({ code }) => code },
    { head: "what", cell: ({ detail }) => detail },
  ]).slice(1);
  const place = [
    status === 0 ? code : `${code} (${status})`,
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ];
  return [
    `almanac: ${textOf(detail)}`,
    ...items.map((line) => `  ${line}`),
    `  ${place.join(", ")}`,
    ...hintsFor(problem, told).map((hint) => `  ${hint}`),
  ];
}

function hintsFor({ code, status }: ProblemError, told: string | undefined): string[] {
  if (code === "client.unreachable") {
    const whence = told === undefined ? "" : ` The address is from ${told}.`;
    return [`Is it running? \`npm start\` starts it here; --url or ALMANAC_URL name another one.${whence}`];
  }
  return status === 401 ? ["A key comes from --key-file or ALMANAC_API_KEY."] : [];
}
