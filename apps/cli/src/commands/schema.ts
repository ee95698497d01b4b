// `almanac schema`: what events must look like, and whether a new shape fits.
import type { SchemaReason, SchemaRegistration } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import type { Command } from "commander";
import { invocation } from "../config.ts";
import { Ended, exitCodes, UsageError } from "../face/exit-code.ts";
import { contentOf } from "../face/files.ts";
import { calling, type CommonOptions, group, withSession } from "../face/session.ts";
import type { Column } from "../face/table.ts";

export function schemaCommand(): Command {
  return group("schema", "What events must look like.", [list(), check(), register()]);
}

const fileHelp = `
The file is JSON: {"json_schema": {…}, "upcast": […], "compatibility": "backward"}, or a JSON Schema alone.`;

function list(): Command {
  return calling("list", "Every event type and its newest schema.", [
    "almanac schema list",
    "almanac schema list --json | jq '.[] | {event_type, versions: (.versions | length)}'",
  ]).action((options: CommonOptions) =>
    withSession(options, async ({ api, out }) => {
      const { data } = await read(api.v1.schemas.$get({}));
      out.rows(
        data,
        [
          { head: "event_type", cell: (row) => row.event_type },
          { head: "schema", cell: (row) => row.schema_version },
          { head: "compatibility", cell: (row) => row.compatibility },
          { head: "owner", cell: (row) => row.owner },
          { head: "description", cell: (row) => row.description },
        ],
        "No event types.",
      );
    }),
  );
}

const reasonColumns: Column<SchemaReason>[] = [
  { head: "pointer", cell: (row) => row.pointer },
  { head: "code", cell: (row) => row.code },
  { head: "what", cell: (row) => row.detail },
];

function check(): Command {
  return calling("check <event_type> <file>", "Would this schema be accepted? Changes nothing; exit code 5 when not.", [
    "almanac schema check BarcodeScanned barcode-v2.json",
  ])
    .addHelpText("after", fileHelp)
    .action((type: string, file: string, options: CommonOptions) =>
      withSession(options, async ({ api, out }) => {
        const told = await read(
          api.v1.schemas[":event_type"].versions.check.$post({
            param: { event_type: type },
            json: await candidate(file),
          }),
        );
        if (out.isJson) out.fields(told, []);
        else {
          out.fields(told, [
            ["event_type", told.event_type],
            ["schema_version", told.schema_version],
            ["verdict", told.verdict],
            ["stored values checked", told.stored.checked],
            ["of them refused", told.stored.refused],
          ]);
          if (told.reasons.length > 0) out.rows(told.reasons, reasonColumns, "");
        }
        if (!told.compatible) throw new Ended(exitCodes.conflict);
      }),
    );
}

function register(): Command {
  return calling("register <event_type> <file>", "Registers a new version of a type's schema.", [
    "almanac schema register BarcodeScanned barcode-v2.json",
    "almanac schema register BarcodeScanned barcode-v2.json --approve",
  ])
    .option("--approve", "although it cannot be proven compatible; who approved it is kept")
    .addHelpText("after", fileHelp)
    .action((type: string, file: string, options: CommonOptions & { approve?: true }) =>
      withSession(options, async ({ api, out }) => {
        const told = await read(
          api.v1.schemas[":event_type"].versions.$post({
            param: { event_type: type },
            query: options.approve ? { approve: true } : {},
            json: await candidate(file),
          }),
        );
        out.fields(told, [
          ["event_type", told.event_type],
          ["schema_version", told.schema_version],
          ["run_id", told.run_id],
        ]);
        if (told.run_id !== null)
          out.note(`Old events are looked at: ${invocation} reprocess status ${told.run_id} --wait`);
      }),
    );
}

/** A registration, or a schema that stands alone. */
async function candidate(file: string): Promise<SchemaRegistration> {
  const text = await contentOf(file);
  try {
    const told = JSON.parse(text) as Record<string, unknown>;
    return ("json_schema" in told ? told : { json_schema: told }) as SchemaRegistration;
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}.`);
  }
}
