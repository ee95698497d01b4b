// `almanac sync`: fetch holidays now, and see what came of it.
import type { Sync, SyncHeader } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import type { Command } from "commander";
import { invocation } from "../config.ts";
import { Ended, exitCodes } from "../face/exit-code.ts";
import { count } from "../face/numbers.ts";
import { firstOf } from "../face/pages.ts";
import { calling, collected, type CommonOptions, group, type Session, withSession } from "../face/session.ts";
import { waitForSync } from "../face/wait.ts";

export function syncCommand(): Command {
  return group("sync", "Fetch holidays from the source.", [run(), status(), list()]);
}

function run(): Command {
  return calling("run [location_ids...]", "Fetches the holidays of these locations, or of all that are active.", [
    "almanac sync run --wait",
    "almanac sync run 123e4567-e89b-12d3-a456-426614174000 --year 2026 --year 2027 --wait",
  ])
    .option("--year <year>", "only this year; may be given again", collected)
    .option("--wait", "wait for the end")
    .action((ids: string[], options: CommonOptions & { year?: string[]; wait?: true }) =>
      withSession(options, async (session) => {
        const accepted = await read(
          session.api.v1.syncs.$post({
            json: {
              ...(ids.length === 0 ? {} : { location_ids: ids }),
              ...(options.year === undefined ? {} : { years: options.year.map(Number) }),
            },
          }),
        );
        if (options.wait === true) return end(session, await waitForSync(session, accepted.sync_id));
        showHeader(session, accepted);
        session.out.note(`To follow: ${invocation} sync status ${accepted.sync_id} --wait`);
      }),
    );
}

function status(): Command {
  return calling("status <sync_id>", "How is a sync getting on, and what did it find?", [
    "almanac sync status 5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a --wait",
  ])
    .option("--wait", "wait for the end")
    .action((id: string, options: CommonOptions & { wait?: true }) =>
      withSession(options, async (session) => {
        if (options.wait === true) return end(session, await waitForSync(session, id));
        showSync(session, await read(session.api.v1.syncs[":sync_id"].$get({ param: { sync_id: id } })));
      }),
    );
}

function list(): Command {
  return calling("list", "The syncs, newest first.", ["almanac sync list --limit 5"])
    .option("--limit <n>", "at most so many", count, 20)
    .action((options: CommonOptions & { limit: number }) =>
      withSession(options, async ({ api, out }) => {
        const syncs = await firstOf(options.limit, (page) => read(api.v1.syncs.$get({ query: page })));
        out.rows<SyncHeader>(
          syncs,
          [
            { head: "sync_id", cell: (row) => row.sync_id },
            { head: "status", cell: (row) => row.status },
            { head: "requested", cell: (row) => row.requested_at },
            { head: "by", cell: (row) => row.trigger },
            { head: "changed", cell: (row) => row.counts.changed },
            { head: "unchanged", cell: (row) => row.counts.unchanged },
            { head: "failed", cell: (row) => row.counts.failed },
            { head: "quarantined", cell: (row) => row.counts.quarantined },
          ],
          `No sync yet: ${invocation} sync run`,
        );
      }),
    );
}

/** The sync's own outcome is the command's. */
function end(session: Session, sync: Sync): void {
  showSync(session, sync);
  if (sync.status !== "succeeded") throw new Ended(exitCodes.failed);
}

export function showSync({ out }: Session, sync: Sync): void {
  if (out.isJson) return out.fields(sync, []);
  out.rows(
    sync.locations,
    [
      { head: "location_id", cell: (row) => row.location_id },
      { head: "outcome", cell: (row) => row.outcome },
      { head: "version", cell: (row) => row.version },
      { head: "added", cell: (row) => row.changes?.added },
      { head: "removed", cell: (row) => row.changes?.removed },
      { head: "moved", cell: (row) => row.changes?.moved },
      { head: "renamed", cell: (row) => row.changes?.renamed },
      { head: "why", cell: (row) => (row.error === null ? null : `${row.error.code}: ${row.error.detail}`) },
    ],
    "The sync has no locations.",
  );
  out.note(`${sync.sync_id} ${sync.status}`);
  for (const { quarantine_id: id, reasons } of sync.quarantines) {
    for (const { code, detail } of reasons) out.note(`quarantine ${id}: ${detail} (${code})`);
  }
}

function showHeader({ out }: Session, sync: SyncHeader): void {
  out.fields(sync, [
    ["sync_id", sync.sync_id],
    ["status", sync.status],
    ["locations", sync.counts.total],
  ]);
}
