// A location's version pins one revision of one calendar: the look-ups from (location, now | version | instant) to a pin.
import type { CalendarId, LocationId, SyncId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";
import { instantOf, instantOrNull } from "../instants.ts";

/** What a read of a location needs to know before it reads holidays; what the calendar itself says is in `calendar-facts`. */
export interface PinPlace {
  locationId: LocationId;
  version: number;
  syncedAt: string;
  calendarId: CalendarId;
  revision: number;
  active: boolean;
  /** Counts the location's states; with the version it names everything that an answer depends on. */
  stateNo: number;
}

export interface PinLookup {
  /** False when nobody ever registered the location. */
  known: boolean;
  /** Null when there is no such version, or none yet at that instant. */
  pin: PinPlace | null;
  /** For as-of: versions after the pinned one were pruned, and one of them may have been in force. */
  gapAfter: boolean;
}

interface PinRow {
  known: boolean;
  location_id: LocationId;
  state_no: number | null;
  active: boolean | null;
  version: number | null;
  synced_at: string | null;
  calendar_id: CalendarId | null;
  revision: number | null;
  gap_after?: boolean;
}

function lookupOf(row: PinRow | undefined): PinLookup {
  if (!row || row.state_no === null || row.version === null) {
    return { known: row?.known ?? false, pin: null, gapAfter: false };
  }
  return {
    known: true,
    gapAfter: row.gap_after ?? false,
    pin: {
      locationId: row.location_id,
      version: row.version,
      syncedAt: instantOf(row.synced_at!),
      calendarId: row.calendar_id!,
      revision: row.revision!,
      active: row.active!,
      stateNo: row.state_no,
    },
  };
}

/** The present pin of each location, in the order asked. */
export async function readCurrentPins(database: Queryable, locationIds: readonly LocationId[]): Promise<PinLookup[]> {
  const { rows } = await database.query<PinRow>({
    name: "read_current_pins",
    text: `select t.location_id, st.location_id is not null as known, st.state_no, st.active,
        r.versions[cardinality(r.versions)] as version, r.synced_at[cardinality(r.synced_at)] as synced_at,
        r.calendar_id, r.revision
      from unnest($1::uuid[]) with ordinality as t (location_id, place)
      left join lateral (
        select * from location_state s where s.location_id = t.location_id order by state_no desc limit 1
      ) st on true
      left join lateral (
        select * from location_version_run r where r.location_id = t.location_id order by r.first_version desc limit 1
      ) r on true
      order by t.place`,
    values: [locationIds],
  });
  return rows.map(lookupOf);
}

/** The pin of one version of a location, with the location's state at the instant of that version. */
export async function readPinOfVersion(
  database: Queryable,
  locationId: LocationId,
  version: number,
): Promise<PinLookup> {
  const { rows } = await database.query<PinRow>({
    name: "read_pin_of_version",
    text: `select l.location_id, true as known, st.state_no, st.active, r.version, r.synced_at, r.calendar_id, r.revision
      from location l
      left join lateral (
        select r.calendar_id, r.revision, r.versions[p.place] as version, r.synced_at[p.place] as synced_at
        from (
          select * from location_version_run r where r.location_id = l.location_id and r.first_version <= $2
          order by r.first_version desc limit 1
        ) r, array_position(r.versions, $2::int) as p (place)
        where p.place is not null
      ) r on true
      left join location_state st on st.location_id = l.location_id and st.recorded @> r.synced_at
      where l.location_id = $1`,
    values: [locationId, version],
  });
  return lookupOf(rows[0]);
}

/** SQL of `readPinsAsOf`, for its plan to be looked at. Parameters: the locations, the instant. */
export const pinsAsOfSql = `select t.location_id,
      coalesce(st.state_no is not null or (select true from location l where l.location_id = t.location_id), false) as known,
      st.state_no, st.active, r.version,
      r.synced_at, r.calendar_id, r.revision,
      coalesce(
        -- Retention leaves the last version of each period: those missing are of the next one's own period.
        r.next_version > r.version + 1
          and $2::timestamptz >= date_trunc(coalesce(r.next_pruned_to, 'month'), r.next_synced_at),
        false
      ) as gap_after
    from unnest($1::uuid[]) with ordinality as t (location_id, place)
    left join lateral (
      select state_no, active from location_state s
      where s.location_id = t.location_id and lower(s.recorded) <= $2::timestamptz order by state_no desc limit 1
    ) st on true
    left join lateral (
      select r.calendar_id, r.revision, r.versions[p.place] as version, r.synced_at[p.place] as synced_at,
        coalesce(r.versions[p.place + 1], n.versions[1]) as next_version,
        coalesce(r.synced_at[p.place + 1], n.synced_at[1]) as next_synced_at,
        case when p.place < cardinality(r.versions) then r.pruned_to else n.pruned_to end as next_pruned_to
      from (
        select * from location_version_run r
        where r.location_id = t.location_id and r.first_synced_at <= $2::timestamptz
        order by r.first_synced_at desc limit 1
      ) r
      cross join lateral (
        select count(*)::int as place from unnest(r.synced_at) as s (at) where s.at <= $2::timestamptz
      ) p
      left join lateral (
        select * from location_version_run n
        where n.location_id = r.location_id and n.first_version > r.first_version
        order by n.first_version limit 1
      ) n on p.place = cardinality(r.versions)
      where p.place > 0
    ) r on true
    order by t.place`;

/**
 * The pin of each location as it stood at an instant (RFC 3339, microseconds), in the order asked: nothing learned
 * later shows, whether a location was active included. Settle the history first (`settleHistory`).
 */
export async function readPinsAsOf(
  database: Queryable,
  locationIds: readonly LocationId[],
  asOf: string,
): Promise<PinLookup[]> {
  const { rows } = await database.query<PinRow>({
    name: "read_pins_as_of",
    text: pinsAsOfSql,
    values: [locationIds, asOf],
  });
  return rows.map(lookupOf);
}

/**
 * Whether a version that is not there was there once: pruned by retention, not one that never was. `wanted` is a version
 * or an instant (RFC 3339).
 */
export async function wasPruned(
  database: Queryable,
  locationId: LocationId,
  wanted: { version: number } | { asOf: string },
): Promise<boolean> {
  const { rows } = await database.query<{ pruned: boolean | null }>(
    `select case when $2::int is not null then $2 < max(version)
         else min(version) > 1 or bool_or(synced_at <= $3::timestamptz) end as pruned
     from location_version where location_id = $1`,
    "version" in wanted ? [locationId, wanted.version, null] : [locationId, null, wanted.asOf],
  );
  return rows[0]?.pruned ?? false;
}

/** One version as the list of versions shows it. */
export interface VersionView {
  version: number;
  syncedAt: string;
  syncId: SyncId;
  source: string;
  region: string;
  revision: number;
  changes: { added: number; removed: number; moved: number; renamed: number };
}

interface VersionRow {
  version: number;
  synced_at: string;
  sync_id: SyncId;
  source: string;
  region: string;
  revision: number;
  added: number;
  removed: number;
  moved: number;
  renamed: number;
}

/** Newest first, versions below `before` (all when null); `changedOnly`: those that differ from the one before. */
export async function listVersions(
  database: Queryable,
  input: { locationId: LocationId; before: number | null; limit: number; changedOnly?: boolean },
): Promise<VersionView[]> {
  const { rows } = await database.query<VersionRow>(
    `select v.version, v.synced_at, s.sync_id, c.source, c.region, r.revision,
       case when v.version = r.versions[1] then r.added else 0 end as added,
       case when v.version = r.versions[1] then r.removed else 0 end as removed,
       case when v.version = r.versions[1] then r.moved else 0 end as moved,
       case when v.version = r.versions[1] then r.renamed else 0 end as renamed
     from (
       select * from location_version_run
       where location_id = $1 and ($2::int is null or first_version < $2)
         and (not $4 or first_version = 1 or added + removed + moved + renamed > 0)
       order by first_version desc limit $3
     ) r
     join calendar c using (calendar_id)
     cross join lateral unnest(r.versions, r.synced_at, r.sync_nos) as v (version, synced_at, sync_no)
     join sync s on s.sync_no = v.sync_no
     where ($2::int is null or v.version < $2)
       and (not $4 or v.version = 1 or (v.version = r.versions[1] and r.added + r.removed + r.moved + r.renamed > 0))
     order by v.version desc limit $3`,
    [input.locationId, input.before, input.limit, input.changedOnly ?? false],
  );
  return rows.map((row) => ({
    version: row.version,
    syncedAt: instantOrNull(row.synced_at)!,
    syncId: row.sync_id,
    source: row.source,
    region: row.region,
    revision: row.revision,
    changes: { added: row.added, removed: row.removed, moved: row.moved, renamed: row.renamed },
  }));
}
