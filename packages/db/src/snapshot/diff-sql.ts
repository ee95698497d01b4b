// SQL of what two pins differ in. Each row of an event is laid out once with the states of the data in which it counts:
//   0 as the first pin has it · 1 with events that only one of the two knows · 2 with corrected events ·
//   3 with reprocessed ones · 4 with the locations' other time zones: all events as the second pin has them.
// So every figure has five values whose steps add up, distinct users included, from one look at the events.
import type { DailyBasis } from "../insight/daily.ts";

const states = [0, 1, 2, 3, 4] as const;
const parts = ["added", "corrected", "reprocessed", "rezoned"] as const;

// A local day lies within a day of the same day in UTC, wherever the location is.
const ranges: Record<DailyBasis, string> = {
  event: `v.event_timestamp >= ($5::date - 1)::timestamp at time zone 'utc'
    and v.event_timestamp < ($6::date + 2)::timestamp at time zone 'utc'`,
  visit: "v.visit_date between $5 and $6",
};
const dayIn = (basis: DailyBasis, zone: string) =>
  basis === "visit" ? "v.visit_date" : `(v.event_timestamp at time zone coalesce(${zone}, 'utc'))::date`;

const aliveAt = (row: string, instant: string, from = "recorded_at") =>
  `(${row}.${from} <= ${instant} and (${row}.superseded_at is null or ${instant} < ${row}.superseded_at))`;

/**
 * Parameters: 1, 2 the events' instants, 3, 4 the calendars', 5, 6 first and last day, 7 locations or null, 8 event type or
 * null. Gives a row for each figure that a cause changed (`figures`), and how many events each cause is about (`causes`).
 */
