// An operator's word on an answer that was held back: approve it (a revision, and a version for every location that
// waited) or reject it (nothing changes).
import { randomUUID } from "node:crypto";
import { recordAudit } from "@almanac/db/audit";
import { readCoverageAt, readHolidaysAt } from "@almanac/db/calendars";
import type { Database, Queryable, Tx } from "@almanac/db/database";
import { bumpEpoch, stampHistory } from "@almanac/db/history";
import {
  decideQuarantine,
  deleteHeldFailures,
  failHeldTargets,
  type HeldAnswer,
  isOvertaken,
  lockOpenQuarantine,
  readHeldQuarantineIds,
  readHeldTargets,
} from "@almanac/db/quarantines";
import { writeRunSegments } from "@almanac/db/record";
import { recordYears, writeRevision } from "@almanac/db/refresh";
import { findSync, type SyncView } from "@almanac/db/syncs";
import { readTargetFacts, type TargetFacts } from "@almanac/db/targets";
import { AppError } from "@almanac/domain/errors";
import { type CalendarPlan, planCalendar } from "@almanac/domain/holiday/plan";
import type { HolidayId, LocationId, SyncId } from "@almanac/domain/ids";
import { changeCounter, finishSyncs, isChange, planVersions } from "./record-targets.ts";

export interface DecideDeps {
  database: Database;
  sourceName: string;
  now: () => Temporal.Instant;
}

export interface Decision {
  syncId: SyncId;
  /** Actor, for the audit. */
  actor: string;
  requestId?: string;
}

/**
 * Approves every open quarantine of a sync: the held answers become revisions, and each location that waited gets one
 * version. Throws `sync.not_found`, `sync.nothing_to_decide`, or `sync.superseded` when a newer success of the calendar
 * has overtaken all of them.
 */
export async function approveSync(deps: DecideDeps, decision: Decision): Promise<SyncView> {
  const sync = await requireSync(deps, decision.syncId);
  const approved = await deps.database.transaction(async (tx) => {
    const stamp = await stampHistory(tx);
    let count = 0;
    for (const quarantineId of await requireHeld(tx, decision.syncId)) {
      count += (await approveOne(deps, tx, { stamp, sync, quarantineId, decision })) ? 1 : 0;
    }
    await bumpEpoch(tx);
    return count;
  });
  if (approved === 0) {
    throw new AppError("conflict", {
      code: "sync.superseded",
      detail: "A newer sync of the same calendar has succeeded since; the answer that was held back is old news.",
    });
  }
  return requireSync(deps, decision.syncId);
}

/** Rejects every open quarantine of a sync: nothing changes, its locations failed. Throws like `approveSync`. */
export async function rejectSync(deps: DecideDeps, decision: Decision): Promise<SyncView> {
  const sync = await requireSync(deps, decision.syncId);
  await deps.database.transaction(async (tx) => {
    await stampHistory(tx);
    for (const quarantineId of await requireHeld(tx, decision.syncId)) {
      const held = await lockOpenQuarantine(tx, quarantineId);
      if (held !== null) {
        await note(tx, held, "rejected", decision);
      }
      await failHeld(tx, sync, quarantineId, {
        code: "holiday.quarantine_rejected",
        detail: "An operator rejected the answer that was held back.",
      });
    }
  });
  return requireSync(deps, decision.syncId);
}

async function requireSync(deps: DecideDeps, syncId: SyncId): Promise<SyncView> {
  const sync = await findSync(deps.database, syncId);
  if (sync === null) {
    throw new AppError("not-found", { code: "sync.not_found", detail: `There is no sync ${syncId}.` });
  }
  return sync;
}

async function requireHeld(tx: Tx, syncId: SyncId): Promise<string[]> {
  const ids = await readHeldQuarantineIds(tx, syncId);
  if (ids.length === 0) {
    throw new AppError("conflict", {
      code: "sync.nothing_to_decide",
      detail: "No location of this sync is quarantined.",
    });
  }
  return ids;
}

interface Approval {
  stamp: string;
  sync: SyncView;
  quarantineId: string;
  decision: Decision;
}

async function approveOne(deps: DecideDeps, tx: Tx, approval: Approval): Promise<boolean> {
  const held = await lockOpenQuarantine(tx, approval.quarantineId);
  if (held === null) {
    return false;
  }
  if (await isOvertaken(tx, held)) {
    await note(tx, held, "superseded", approval.decision);
    return false;
  }
  await publish(deps, tx, held);
  await note(tx, held, "approved", approval.decision);
  await recordHeld(deps, tx, approval, held);
  return true;
}

