// What may be set for the api from outside: the only place of it that reads the environment.
import { roles } from "@almanac/domain/access/roles";
import {
  commonSettings,
  lakeOptionsOf,
  lakeUrlOf,
  queueUrlOf,
  readSettings,
  setting,
  sourceOptionsOf,
  type ValuesOf,
  whole,
} from "@almanac/process/settings";
import { z } from "zod";

/** Every variable of the api. */
export const settings = {
  ...commonSettings,
  PORT: setting(whole(0, 65_535).default(3000), "3000", "Where the api listens; 0 picks a free port"),
  HOST: setting(
    z.string().min(1, "an address or a host name").default("127.0.0.1"),
    "127.0.0.1",
    "The address it listens on, the only one",
  ),
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
  ALMANAC_TRUSTED_PROXIES: setting(
    whole(0, 10).default(0),
    "0",
    "How many proxies in front are believed about a caller's address",
  ),
  LOAD_MAX_BYTES: setting(
    z
      .string()
      .regex(/^[1-9]\d{0,14}$/, "a whole number of bytes from 1 to 999999999999999")
      .transform(Number)
      .default(64 * 2 ** 30),
    "68719476736 (64 GiB)",
    "The longest body of a load, its compression undone",
  ),
  ALMANAC_DEMO: setting(
    z.enum(["on", "off"], "on or off").default("off"),
    "off",
    "`on`: what is loaded is a demo, and the console says so on every screen; `npm run demo` sets it",
  ),
  RATE_LIMIT: setting(
    z.union([z.enum(["on", "off"]), whole(1, 1_000_000)], "on, off or a whole number from 1 to 1000000").optional(),
    "off on loopback, on (600) elsewhere",
    "Requests a minute per key",
  ),
};

export interface ApiConfig extends ValuesOf<typeof settings> {
  /** `QUEUE_URL`, or what stands in for it. */
  queueUrl: string;
  /** `LAKE_URL`, or the folder in its place. */
  lakeUrl: string;
  lake: ReturnType<typeof lakeOptionsOf>;
  source: ReturnType<typeof sourceOptionsOf>;
  /** Requests a minute; null: no limit. */
  rateLimit: number | null;
}

const defaultRateLimit = 600;

/** Throws an Error of one line that names the variable, what it got and what it accepts. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): ApiConfig {
  const values = readSettings(settings, environment);
  const limited = values.RATE_LIMIT ?? (isLoopback(values.HOST) ? "off" : "on");
  return {
    ...values,
    queueUrl: queueUrlOf(values),
    lakeUrl: lakeUrlOf(values),
    lake: lakeOptionsOf(values),
    source: sourceOptionsOf(values),
    rateLimit: limited === "off" ? null : limited === "on" ? defaultRateLimit : limited,
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
