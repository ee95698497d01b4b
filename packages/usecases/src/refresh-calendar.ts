// Bringing a calendar up to date with its source: one worker at a time, everybody else waits for what it brings.
// Outside calls come first, without a transaction; then one short transaction writes what they came to.
import { randomUUID } from "node:crypto";
import { recordAudit } from "@almanac/db/audit";
import { findResolution, readCoverageAt, readHolidaysAt, readLedgers, resolveCalendar } from "@almanac/db/calendars";
import type { Database } from "@almanac/db/database";
import { insertQuarantine, supersedeQuarantines } from "@almanac/db/quarantines";
import {
  claimRefresh,
  endRefresh,
  pauseSource,
  recordYears,
  type RefreshClaim,
  releaseRefresh,
  renewRefresh,
  writeRevision,
  type YearOutcome,
} from "@almanac/db/refresh";
import type { SyncOrder } from "@almanac/db/syncs";
import { AppError } from "@almanac/domain/errors";
import { type CalendarPlan, planCalendar } from "@almanac/domain/holiday/plan";
import type { CalendarId, HolidayId } from "@almanac/domain/ids";
import { isFresh } from "@almanac/domain/sync/decide";
import { regionOf } from "@almanac/sources/open";
import type { HolidaySource, SourceYear } from "@almanac/sources/source";

export interface RefreshDeps {
  database: Database;
  source: HolidaySource;
  now: () => Temporal.Instant;
  /** How long a claim holds without being renewed, in milliseconds: what a killed worker costs the others. */
  leaseMs: number;
  coolDownMs: number;
  /** The longest pause that a job waits for; a source that asks for more fails the sync. */
  longestPauseMs: number;
  /** One line for people: the job's log. */
  log: (line: string) => void;
}

export interface RefreshRequest {
  calendarId: CalendarId;
  years: readonly number[];
  /** Only fetches begun after this sync was requested will do. */
  order: Pick<SyncOrder, "requestedAtMs">;
  signal: AbortSignal;
}

/** `done`: look again; `busy`: another worker has it, look again after at most `waitMs`. */
export type RefreshResult = { kind: "done" } | { kind: "busy"; waitMs: number };

/**
 * Fetches the years that are still stale and writes what they came to: a revision, nothing, or a quarantine. Failures of
 * the source are written to the ledger and rate limits become a pause; neither is thrown.
 */
export async function refreshCalendar(deps: RefreshDeps, request: RefreshRequest): Promise<RefreshResult> {
  const claim = await claimRefresh(deps.database, { calendarId: request.calendarId, leaseMs: deps.leaseMs });
  if ("busyMs" in claim) {
    return { kind: "busy", waitMs: claim.busyMs };
  }
  const held = holdLease(deps, request, claim.token);
  try {
    const years = await staleYears(deps, request);
    if (years.length > 0) {
      const answers = await fetchYears(deps, claim, years, held.signal);
      await writeAnswers(deps, request.calendarId, claim, answers);
      await pauseFor(deps, answers);
    }
    return { kind: "done" };
  } finally {
    held.stop();
    await releaseRefresh(deps.database, { calendarId: request.calendarId, token: claim.token });
  }
}

/** Renews the lease while the source is slow, and aborts the work when it is lost all the same. */
function holdLease(deps: RefreshDeps, { calendarId, signal }: RefreshRequest, token: string) {
  const lost = new AbortController();
  const timer = setInterval(() => {
    renewRefresh(deps.database, { calendarId, token, leaseMs: deps.leaseMs }).then(
      (held) => held || lost.abort(leaseLost()),
      // A database that is away for a moment decides nothing: the token does, when the result is written.
      () => undefined,
    );
  }, deps.leaseMs / 3);
  return { signal: AbortSignal.any([signal, lost.signal]), stop: () => clearInterval(timer) };
}

function leaseLost(): AppError {
  return new AppError("conflict", {
    code: "calendar.lease_lost",
    detail: "Another worker took over the refresh of this calendar.",
  });
}

async function staleYears(deps: RefreshDeps, request: RefreshRequest): Promise<number[]> {
  const ledger = (await readLedgers(deps.database, [request.calendarId])).get(request.calendarId)!.years;
  const facts = {
    requestedAtMs: request.order.requestedAtMs,
    nowMs: deps.now().epochMilliseconds,
    coolDownMs: deps.coolDownMs,
  };
  return request.years.filter((year) => {
    const entry = ledger.get(year);
    return entry === undefined || !isFresh(entry, facts);
  });
}

type Answer = { year: number } & ({ fetched: SourceYear } | { error: AppError });

async function fetchYears(
  deps: RefreshDeps,
  claim: RefreshClaim,
  years: readonly number[],
  signal: AbortSignal,
): Promise<Answer[]> {
  return Promise.all(
    years.map(async (year): Promise<Answer> => {
      try {
        const fetched = await deps.source.fetch({ region: claim.region, year, signal });
        deps.log(`${claim.source} ${claim.region} ${year}: ${fetched.coverage}, ${fetched.holidays.length} holidays`);
        return { year, fetched };
      } catch (error) {
        if (!(error instanceof AppError) || error.category !== "unavailable") {
          throw error;
        }
        deps.log(`${claim.source} ${claim.region} ${year}: ${error.code}, ${error.detail}`);
        return { year, error };
      }
    }),
  );
}

