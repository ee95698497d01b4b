// `almanac insights`: what holidays do to sales.
import type { HolidayLift } from "@almanac/client/contract";
import { read, readText } from "@almanac/client/read";
import { type Command, Option } from "commander";
import { UsageError } from "../face/exit-code.ts";
import { calling, collected, type CommonOptions, group, withSession } from "../face/session.ts";
import type { Column } from "../face/table.ts";

export function insightsCommand(): Command {
  return group("insights", "What holidays do to sales.", [lift()]);
}

interface LiftOptions extends CommonOptions {
  from: string;
  to: string;
  location?: string[];
  type?: string;
  holiday?: string;
  days?: "public" | "bridge";
  groupBy?: HolidayLift["group"][];
  currency?: string;
  basis?: "event" | "visit";
  asOf?: string;
  snapshot?: string;
  format: "table" | "csv";
  sql?: true;
}

const columns: Column<HolidayLift>[] = [
  { head: "group", cell: (row) => row.group },
  { head: "location_id", cell: (row) => row.location_id },
  { head: "holiday", cell: (row) => row.holiday },
  { head: "n", cell: (row) => row.n },
  { head: "observed", cell: (row) => row.observed },
  { head: "expected", cell: (row) => row.expected },
  { head: "ratio", cell: (row) => row.ratio },
  { head: "low", cell: (row) => row.low },
  { head: "high", cell: (row) => row.high },
  { head: "note", cell: (row) => row.note },
];

function lift(): Command {
  return calling("lift", "How much more is sold on holidays, against the same weekday: n, ratio and its interval.", [
    "almanac insights lift --from 2026-01-01 --to 2026-12-31 --group-by total --group-by holiday",
    "almanac insights lift --from 2026-01-01 --to 2026-12-31 --currency EUR --format csv > lift.csv",
    "almanac insights lift --from 2026-01-01 --to 2026-12-31 --json | jq '.[] | select(.group == \"total\") | .ratio'",
  ])
    .requiredOption("--from <day>", "first day")
    .requiredOption("--to <day>", "last day")
    .option("--location <location_id>", "only this location; may be given again", collected)
    .option("--type <event_type>", "of these events (default: PaymentSuccessful)")
    .option("--holiday <name>", "of this holiday alone")
    .addOption(
      new Option("--days <days>", "holidays, or the days between them and a weekend").choices(["public", "bridge"]),
    )
    .option("--group-by <rows>", "total, location, holiday, location_holiday; may be given again", collected)
    .option("--currency <code>", "amounts in it instead of numbers of events: EUR")
    .addOption(new Option("--basis <basis>", "the day that was bought, or of the event").choices(["visit", "event"]))
    .option("--as-of <instant>", "as it was known then")
    .option("--snapshot <id>", "as it was in this snapshot")
    .addOption(new Option("--format <format>", "of the output").choices(["table", "csv"]).default("table"))
    .option("--sql", "tell the statement that gives these numbers, on stderr")
    .action((options: LiftOptions) =>
      withSession(options, async ({ api, out }) => {
        const query = {
          from: options.from,
          to: options.to,
          location_id: options.location,
          event_type: options.type,
          basis: options.basis,
          days: options.days,
          holiday: options.holiday,
          currency: options.currency,
          group_by: options.groupBy,
          as_of: options.asOf,
          snapshot: options.snapshot,
        };
        if (options.format === "csv") {
          if (out.isJson) throw new UsageError("--json and --format exclude each other.");
          return out.text(await readText(api.v1.insights["holiday-lift"].$get({ query: { ...query, format: "csv" } })));
        }
        const { data, sql } = await read(api.v1.insights["holiday-lift"].$get({ query }));
        out.rows(
          data,
          columns,
          "Nothing to compare: these days have no holiday with sales and ordinary days beside it.",
        );
        if (options.sql === true) out.note(sql);
      }),
    );
}