export function diffSql(basis: DailyBasis): string {
  return `with zones as materialized (
      select l.location_id, a.known_time_zone as zone_a, b.known_time_zone as zone_b
      from (select distinct location_id from mart.location_states) l
      left join mart.location_states a on a.location_id = l.location_id and ${aliveAt("a", "$1::timestamptz")}
      left join mart.location_states b on b.location_id = l.location_id and ${aliveAt("b", "$2::timestamptz")}
    ), known as materialized (
      -- What both pins know and one of them knows otherwise: superseded in between.
      select h.event_id, h.version from batch s
      join event_history h on h.superseded_batch_id = s.batch_id
      join batch b on b.batch_id = h.batch_id
      where s.committed_at > least($1, $2) and s.committed_at <= greatest($1, $2) and b.committed_at <= least($1, $2)
    ), causes as materialized (
      select k.event_id, case when n.version = k.version then 3 else 2 end as state
      from known k
      join (
        select e.event_id, e.version from events e join batch b on b.batch_id = e.batch_id
        where b.committed_at <= greatest($1, $2)
        union all
        select h.event_id, h.version from event_history h
        join batch b on b.batch_id = h.batch_id join batch s on s.batch_id = h.superseded_batch_id
        where b.committed_at <= greatest($1, $2) and s.committed_at > greatest($1, $2)
      ) n on n.event_id = k.event_id
    ), facts as materialized (
      select f.*, case when in_a and in_b then 0 else coalesce(c.state, 1) end as state
      from (
        select v.event_id, v.location_id, v.event_type, case when v.amount is not null then v.currency end as currency,
          v.amount, v.user_id, ${aliveAt("v", "$1")} as in_a, ${aliveAt("v", "$2")} as in_b,
          ${dayIn(basis, "z.zone_a")} as day_a, ${dayIn(basis, "z.zone_b")} as day_b
        from mart.fact_event_versions v
        left join zones z on z.location_id = v.location_id
        where ${ranges[basis]} and ($7::uuid[] is null or v.location_id = any($7)) and ($8::text is null or v.event_type = $8)
          and v.recorded_at <= greatest($1, $2) and (v.superseded_at is null or v.superseded_at > least($1, $2))
      ) f
      left join causes c on c.event_id = f.event_id and f.in_a <> f.in_b
      where in_a or in_b
    ), entries as materialized (
      select p.day as date, f.location_id, coalesce(f.location_id::text, '') as place, f.event_type, f.currency,
        coalesce(f.currency, '') as unit, f.currency is null as unitless, f.amount, f.user_id, f.event_id, f.state,
        p.first, p.last
      from (
        select f.*, case when in_a then 0 else state end as first, case when in_b then 4 else state - 1 end as last from facts f
      ) f
      cross join lateral (
        select day_a, first, case when day_a = day_b then last else least(last, 3) end
        union all
        select day_b, 4, 4 where day_a <> day_b and last = 4
      ) as p (day, first, last)
      where p.day between $5 and $6 and p.first <= p.last
    ), pins as materialized (
      select l.location_id, a.calendar_id as calendar_a, a.revision as revision_a, b.calendar_id as calendar_b,
        b.revision as revision_b
      from (select distinct location_id from entries where location_id is not null) l
      left join lateral (
        select * from mart.location_versions v where v.location_id = l.location_id
          and ${aliveAt("v", "$3::timestamptz", "synced_at")}
      ) a on true
      left join lateral (
        select * from mart.location_versions v where v.location_id = l.location_id
          and ${aliveAt("v", "$4::timestamptz", "synced_at")}
      ) b on true
    ), days as materialized (
      select e.date, e.place, p.calendar_a, p.revision_a, p.calendar_b, p.revision_b
      from entries e left join pins p on p.location_id = e.location_id
      group by 1, 2, 3, 4, 5, 6
      having bool_or(e.first > 0 or e.last < 4)
        or (p.calendar_a, p.revision_a) is distinct from (p.calendar_b, p.revision_b)
    ), told as materialized (
      select d.calendar_id, d.revision, d.date,
        case when h.is_public then true when y.coverage = 'full' then false end as is_public,
        case when y.knows_school_holidays is not true then null when h.is_school then true
          when y.coverage = 'full' then false end as is_school
      from (
        select calendar_a, revision_a, date from days where calendar_a is not null
        union
        select calendar_b, revision_b, date from days where calendar_b is not null
      ) as d (calendar_id, revision, date)
      left join mart.calendar_coverage y on y.calendar_id = d.calendar_id and y.year = extract(year from d.date)
        and y.revisions @> d.revision
      cross join lateral (
        select bool_or(h.type = 'public') as is_public, bool_or(h.type = 'school') as is_school
        from holiday h
        where h.calendar_id = d.calendar_id and h.first_date <= d.date and h.last_date >= d.date
          and lower(h.revisions) <= d.revision and (upper_inf(h.revisions) or d.revision < upper(h.revisions))
          and (d.date between h.date and coalesce(h.end_date, h.date) or d.date = h.observed_date)
      ) h
    ), flags as materialized (
      select d.date, d.place, a.is_public as public_a, a.is_school as school_a, b.is_public as public_b,
        b.is_school as school_b, (a.is_public, a.is_school) is distinct from (b.is_public, b.is_school) as differ
      from days d
      left join told a on a.calendar_id = d.calendar_a and a.revision = d.revision_a and a.date = d.date
      left join told b on b.calendar_id = d.calendar_b and b.revision = d.revision_b and b.date = d.date
    ), touched as materialized (
      select e.date, e.place, e.event_type, e.unit, e.unitless
      from entries e join flags f on f.date = e.date and f.place = e.place
      group by 1, 2, 3, 4, 5
      having bool_or(f.differ or e.first > 0 or e.last < 4)
    ), sums as materialized (
      select e.date, e.place, e.location_id, e.event_type, e.currency,
        ${states
          .map(
            (k) => `count(*) filter (where ${k} between e.first and e.last)::int as events_${k},
        count(distinct e.user_id) filter (where ${k} between e.first and e.last)::int as users_${k},
        sum(e.amount) filter (where ${k} between e.first and e.last) as amount_${k}`,
          )
          .join(",\n        ")}
      from entries e
      join touched t on t.date = e.date and t.place = e.place and t.event_type = e.event_type and t.unit = e.unit
        and t.unitless = e.unitless
      group by 1, 2, 3, 4, 5
    ), figures as materialized (
      -- A day that one calendar calls a holiday and the other one does not is two figures: one loses what the other gets.
      select s.date, s.location_id, s.event_type, s.currency, k.is_public, k.is_school, ${["events", "users", "amount"]
        .map(
          (figure) => `
        ${cell(figure, "on_a", 0)} as ${figure}_before, ${cell(figure, "on_a", 4)} as ${figure}_events_alone,
        ${cell(figure, "on_b", 0)} as ${figure}_calendar_alone, ${cell(figure, "on_b", 4)} as ${figure}_after,
        ${parts.map((part, step) => `${zero(figure, "on_a", step + 1)} - ${zero(figure, "on_a", step)} as ${figure}_${part}`).join(", ")},
        ${zero(figure, "on_a", 4)} - ${zero(figure, "on_a", 0)} as ${figure}_by_events,
        ${zero(figure, "on_b", 4)} - ${zero(figure, "on_a", 4)} as ${figure}_calendar,
        ${zero(figure, "on_b", 4)} - ${zero(figure, "on_a", 0)} as ${figure}_difference`,
        )
        .join(",")}
      from sums s
      join flags f on f.date = s.date and f.place = s.place
      cross join lateral (
        select is_public, is_school, bool_or(is_a) as on_a, bool_or(not is_a) as on_b
        from (values (f.public_a, f.school_a, true), (f.public_b, f.school_b, false)) as v (is_public, is_school, is_a)
        group by is_public, is_school
      ) k
    )`;
}

/** A figure's value in a state where this holiday flag is the day's; nothing (0, no amount) where it is not. */
function cell(figure: string, isOn: string, state: number): string {
  return `case when k.${isOn} then s.${figure}_${state}${figure === "amount" ? "" : ` else 0`} end`;
}

function zero(figure: string, isOn: string, state: number): string {
  return `coalesce(${cell(figure, isOn, state)}, 0)`;
}

/** True for a figure that a cause changed, even where two causes cancel each other. */
export const changed = ["events", "users", "amount"]
  .flatMap((figure) => [...parts, "calendar"].map((part) => `${figure}_${part} <> 0`))
  .join(" or ");