async function writeAnswers(
  deps: RefreshDeps,
  calendarId: CalendarId,
  claim: RefreshClaim,
  answers: readonly Answer[],
): Promise<void> {
  const fetched = answers.flatMap((answer) => ("fetched" in answer ? [answer.fetched] : []));
  const failed = answers.flatMap((answer) =>
    "error" in answer && !isRateLimit(answer.error) ? [failedYear(answer.year, answer.error)] : [],
  );
  const pin = { calendarId, revision: claim.revision };
  const plan = planCalendar({
    current: await readHolidaysAt(deps.database, pin),
    coverage: await readCoverageAt(deps.database, pin),
    fetched,
    today: deps.now().toZonedDateTimeISO("UTC").toPlainDate(),
    mintId: () => randomUUID() as HolidayId,
  });
  for (const reject of plan.rejects) {
    deps.log(`${claim.source} ${claim.region} ${reject.year}: row rejected, ${reject.code}: ${reject.detail}`);
  }
  await deps.database.transaction(async (tx) => {
    await endRefresh(tx, { calendarId, token: claim.token });
    const object = { actor: "worker", objectType: "calendar", objectId: `${claim.source}/${claim.region}` };
    let quarantineId: string | null = null;
    if (plan.verdict === "quarantine") {
      quarantineId = await insertQuarantine(tx, {
        calendarId,
        base: claim.revision,
        begunAt: claim.begunAt,
        years: fetched,
        reasons: plan.reasons,
      });
      await recordAudit(tx, {
        ...object,
        action: "calendar.quarantined",
        after: { quarantine_id: quarantineId, reasons: plan.reasons },
      });
    } else if (fetched.length > 0) {
      const superseded = await supersedeQuarantines(tx, calendarId);
      await recordAudit(
        tx,
        ...superseded.map((objectId) => ({
          actor: "worker",
          action: "quarantine.superseded",
          objectType: "quarantine",
          objectId,
          after: { calendar: object.objectId },
        })),
      );
    }
    if (plan.verdict === "apply") {
      const revision = await writeRevision(tx, {
        calendarId,
        base: claim.revision,
        open: plan.open,
        close: plan.close,
        coverage: plan.coverageChanges,
        changes: plan.changes,
      });
      await recordAudit(tx, {
        ...object,
        action: "calendar.revised",
        before: { revision: claim.revision },
        after: { revision, ...plan.changes, rejected_rows: plan.rejects.length },
      });
    }
    await recordYears(tx, {
      calendarId,
      begunAt: claim.begunAt,
      quarantineId,
      years: [...fetched.map((year) => answeredYear(year, plan)), ...failed],
    });
  });
}

function answeredYear(year: SourceYear, plan: CalendarPlan): YearOutcome {
  const rejected = plan.rejects.filter((reject) => reject.year === year.year);
  const said = [...year.warnings, ...rejected.map((reject) => `Row rejected: ${reject.detail}`)];
  return {
    year: year.year,
    outcome: plan.verdict === "quarantine" ? "quarantined" : year.coverage,
    errorCode: year.errorCode ?? null,
    detail: said.length === 0 ? null : said.slice(0, 5).join(" "),
  };
}

function failedYear(year: number, error: AppError): YearOutcome {
  return { year, outcome: "failed", errorCode: error.code, detail: error.detail };
}

function isRateLimit(error: AppError): boolean {
  return error.code === "holiday.source_rate_limited";
}

// A quota that is used up is looked at again now and then: somebody may have bought more.
const quotaProbeMs = 900_000;

/** Keeps every worker from the source when one of the answers was a rate limit. */
async function pauseFor(deps: RefreshDeps, answers: readonly Answer[]): Promise<void> {
  const limits = answers.flatMap((answer) => ("error" in answer && isRateLimit(answer.error) ? [answer.error] : []));
  const worst = limits.toSorted((a, b) => (b.retryAfterMs ?? 0) - (a.retryAfterMs ?? 0))[0];
  if (!worst) {
    return;
  }
  const askedMs = worst.retryAfterMs ?? 60_000;
  // Waiting for weeks would leave a sync that never ends: it fails, and the next one asks again.
  const isTooLong = askedMs > deps.longestPauseMs;
  await pauseSource(deps.database, {
    source: deps.source.name,
    pauseMs: isTooLong ? quotaProbeMs : askedMs,
    code: isTooLong ? quotaExhausted : worst.code,
    reason: worst.detail,
  });
}

/** The code of a pause that is too long to wait for. */
export const quotaExhausted = "holiday.source_quota_exhausted";

/** Finds and remembers the calendar of a subdivision; false when no region of the source answers for it. */
export async function resolveSubdivision(
  deps: Pick<RefreshDeps, "database" | "source">,
  subdivisionCode: string,
): Promise<boolean> {
  const resolved = regionOf(deps.source, subdivisionCode);
  if (resolved === null) {
    return false;
  }
  const { region } = resolved;
  await deps.database.transaction(async (tx) => {
    const place = { source: deps.source.name, subdivisionCode };
    const before = await findResolution(tx, place);
    await resolveCalendar(tx, { ...place, region });
    if (before === region) {
      return;
    }
    await recordAudit(tx, {
      actor: "worker",
      action: "subdivision.resolved",
      objectType: "subdivision",
      objectId: `${place.source}/${subdivisionCode}`,
      ...(before === null ? {} : { before: { region: before } }),
      after: { region },
    });
  });
  return true;
}
