// `almanac events`: what an event is now, and what it was before.
import type { Event } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import type { Command } from "commander";
import { UsageError } from "../face/exit-code.ts";
import { count } from "../face/numbers.ts";
import { firstOf } from "../face/pages.ts";
import { calling, type CommonOptions, group, withSession } from "../face/session.ts";
import type { Column } from "../face/table.ts";

export function eventsCommand(): Command {
  return group("events", "Checkout events in every version.", [get(), query()]);
}

const columns: Column<Event>[] = [
  { head: "event_id", cell: (row) => row.event_id },
  { head: "type", cell: (row) => row.event_type },
  { head: "at", cell: (row) => row.event_timestamp },
  { head: "version", cell: (row) => row.version },
  { head: "schema", cell: (row) => row.schema_version },
  { head: "location_id", cell: (row) => row.location_id },
  { head: "metadata", cell: (row) => JSON.stringify(row.metadata) },
];

interface GetOptions extends CommonOptions {
  version?: number;
  asOf?: string;
  snapshot?: string;
  versions?: true;
}

function get(): Command {
  const example = "1a2b3c4d-1234-5678-9abc-123456789abc";
  return calling("get <event_id>", "One event: as it is, as it was, or in all its versions.", [
    `almanac events get ${example}`,
    `almanac events get ${example} --as-of 2026-01-31T12:00:00Z`,
    `almanac events get ${example} --versions --json`,
  ])
    .option("--version <n>", "this version of it", count)
    .option("--as-of <instant>", "as it was known then")
    .option("--snapshot <id>", "as it was in this snapshot")
    .option("--versions", "every version and revision, each with what changed")
    .action((id: string, options: GetOptions) =>
      withSession(options, async ({ api, out }) => {
        const param = { event_id: id };
        const pin = options.snapshot === undefined ? {} : { snapshot: options.snapshot };
        if (options.versions === true) {
          if (options.version !== undefined || options.asOf !== undefined) {
            throw new UsageError("--versions are all of them: without --version and --as-of.");
          }
          const versions = await firstOf(Infinity, (page) =>
            read(api.v1.events[":event_id"].versions.$get({ param, query: { ...page, ...pin } })),
          );
          out.rows(
            versions,
            [
              { head: "version", cell: (row) => row.version },
              { head: "revision", cell: (row) => row.revision },
              { head: "schema", cell: (row) => row.schema_version },
              { head: "recorded", cell: (row) => row.recorded_at },
              { head: "superseded", cell: (row) => row.superseded_at },
              { head: "load_id", cell: (row) => row.load_id },
              { head: "line", cell: (row) => row.line },
              { head: "change", cell: (row) => (row.patch === null ? null : JSON.stringify(row.patch)) },
            ],
            "The event has no versions.",
          );
          return;
        }
        const event = await read(
          api.v1.events[":event_id"].$get({
            param,
            query: {
              ...pin,
              ...(options.version === undefined ? {} : { version: options.version }),
              ...(options.asOf === undefined ? {} : { as_of: options.asOf }),
            },
          }),
        );
        out.fields(
          event,
          Object.entries(event).map(
            ([name, value]) =>
              [name, typeof value === "object" && value !== null ? JSON.stringify(value) : (value as string)] as const,
          ),
        );
      }),
    );
}

interface QueryOptions extends CommonOptions {
  type?: string;
  from?: string;
  to?: string;
  user?: string;
  related?: string;
  location?: string;
  asOf?: string;
  snapshot?: string;
  limit: number;
}

function query(): Command {
  return calling("query", "Events, newest first.", [
    "almanac events query --type PaymentSuccessful --from 2026-01-01 --to 2026-01-31 --limit 20",
    "almanac events query --limit 5000 --json | jq -r '.[].metadata.currency' | sort | uniq -c",
  ])
    .option("--type <event_type>", "only these")
    .option("--from <instant>", "not before")
    .option("--to <instant>", "not after")
    .option("--user <user_id>", "of this user")
    .option("--related <related_id>", "about this one")
    .option("--location <location_id>", "at this location")
    .option("--as-of <instant>", "as they were known then")
    .option("--snapshot <id>", "as they were in this snapshot")
    .option("--limit <n>", "at most so many", count, 100)
    .action((options: QueryOptions) =>
      withSession(options, async ({ api, out }) => {
        const filter = Object.fromEntries(
          Object.entries({
            event_type: options.type,
            from: options.from,
            to: options.to,
            user_id: options.user,
            related_id: options.related,
            location_id: options.location,
            as_of: options.asOf,
            snapshot: options.snapshot,
          }).filter(([, value]) => value !== undefined),
        );
        const events = await firstOf(options.limit, (page) =>
          read(api.v1.events.$get({ query: { ...filter, ...page } })),
        );
        out.rows(events, columns, "No such events.");
      }),
    );
}
