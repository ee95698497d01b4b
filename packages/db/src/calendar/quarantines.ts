// Answers that were held back: kept whole, decided on once.
import type { FetchedYear, HolidayFacts } from "@almanac/domain/holiday";
import type { QuarantineReason } from "@almanac/domain/holiday/plan";
import type { CalendarId, LocationId, SyncId } from "@almanac/domain/ids";
import type { Database, Queryable, Tx } from "../database.ts";
import { instantOf, instantOrNull } from "../instants.ts";
import { Quarantine } from "../schema/quarantine.ts";

/** Keeps an answer until an operator decides; returns the id of the quarantine. */
export async function insertQuarantine(
  tx: Tx,
  input: {
    calendarId: CalendarId;
    base: number;
    begunAt: string;
    years: readonly FetchedYear[];
    reasons: readonly QuarantineReason[];
  },
): Promise<string> {
  const { rows } = await tx.query<{ quarantine_id: string }>(
    `insert into quarantine (calendar_id, base_revision, begun_at, years, reasons) values ($1, $2, $3, $4, $5)
     returning quarantine_id`,
    [input.calendarId, input.base, input.begunAt, JSON.stringify(input.years), JSON.stringify(input.reasons)],
  );
  return rows[0]!.quarantine_id;
}

/** Marks what a newer success has overtaken; returns their ids. */
export async function supersedeQuarantines(tx: Tx, calendarId: CalendarId): Promise<string[]> {
  const { rows } = await tx.query<{ quarantine_id: string }>(
    `update quarantine set status = 'superseded', decided_by = 'worker', decided_at = clock_timestamp()
     where calendar_id = $1 and status = 'open' returning quarantine_id`,
    [calendarId],
  );
  return rows.map((row) => row.quarantine_id);
}

/** Why a calendar's answer is held back, for those who decide. */
export interface QuarantineView {
  quarantineId: string;
  calendarId: CalendarId;
  status: string;
  reasons: QuarantineReason[];
}

/** The quarantines that hold back locations of a sync, whatever their status. */
export async function listQuarantines(database: Database, syncId: SyncId): Promise<QuarantineView[]> {
  const { rows } = await database.query<{ quarantine_id: string }>(
    `select distinct f.quarantine_id from sync_failure f join sync s using (sync_no)
     where s.sync_id = $1 and f.quarantine_id is not null`,
    [syncId],
  );
  const found = await database.orm.em
    .fork()
    .find(
      Quarantine,
      { quarantineId: { $in: rows.map((row) => row.quarantine_id) } },
      { orderBy: { quarantineId: 1 } },
    );
  return found.map((quarantine) => ({
    quarantineId: quarantine.quarantineId,
    calendarId: quarantine.calendarId as CalendarId,
    status: quarantine.status,
    reasons: quarantine.reasons as QuarantineReason[],
  }));
}

/** A quarantine for those who decide on it. Instants are RFC 3339. */
export interface QuarantineStory {
  quarantineId: string;
  calendarId: CalendarId;
  source: string;
  region: string;
  status: string;
  base: number;
  years: FetchedYear[];
  reasons: QuarantineReason[];
  begunAt: string;
  recordedAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  /** Locations that wait for it, or failed when it was rejected. After an approval the versions stand in their place. */
  locationIds: LocationId[];
  /** The newest sync whose approval decides on it; null once nobody waits. */
  syncId: SyncId | null;
}

/** Newest first; `before` is the id of the last one of the page before. */
export async function readQuarantineStories(
  database: Queryable,
  filter: { quarantineId?: string | null; status?: string | null; before?: string | null; limit: number },
): Promise<QuarantineStory[]> {
  const { rows } = await database.query<{
    quarantine_id: string;
    calendar_id: CalendarId;
    source: string;
    region: string;
    status: string;
    base_revision: number;
    years: StoredYear[];
    reasons: QuarantineReason[];
    begun_at: string;
    recorded_at: string;
    decided_by: string | null;
    decided_at: string | null;
    location_ids: LocationId[];
    sync_id: SyncId | null;
  }>(
    `select q.*, c.source, c.region, to_jsonb(array(
         select distinct location_id from sync_failure f where f.quarantine_id = q.quarantine_id order by 1 limit 10000
       )) as location_ids, (
         select s.sync_id from sync_failure f join sync s using (sync_no)
         where f.quarantine_id = q.quarantine_id and f.outcome = 'quarantined' order by s.sync_no desc limit 1
       ) as sync_id
     from (
       select * from quarantine
       where ($1::uuid is null or quarantine_id = $1) and ($2::text is null or status = $2)
         and ($3::uuid is null or quarantine_id < $3)
       order by quarantine_id desc limit $4
     ) q join calendar c using (calendar_id) order by q.quarantine_id desc`,
    [filter.quarantineId ?? null, filter.status ?? null, filter.before ?? null, filter.limit],
  );
  return rows.map((row) => ({
    quarantineId: row.quarantine_id,
    calendarId: row.calendar_id,
    source: row.source,
    region: row.region,
    status: row.status,
    base: row.base_revision,
    years: row.years.map(yearOf),
    reasons: row.reasons,
    begunAt: instantOf(row.begun_at),
    recordedAt: instantOf(row.recorded_at),
    decidedBy: row.decided_by,
    decidedAt: instantOrNull(row.decided_at),
    locationIds: row.location_ids,
    syncId: row.sync_id,
  }));
}

