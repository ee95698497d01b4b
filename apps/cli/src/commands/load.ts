// `almanac load`: files go in, are followed, and say what they refused.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Load, Reject } from "@almanac/client/contract";
import { ProblemError } from "@almanac/client/problem";
import { read, readText } from "@almanac/client/read";
import { type Command, Option } from "commander";
import { invocation } from "../config.ts";
import { Ended, type ExitCode, exitCodeOf, exitCodes, UsageError, worse } from "../face/exit-code.ts";
import { unreadable } from "../face/files.ts";
import { bytesText, count } from "../face/numbers.ts";
import { firstOf } from "../face/pages.ts";
import { refusalLines } from "../face/refusal.ts";
import { calling, type CommonOptions, group, type Session, withSession } from "../face/session.ts";
import { waitForLoad } from "../face/wait.ts";
import { isLoadable, send, type SendOptions } from "./send.ts";

export function loadCommand(): Command {
  return group("load", "Files of events: send, follow, see what was refused.", [
    file(),
    dir(),
    status(),
    list(),
    rejects(),
    replay(),
  ]);
}

type FileOptions = CommonOptions & SendOptions & { wait?: true };

const lineNote =
  "\nNDJSON, CSV, JSON and Parquet, as the name ends or as --media says; .gz and .zst are sent as they are.";

function sending(command: Command): Command {
  return command
    .option("--wait", "wait for the end; exit code 6 when lines were refused")
    .option("--time-zone <name>", "of timestamps without an offset (IANA name); without it such lines are refused")
    .addOption(
      new Option("--dataset <name>", "what the lines are")
        .choices(["events", "users", "tickets", "articles"])
        .default("events"),
    )
    .addOption(new Option("--media <kind>", "what the file is").choices(["ndjson", "csv", "json", "parquet"]))
    .option("--gzip", "compress on the way")
    .addHelpText("after", lineNote);
}

function file(): Command {
  return sending(
    calling("file <path>", "Sends one file; `-` is stdin. The same bytes again change nothing.", [
      "almanac load file events.ndjson.gz --wait",
      "npm run --silent sample -- --events 1000 | almanac load file - --media ndjson --wait",
      "almanac load file users.csv --dataset users",
    ]),
  ).action((path: string, options: FileOptions) =>
    withSession(options, async (session) => {
      const load = await send(session, path, options);
      if (load.already_loaded) session.out.note("These very bytes were loaded before: nothing was done.");
      if (options.wait !== true) {
        showLoad(session, load);
        if (load.finished_at === null) session.out.note(`To follow: ${invocation} load status ${load.load_id} --wait`);
        return;
      }
      end(session, load.finished_at === null ? await waitForLoad(session, load.load_id) : load);
    }),
  );
}

interface Sent {
  file: string;
  load_id: string | null;
  status: string;
  rows: Load["rows"] | null;
  problem: { code: string; detail: string } | null;
}

function dir(): Command {
  return sending(
    calling("dir <folder>", "Sends each file of a folder, by name; one that fails does not keep the others.", [
      "almanac load dir exports/ --wait",
      "almanac load dir exports/ --wait --json | jq '.[] | select(.status != \"succeeded\")'",
    ]),
  ).action((folder: string, options: FileOptions) =>
    withSession(options, async (session) => {
      const sent: Sent[] = [];
      let code: ExitCode = exitCodes.ok;
      const names = await namesIn(folder);
      for (const name of names) {
        try {
          const path = join(folder, name);
          const accepted = await send(session, path, options, name);
          const load =
            options.wait === true && accepted.finished_at === null
              ? await waitForLoad(session, accepted.load_id, name)
              : accepted;
          if (options.wait === true) code = worse(code, exitCodeOfLoad(load));
          sent.push({ file: name, load_id: load.load_id, status: load.status, rows: load.rows, problem: load.error });
        } catch (thrown) {
          code = worse(code, exitCodeOf(thrown));
          for (const line of refusalLines(thrown)) session.out.note(`${name}: ${line.trim()}`);
          sent.push({ file: name, load_id: null, status: "refused", rows: null, problem: whyOf(thrown) });
        }
      }
      session.out.rows(
        sent,
        [
          { head: "file", cell: (row) => row.file },
          { head: "load_id", cell: (row) => row.load_id },
          { head: "status", cell: (row) => row.status },
          { head: "lines", cell: (row) => row.rows?.total },
          { head: "inserted", cell: (row) => row.rows?.inserted },
          { head: "refused", cell: (row) => (row.rows === null ? null : row.rows.rejected + row.rows.conflict) },
          { head: "why", cell: (row) => row.problem?.code },
        ],
        `No file of ${folder} ends like one that can be loaded.`,
      );
      if (code !== exitCodes.ok) throw new Ended(code);
    }),
  );
}

function status(): Command {
  return calling("status <load_id>", "How is a load getting on, and what came of it?", [
    "almanac load status 5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a --wait",
  ])
    .option("--wait", "wait for the end; exit code 6 when lines were refused")
    .action((id: string, options: CommonOptions & { wait?: true }) =>
      withSession(options, async (session) => {
        if (options.wait === true) return end(session, await waitForLoad(session, id));
        showLoad(session, await read(session.api.v1.loads[":load_id"].$get({ param: { load_id: id } })));
      }),
    );
}

