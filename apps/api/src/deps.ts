// Everything that the api is built from; constructed in main.ts, and by tests.
import type { Database, Queryable } from "@almanac/db/database";
import type { Role } from "@almanac/domain/access/roles";
import type { Lake } from "@almanac/lake/lake";
import type { Logger } from "@almanac/process/log";
import type { Queues } from "@almanac/queue/connect";
import type { HolidaySource } from "@almanac/sources/source";
import type { Signer } from "@almanac/usecases/audit/signing";

export interface ApiSettings {
  /** The administrator's own key; null: only keys of the table count. */
  adminKey: string | null;
  anonymousRole: Role | "none";
  /** Requests a minute per key (per address without one); null: no limit. */
  rateLimit: number | null;
  /** How many proxies stand in front and may be believed about the caller's address. */
  trustedProxies: number;
  /** The synced window around this year. */
  yearsBack: number;
  yearsAhead: number;
  /** Bytes of encoded holiday answers that are kept in memory; 0 keeps none. Default 64 MiB. */
  holidayCacheBytes?: number;
  /** The longest body of a load, content encoding undone. */
  loadMaxBytes: number;
  /** The longest time without a byte of a body that is streamed; default one minute. */
  bodyIdleMs?: number;
  /** The folder of the built console; null: none is served. */
  consoleDir: string | null;
  /** What is loaded is a demo: synthetic sales over real holidays. Default false. */
  isDemo?: boolean;
}

export interface ApiDeps {
  database: Database;
  /** The fast lane for reads of holidays (`@almanac/db/reader`); default: the database's pool. */
  reader?: Queryable;
  queues: Queues;
  lake: Lake;
  source: HolidaySource;
  /** The key that signs the audit's anchors, to recognise it by; without it anchors are off here. */
  signer?: Signer;
  log: Logger;
  settings: ApiSettings;
  /** Aborts when the process is asked to end: waits answer at once then. */
  shutdown: AbortSignal;
}
