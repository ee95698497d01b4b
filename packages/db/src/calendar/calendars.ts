// Calendars: which one serves a subdivision, what is known of its years, and what it says at a revision.
import type { Holiday, HolidayType, YearCoverage } from "@almanac/domain/holiday";
import type { CalendarId, HolidayId } from "@almanac/domain/ids";
import type { LedgerEntry } from "@almanac/domain/sync/decide";
import type { Queryable } from "../database.ts";
import { epochMs } from "../instants.ts";

/** Remembers that `region` of `source` answers for `subdivisionCode`, and returns its calendar (made when new). */
export async function resolveCalendar(
  database: Queryable,
  input: { source: string; subdivisionCode: string; region: string },
): Promise<CalendarId> {
  const { rows } = await database.query<{ calendar_id: CalendarId }>(
    `with made as (
       insert into calendar (source, region) values ($1, $3) on conflict (source, region) do nothing
       returning calendar_id
     ), found as (
       select calendar_id from made union all select calendar_id from calendar where source = $1 and region = $3
     )
     insert into region_resolution (source, subdivision_code, calendar_id)
     select $1, $2, calendar_id from found limit 1
     on conflict (source, subdivision_code) do update set calendar_id = excluded.calendar_id
     returning calendar_id`,
    [input.source, input.subdivisionCode, input.region],
  );
  // A twin that made the calendar at the same moment is invisible to this statement's snapshot: ask once more.
  return rows[0]?.calendar_id ?? resolveCalendar(database, input);
}

/** The region that is remembered to answer for a subdivision; null where none is. */
export async function findResolution(
  database: Queryable,
  input: { source: string; subdivisionCode: string },
): Promise<string | null> {
  const { rows } = await database.query<{ region: string }>(
    `select c.region from region_resolution r join calendar c using (calendar_id)
     where r.source = $1 and r.subdivision_code = $2`,
    [input.source, input.subdivisionCode],
  );
  return rows[0]?.region ?? null;
}

/** Every remembered resolution of a source: an upgrade of the source may answer some of them otherwise. */
export async function readResolutions(
  database: Queryable,
  source: string,
): Promise<{ subdivisionCode: string; region: string }[]> {
  const { rows } = await database.query<{ subdivision_code: string; region: string }>(
    `select r.subdivision_code, c.region from region_resolution r join calendar c using (calendar_id)
     where r.source = $1 order by r.subdivision_code`,
    [source],
  );
  return rows.map((row) => ({ subdivisionCode: row.subdivision_code, region: row.region }));
}

/** A calendar at one moment: its newest revision, and what came of the last fetch of each year. */
export interface CalendarLedger {
  revision: number;
  years: ReadonlyMap<number, LedgerEntry>;
}

interface LedgerRow {
  calendar_id: CalendarId;
  current_revision: number;
  year: number | null;
  begun_at: string;
  finished_at: string;
  outcome: LedgerEntry["outcome"];
  error_code: string | null;
  detail: string | null;
  quarantine_id: string | null;
}

/**
 * The state of calendars, each of one moment: a refresh that commits between two statements would else show years that
 * were fetched beside a revision that does not have them. Times are epoch milliseconds of the database.
 */
export async function readLedgers(
  database: Queryable,
  calendarIds: readonly CalendarId[],
): Promise<Map<CalendarId, CalendarLedger>> {
  const { rows } = await database.query<LedgerRow>({
    name: "read_ledgers",
    text: `select c.calendar_id, c.current_revision, y.year, y.begun_at, y.finished_at, y.outcome, y.error_code, y.detail,
        y.quarantine_id
      from calendar c left join calendar_year y using (calendar_id) where c.calendar_id = any($1)`,
    values: [calendarIds],
  });
  const ledgers = new Map<CalendarId, { revision: number; years: Map<number, LedgerEntry> }>();
  for (const row of rows) {
    const ledger = ledgers.getOrInsertComputed(row.calendar_id, () => ({
      revision: row.current_revision,
      years: new Map<number, LedgerEntry>(),
    }));
    if (row.year === null) continue;
    ledger.years.set(row.year, {
      begunAtMs: epochMs(row.begun_at),
      finishedAtMs: epochMs(row.finished_at),
      outcome: row.outcome,
      errorCode: row.error_code,
      detail: row.detail,
      quarantineId: row.quarantine_id,
    });
  }
  return ledgers;
}

interface HolidayRow {
  holiday_id: HolidayId;
  year: number;
  date: string;
  observed_date: string | null;
  end_date: string | null;
  type: HolidayType;
  name: string;
  local_name: string;
  names: Record<string, string>;
  occurrence_id: string | null;
}

/** All holidays of a calendar at a revision, by date and name; none for revision 0. */
export async function readHolidaysAt(
  database: Queryable,
  pin: { calendarId: CalendarId; revision: number },
): Promise<Holiday[]> {
  const { rows } = await database.query<HolidayRow>(
    `select holiday_id, year, date, observed_date, end_date, type, name, local_name, names, occurrence_id
     from holiday where calendar_id = $1 and revisions @> $2::int
     order by date, name, holiday_id`,
    [pin.calendarId, pin.revision],
  );
  return rows.map(holidayOf);
}

function holidayOf(row: HolidayRow): Holiday {
  return {
    holidayId: row.holiday_id,
    year: row.year,
    date: Temporal.PlainDate.from(row.date),
    observedDate: plainDateOrNull(row.observed_date),
    endDate: plainDateOrNull(row.end_date),
    type: row.type,
    name: row.name,
    localName: row.local_name,
    names: row.names,
    occurrenceId: row.occurrence_id,
  };
}

function plainDateOrNull(text: string | null): Temporal.PlainDate | null {
  return text === null ? null : Temporal.PlainDate.from(text);
}

/** How well each year of a calendar is known at a revision. */
export async function readCoverageAt(
  database: Queryable,
  pin: { calendarId: CalendarId; revision: number },
): Promise<Map<number, YearCoverage>> {
  const { rows } = await database.query<{ year: number; coverage: YearCoverage }>({
    name: "read_coverage_at",
    text: `select year, coverage from calendar_coverage where calendar_id = $1 and revisions @> $2::int order by year`,
    values: [pin.calendarId, pin.revision],
  });
  return new Map(rows.map((row) => [row.year, row.coverage]));
}