function list(): Command {
  return calling("list", "The loads, newest first.", ["almanac load list --status partial"])
    .addOption(
      new Option("--status <status>", "only these").choices(["queued", "running", "succeeded", "partial", "failed"]),
    )
    .option("--limit <n>", "at most so many", count, 20)
    .action((options: CommonOptions & { status?: Load["status"]; limit: number }) =>
      withSession(options, async ({ api, out }) => {
        const only = options.status === undefined ? {} : { status: options.status };
        const loads = await firstOf(options.limit, (page) => read(api.v1.loads.$get({ query: { ...page, ...only } })));
        out.rows(
          loads,
          [
            { head: "load_id", cell: (row) => row.load_id },
            { head: "status", cell: (row) => row.status },
            { head: "requested", cell: (row) => row.requested_at },
            { head: "dataset", cell: (row) => row.dataset },
            { head: "lines", cell: (row) => row.rows.total },
            { head: "refused", cell: (row) => row.rows.rejected + row.rows.conflict },
            { head: "size", cell: (row) => bytesText(row.bytes) },
          ],
          `No loads: ${invocation} load file --help`,
        );
      }),
    );
}

function rejects(): Command {
  return calling("rejects <load_id>", "The lines that were refused, and why.", [
    "almanac load rejects 5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
    "almanac load rejects 5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a --format csv > rejects.csv",
  ])
    .option("--limit <n>", "at most so many", count, 100)
    .addOption(
      new Option("--format <format>", "csv and ndjson are all of them")
        .choices(["table", "csv", "ndjson"])
        .default("table"),
    )
    .action((id: string, options: CommonOptions & { limit: number; format: "table" | "csv" | "ndjson" }) =>
      withSession(options, async ({ api, out }) => {
        const ask = api.v1.loads[":load_id"].rejects;
        const param = { load_id: id };
        const { format } = options;
        if (format !== "table") {
          if (out.isJson) throw new UsageError("--json and --format exclude each other.");
          return out.text(await readText(ask.$get({ param, query: { format } })));
        }
        const found = await firstOf(options.limit, (page) => read(ask.$get({ param, query: page })));
        out.rows<Reject>(
          found,
          [
            { head: "line", cell: (row) => row.line },
            { head: "code", cell: (row) => row.code },
            { head: "pointer", cell: (row) => row.pointer },
            { head: "replayed", cell: (row) => row.replayed_by !== null },
            { head: "what", cell: (row) => row.detail },
          ],
          "No line was refused.",
        );
      }),
    );
}

function replay(): Command {
  return calling("replay <load_id>", "Takes the refused lines again: after a schema was mended, or with a time zone.", [
    "almanac load replay 5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a --time-zone Europe/Amsterdam --wait",
  ])
    .option("--all", "the whole file, not only what was refused")
    .option("--time-zone <name>", "of timestamps without an offset (IANA name)")
    .option("--wait", "wait for the end; exit code 6 when lines were refused")
    .action((id: string, options: CommonOptions & { all?: true; timeZone?: string; wait?: true }) =>
      withSession(options, async (session) => {
        const load = await read(
          session.api.v1.loads[":load_id"].replay.$post({
            param: { load_id: id },
            json: {
              only: options.all ? "all" : "rejects",
              ...(options.timeZone === undefined ? {} : { time_zone: options.timeZone }),
            },
          }),
        );
        if (options.wait === true) return end(session, await waitForLoad(session, load.load_id));
        showLoad(session, load);
        session.out.note(`To follow: ${invocation} load status ${load.load_id} --wait`);
      }),
    );
}

function end(session: Session, load: Load): void {
  showLoad(session, load);
  const code = exitCodeOfLoad(load);
  if (code === exitCodes.finishedWithRejects) {
    session.out.note(`Lines were refused; to see them: ${invocation} load rejects ${load.load_id}`);
  }
  if (code !== exitCodes.ok) throw new Ended(code);
}

function exitCodeOfLoad({ status }: Load): ExitCode {
  if (status === "partial") return exitCodes.finishedWithRejects;
  return status === "failed" ? exitCodes.failed : exitCodes.ok;
}

function showLoad({ out }: Session, load: Load): void {
  out.fields(load, [
    ["load_id", load.load_id],
    ["status", load.status],
    ["dataset", load.dataset],
    ["bytes", load.bytes],
    ...Object.entries(load.rows),
    ...(load.error === null ? [] : [["error", `${load.error.code}: ${load.error.detail}`] as const]),
  ]);
}

function whyOf(thrown: unknown): NonNullable<Sent["problem"]> {
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: thrown instanceof ProblemError ? thrown.code : "client.unreadable", detail };
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(unreadable(folder));
  return entries
    .filter((entry) => entry.isFile() && isLoadable(entry.name))
    .map(({ name }) => name)
    .toSorted();
}
