// `almanac holidays`: which days, and what changed between two states of knowledge.
import type { Diff, Holiday } from "@almanac/client/contract";
import { read, readText } from "@almanac/client/read";
import { type Command, Option } from "commander";
import { UsageError } from "../face/exit-code.ts";
import { count } from "../face/numbers.ts";
import { calling, type CommonOptions, group, withSession } from "../face/session.ts";
import type { Column } from "../face/table.ts";

export function holidaysCommand(): Command {
  return group("holidays", "Which days are holidays, as we knew it on any day.", [get(), diff()]);
}

interface GetOptions extends CommonOptions {
  from?: string;
  to?: string;
  asOf?: string;
  version?: number;
  snapshot?: string;
  type?: string;
  basis?: "both" | "observed" | "nominal";
  language?: string;
  format: "table" | "csv" | "ics";
}

const columns: Column<Holiday>[] = [
  { head: "date", cell: (row) => row.date },
  { head: "observed", cell: (row) => row.observed_date },
  { head: "name", cell: (row) => row.name },
  { head: "type", cell: (row) => row.type },
];

function get(): Command {
  const example = "123e4567-e89b-12d3-a456-426614174000";
  return calling("get <location_id>", "The holidays of a location.", [
    `almanac holidays get ${example}`,
    `almanac holidays get ${example} --from 2026-12-01 --to 2026-12-31 --as-of 2026-01-31`,
    `almanac holidays get ${example} --format ics > holidays.ics`,
  ])
    .option("--from <day>", "first day (default: of this year)")
    .option("--to <day>", "last day (default: of this year)")
    .option("--as-of <instant>", "as it was known then: an instant, or a day (its end in UTC)")
    .option("--version <n>", "as it was in this version", count)
    .option("--snapshot <id>", "as it was in this snapshot")
    .option("--type <types>", "public (default), bank, school, optional, observance, with commas between; or all")
    .addOption(new Option("--basis <basis>", "which day counts").choices(["both", "observed", "nominal"]))
    .option("--language <tag>", "of the names: nl")
    .addOption(new Option("--format <format>", "of the output").choices(["table", "csv", "ics"]).default("table"))
    .action((id: string, options: GetOptions) =>
      withSession(options, async ({ api, out }) => {
        const year = new Date().getFullYear();
        const query = {
          from: options.from ?? `${year}-01-01`,
          to: options.to ?? `${year}-12-31`,
          ...(options.asOf === undefined ? {} : { as_of: options.asOf }),
          ...(options.version === undefined ? {} : { version: options.version }),
          ...(options.snapshot === undefined ? {} : { snapshot: options.snapshot }),
          ...(options.type === undefined ? {} : { type: options.type }),
          ...(options.basis === undefined ? {} : { basis: options.basis }),
          ...(options.language === undefined ? {} : { language: options.language }),
        };
        const ask = api.v1.locations[":location_id"].holidays;
        const param = { location_id: id };
        if (options.format !== "table") {
          if (out.isJson) throw new UsageError("--json and --format exclude each other.");
          return out.text(await readText(ask.$get({ param, query: { ...query, format: options.format } })));
        }
        const holidays = await read(ask.$get({ param, query }));
        out.rows(holidays.data, columns, "No holidays in these days.");
        if (out.isJson) return;
        out.note(`${holidays.region}, version ${holidays.version} of ${holidays.synced_at} (${holidays.source})`);
        if (holidays.coverage !== undefined) {
          const years = Object.entries(holidays.coverage.years).filter(([, told]) => told !== "full");
          out.note(`Not covered in full: ${years.map(([year, told]) => `${year} (${told})`).join(", ")}`);
        }
      }),
    );
}

interface DiffOptions extends CommonOptions {
  fromVersion?: number;
  toVersion?: number;
  fromAsOf?: string;
  toAsOf?: string;
}

function diff(): Command {
  const example = "123e4567-e89b-12d3-a456-426614174000";
  return calling("diff <location_id>", "What changed between two versions, or two instants.", [
    `almanac holidays diff ${example} --from-version 1 --to-version 2`,
    `almanac holidays diff ${example} --from-as-of 2026-01-31 --to-as-of 2026-06-30`,
  ])
    .option("--from-version <n>", "the state to compare with", count)
    .option("--to-version <n>", "the state to compare", count)
    .option("--from-as-of <instant>", "the state to compare with, as it was known then")
    .option("--to-as-of <instant>", "the state to compare, as it was known then")
    .action((id: string, options: DiffOptions) =>
      withSession(options, async ({ api, out }) => {
        const query = {
          ...(options.fromVersion === undefined ? {} : { from_version: options.fromVersion }),
          ...(options.toVersion === undefined ? {} : { to_version: options.toVersion }),
          ...(options.fromAsOf === undefined ? {} : { from_as_of: options.fromAsOf }),
          ...(options.toAsOf === undefined ? {} : { to_as_of: options.toAsOf }),
        };
        const told = await read(api.v1.locations[":location_id"].diff.$get({ param: { location_id: id }, query }));
        if (out.isJson) return out.fields(told, []);
        out.rows(changesOf(told), changeColumns, "Nothing changed.");
        out.note(`version ${told.from.version} of ${told.from.synced_at} → ${told.to.version} of ${told.to.synced_at}`);
      }),
    );
}

interface Change {
  what: "added" | "removed" | "moved" | "renamed";
  before: Holiday | null;
  after: Holiday | null;
}

const changeColumns: Column<Change>[] = [
  { head: "change", cell: ({ what }) => what },
  { head: "before", cell: ({ before }) => before?.date },
  { head: "after", cell: ({ after }) => after?.date },
  {
    head: "name",
    cell: ({ before, after }) =>
      before !== null && after !== null && before.name !== after.name
        ? `${before.name} → ${after.name}`
        : (after ?? before)?.name,
  },
];

function changesOf(diff: Diff): Change[] {
  return (["added", "removed", "moved", "renamed"] as const).flatMap((what) =>
    diff[what].map(({ before, after }) => ({ what, before, after })),
  );
}
