// What one caller may know of the whole product, read at once. What takes another service is given up after a while.
import { readAuditHead } from "@almanac/db/audit/chain";
import type { Database } from "@almanac/db/database";
import { isMigrated } from "@almanac/db/migrate";
import { readFreshness } from "@almanac/db/status/locations";
import {
  readAuditedAfter,
  readDatabaseFacts,
  readEndingKeys,
  readLoadStatus,
  readOpenQuarantines,
  readPauses,
  readRunStatus,
  readScheduled,
  readWorkers,
} from "@almanac/db/status/work";
import { roleAtLeast } from "@almanac/domain/access/roles";
import type { LocationId } from "@almanac/domain/ids";
import { staleBefore } from "@almanac/domain/status/facts";
import { jobNames } from "@almanac/queue/catalogue";
import type { Queues } from "@almanac/queue/connect";
import { findNewestAnchor } from "@almanac/usecases/audit/newest-anchor";
import type { Principal } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";

/** How many things of a kind a finding names. */
const named = 5;
const patienceMs = 3_000;

/** What a caller may know; a key that is limited to locations knows of those alone. */
function sightOf({ role, locationIds }: Principal) {
  const isUnlimited = locationIds === null;
  return {
    holidays: roleAtLeast(role, "reader"),
    loads: isUnlimited && (roleAtLeast(role, "analyst") || roleAtLeast(role, "ingester")),
    runs: isUnlimited && roleAtLeast(role, "analyst"),
    operations: isUnlimited && roleAtLeast(role, "operator"),
    keys: isUnlimited && roleAtLeast(role, "admin"),
  };
}

export type Known = Awaited<ReturnType<typeof readKnown>>;

export async function readKnown(deps: ApiDeps, principal: Principal) {
  const { database } = deps;
  const sees = sightOf(principal);
  // The schedule says what is stale, to readers as well, who are not told of it.
  const [facts, queue] = await Promise.all([readDatabaseFacts(database), readQueue(deps.queues)]);
  const syncSchedule = queue?.schedules.find(({ name }) => name === "holiday-sync-all") ?? null;
  const only = principal.locationIds === null ? null : ([...principal.locationIds] as LocationId[]);
  const before = staleBefore(facts.now, syncSchedule?.slots_before ?? null);
  const [isNewest, workers, locations, pauses, loads, runs, quarantines, scheduled, audit, keys] = await Promise.all([
    isMigrated((text) => database.query<{ name: string }>(text)),
    readWorkers(database),
    unless(!sees.holidays, () => readFreshness(database, { only, staleBefore: before, named })),
    unless(!sees.operations, () => readPauses(database)),
    unless(!sees.loads, () => readLoadStatus(database, named)),
    unless(!sees.runs, () => readRunStatus(database, named)),
    unless(!sees.operations, () => readOpenQuarantines(database, named)),
    unless(!sees.operations, () => readScheduled(database)),
    unless(!sees.operations, () => readAudit(deps)),
    unless(!sees.keys, () => readEndingKeys(database)),
  ]);
  return {
    sees,
    facts,
    queue,
    syncSchedule,
    isNewest,
    workers,
    locations,
    pauses,
    loads,
    runs,
    quarantines,
    scheduled,
    audit,
    keys,
  };
}

function unless<Value>(hidden: boolean, read: () => Promise<Value>): Promise<Value | null> {
  return hidden ? Promise.resolve(null) : read();
}

/** Null when the queue does not answer in time. */
async function readQueue(queues: Queues) {
  return inTime(async () => {
    const [schedules, ...counts] = await Promise.all([
      queues.schedules(),
      ...jobNames.map((name) => queues.counts(name)),
    ]);
    return { schedules, counts: jobNames.map((name, place) => ({ name, ...counts[place]! })) };
  });
}

async function readAudit({ database, lake, signer }: Pick<ApiDeps, "lake" | "signer"> & { database: Database }) {
  const head = await readAuditHead(database);
  const anchor = signer === undefined ? null : await inTime(() => findNewestAnchor(lake, head));
  const unanchoredSince = signer === undefined ? null : await readAuditedAfter(database, anchor?.seq ?? 0);
  return { isSigned: signer !== undefined, entries: head.seq, anchoredAt: anchor?.at ?? null, unanchoredSince };
}

async function inTime<Value>(read: () => Promise<Value>): Promise<Value | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, patienceMs, null);
  const value = await Promise.race([read(), late]).catch(() => null);
  clearTimeout(timer);
  return value;
}
