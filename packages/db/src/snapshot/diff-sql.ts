// SQL of what two pins differ in. The data stands in five states, each of which has what the one before it had, and more:
//   0 as the first pin has it · 1 with events that only one of the two knows · 2 with corrected events ·
//   3 with reprocessed ones · 4 with the locations' other time zones: all events as the second pin has them.
// So every figure has five values whose steps add up, distinct users included. All events are counted in state 0 alone,
// and only where something differs; what comes to them and goes is counted from the rows that changed.
import type { DailyBasis } from "../insight/daily.ts";

const parts = ["added", "corrected", "reprocessed", "rezoned"] as const;
const steps = [1, 2, 3, 4] as const;

// A local day lies within a day of the same day in UTC, wherever the location is.
const ranges: Record<DailyBasis, string> = {
  event: `v.event_timestamp >= ($5::date - 1)::timestamp at time zone 'utc'
    and v.event_timestamp < ($6::date + 2)::timestamp at time zone 'utc'`,
  visit: "v.visit_date between $5 and $6",
};

const aliveAt = (row: string, instant: string) =>
  `(${row}.recorded_at <= ${instant} and (${row}.superseded_at is null or ${instant} < ${row}.superseded_at))`;

/** Versions of events that are asked for, beside the zones that both pins have of their location. */
function facts(basis: DailyBasis): string {
  const dayIn = (zone: string) =>
    basis === "visit" ? "v.visit_date" : `(v.event_timestamp at time zone coalesce(${zone}, 'utc'))::date`;
  return `select v.event_id, v.location_id, coalesce(v.location_id::text, '') as place, v.event_type,
      case when v.amount is not null then v.currency end as currency, v.amount, v.user_id,
      ${aliveAt("v", "$1")} as in_a, ${aliveAt("v", "$2")} as in_b,
      ${dayIn("z.zone_a")} as day_a, ${dayIn("z.zone_b")} as day_b
    from mart.fact_event_versions v
    left join zones z on z.location_id = v.location_id
    where ${ranges[basis]} and ($7::uuid[] is null or v.location_id = any($7)) and ($8::text is null or v.event_type = $8)`;
}

/** The key of a group: nothing is told apart from the empty text. */
const group = "place, location_id, event_type, currency";

/** The years of a pair's calendar. */
const coverageOf = (side: "a" | "b") =>
  `select year::int, coverage, knows_school_holidays from mart.calendar_coverage y
          where y.calendar_id = p.calendar_${side} and y.revisions @> p.revision_${side}`;

/** A value after a step: that of state 0 and all that came and went up to there. */
const upTo = (name: string, state: number) =>
  [`${name}_0`, ...steps.filter((step) => step <= state).map((step) => `${name}_${step}`)].join(" + ");

