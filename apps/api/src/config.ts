// What may be set from outside, each with what it accepts: the only place of the api that reads the environment. The
// same table makes the README's configuration section.
import { roles } from "@almanac/domain/access/roles";
import { z } from "zod";

interface Setting<Schema extends z.ZodType> {
  schema: Schema;
  /** What is used without a value, in words. */
  fallback: string;
  meaning: string;
  /** Never shown, not even when it is wrong. */
  secret?: boolean;
}

function setting<Schema extends z.ZodType>(
  schema: Schema,
  fallback: string,
  meaning: string,
  options: { secret?: boolean } = {},
): Setting<Schema> {
  return { schema, fallback, meaning, ...options };
}

function whole(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, `a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `a whole number from ${min} to ${max}`);
}

function url(protocols: readonly string[], what: string) {
  return z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), what);
}

const postgres = ["postgres:", "postgresql:"];

/** Every variable of the api. */
export const settings = {
  PORT: setting(whole(0, 65_535).default(3000), "3000", "Where the api listens; 0 picks a free port"),
  HOST: setting(
    z.string().min(1, "an address or a host name").default("127.0.0.1"),
    "127.0.0.1",
    "The address it listens on, the only one",
  ),
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
  ALMANAC_ADMIN_KEY: setting(
    z
      .string()
      .regex(/^[\x21-\x7e][\x20-\x7e]{30,}[\x21-\x7e]$/, "32 or more printable characters")
      .optional(),
    "`npm start` generates one",
    "The first admin API key",
    { secret: true },
  ),
  ALMANAC_ANONYMOUS_ROLE: setting(
    z.enum([...roles, "none"], `none or one of ${roles.join(", ")}`).default("none"),
    "none (`reader` on the embedded default)",
    "What a call without a key may do",
  ),
  ALMANAC_MIGRATE: setting(
    z.enum(["on", "off"], "on or off").default("on"),
    "on",
    "`off`: only `npm run migrate` changes the schema",
  ),
  ALMANAC_TRUSTED_PROXIES: setting(
    whole(0, 10).default(0),
    "0",
    "How many proxies in front are believed about a caller's address",
  ),
  RATE_LIMIT: setting(
    z.union([z.enum(["on", "off"]), whole(1, 1_000_000)], "on, off or a whole number from 1 to 1000000").optional(),
    "off on loopback, on (600) elsewhere",
    "Requests a minute per key",
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

type Values = { [Name in keyof typeof settings]: z.output<(typeof settings)[Name]["schema"]> };

export interface ApiConfig extends Values {
  /** `QUEUE_URL`, or what stands in for it. */
  queueUrl: string;
  /** Requests a minute; null: no limit. */
  rateLimit: number | null;
}

const defaultRateLimit = 600;

/** Throws an Error of one line that names the variable, what it got and what it accepts. An empty value counts as unset. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): ApiConfig {
  const values: Record<string, unknown> = {};
  for (const [name, { schema, secret }] of Object.entries(settings) as [string, Setting<z.ZodType>][]) {
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
  const config = values as Values;
  if (config.HOLIDAY_SOURCE === "holidayapi" && config.HOLIDAYAPI_KEY === undefined) {
    throw new Error("HOLIDAYAPI_KEY got nothing; HOLIDAY_SOURCE=holidayapi needs a key.");
  }
  const limited = config.RATE_LIMIT ?? (isLoopback(config.HOST) ? "off" : "on");
  return {
    ...config,
    queueUrl: config.QUEUE_URL ?? config.REDIS_URL ?? config.DATABASE_URL,
    rateLimit: limited === "off" ? null : limited === "on" ? defaultRateLimit : limited,
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** The README's table. */
export function configurationTable(): string {
  const rows = Object.entries(settings).map(
    ([name, { fallback, meaning }]) => `| \`${name}\` | ${fallback} | ${meaning} |`,
  );
  return ["| name | default | meaning |", "|---|---|---|", ...rows].join("\n");
}
