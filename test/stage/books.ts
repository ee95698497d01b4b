// Are the books in order? Counts what no fault may ever cause, over everything that a database holds.
import type { Database } from "@almanac/db/database";

export interface Books {
  /** Versions recorded: what the zeros below are about. */
  versions: number;
  /** Locations of syncs that have neither a version nor a recorded failure. */
  lost: number;
  /** Locations of syncs that were given up, with a reason. */
  failed: number;
  /** Second versions of one location by one sync, and calendar revisions whose content equals the one before. */
  duplicated: number;
  /** Locations whose versions are not 1, 2, 3 …, or whose instants do not rise. */
  gaps: number;
  /** Locations without exactly one current version, and holidays with more than one current state. */
  currents: number;
}

const booksSql = `
  with version as (
    select r.location_id, v.version, v.synced_at, v.sync_no
    from location_version_run r cross join lateral unnest(r.versions, r.synced_at, r.sync_nos) as v (version, synced_at, sync_no)
  ), ordered as (
    select location_id, version, row_number() over w as place, synced_at > lag(synced_at) over w as rises
    from version window w as (partition by location_id order by version)
  ), target as (
    select sync_no, unnest(location_ids) as location_id from sync
  ), made as (
    select location_id, sync_no, count(*) as times from version group by location_id, sync_no
  )
  select
    (select count(*) from version)::int as versions,
    (select count(*) from target t
      where not exists (select from made m where m.location_id = t.location_id and m.sync_no = t.sync_no)
        and not exists (select from sync_failure f where f.location_id = t.location_id and f.sync_no = t.sync_no)
    )::int as lost,
    (select count(*) from sync_failure)::int as failed,
    (select count(*) from made where times > 1)::int
      + (select count(*) from calendar_revision where added + removed + moved + renamed = 0 and revision > 1)::int as duplicated,
    (select count(distinct location_id) from ordered where version <> place or rises = false)::int as gaps,
    (select count(*) from (
      select location_id from location_version group by location_id having count(*) filter (where current_version) <> 1
    ) wrong)::int
      + (select count(*) from (
        select calendar_id, holiday_id from holiday where upper_inf(revisions) group by 1, 2 having count(*) > 1
      ) twice)::int as currents`;

/** Counts; all but `versions` and `failed` are to be zero, always. */
export async function readBooks(database: Database): Promise<Books> {
  const { rows } = await database.query<Books & Record<string, number>>(booksSql);
  return rows[0]!;
}