export interface HeldAnswer {
  quarantineId: string;
  calendarId: CalendarId;
  base: number;
  begunAt: string;
  years: FetchedYear[];
}

interface StoredYear extends Omit<FetchedYear, "holidays"> {
  holidays: (Omit<HolidayFacts, "date" | "observedDate" | "endDate"> & {
    date: string;
    observedDate: string | null;
    endDate: string | null;
  })[];
}

/** An open quarantine, locked until the transaction ends; null when it is decided already. */
export async function lockOpenQuarantine(tx: Tx, quarantineId: string): Promise<HeldAnswer | null> {
  const { rows } = await tx.query<{
    calendar_id: CalendarId;
    base_revision: number;
    begun_at: string;
    years: StoredYear[];
  }>(
    `select calendar_id, base_revision, begun_at::text as begun_at, years from quarantine
     where quarantine_id = $1 and status = 'open' for update`,
    [quarantineId],
  );
  const row = rows[0];
  return row
    ? {
        quarantineId,
        calendarId: row.calendar_id,
        base: row.base_revision,
        begunAt: row.begun_at,
        years: row.years.map(yearOf),
      }
    : null;
}

function yearOf(stored: StoredYear): FetchedYear {
  return {
    ...stored,
    holidays: stored.holidays.map((holiday) => ({
      ...holiday,
      date: Temporal.PlainDate.from(holiday.date),
      observedDate: holiday.observedDate === null ? null : Temporal.PlainDate.from(holiday.observedDate),
      endDate: holiday.endDate === null ? null : Temporal.PlainDate.from(holiday.endDate),
    })),
  };
}

/** True when the calendar has had a success since the held answer was fetched: approving would bring back old news. */
export async function isOvertaken(
  tx: Queryable,
  held: Pick<HeldAnswer, "calendarId" | "base" | "begunAt">,
): Promise<boolean> {
  const { rows } = await tx.query<{ overtaken: boolean }>(
    `select c.current_revision <> $2 or exists (
       select from calendar_year y where y.calendar_id = c.calendar_id and y.outcome in ('full', 'partial')
         and y.begun_at > $3
     ) as overtaken
     from calendar c where c.calendar_id = $1`,
    [held.calendarId, held.base, held.begunAt],
  );
  return rows[0]!.overtaken;
}

/** Records the decision. */
export async function decideQuarantine(
  tx: Tx,
  input: { quarantineId: string; status: "approved" | "rejected" | "superseded"; decidedBy: string },
): Promise<void> {
  await tx.query(
    "update quarantine set status = $2, decided_by = $3, decided_at = clock_timestamp() where quarantine_id = $1",
    [input.quarantineId, input.status, input.decidedBy],
  );
}

/** The quarantines that hold back locations of a sync now, in a steady order. */
export async function readHeldQuarantineIds(tx: Queryable, syncId: SyncId): Promise<string[]> {
  const { rows } = await tx.query<{ quarantine_id: string }>(
    `select distinct f.quarantine_id from sync_failure f join sync s using (sync_no)
     where s.sync_id = $1 and f.outcome = 'quarantined' order by f.quarantine_id`,
    [syncId],
  );
  return rows.map((row) => row.quarantine_id);
}

/** The locations of a sync that a quarantine holds back, with the sync's number. */
export async function readHeldTargets(
  tx: Queryable,
  input: { syncId: SyncId; quarantineId: string },
): Promise<{ syncNo: number; locationId: LocationId }[]> {
  const { rows } = await tx.query<{ sync_no: number; location_id: LocationId }>(
    `select f.sync_no, f.location_id from sync_failure f join sync s using (sync_no)
     where s.sync_id = $1 and f.quarantine_id = $2 and f.outcome = 'quarantined' order by f.location_id`,
    [input.syncId, input.quarantineId],
  );
  return rows.map((row) => ({ syncNo: row.sync_no, locationId: row.location_id }));
}

/** After an approval: the versions take the place of the failures, which the quarantine and the audit remember. */
export async function deleteHeldFailures(
  tx: Tx,
  input: { syncNo: number; locationIds: readonly LocationId[] },
): Promise<void> {
  await tx.query("delete from sync_failure where sync_no = $1 and location_id = any($2::uuid[])", [
    input.syncNo,
    input.locationIds,
  ]);
}

/** After a rejection: the locations failed for that reason. */
export async function failHeldTargets(
  tx: Tx,
  input: { syncNo: number; locationIds: readonly LocationId[]; code: string; detail: string },
): Promise<void> {
  await tx.query(
    `update sync_failure set outcome = 'failed', code = $3, detail = $4
     where sync_no = $1 and location_id = any($2::uuid[])`,
    [input.syncNo, input.locationIds, input.code, input.detail],
  );
}
