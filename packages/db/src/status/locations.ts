// How fresh is each active location, in one statement: what there is of each state, and the first few of them by name.
import type { LocationId } from "@almanac/domain/ids";
import { type Counted, type LocationState, locationStates, type NamedLocation } from "@almanac/domain/status/facts";
import type { Queryable } from "../database.ts";
import { instantOf, instantOrNull } from "../instants.ts";

export interface Freshness {
  active: number;
  inactive: number;
  oldestSyncedAt: string | null;
  states: Record<LocationState, Counted<NamedLocation>>;
}

interface StateRow {
  state: LocationState | "inactive";
  count: number;
  oldest_synced_at: string | null;
  named: { location_id: string; subdivision_code: string; since: string | null; detail: string | null }[];
}

/** SQL of `readFreshness`, for its plan to be looked at. Parameters: locations or null, the instant, how many names. */
export const freshnessSql = `
  with place as (
    select l.location_no, l.location_id, s.subdivision_code, v.synced_at, f.detail, case
        when not s.active then 'inactive'
        when f.outcome = 'quarantined' then 'quarantined'
        when f.outcome = 'failed' then 'failing'
        when v.synced_at is null then 'never_synced'
        when v.synced_at < $2::timestamptz then 'stale'
        else 'in_sync'
      end as state,
      case when f.outcome = 'failed' then f.recorded_at else v.synced_at end as since
    from location l
    join location_state s on s.location_id = l.location_id and upper_inf(s.recorded)
    left join lateral (
      select r.synced_at[cardinality(r.synced_at)] as synced_at from location_version_run r
      where s.active and r.location_id = l.location_id order by r.first_version desc limit 1
    ) v on true
    left join lateral (
      select f.outcome, f.detail, f.recorded_at from sync_failure f
      where s.active and f.location_id = l.location_id order by f.recorded_at desc limit 1
    ) f on v.synced_at is null or f.recorded_at > v.synced_at
    where $1::uuid[] is null or l.location_id = any($1)
  ), ranked as (
    select *, row_number() over (partition by state order by synced_at nulls first, location_no) as rank from place
  )
  select state, count(*)::int as count, min(synced_at) as oldest_synced_at, coalesce(
      jsonb_agg(jsonb_build_object('location_id', location_id, 'subdivision_code', subdivision_code, 'detail', detail,
        'since', to_char(since at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')) order by rank)
        filter (where rank <= $3 and state not in ('inactive', 'in_sync')), '[]') as named
  from ranked group by state`;

/** `staleBefore`: RFC 3339; `only`: those locations alone, null for all; `named`: how many of each state by name. */
export async function readFreshness(
  database: Queryable,
  input: { only: readonly LocationId[] | null; staleBefore: string; named: number },
): Promise<Freshness> {
  const { rows } = await database.query<StateRow>({
    name: "read_freshness",
    text: freshnessSql,
    values: [input.only, input.staleBefore, input.named],
  });
  const states = Object.fromEntries(
    locationStates.map((state) => [state, { count: 0, named: [] }]),
  ) as unknown as Record<LocationState, Counted<NamedLocation>>;
  let active = 0;
  let inactive = 0;
  const synced: string[] = [];
  for (const row of rows) {
    if (row.state === "inactive") {
      inactive = row.count;
      continue;
    }
    active += row.count;
    if (row.oldest_synced_at !== null) synced.push(instantOf(row.oldest_synced_at));
    states[row.state] = {
      count: row.count,
      named: row.named.map((each) => ({
        locationId: each.location_id,
        subdivisionCode: each.subdivision_code,
        since: instantOrNull(each.since),
        detail: each.detail,
      })),
    };
  }
  return { active, inactive, oldestSyncedAt: synced.sort()[0] ?? null, states };
}
