// `almanac locations`: the places whose holidays are kept.
import type { Location } from "@almanac/client/contract";
import { readLocationList } from "@almanac/client/location-list";
import { read } from "@almanac/client/read";
import type { Command } from "commander";
import { invocation } from "../config.ts";
import { Ended, exitCodes, UsageError } from "../face/exit-code.ts";
import { contentOf } from "../face/files.ts";
import { firstOf } from "../face/pages.ts";
import { type CommonOptions, calling, group, type Session, withSession } from "../face/session.ts";
import type { Column } from "../face/table.ts";
import { waitForSync } from "../face/wait.ts";
import { showSync } from "./sync.ts";

export function locationsCommand(): Command {
  return group("locations", "The places whose holidays are kept.", [list(), importList(), add(), deactivate()]);
}

const columns: Column<Location>[] = [
  { head: "location_id", cell: (row) => row.location_id },
  { head: "country", cell: (row) => row.country_code },
  { head: "subdivision", cell: (row) => row.subdivision_code },
  { head: "active", cell: (row) => row.active },
  { head: "version", cell: (row) => row.version },
  { head: "last sync", cell: (row) => row.last_synced_at },
  { head: "outcome", cell: (row) => row.last_sync_outcome },
  { head: "region", cell: (row) => row.resolved_region },
];

function list(): Command {
  return calling("list", "Every location, and whether it is in sync.", [
    "almanac locations list",
    "almanac locations list --active --json | jq -r '.[].location_id'",
  ])
    .option("--active", "only those that are synced")
    .option("--inactive", "only those that no longer are")
    .action((options: CommonOptions & { active?: true; inactive?: true }) =>
      withSession(options, async ({ api, out }) => {
        if (options.active && options.inactive) throw new UsageError("--active and --inactive exclude each other.");
        const active = options.active ? true : options.inactive ? false : undefined;
        const locations = await firstOf(Infinity, (page) =>
          read(api.v1.locations.$get({ query: { ...page, ...(active === undefined ? {} : { active }) } })),
        );
        out.rows(locations, columns, `No locations. Add one: ${invocation} locations add --help`);
      }),
    );
}

function importList(): Command {
  return calling(
    "import <file>",
    "Makes a file the whole list of locations: adds, changes, reactivates, and deactivates what it does not name.",
    ["almanac locations import locations.csv", "almanac locations import - < locations.json"],
  )
    .option("--sync", "sync what is new or changed at once")
    .option("--wait", "with --sync: wait for it")
    .option(
      "--allow-mass-deactivation",
      "do it although more than max(2, 25 %) of the active ones would be deactivated",
    )
    .addHelpText(
      "after",
      '\nThe file is CSV with the header location_id,subdivision_code[,country_code][,time_zone], or JSON: an array of\nsuch objects, or {"locations": […]}; the output of `locations list --json`, too. `-` is stdin.',
    )
    .action((file: string, options: CommonOptions & { sync?: true; wait?: true; allowMassDeactivation?: true }) =>
      withSession(options, async (session) => {
        const told = readLocationList(await contentOf(file));
        if ("problem" in told) throw new UsageError(told.problem);
        const json = { locations: told.listed };
        const query = {
          ...(options.sync ? { sync: true } : {}),
          ...(options.allowMassDeactivation ? { allow_mass_deactivation: true } : {}),
        };
        const counts = await read(session.api.v1.locations.$put({ json, query }));
        const { sync_id: syncId, ...rest } = counts;
        session.out.fields(counts, Object.entries(rest));
        await follow(session, syncId, options.wait);
      }),
    );
}

function add(): Command {
  return calling("add [location_id]", "Adds one location; without an id it gets a new one.", [
    "almanac locations add --country NL --subdivision NL-NH --sync --wait",
    "almanac locations add 123e4567-e89b-12d3-a456-426614174000 --country GB --subdivision GB-ENG",
  ])
    .requiredOption("--country <code>", "ISO 3166-1, two letters: GB")
    .requiredOption("--subdivision <code>", "ISO 3166-2: GB-ENG")
    .option("--time-zone <name>", "IANA name; event dates are local to it: Europe/London")
    .option("--sync", "sync it at once")
    .option("--wait", "with --sync: wait for it")
    .action(
      (
        id: string | undefined,
        options: CommonOptions & { country: string; subdivision: string; timeZone?: string; sync?: true; wait?: true },
      ) =>
        withSession(options, async (session) => {
          const location = await read(
            session.api.v1.locations.$post({
              json: {
                location_id: id ?? crypto.randomUUID(),
                country_code: options.country,
                subdivision_code: options.subdivision,
                ...(options.timeZone === undefined ? {} : { time_zone: options.timeZone }),
              },
              query: options.sync ? { sync: true } : {},
            }),
          );
          showLocation(session, location);
          await follow(session, location.sync_id, options.wait);
        }),
    );
}

function deactivate(): Command {
  return calling("deactivate <location_id>", "Ends the syncs of a location; what is known of it stays readable.", [
    "almanac locations deactivate 123e4567-e89b-12d3-a456-426614174000",
  ]).action((id: string, options: CommonOptions) =>
    withSession(options, async (session) => {
      const location = await read(session.api.v1.locations[":location_id"].$delete({ param: { location_id: id } }));
      showLocation(session, location);
    }),
  );
}

function showLocation({ out }: Session, location: Location): void {
  out.fields(
    location,
    columns.map(({ head, cell }) => [head, cell(location)] as const),
  );
}

/** A sync that a change began: told, and waited for where that was asked. */
async function follow(session: Session, syncId: string | null | undefined, wait: true | undefined): Promise<void> {
  if (syncId == null) return;
  if (wait !== true) return session.out.note(`Syncing; to follow: ${invocation} sync status ${syncId} --wait`);
  const sync = await waitForSync(session, syncId);
  if (!session.out.isJson) showSync(session, sync);
  if (sync.status !== "succeeded") throw new Ended(exitCodes.failed);
}
