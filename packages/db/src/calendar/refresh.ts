// One worker at a time refreshes a calendar. The claim is a lease with a token; a worker that lost it (stopped too long,
// cut off) can no longer write, whatever it believes.
import { AppError } from "@almanac/domain/errors";
import type { Holiday, YearCoverage } from "@almanac/domain/holiday";
import type { CalendarId, HolidayId } from "@almanac/domain/ids";
import type { Queryable, Tx } from "../database.ts";
import { instantOf } from "../instants.ts";

export interface RefreshClaim {
  token: string;
  /** The database's instant of the claim: every fetch under it begins later. */
  begunAt: string;
  source: string;
  region: string;
  /** The revision to compare the fetched years with. */
  revision: number;
}

/** Claims a calendar for `leaseMs`, or says for how many milliseconds somebody else may still hold it. */
export async function claimRefresh(
  database: Queryable,
  input: { calendarId: CalendarId; leaseMs: number },
): Promise<RefreshClaim | { busyMs: number }> {
  const { rows } = await database.query<{
    lease_token: string;
    begun_at: string;
    source: string;
    region: string;
    current_revision: number;
  }>(
    `update calendar
     set lease_token = gen_random_uuid(), lease_expires_at = clock_timestamp() + $2 * interval '1 millisecond'
     where calendar_id = $1 and (lease_expires_at is null or lease_expires_at <= clock_timestamp())
     returning lease_token, clock_timestamp() as begun_at, source, region, current_revision`,
    [input.calendarId, input.leaseMs],
  );
  const claimed = rows[0];
  if (claimed) {
    return {
      token: claimed.lease_token,
      begunAt: instantOf(claimed.begun_at),
      source: claimed.source,
      region: claimed.region,
      revision: claimed.current_revision,
    };
  }
  return { busyMs: await leaseLeftMs(database, input.calendarId) };
}

async function leaseLeftMs(database: Queryable, calendarId: CalendarId): Promise<number> {
  const { rows } = await database.query<{ left_ms: number | null }>(
    `select (extract(epoch from lease_expires_at - clock_timestamp()) * 1000)::float8 as left_ms
     from calendar where calendar_id = $1`,
    [calendarId],
  );
  return Math.max(0, rows[0]?.left_ms ?? 0);
}

/** Prolongs the lease; false when it was lost. */
export async function renewRefresh(
  database: Queryable,
  input: { calendarId: CalendarId; token: string; leaseMs: number },
): Promise<boolean> {
  const { rowCount } = await database.query(
    `update calendar set lease_expires_at = clock_timestamp() + $3 * interval '1 millisecond'
     where calendar_id = $1 and lease_token = $2`,
    [input.calendarId, input.token, input.leaseMs],
  );
  return rowCount === 1;
}

/** Gives the calendar back without a result. */
export async function releaseRefresh(
  database: Queryable,
  input: { calendarId: CalendarId; token: string },
): Promise<void> {
  await database.query(
    "update calendar set lease_token = null, lease_expires_at = null where calendar_id = $1 and lease_token = $2",
    [input.calendarId, input.token],
  );
}

/** Ends the claim inside the transaction that writes its result; throws `calendar.lease_lost` when it is not held. */
export async function endRefresh(tx: Tx, input: { calendarId: CalendarId; token: string }): Promise<void> {
  const { rowCount } = await tx.query(
    "update calendar set lease_token = null, lease_expires_at = null where calendar_id = $1 and lease_token = $2",
    [input.calendarId, input.token],
  );
  if (rowCount !== 1) {
    throw new AppError("conflict", {
      code: "calendar.lease_lost",
      detail: "Another worker took over the refresh of this calendar.",
    });
  }
}

export interface RevisionChange {
  calendarId: CalendarId;
  /** The revision that the plan was made against. */
  base: number;
  open: readonly Holiday[];
  close: readonly HolidayId[];
  coverage: readonly { year: number; coverage: YearCoverage }[];
  changes: { added: number; removed: number; moved: number; renamed: number };
  quarantineId?: string;
}

/**
 * Writes the next revision of a calendar: ends the rows that changed, opens the new ones, moves the calendar on.
 * Throws `calendar.moved_on` when the calendar is no longer at `base`. Returns the new revision.
 */
