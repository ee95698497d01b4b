// `almanac insights`: what holidays do to sales.
import { type Command, Option } from "commander";
import { count } from "../face/numbers.ts";
import { firstOf } from "../face/pages.ts";
import { calling, collected, type CommonOptions, group, withSession } from "../face/session.ts";
import { readLift } from "./not-yet-declared.ts";

export function insightsCommand(): Command {
  return group("insights", "What holidays do to sales.", [lift()]);
}

interface LiftOptions extends CommonOptions {
  location?: string[];
  type?: string;
  from: string;
  to: string;
  holiday?: string;
  basis?: "event" | "visit";
  asOf?: string;
  snapshot?: string;
  limit: number;
}

function lift(): Command {
  return calling("lift", "How much more happens on holidays, against the same weekday: n, ratio and interval.", [
    "almanac insights lift --from 2025-01-01 --to 2025-12-31 --type PaymentSuccessful",
    "almanac insights lift --from 2025-01-01 --to 2025-12-31 --location 123e4567-e89b-12d3-a456-426614174000 --json",
  ])
    .requiredOption("--from <day>", "first day")
    .requiredOption("--to <day>", "last day")
    .option("--location <location_id>", "only this location; may be given again", collected)
    .option("--type <event_type>", "only these events")
    .option("--holiday <name>", "only this holiday")
    .addOption(new Option("--basis <basis>", "the day of the event or of the visit").choices(["event", "visit"]))
    .option("--as-of <instant>", "as it was known then")
    .option("--snapshot <id>", "as it was in this snapshot")
    .option("--limit <n>", "at most so many", count, 1_000)
    .action((options: LiftOptions) =>
      withSession(options, async ({ api, out }) => {
        const filter = {
          location_id: options.location,
          event_type: options.type,
          from: options.from,
          to: options.to,
          basis: options.basis,
          holiday: options.holiday,
          as_of: options.asOf,
          snapshot: options.snapshot,
        };
        const lifts = await firstOf(options.limit, (page) => readLift(api, { ...filter, ...page }));
        const names = Object.keys(lifts[0] ?? {});
        const columns = names.map((name) => ({ head: name, cell: (row: (typeof lifts)[number]) => row[name] }));
        out.rows(
          lifts,
          columns,
          "Nothing to compare: no holiday in these days has sales, or no ordinary day is like it.",
        );
      }),
    );
}
