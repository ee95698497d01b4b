// `almanac keys`: who may call.
import type { ApiKey, NewApiKey } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { Argument, type Command } from "commander";
import { invocation } from "../config.ts";
import { firstOf } from "../face/pages.ts";
import { calling, collected, type CommonOptions, group, withSession } from "../face/session.ts";
import type { Column } from "../face/table.ts";

export function keysCommand(): Command {
  return group("keys", "API keys.", [create(), list(), revoke(), link()]);
}

const columns: Column<ApiKey>[] = [
  { head: "key_id", cell: (row) => row.key_id },
  { head: "name", cell: (row) => row.name },
  { head: "role", cell: (row) => row.role },
  { head: "begins", cell: (row) => row.prefix },
  { head: "locations", cell: (row) => row.location_ids?.length ?? "all" },
  { head: "expires", cell: (row) => row.expires_at },
  { head: "revoked", cell: (row) => row.revoked_at },
  { head: "last used", cell: (row) => row.last_used_at },
];

function create(): Command {
  return calling("create <name>", "Makes a key and prints it, this once.", [
    "almanac keys create forecasting analyst > forecasting.key",
    "almanac keys create shop reader --location 123e4567-e89b-12d3-a456-426614174000 --expires 2027-01-01T00:00:00Z",
  ])
    .addArgument(
      new Argument("<role>", "what it may do").choices(["reader", "analyst", "ingester", "operator", "admin"]),
    )
    .option("--location <location_id>", "only this location; may be given again", collected)
    .option("--expires <instant>", "when it ends")
    .action(
      (name: string, role: NewApiKey["role"], options: CommonOptions & { location?: string[]; expires?: string }) =>
        withSession(options, async ({ api, out }) => {
          const key = await read(
            api.v1.keys.$post({
              json: {
                name,
                role,
                ...(options.location === undefined ? {} : { location_ids: options.location }),
                ...(options.expires === undefined ? {} : { expires_at: options.expires }),
              },
            }),
          );
          if (out.isJson) return out.fields(key, []);
          out.text(key.key);
          out.note(`${key.key_id}: the key of "${key.name}" (${key.role}). It is not shown again.`);
        }),
    );
}

function list(): Command {
  return calling("list", "Every key that was made, without the key itself.", ["almanac keys list"]).action(
    (options: CommonOptions) =>
      withSession(options, async ({ api, out }) => {
        const keys = await firstOf(Infinity, (page) => read(api.v1.keys.$get({ query: page })));
        out.rows(keys, columns, `No keys but the administrator's: ${invocation} keys create --help`);
      }),
  );
}

function revoke(): Command {
  return calling("revoke <key_id>", "Ends a key, at once and for good.", [
    "almanac keys revoke 5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
  ]).action((id: string, options: CommonOptions) =>
    withSession(options, async ({ api, out }) => {
      const key = await read(api.v1.keys[":key_id"].$delete({ param: { key_id: id } }));
      out.fields(
        key,
        columns.map(({ head, cell }) => [head, cell(key)] as const),
      );
    }),
  );
}

function link(): Command {
  return calling("link", "Makes a link of the console that signs a browser in once, as this key.", [
    "almanac keys link",
    "almanac keys link --valid 60",
  ])
    .option("--valid <minutes>", "how long it can be used", "15")
    .action((options: CommonOptions & { valid: string }) =>
      withSession(options, async ({ api, out, url }) => {
        const made = await read(api.v1["sign-in-links"].$post({ json: { valid_minutes: Number(options.valid) } }));
        const link = new URL(made.link, url).href;
        if (out.isJson) return out.fields({ ...made, link }, []);
        out.text(link);
        out.note(`It signs in once, until ${made.expires_at}.`);
      }),
    );
}