export async function writeRevision(tx: Tx, change: RevisionChange): Promise<number> {
  const revision = change.base + 1;
  const { rowCount } = await tx.query(
    "update calendar set current_revision = $3 where calendar_id = $1 and current_revision = $2",
    [change.calendarId, change.base, revision],
  );
  if (rowCount !== 1) {
    throw new AppError("conflict", {
      code: "calendar.moved_on",
      detail: "The calendar has a newer revision than the one this change was planned against.",
    });
  }
  await tx.query(
    `insert into calendar_revision (calendar_id, revision, quarantine_id, added, removed, moved, renamed)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      change.calendarId,
      revision,
      change.quarantineId ?? null,
      change.changes.added,
      change.changes.removed,
      change.changes.moved,
      change.changes.renamed,
    ],
  );
  await closeHolidays(tx, change, revision);
  await openHolidays(tx, change, revision);
  await writeCoverage(tx, change, revision);
  return revision;
}

async function closeHolidays(tx: Tx, change: RevisionChange, revision: number): Promise<void> {
  const { rowCount } = await tx.query(
    `update holiday set revisions = int4range(lower(revisions), $3)
     where calendar_id = $1 and holiday_id = any($2::uuid[]) and upper_inf(revisions)`,
    [change.calendarId, change.close, revision],
  );
  if (rowCount !== change.close.length) {
    throw new AppError("fault", {
      code: "calendar.plan_mismatch",
      detail: "A planned change does not fit the calendar.",
      message: `calendar ${change.calendarId}: ${change.close.length} states to end, ${rowCount} found`,
    });
  }
}

async function openHolidays(tx: Tx, change: RevisionChange, revision: number): Promise<void> {
  await tx.query(
    `insert into holiday (calendar_id, holiday_id, year, date, observed_date, end_date, type, name, local_name, names,
       occurrence_id, revisions)
     select $1, h.holiday_id, h.year, h.date, h.observed_date, h.end_date, h.type, h.name, h.local_name, h.names,
       h.occurrence_id, int4range($2, null)
     from json_to_recordset($3::json) as h (
       holiday_id uuid, year smallint, date date, observed_date date, end_date date, type text, name text,
       local_name text, names jsonb, occurrence_id text
     )
     order by h.date, h.holiday_id`,
    [change.calendarId, revision, JSON.stringify(change.open.map(rowOf))],
  );
}

function rowOf(holiday: Holiday) {
  return {
    holiday_id: holiday.holidayId,
    year: holiday.year,
    date: holiday.date,
    observed_date: holiday.observedDate,
    end_date: holiday.endDate,
    type: holiday.type,
    name: holiday.name,
    local_name: holiday.localName,
    names: holiday.names,
    occurrence_id: holiday.occurrenceId,
  };
}

async function writeCoverage(tx: Tx, change: RevisionChange, revision: number): Promise<void> {
  const years = change.coverage.map((entry) => entry.year);
  await tx.query(
    `update calendar_coverage set revisions = int4range(lower(revisions), $3)
     where calendar_id = $1 and year = any($2::smallint[]) and upper_inf(revisions)`,
    [change.calendarId, years, revision],
  );
  await tx.query(
    `insert into calendar_coverage (calendar_id, year, coverage, revisions)
     select $1, c.year, c.coverage, int4range($2, null) from unnest($3::smallint[], $4::text[]) as c (year, coverage)`,
    [change.calendarId, revision, years, change.coverage.map((entry) => entry.coverage)],
  );
}

export interface YearOutcome {
  year: number;
  outcome: YearCoverage | "failed" | "quarantined";
  errorCode: string | null;
  detail: string | null;
}

/** Notes what came of the fetches of some years, begun at `begunAt`, finished now. */
export async function recordYears(
  tx: Queryable,
  input: { calendarId: CalendarId; begunAt: string; quarantineId: string | null; years: readonly YearOutcome[] },
): Promise<void> {
  // Years that are there are updated by name: `on conflict` would lock each row first, which the WAL of every fetch pays.
  await tx.query(
    `with outcome as (
       select y.year, $2::timestamptz as begun_at, clock_timestamp() as finished_at, y.outcome, y.error_code, y.detail,
         case when y.outcome = 'quarantined' then $3::uuid end as quarantine_id
       from unnest($4::smallint[], $5::text[], $6::text[], $7::text[]) as y (year, outcome, error_code, detail)
     ), known as (
       update calendar_year c set begun_at = o.begun_at, finished_at = o.finished_at, outcome = o.outcome,
         error_code = o.error_code, detail = o.detail, quarantine_id = o.quarantine_id, fetches = c.fetches + 1
       from outcome o where c.calendar_id = $1 and c.year = o.year
       returning c.year
     )
     insert into calendar_year (calendar_id, year, begun_at, finished_at, outcome, error_code, detail, quarantine_id)
     select $1, o.* from outcome o where o.year not in (select year from known)
     on conflict (calendar_id, year) do update set begun_at = excluded.begun_at, finished_at = excluded.finished_at,
       outcome = excluded.outcome, error_code = excluded.error_code, detail = excluded.detail,
       quarantine_id = excluded.quarantine_id, fetches = calendar_year.fetches + 1`,
    [
      input.calendarId,
      input.begunAt,
      input.quarantineId,
      input.years.map((year) => year.year),
      input.years.map((year) => year.outcome),
      input.years.map((year) => year.errorCode),
      input.years.map((year) => year.detail),
    ],
  );
}

export interface SourcePause {
  leftMs: number;
  code: string;
  /** Safe to show. */
  reason: string;
}

/** For how long a source must not be asked, and why; null when it may. */
export async function readPause(database: Queryable, source: string): Promise<SourcePause | null> {
  const { rows } = await database.query<{ left_ms: number; code: string; reason: string }>(
    `select (extract(epoch from paused_until - clock_timestamp()) * 1000)::float8 as left_ms, code, reason
     from source_pause where source = $1 and paused_until > clock_timestamp()`,
    [source],
  );
  return rows[0] ? { leftMs: rows[0].left_ms, code: rows[0].code, reason: rows[0].reason } : null;
}

/** Keeps every worker from asking a source for `pauseMs`; a longer pause that is already there stays. */
export async function pauseSource(
  database: Queryable,
  input: { source: string; pauseMs: number; code: string; reason: string },
): Promise<void> {
  await database.query(
    `insert into source_pause (source, paused_until, code, reason)
     values ($1, clock_timestamp() + $2 * interval '1 millisecond', $3, $4)
     on conflict (source) do update
     set paused_until = greatest(source_pause.paused_until, excluded.paused_until), code = excluded.code,
       reason = excluded.reason`,
    [input.source, input.pauseMs, input.code, input.reason],
  );
}
