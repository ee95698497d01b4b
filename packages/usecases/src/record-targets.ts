// What a sync does for many locations at once: one transaction decides each from the facts and writes what is decided.
// Under the history lock, so versions of a location rise by one whatever runs at the same time.
import { recordAudit } from "@almanac/db/audit";
import { type CalendarLedger, readHolidaysAt, readLedgers } from "@almanac/db/calendars";
import type { Database, Tx } from "@almanac/db/database";
import { bumpEpoch, stampHistory } from "@almanac/db/history";
import { epochMs } from "@almanac/db/instants";
import {
  advanceSyncs,
  runCapacity,
  type RunSegment,
  type SyncProgress,
  type TargetFailure,
  writeFailures,
  writeRunSegments,
} from "@almanac/db/record";
import { readPause, type SourcePause } from "@almanac/db/refresh";
import type { SyncOrder } from "@almanac/db/syncs";
import { readTargetFacts, type TargetFacts } from "@almanac/db/targets";
import type { Holiday } from "@almanac/domain/holiday";
import { type ChangeCounts, countChanges, diffHolidays } from "@almanac/domain/holiday/diff";
import type { CalendarId, LocationId } from "@almanac/domain/ids";
import { type Decision, decideTarget } from "@almanac/domain/sync/decide";
import { planSegments, type RevisionPin, samePin } from "@almanac/domain/version/segments";

/** One location of one sync, to be recorded if it can be; with `failure`, to be written off for that reason. */
export interface RecordTarget {
  order: SyncOrder;
  locationId: LocationId;
  failure?: { code: string; detail: string };
}

/**
 * - `recorded`, `already`: there is a version of this sync; `ended`: it came to a failure or quarantine, now or before
 * - `stale`: fetch these years, then record again; `unresolved`: resolve the code, then record again
 * - `failed`: the fetch failed just now and may be tried again; `paused`: the source must not be asked
 */
export type RecordResult =
  | { kind: "recorded"; version: number; changes: ChangeCounts }
  | { kind: "already"; version: number }
  | { kind: "ended"; code: string }
  | { kind: "stale"; calendarId: CalendarId; years: number[] }
  | { kind: "unresolved"; subdivisionCode: string }
  | { kind: "failed"; code: string; detail: string }
  | { kind: "paused"; pause: SourcePause };

export interface RecordDeps {
  database: Database;
  sourceName: string;
  /** For how long a failed fetch answers for everybody who waited for it. */
  coolDownMs: number;
}

const noChange: ChangeCounts = { added: 0, removed: 0, moved: 0, renamed: 0 };

/** Decides and writes; the i-th result is the i-th target's. A pair given twice gets one version and two equal results. */
export function recordTargets(deps: RecordDeps, targets: readonly RecordTarget[]): Promise<RecordResult[]> {
  const places = new Map<string, number>();
  const unique: RecordTarget[] = [];
  const placeOf = targets.map((target) => {
    const key = `${target.order.syncNo} ${target.locationId}`;
    const place = places.get(key) ?? unique.push(target) - 1;
    places.set(key, place);
    return place;
  });
  return deps.database.transaction(async (tx) => {
    const results = await recordUnique(deps, tx, unique);
    return placeOf.map((place) => results[place]!);
  });
}

interface Case {
  target: RecordTarget;
  facts: TargetFacts | null;
  decision: Decision;
}

async function recordUnique(deps: RecordDeps, tx: Tx, targets: readonly RecordTarget[]): Promise<RecordResult[]> {
  const stamp = await stampHistory(tx);
  const facts = await readTargetFacts(
    tx,
    deps.sourceName,
    targets.map(({ order, locationId }) => ({ locationId, syncNo: order.syncNo, requestedAt: order.requestedAt })),
  );
  const calendarIds = [...new Set(facts.flatMap((fact) => fact?.calendar?.calendarId ?? []))];
  const ledgers = await readLedgers(tx, calendarIds);
  const nowMs = epochMs(stamp);
  const cases = targets.map((target, place): Case => {
    const fact = atLedger(facts[place] ?? null, ledgers);
    return { target, facts: fact, decision: decide(deps, target, fact, ledgers, nowMs) };
  });

  const recorded = await recordVersions(
    tx,
    stamp,
    cases.filter((each) => each.decision.kind === "record"),
  );
  const failures = cases.flatMap((each) => failureOf(each) ?? []);
  await writeFailures(tx, failures);
  if (recorded.size > 0 || failures.length > 0) {
    await advance(tx, cases, recorded, failures);
  }
  if (recorded.size > 0) {
    await bumpEpoch(tx);
  }
  const pause = cases.some((each) => each.decision.kind === "stale") ? await readPause(tx, deps.sourceName) : null;
  return cases.map((each) => resultOf(each, recorded, pause));
}

