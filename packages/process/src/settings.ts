// What may be set from outside: how a setting is declared, read, refused, and put into the README's table. An app's
// config.ts picks its settings from here, adds its own, and is the only file that reads the environment.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";

export interface Setting<Schema extends z.ZodType = z.ZodType> {
  schema: Schema;
  /** What is used without a value, in words. */
  fallback: string;
  meaning: string;
  /** Never shown, not even when it is wrong. */
  secret?: boolean;
}

export type Settings = Readonly<Record<string, Setting>>;
export type ValuesOf<Table extends Settings> = { [Name in keyof Table]: z.output<Table[Name]["schema"]> };

/** Declares one setting. The schema's first issue says what is accepted. */
export function setting<Schema extends z.ZodType>(
  schema: Schema,
  fallback: string,
  meaning: string,
  options: { secret?: boolean } = {},
): Setting<Schema> {
  return { schema, fallback, meaning, ...options };
}

/** A whole number within bounds, written in digits. */
export function whole(min: number, max: number) {
  const accepted = `a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, accepted)
    .transform(Number)
    .refine((value) => value >= min && value <= max, accepted);
}

/** A URL of one of the protocols (`postgres:` …). */
function url(protocols: readonly string[], accepted: string) {
  return z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), accepted);
}

/** Reads every setting; an empty value counts as unset. Throws an Error of one line naming variable, value and what is accepted. */
export function readSettings<Table extends Settings>(
  table: Table,
  environment: Readonly<Record<string, string | undefined>>,
): ValuesOf<Table> {
  const values: Record<string, unknown> = {};
  for (const [name, { schema, secret }] of Object.entries(table)) {
    const given = environment[name] === "" ? undefined : environment[name];
    const result = schema.safeParse(given);
    if (!result.success) {
      const got =
        given === undefined ? "nothing" : secret === true ? "a value that is not shown" : JSON.stringify(given);
      const accepted =
        given === undefined ? "a value; it has no default here" : (result.error.issues[0]?.message ?? "something else");
      throw new Error(`${name} got ${got}; it accepts ${accepted}.`);
    }
    values[name] = result.data;
  }
  return values as ValuesOf<Table>;
}

/** The README's table of settings. */
export function settingsTable(table: Settings): string {
  const rows = Object.entries(table).map(
    ([name, { fallback, meaning }]) => `| \`${name}\` | ${fallback} | ${meaning} |`,
  );
  return ["| name | default | meaning |", "|---|---|---|", ...rows].join("\n");
}

const postgres = ["postgres:", "postgresql:"];
const checkout = join(import.meta.dirname, "..", "..", "..");

