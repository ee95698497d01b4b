// `almanac status` and `almanac doctor`: is everything fresh and correct, and if not, what mends it?
import type { Finding, Status } from "@almanac/client/contract";
import { ProblemError } from "@almanac/client/problem";
import { read } from "@almanac/client/read";
import type { Command } from "commander";
import { Ended, exitCodes } from "../face/exit-code.ts";
import { paint } from "../face/output.ts";
import { calling, type CommonOptions, type Session, withSession } from "../face/session.ts";
import type { Cell } from "../face/table.ts";

export function statusCommand(): Command {
  return calling("status", "Is everything fresh and correct? Exit code 1 when something is wrong.", [
    "almanac status",
    "almanac status --json | jq .findings",
  ]).action((options: CommonOptions) =>
    withSession(options, async (session) => {
      const status = await statusOf(session);
      session.out.fields(status, [["server", session.url], ...fieldsOf(status)]);
      if (!session.out.isJson) {
        for (const finding of status.findings) session.out.note(`${finding.severity}: ${finding.detail}`);
        if (status.findings.length > 0) session.out.note("What mends it: almanac doctor");
      }
      if (isWrong(status)) throw new Ended(exitCodes.failed);
    }),
  );
}

export function doctorCommand(): Command {
  return calling("doctor", "What is wrong, and what mends it? Exit code 1 when something is wrong.", [
    "almanac doctor",
    "almanac doctor --json | jq -r '.[].mending.command'",
  ]).action((options: CommonOptions) =>
    withSession(options, async (session) => {
      const { out } = session;
      const status = await statusOf(session);
      if (out.isJson) out.rows(status.findings, [], "");
      else if (status.findings.length === 0) out.note("Nothing to mend.");
      else out.text(status.findings.map((finding) => findingText(finding, session.url)).join("\n"));
      if (isWrong(status)) throw new Ended(exitCodes.failed);
    }),
  );
}

type Told = Pick<Status, "ready" | "findings"> & Partial<Status>;

const colours = { problem: "red", warning: "yellow", note: "cyan" } as const;

function findingText({ severity, code, detail, mending }: Finding, url: string): string {
  return [
    `${paint(colours[severity], severity.padEnd(7))}  ${detail} (${code})`,
    `         ${mending.detail}`,
    ...(mending.command === null ? [] : [`         $ ${mending.command}`]),
    ...(mending.screen === null ? [] : [`         ${url}${mending.screen}`]),
    "",
  ].join("\n");
}

function isWrong({ ready, findings }: Told): boolean {
  return !ready || findings.some(({ severity }) => severity === "problem");
}

/** Groups of counters are one line each: `loads  unfinished 1, failed_24h 0`; what the key may not see is left out. */
function fieldsOf(status: Told): [string, Cell][] {
  return Object.entries(status)
    .filter(([name, value]) => name !== "findings" && value !== null)
    .map(([name, value]) => [name, Array.isArray(value) ? value.length : wordsOf(value)]);
}

function wordsOf(value: unknown): Cell {
  if (typeof value !== "object" || value === null) return value as Cell;
  return Object.entries(value)
    .filter(([, part]) => part !== null)
    .map(([name, part]) => `${name} ${String(part)}`)
    .join(", ");
}

/** A server without its database cannot say more than what it misses. */
async function statusOf({ api }: Session): Promise<Told> {
  try {
    return await read(api.v1.status.$get());
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status !== 503) throw error;
    const answer = await api.readyz.$get();
    if (answer.status !== 200 && answer.status !== 503) return read(answer);
    const { status, checks } = await answer.json();
    return {
      ready: status === "ready",
      findings: checks.filter(({ ok }) => !ok).map(({ name, reason }) => unready(name, reason)),
    };
  }
}

function unready(name: string, reason: string | null): Finding {
  return {
    severity: "problem",
    code: `${name}.not_ready`,
    count: 1,
    detail: reason ?? `The ${name} is not ready.`,
    mending: { detail: "The log says why.", command: name === "migrations" ? "npm run migrate" : null, screen: null },
  };
}