/**
 * Parameters: 1, 2 the events' instants (a, b), 3 how locations pin calendars and 4 the pairs of pins (JSON, see diff.ts),
 * 5, 6 first and last day, 7 locations or null, 8 event type or null. `figures` has a row for each figure of a group in
 * which something differs, `moved` the rows of events that make it differ.
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
    ), moved as materialized (
      -- In which states a row counts on which day: from the first to the last.
      select p.day as date, f.place, f.location_id, f.event_type, f.currency, f.user_id, f.amount, f.event_id, f.state,
        p.first, p.last
      from (
        select f.*, case when in_a then 0 else state end as first, case when in_b then 4 else state - 1 end as last
        from (
          select f.*, case when in_a and in_b then 0 else coalesce(c.state, 1) end as state
          from (${facts(basis)} and v.recorded_at <= greatest($1, $2)
            and (v.superseded_at is null or v.superseded_at > least($1, $2))
            and (v.recorded_at > least($1, $2) or v.superseded_at <= greatest($1, $2)
              or z.zone_a is distinct from z.zone_b)
          ) f
          left join causes c on c.event_id = f.event_id and f.in_a <> f.in_b
          where in_a <> in_b or in_a and day_a <> day_b
        ) f
      ) f
      cross join lateral (
        select day_a, first, case when day_a = day_b then last else least(last, 3) end
        union all
        select day_b, 4, 4 where day_a <> day_b and last = 4
      ) as p (day, first, last)
      where p.day between $5 and $6 and p.first <= p.last
    ), pins as materialized (
      select p.location_id, p.pair
      from json_to_recordset($3::json) as p (location_id uuid, pair int)
    ), pairs as materialized (
      select p.* from json_to_recordset($4::json)
        as p (pair int, calendar_a int, revision_a int, calendar_b int, revision_b int, differs boolean)
    ), pair_days as materialized (
      select p.pair, m.date from moved m join pins p on p.location_id = m.location_id
      union
      -- Flags differ at the most on days that one of the two calls a holiday, and in years that they know differently well.
      select p.pair, d.date from pairs p join mart.calendar_holiday_days d
        on d.calendar_id = p.calendar_a and d.revisions @> p.revision_a
          or d.calendar_id = p.calendar_b and d.revisions @> p.revision_b
      where p.differs and d.type in ('public', 'school') and d.date between $5 and $6
      union
      select p.pair, d.day::date
      from pairs p
      cross join lateral (
        select year from (${coverageOf("a")}) a full join (${coverageOf("b")}) b using (year)
        where (a.coverage, a.knows_school_holidays) is distinct from (b.coverage, b.knows_school_holidays)
      ) y
      cross join lateral generate_series(greatest(make_date(y.year, 1, 1), $5)::timestamp,
        least(make_date(y.year, 12, 31), $6)::timestamp, interval '1 day') as d (day)
      where p.differs
    ), told as materialized (
      select d.calendar_id, d.revision, d.date,
        case when h.is_public then true when y.coverage = 'full' then false end as is_public,
        case when y.knows_school_holidays is not true then null when h.is_school then true
          when y.coverage = 'full' then false end as is_school
      from (
        select p.calendar_a, p.revision_a, d.date from pair_days d join pairs p on p.pair = d.pair
        union
        select p.calendar_b, p.revision_b, d.date from pair_days d join pairs p on p.pair = d.pair
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
      select d.pair, d.date, a.is_public as public_a, a.is_school as school_a, b.is_public as public_b,
        b.is_school as school_b, (a.is_public, a.is_school) is distinct from (b.is_public, b.is_school) as differ
      from pair_days d
      join pairs p on p.pair = d.pair
      left join told a on a.calendar_id = p.calendar_a and a.revision = p.revision_a and a.date = d.date
      left join told b on b.calendar_id = p.calendar_b and b.revision = p.revision_b and b.date = d.date
    ), touched as materialized (
      select distinct date, place, event_type, currency from moved
    ), turned as materialized (
      select l.location_id::text as place, f.date from flags f join pins l on l.pair = f.pair where f.differ
    ), by_user as (
      -- By user first: distinct users of five states would sort every group five times.
      select f.day_a as date, f.place, f.location_id, f.event_type, f.currency, f.user_id, count(*) as events_0,
        count(f.amount) as paid_0, sum(f.amount) as amount_0,
        ${steps.map((step) => `0 as events_${step}, 0 as paid_${step}, null as amount_${step}`).join(", ")}
      from (${facts(basis)}) f
      where in_a and day_a between $5 and $6 and (
        -- Looked up row by row in a hash: as joins of unknown sizes they were sorted.
        (f.day_a, f.place, f.event_type, coalesce(f.currency, ''), f.currency is null) in (
          select date, place, event_type, coalesce(currency, ''), currency is null from touched
        ) or (f.day_a, f.place) in (select date, place from turned)
      )
      group by 1, 2, 3, 4, 5, 6
      union all
      select date, ${group}, user_id, 0, 0, null,
        ${steps
          .map((step) => {
            const [come, gone] = [`filter (where first = ${step})`, `filter (where last = ${step - 1})`];
            return `count(*) ${come} - count(*) ${gone}, count(amount) ${come} - count(amount) ${gone},
        coalesce(sum(amount) ${come}, 0) - coalesce(sum(amount) ${gone}, 0)`;
          })
          .join(", ")}
      from moved group by date, ${group}, user_id
    ), states as (
      select date, ${group}, user_id, ${[0, ...steps]
        .map(
          (state) => `sum(events_${state}) as events_${state}, sum(paid_${state}) as paid_${state},
        coalesce(sum(amount_${state}), 0) as amount_${state}`,
        )
        .join(", ")}
      from by_user group by date, ${group}, user_id
    ), sums as materialized (
      select date, ${group}, ${[0, ...steps]
        .map(
          (state) => `sum(${upTo("events", state)})::int as events_${state},
        count(*) filter (where ${upTo("events", state)} > 0)::int as users_${state},
        case when sum(${upTo("paid", state)}) > 0 then sum(${upTo("amount", state)}) end as amount_${state}`,
        )
        .join(", ")}
      from states group by date, ${group}
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
      left join pins l on l.location_id = s.location_id
      left join flags f on f.pair = l.pair and f.date = s.date
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
