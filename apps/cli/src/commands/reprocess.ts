// `almanac reprocess`: what would change in stored events, and do it.
import type { ReprocessRequest, ReprocessRun, ReprocessRunHeader } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { type Command, Option } from "commander";
import { invocation } from "../config.ts";
import { Ended, exitCodes } from "../face/exit-code.ts";
import { count } from "../face/numbers.ts";
import { firstOf } from "../face/pages.ts";
import { calling, type CommonOptions, group, type Session, withSession } from "../face/session.ts";
import { waitForRun } from "../face/wait.ts";

export function reprocessCommand(): Command {
  return group("reprocess", "Bring stored events to the newest schema.", [preview(), publish(), status(), list()]);
}

interface PreviewOptions extends CommonOptions {
  from?: string;
  to?: string;
  only: NonNullable<ReprocessRequest["only"]>;
  reason?: string;
  wait?: true;
}

function preview(): Command {
  return calling("preview <event_type>", "What would change? Nothing does.", [
    "almanac reprocess preview BarcodeScanned --wait",
    "almanac reprocess preview BarcodeScanned --from 2026-01-01 --only all --wait --json",
  ])
    .option("--from <instant>", "events not before")
    .option("--to <instant>", "events not after")
    .addOption(new Option("--only <which>", "which of them").choices(["outdated", "failed", "all"]).default("outdated"))
    .option("--reason <text>", "why, for those who look later")
    .option("--wait", "wait for the end; exit code 6 when some fail")
    .action((type: string, options: PreviewOptions) =>
      withSession(options, async (session) => {
        const run = await read(
          session.api.v1["reprocess-runs"].$post({
            json: {
              event_type: type,
              mode: "preview",
              only: options.only,
              ...(options.from === undefined ? {} : { from: options.from }),
              ...(options.to === undefined ? {} : { to: options.to }),
              ...(options.reason === undefined ? {} : { reason: options.reason }),
            },
          }),
        );
        await follow(session, run, options.wait);
      }),
    );
}

function publish(): Command {
  return calling("publish <run_id>", "Does what a preview has shown; it can be reverted.", [
    "almanac reprocess publish 5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a --wait",
  ])
    .option("--reason <text>", "why, for those who look later")
    .option("--wait", "wait for the end; exit code 6 when some failed")
    .action((id: string, options: CommonOptions & { reason?: string; wait?: true }) =>
      withSession(options, async (session) => {
        const run = await read(
          session.api.v1["reprocess-runs"][":run_id"].publish.$post({
            param: { run_id: id },
            json: options.reason === undefined ? {} : { reason: options.reason },
          }),
        );
        await follow(session, run, options.wait);
      }),
    );
}

function status(): Command {
  return calling("status <run_id>", "How is a run getting on, and what did it find?", [
    "almanac reprocess status 5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a --wait",
  ])
    .option("--wait", "wait for the end; exit code 6 when some failed")
    .action((id: string, options: CommonOptions & { wait?: true }) =>
      withSession(options, async (session) => {
        if (options.wait === true) return end(session, await waitForRun(session, id));
        showRun(session, await read(session.api.v1["reprocess-runs"][":run_id"].$get({ param: { run_id: id } })));
      }),
    );
}

function list(): Command {
  return calling("list", "The runs, newest first.", ["almanac reprocess list --limit 5"])
    .option("--limit <n>", "at most so many", count, 20)
    .action((options: CommonOptions & { limit: number }) =>
      withSession(options, async ({ api, out }) => {
        const runs = await firstOf(options.limit, (page) => read(api.v1["reprocess-runs"].$get({ query: page })));
        out.rows<ReprocessRunHeader>(
          runs,
          [
            { head: "run_id", cell: (row) => row.run_id },
            { head: "status", cell: (row) => row.status },
            { head: "mode", cell: (row) => row.mode },
            { head: "event_type", cell: (row) => row.event_type },
            { head: "requested", cell: (row) => row.requested_at },
            { head: "scanned", cell: (row) => row.rows.scanned },
            { head: "changed", cell: (row) => row.rows.changed },
            { head: "failed", cell: (row) => row.rows.failed },
          ],
          `No runs: ${invocation} reprocess preview --help`,
        );
      }),
    );
}

async function follow(session: Session, run: ReprocessRunHeader, wait: true | undefined): Promise<void> {
  if (wait === true) return end(session, await waitForRun(session, run.run_id));
  session.out.fields(run, headerFields(run));
  session.out.note(`To follow: ${invocation} reprocess status ${run.run_id} --wait`);
}

function end(session: Session, run: ReprocessRun): void {
  showRun(session, run);
  if (run.status === "partial") throw new Ended(exitCodes.finishedWithRejects);
  if (run.status !== "succeeded") throw new Ended(exitCodes.failed);
}

function showRun({ out }: Session, run: ReprocessRun): void {
  out.fields(run, headerFields(run));
  if (out.isJson) return;
  if (run.fields.length > 0) {
    out.rows(
      run.fields,
      [
        { head: "field", cell: (row) => row.pointer },
        { head: "added", cell: (row) => row.added },
        { head: "removed", cell: (row) => row.removed },
        { head: "replaced", cell: (row) => row.replaced },
      ],
      "",
    );
  }
  for (const { event_id: id, patch } of run.sample.slice(0, 3)) out.note(`for example ${id}: ${JSON.stringify(patch)}`);
  for (const { code, pointer, count } of run.failures.reasons) out.note(`${count} × ${code} ${pointer}`);
  if (run.mode === "preview" && run.status === "succeeded") {
    out.note(`To do it: ${invocation} reprocess publish ${run.run_id} --wait`);
  }
}

function headerFields(run: ReprocessRunHeader) {
  return [
    ["run_id", run.run_id],
    ["status", run.status],
    ["mode", run.mode],
    ["event_type", run.event_type],
    ...Object.entries(run.rows),
    ...Object.entries(run.rejects).flatMap(([what, lines]) =>
      lines === null ? [] : [[`rejects_${what}`, lines] as const],
    ),
    ...(run.error === null ? [] : [["error", `${run.error.code}: ${run.error.detail}`] as const]),
  ] as (readonly [string, string | number])[];
}