/** Settings that every process of the house understands. */
export const commonSettings = {
  DATABASE_URL: setting(
    url(postgres, "postgres://…"),
    "the embedded PostgreSQL of `npm start`",
    "PostgreSQL 18 or newer",
    { secret: true },
  ),
  QUEUE_URL: setting(
    url([...postgres, "redis:", "rediss:"], "redis://… or postgres://…").optional(),
    "`REDIS_URL`, else the database",
    "Where jobs wait",
    { secret: true },
  ),
  REDIS_URL: setting(url(["redis:", "rediss:"], "redis://…").optional(), "unset", "Used when `QUEUE_URL` is unset", {
    secret: true,
  }),
  LAKE_URL: setting(
    url(["file:", "s3:"], "file:<folder> or s3://bucket/prefix").optional(),
    "`file:<data dir>/lake`",
    "Where received bytes are kept: a folder that api and worker share, or `s3://bucket/prefix` with the usual `AWS_*`",
  ),
  AWS_ENDPOINT_URL_S3: setting(
    url(["http:", "https:"], "http(s)://…").optional(),
    "unset: Amazon's",
    "Another S3 store; buckets are then part of the path",
  ),
  ALMANAC_DATA_DIR: setting(
    z.string().default(".almanac"),
    "`.almanac` in the checkout",
    "Where `npm start` keeps the embedded database, the lake, the admin key and the logs",
  ),
  ALMANAC_SIGNING_KEY: setting(
    z
      .string()
      .regex(/^(?:[A-Za-z0-9+/]{43}=?|[A-Za-z0-9_-]{43}=?)$/, "32 bytes as base64: openssl rand -base64 32")
      .optional(),
    "`npm start` generates one",
    "Signs the audit's anchors in the lake: 32 bytes as base64; without it there are none",
    { secret: true },
  ),
  HOLIDAY_SOURCE: setting(
    z.enum(["offline", "holidayapi"], "offline or holidayapi").default("offline"),
    "offline",
    "Where holidays come from: `offline` or `holidayapi`",
  ),
  HOLIDAYAPI_KEY: setting(z.string().min(1, "a key").optional(), "unset", "HolidayAPI's key", { secret: true }),
  HOLIDAYAPI_BASE_URL: setting(
    url(["http:", "https:"], "http(s)://… without /v1").default("https://holidayapi.com"),
    "https://holidayapi.com",
    "HolidayAPI's address, without `/v1`",
  ),
  HOLIDAY_YEARS_BACK: setting(whole(0, 100).default(5), "5", "Years before this one that are synced"),
  HOLIDAY_YEARS_AHEAD: setting(whole(0, 50).default(2), "2", "Years after this one that are synced"),
  ALMANAC_MIGRATE: setting(
    z.enum(["on", "off"], "on or off").default("on"),
    "on",
    "`off`: only `npm run migrate` changes the schema",
  ),
  LOG_LEVEL: setting(
    z
      .enum(
        ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
        "fatal, error, warn, info, debug, trace or silent",
      )
      .default("info"),
    "info",
    "The least that is logged; plain reads are `debug`",
  ),
  LOG_FORMAT: setting(
    z.enum(["json", "text"], "json or text").default("json"),
    "json",
    "`json` lines or `text` for people",
  ),
};

type Common = ValuesOf<typeof commonSettings>;

/** Where jobs wait: `QUEUE_URL`, else `REDIS_URL`, else the database. */
export function queueUrlOf(values: Pick<Common, "QUEUE_URL" | "REDIS_URL" | "DATABASE_URL">): string {
  return values.QUEUE_URL ?? values.REDIS_URL ?? values.DATABASE_URL;
}

/** Where the lake is: `LAKE_URL`, else a folder in the data folder. */
export function lakeUrlOf(values: Pick<Common, "LAKE_URL" | "ALMANAC_DATA_DIR">): string {
  return values.LAKE_URL ?? pathToFileURL(resolve(checkout, values.ALMANAC_DATA_DIR, "lake")).href;
}

/** How to open the lake: where it is, and which store an `s3:` URL means. Credentials and region are the SDK's own to find. */
export function lakeOptionsOf(values: Pick<Common, "AWS_ENDPOINT_URL_S3">): { s3: { endpoint?: string } } {
  return { s3: values.AWS_ENDPOINT_URL_S3 === undefined ? {} : { endpoint: values.AWS_ENDPOINT_URL_S3 } };
}

/** How to open the holiday source; throws an Error of one line when HolidayAPI is chosen without a key. */
export function sourceOptionsOf(values: Common): {
  kind: Common["HOLIDAY_SOURCE"];
  holidayapi?: { key: string; baseUrl: string };
} {
  if (values.HOLIDAY_SOURCE === "offline") {
    return { kind: "offline" };
  }
  if (values.HOLIDAYAPI_KEY === undefined) {
    throw new Error("HOLIDAYAPI_KEY got nothing; HOLIDAY_SOURCE=holidayapi needs a key.");
  }
  return { kind: "holidayapi", holidayapi: { key: values.HOLIDAYAPI_KEY, baseUrl: values.HOLIDAYAPI_BASE_URL } };
}