/** The facts with the revision that the ledger goes with: a calendar may have moved on since they were read. */
function atLedger(facts: TargetFacts | null, ledgers: ReadonlyMap<CalendarId, CalendarLedger>): TargetFacts | null {
  if (facts === null || facts.calendar === null) return facts;
  const { calendarId } = facts.calendar;
  return { ...facts, calendar: { calendarId, revision: ledgers.get(calendarId)!.revision } };
}

function decide(
  deps: RecordDeps,
  target: RecordTarget,
  facts: TargetFacts | null,
  ledgers: ReadonlyMap<CalendarId, CalendarLedger>,
  nowMs: number,
): Decision {
  const calendarId = facts?.calendar?.calendarId ?? null;
  const finishedAlready = finishedOf(facts);
  if (target.failure && finishedAlready === null) {
    return { kind: "failed", ...target.failure, mayPass: false };
  }
  return decideTarget({
    finishedAlready,
    active: facts?.active ?? false,
    calendarId,
    requestedAtMs: target.order.requestedAtMs,
    nowMs,
    years: target.order.years,
    ledger: (calendarId === null ? undefined : ledgers.get(calendarId)?.years) ?? new Map(),
    coolDownMs: deps.coolDownMs,
  });
}

function finishedOf(facts: TargetFacts | null): { version: number } | { failure: string } | null {
  if (facts === null) {
    return null;
  }
  if (facts.doneVersion !== null) {
    return { version: facts.doneVersion };
  }
  return facts.failed === null ? null : { failure: facts.failed };
}

/** What is written about a target that gets no version; null for those that get one or are tried again. */
function failureOf({ target, decision }: Case): TargetFailure | null {
  const base = { syncNo: target.order.syncNo, locationId: target.locationId, quarantineId: null };
  switch (decision.kind) {
    case "inactive":
      return { ...base, outcome: "failed", code: "location.inactive", detail: "The location is not active." };
    case "quarantined":
      return {
        ...base,
        outcome: "quarantined",
        code: "holiday.quarantined",
        detail: "The source's answer differs too much; an operator approves or rejects it.",
        quarantineId: decision.quarantineId,
      };
    case "failed":
      return decision.mayPass ? null : { ...base, outcome: "failed", code: decision.code, detail: decision.detail };
    case "already":
    case "unresolved":
    case "stale":
    case "record":
      return null;
  }
}

interface RecordedVersion {
  version: number;
  changes: ChangeCounts;
}

async function recordVersions(
  tx: Tx,
  stamp: string,
  cases: readonly Case[],
): Promise<Map<RecordTarget, RecordedVersion>> {
  const recorded = new Map<RecordTarget, RecordedVersion>();
  const segments: RunSegment[] = [];
  const countsOf = changeCounter(tx);
  for (const group of Map.groupBy(cases, (each) => each.target.locationId).values()) {
    const facts = group[0]!.facts!;
    const sorted = group.map((each) => each.target).sort((a, b) => a.order.syncNo - b.order.syncNo);
    const planned = planVersions(
      sorted.map(({ order, locationId }) => ({ syncNo: order.syncNo, locationId })),
      facts,
      await countsOf(facts.newest, facts.calendar!),
    );
    segments.push(...planned.segments);
    for (const [place, version] of planned.recorded.entries()) {
      recorded.set(sorted[place]!, version);
    }
  }
  await writeRunSegments(tx, stamp, segments);
  return recorded;
}

/** A location of a sync that gets a version. */
export interface VersionTarget {
  syncNo: number;
  locationId: LocationId;
}