/** What an approval makes of a held answer, against the revision that it was compared with. */
export async function planHeld(
  database: Queryable,
  held: Pick<HeldAnswer, "calendarId" | "base" | "years">,
  now: Temporal.Instant,
): Promise<CalendarPlan> {
  const pin = { calendarId: held.calendarId, revision: held.base };
  return planCalendar({
    current: await readHolidaysAt(database, pin),
    coverage: await readCoverageAt(database, pin),
    fetched: held.years,
    today: now.toZonedDateTimeISO("UTC").toPlainDate(),
    mintId: () => randomUUID() as HolidayId,
    approved: true,
  });
}

async function publish(deps: DecideDeps, tx: Tx, held: HeldAnswer): Promise<void> {
  const plan = await planHeld(tx, held, deps.now());
  if (plan.verdict === "apply") {
    await writeRevision(tx, {
      calendarId: held.calendarId,
      base: held.base,
      open: plan.open,
      close: plan.close,
      coverage: plan.coverageChanges,
      changes: plan.changes,
      quarantineId: held.quarantineId,
    });
  }
  await recordYears(tx, {
    calendarId: held.calendarId,
    begunAt: held.begunAt,
    quarantineId: null,
    years: held.years.map((year) => ({ year: year.year, outcome: year.coverage, errorCode: null, detail: null })),
  });
}

async function recordHeld(deps: DecideDeps, tx: Tx, approval: Approval, held: HeldAnswer): Promise<void> {
  const { sync, quarantineId } = approval;
  const waiting = await readHeldTargets(tx, { syncId: sync.syncId, quarantineId });
  const locationIds = waiting.map((target) => target.locationId);
  await deleteHeldFailures(tx, { syncNo: sync.syncNo, locationIds });
  const facts = await readTargetFacts(
    tx,
    deps.sourceName,
    locationIds.map((locationId) => ({ locationId, syncNo: sync.syncNo, requestedAt: sync.requestedAt })),
  );
  const countsOf = changeCounter(tx);
  const progress = { syncNo: sync.syncNo, changed: 0, unchanged: 0, failed: 0, quarantined: -locationIds.length };
  for (const [place, locationId] of locationIds.entries()) {
    const fact = pinnedTo(held, facts[place] ?? null);
    const changes = await countsOf(fact.newest, fact.calendar!);
    const { segments, recorded } = planVersions([{ syncNo: sync.syncNo, locationId }], fact, changes);
    await writeRunSegments(tx, approval.stamp, segments);
    for (const version of recorded) {
      progress[isChange(version) ? "changed" : "unchanged"] += 1;
    }
  }
  await finishSyncs(tx, [progress]);
}

/** A location that has moved to another region meanwhile gets no version of a calendar that is no longer its own. */
function pinnedTo(held: HeldAnswer, facts: TargetFacts | null): TargetFacts {
  if (facts === null || facts.calendar?.calendarId !== held.calendarId) {
    throw new AppError("conflict", {
      code: "sync.superseded",
      detail: "A location of this sync belongs to another region by now; sync it again instead.",
    });
  }
  return facts;
}

async function failHeld(
  tx: Tx,
  sync: SyncView,
  quarantineId: string,
  reason: { code: string; detail: string },
): Promise<void> {
  const waiting = await readHeldTargets(tx, { syncId: sync.syncId, quarantineId });
  const locationIds: LocationId[] = waiting.map((target) => target.locationId);
  await failHeldTargets(tx, { syncNo: sync.syncNo, locationIds, ...reason });
  await finishSyncs(tx, [
    { syncNo: sync.syncNo, changed: 0, unchanged: 0, failed: locationIds.length, quarantined: -locationIds.length },
  ]);
}

async function note(
  tx: Tx,
  held: HeldAnswer,
  status: "approved" | "rejected" | "superseded",
  decision: Decision,
): Promise<void> {
  await decideQuarantine(tx, { quarantineId: held.quarantineId, status, decidedBy: decision.actor });
  await recordAudit(tx, {
    actor: decision.actor,
    action: `quarantine.${status}`,
    objectType: "quarantine",
    objectId: held.quarantineId,
    after: { sync_id: decision.syncId },
    requestId: decision.requestId,
  });
}
