// What may be set for the worker from outside: the only place of it that reads the environment.
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
import { CronExpressionParser } from "cron-parser";
import { z } from "zod";
import type { OpenLineageSettings } from "./openlineage/start.ts";

/** Every variable of the worker. */
export const settings = {
  ...commonSettings,
  SYNC_CRON: setting(
    z
      .string()
      .refine((text) => text === "off" || isCron(text), "a cron pattern of five fields, or off")
      .default("0 3 * * *"),
    "`0 3 * * *`",
    "When every active location is synced; `off` leaves scheduling to others",
  ),
  SYNC_TZ: setting(
    z.string().refine(isTimeZone, "an IANA time zone such as Europe/Amsterdam").default("Europe/Amsterdam"),
    "Europe/Amsterdam",
    "The time zone of `SYNC_CRON` and `LOAD_INBOX_CRON`",
  ),
  ALMANAC_SEED: setting(
    z.enum(["brief", "none"], "brief or none").default("brief"),
    "brief",
    "`none`: an empty start; `brief`: its 13 locations when there are none",
  ),
  WORKER_CONCURRENCY: setting(whole(1, 1_000).default(300), "300", "Location syncs that one worker runs at a time"),
  LOAD_INBOX: setting(
    z
      .string()
      .refine((text) => !text.includes("://") || /^s3:\/\/[^/]+/.test(text), "a folder or s3://bucket/prefix")
      .optional(),
    "unset: off",
    "A drop folder, or a prefix of the lake's kind of store, whose files are loaded and put away",
  ),
  LOAD_INBOX_CRON: setting(
    z.string().refine(isCron, "a cron pattern of five fields").default("* * * * *"),
    "`* * * * *`",
    "When the drop folder is looked at, in the time zone of `SYNC_TZ`; `0 2 * * 1` is once a week",
  ),
  LOAD_LINE_MAX_BYTES: setting(
    whole(1_024, 16_777_216).default(1_048_576),
    "1048576",
    "A longer line of a load is a reject",
  ),
  LOAD_CONCURRENCY: setting(whole(1, 16).default(2), "2", "Loads that one worker runs at a time"),
  REPROCESS_CRON: setting(
    z
      .string()
      .refine((text) => text === "off" || isCron(text), "a cron pattern of five fields, or off")
      .default("off"),
    "off",
    "When runs over outdated events are proposed, in the time zone of `SYNC_TZ`; types whose policy says so are published at once",
  ),
  REPROCESS_CONCURRENCY: setting(
    whole(1, 16).default(2),
    "2",
    "Key ranges of reprocess runs that one worker does at a time",
  ),
  OPENLINEAGE_URL: setting(
    z
      .string()
      .refine(
        (text) => /^file:.+/.test(text) || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)),
        "file:<path> or http(s)://…",
      )
      .optional(),
    "unset: off",
    "Where OpenLineage run events of loads, syncs and reprocess runs go: `file:<path>`, a line each, or an endpoint",
    { secret: true },
  ),
  OPENLINEAGE_API_KEY: setting(
    z.string().min(1, "a key").optional(),
    "unset",
    "Sent to the endpoint as a bearer token",
    {
      secret: true,
    },
  ),
  OPENLINEAGE_NAMESPACE: setting(
    z.string().min(1, "a name").default("almanac"),
    "almanac",
    "The namespace of our jobs in OpenLineage",
  ),
  RETENTION_KEEP_ALL_DAYS: setting(
    z.union([z.enum(["off"]), whole(1, 36_500)], "off or a whole number from 1 to 36500").default("off"),
    "off",
    "Versions younger than this many days are all kept; older ones are pruned nightly to the last of each day",
  ),
};

export interface WorkerConfig extends ValuesOf<typeof settings> {
  queueUrl: string;
  lakeUrl: string;
  lake: ReturnType<typeof lakeOptionsOf>;
  source: ReturnType<typeof sourceOptionsOf>;
  /** Undefined: nobody is told. */
  openLineage: OpenLineageSettings | undefined;
}

/** Throws an Error of one line that names the variable, what it got and what it accepts. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): WorkerConfig {
  const values = readSettings(settings, environment);
  return {
    ...values,
    queueUrl: queueUrlOf(values),
    lakeUrl: lakeUrlOf(values),
    lake: lakeOptionsOf(values),
    source: sourceOptionsOf(values),
    openLineage:
      values.OPENLINEAGE_URL === undefined
        ? undefined
        : {
            url: values.OPENLINEAGE_URL,
            apiKey: values.OPENLINEAGE_API_KEY,
            namespace: values.OPENLINEAGE_NAMESPACE,
            databaseUrl: values.DATABASE_URL,
          },
  };
}

function isCron(text: string): boolean {
  try {
    CronExpressionParser.parse(text);
    return text.trim().split(/\s+/).length === 5;
  } catch {
    return false;
  }
}

function isTimeZone(text: string): boolean {
  try {
    Temporal.Now.zonedDateTimeISO(text);
    return !/^[+-]/.test(text);
  } catch {
    return false;
  }
}