/** Versions of one location for some syncs, in order of their numbers: the first carries the changes, the others equal it. */
export function planVersions(
  targets: readonly VersionTarget[],
  { newest, calendar }: Pick<TargetFacts, "newest" | "calendar">,
  changes: ChangeCounts,
): { segments: RunSegment[]; recorded: RecordedVersion[] } {
  const pin = { calendarId: calendar!.calendarId, revision: calendar!.revision };
  const planned = planSegments({
    newest,
    pin,
    syncNos: targets.map((target) => target.syncNo),
    capacity: runCapacity,
  });
  let earlier = 0;
  const segments = planned.map((segment): RunSegment => {
    const row = {
      ...segment,
      ...pin,
      locationId: targets[0]!.locationId,
      after: newest?.syncedAt ?? null,
      earlier,
      changes: earlier === 0 && segment.extends === null ? changes : noChange,
    };
    earlier += segment.versions.length;
    return row;
  });
  const recorded = planned
    .flatMap((segment) => segment.versions)
    .map((version, place) => ({ version, changes: place === 0 ? changes : noChange }));
  return { segments, recorded };
}

/** Counts what changed from one pin to another, each pair and each state read once. */
export function changeCounter(tx: Tx): (from: RevisionPin | null, to: RevisionPin) => Promise<ChangeCounts> {
  const states = new Map<string, Promise<Holiday[]>>();
  const counts = new Map<string, Promise<ChangeCounts>>();
  const keyOf = (pin: RevisionPin | null) => (pin === null ? "none" : `${pin.calendarId}.${pin.revision}`);
  const stateAt = (pin: RevisionPin | null) =>
    pin === null ? Promise.resolve([]) : states.getOrInsertComputed(keyOf(pin), () => readHolidaysAt(tx, pin));
  return async (from, to) =>
    from !== null && samePin(from, to)
      ? noChange
      : counts.getOrInsertComputed(`${keyOf(from)} ${keyOf(to)}`, async () =>
          countChanges(diffHolidays(await stateAt(from), await stateAt(to))),
        );
}

async function advance(
  tx: Tx,
  cases: readonly Case[],
  recorded: ReadonlyMap<RecordTarget, RecordedVersion>,
  failures: readonly TargetFailure[],
): Promise<void> {
  const progress = new Map<number, SyncProgress>();
  const of = (syncNo: number) =>
    progress.getOrInsertComputed(syncNo, () => ({ syncNo, changed: 0, unchanged: 0, failed: 0, quarantined: 0 }));
  for (const { target } of cases) {
    const version = recorded.get(target);
    if (version) {
      of(target.order.syncNo)[isChange(version) ? "changed" : "unchanged"] += 1;
    }
  }
  for (const failure of failures) {
    of(failure.syncNo)[failure.outcome] += 1;
  }
  await finishSyncs(tx, [...progress.values()]);
}

/** The first version of a location is a change, whatever it holds. */
export function isChange({ version, changes }: RecordedVersion): boolean {
  return version === 1 || changes.added + changes.removed + changes.moved + changes.renamed > 0;
}

/** Moves the counters and says in the audit which syncs that finished. */
export async function finishSyncs(tx: Tx, progress: readonly SyncProgress[]): Promise<void> {
  const finished = await advanceSyncs(tx, progress);
  await recordAudit(
    tx,
    ...finished.map(({ syncId, status }) => ({
      actor: "worker",
      action: "sync.finished",
      objectType: "sync",
      objectId: syncId,
      after: { status },
    })),
  );
}

function resultOf(
  { target, facts, decision }: Case,
  recorded: ReadonlyMap<RecordTarget, RecordedVersion>,
  pause: SourcePause | null,
): RecordResult {
  switch (decision.kind) {
    case "record":
      return { kind: "recorded", ...recorded.get(target)! };
    case "already":
      return "version" in decision.finished
        ? { kind: "already", version: decision.finished.version }
        : { kind: "ended", code: decision.finished.failure };
    case "inactive":
      return { kind: "ended", code: "location.inactive" };
    case "quarantined":
      return { kind: "ended", code: "holiday.quarantined" };
    case "unresolved":
      return { kind: "unresolved", subdivisionCode: facts!.subdivisionCode };
    case "failed":
      return decision.mayPass
        ? { kind: "failed", code: decision.code, detail: decision.detail }
        : { kind: "ended", code: decision.code };
    case "stale":
      return pause === null
        ? { kind: "stale", calendarId: decision.calendarId, years: decision.years }
        : { kind: "paused", pause };
  }
}
