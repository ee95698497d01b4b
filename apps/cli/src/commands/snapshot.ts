// `almanac snapshot`: pins that make an analysis repeatable, and what two of them differ in.
import type { ChangedFigure, Snapshot, SnapshotDiff } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import type { Command } from "commander";
import { invocation } from "../config.ts";
import { count } from "../face/numbers.ts";
import { firstOf } from "../face/pages.ts";
import { calling, collected, type CommonOptions, group, withSession } from "../face/session.ts";
import type { Column } from "../face/table.ts";

export function snapshotCommand(): Command {
  return group("snapshot", "Pins that make an analysis repeatable.", [create(), list(), diff()]);
}

const columns: Column<Snapshot>[] = [
  { head: "snapshot_id", cell: (row) => row.snapshot_id },
  { head: "name", cell: (row) => row.name },
  { head: "events as of", cell: (row) => row.events_as_of },
  { head: "calendar as of", cell: (row) => row.calendar_as_of },
  { head: "released", cell: (row) => row.released_at },
];

function create(): Command {
  return calling("create", "Pins what is known now, or what was known then.", [
    "almanac snapshot create --name 'forecast of March'",
    "almanac snapshot create --events-as-of 2026-03-01T00:00:00Z --calendar-as-of 2026-01-01T00:00:00Z",
  ])
    .option("--name <text>", "what it is for")
    .option("--events-as-of <instant>", "events as they were known then (default: now)")
    .option("--calendar-as-of <instant>", "holidays as they were known then (default: now)")
    .action((options: CommonOptions & { name?: string; eventsAsOf?: string; calendarAsOf?: string }) =>
      withSession(options, async ({ api, out }) => {
        const snapshot = await read(
          api.v1.snapshots.$post({
            json: {
              ...(options.name === undefined ? {} : { name: options.name }),
              ...(options.eventsAsOf === undefined ? {} : { events_as_of: options.eventsAsOf }),
              ...(options.calendarAsOf === undefined ? {} : { calendar_as_of: options.calendarAsOf }),
            },
          }),
        );
        out.fields(
          snapshot,
          columns.map(({ head, cell }) => [head, cell(snapshot)] as const),
        );
      }),
    );
}

function list(): Command {
  return calling("list", "The snapshots, newest first.", ["almanac snapshot list"])
    .option("--limit <n>", "at most so many", count, 20)
    .action((options: CommonOptions & { limit: number }) =>
      withSession(options, async ({ api, out }) => {
        const snapshots = await firstOf(options.limit, (page) => read(api.v1.snapshots.$get({ query: page })));
        out.rows(snapshots, columns, `No snapshots: ${invocation} snapshot create --help`);
      }),
    );
}

interface DiffOptions extends CommonOptions {
  from?: string;
  to?: string;
  location?: string[];
  type?: string;
  basis?: "event" | "visit";
  limit: number;
}

function diff(): Command {
  const [a, b] = ["5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a", "6a1d8b63-4a1f-4b1d-8e1f-1d8b634a1f5b"];
  return calling("diff <a> <b>", "Which daily figures differ between two snapshots, and by how much.", [
    `almanac snapshot diff ${a} ${b} --from 2026-01-01 --to 2026-03-31`,
  ])
    .option("--from <day>", "first day")
    .option("--to <day>", "last day")
    .option("--location <location_id>", "only this location; may be given again", collected)
    .option("--type <event_type>", "only these events")
    .option("--basis <basis>", "event or visit: which date counts")
    .option("--limit <n>", "at most so many figures", count, 100)
    .action((a: string, b: string, options: DiffOptions) =>
      withSession(options, async ({ api, out }) => {
        let first: SnapshotDiff | undefined;
        const data = await firstOf(options.limit, async (page) => {
          const told = await read(
            api.v1.snapshots[":a"].diff[":b"].$get({
              param: { a, b },
              query: {
                ...page,
                ...(options.from === undefined ? {} : { from: options.from }),
                ...(options.to === undefined ? {} : { to: options.to }),
                ...(options.location === undefined ? {} : { location_id: options.location }),
                ...(options.type === undefined ? {} : { event_type: options.type }),
                ...(options.basis === undefined ? {} : { basis: options.basis }),
              },
            }),
          );
          first ??= told;
          return told;
        });
        if (out.isJson) return out.fields({ ...first, data }, []);
        out.rows(data, figureColumns, "No figure differs.");
        const { events } = first ?? {};
        if (events != null) {
          out.note(
            Object.entries(events)
              .map(([what, many]) => `${many} ${what}`)
              .join(", "),
          );
        }
      }),
    );
}

const figureColumns: Column<ChangedFigure>[] = [
  { head: "date", cell: (row) => row.date },
  { head: "location_id", cell: (row) => row.location_id },
  { head: "event_type", cell: (row) => row.event_type },
  { head: "events before", cell: (row) => row.events.before },
  { head: "after", cell: (row) => row.events.after },
  { head: "amount before", cell: (row) => row.amount.before },
  { head: "after", cell: (row) => row.amount.after },
  { head: "currency", cell: (row) => row.currency },
];
