-- The numbers that the product exists for: what kind of day each day is, how much more is sold on holidays, the days of a
-- chart, and features for forecasting. All of it is plain SQL in mart, so that a number on a screen, in a file and in psql is
-- one number (docs/adr/0027-lift.md, docs/adr/0028-features.md). Sums are numeric: their order does not matter to a digit.
-- Nested loops are off where intermediate results are joined by place and day: nobody can estimate those, and a loop over
-- them costs the square of the days.

-- By the day, over the calendar of one revision; the rules are those of packages/domain/src/holiday/days.ts. Windows run from
-- one end only: a frame that begins at each row would cost the square of the days.
create function mart.calendar_days(of_calendar int, of_revision int, first_day date, last_day date)
returns table (
  date date, weekday int, is_weekend boolean, is_public_holiday boolean, is_school_holiday boolean, is_bridge_day boolean,
  holiday_names text[], public_holiday_names text[], days_to_next_holiday int, days_since_previous_holiday int
)
language sql stable parallel safe
begin atomic
  with known as (
    select h.date, bool_or(h.type = 'public') as is_public, bool_or(h.type = 'school') as is_school,
      array_agg(distinct h.name collate "C" order by h.name collate "C") as names,
      array_agg(distinct h.name collate "C" order by h.name collate "C") filter (where h.type = 'public') as public_names
    from mart.calendar_holiday_days h
    where h.calendar_id = of_calendar and h.revisions @> of_revision and h.type in ('public', 'school')
      and h.date between first_day - 366 and last_day + 366
    group by h.date
  ), years as (
    select y.year, y.coverage = 'full' as covered, y.knows_school_holidays as school_known
    from mart.calendar_coverage y
    where y.calendar_id = of_calendar and y.revisions @> of_revision
  ), days as (
    select s.day::date as day, extract(isodow from s.day)::int as isodow, coalesce(k.is_public, false) as is_public,
      coalesce(y.covered, false) as covered, coalesce(k.is_school, false) as is_school,
      coalesce(y.school_known, false) as school_known,
      case when y.school_known then k.names else k.public_names end as names, k.public_names
    from generate_series((first_day - 366)::timestamp, (last_day + 366)::timestamp, interval '1 day') s (day)
    left join known k on k.date = s.day::date
    left join years y on y.year = extract(year from s.day)
  ), seen as (
    select d.*,
      case when d.isodow >= 6 or d.is_public then false when d.covered then true end as working,
      min(d.day) filter (where d.is_public) over later as next_public,
      min(d.day) filter (where not d.is_public and not d.covered) over later as next_gap,
      max(d.day) filter (where d.is_public) over earlier as last_public,
      max(d.day) filter (where not d.is_public and not d.covered) over earlier as last_gap
    from days d
    window later as (order by d.day desc), earlier as (order by d.day)
  ), beside as (
    select s.*, lag(s.working) over (order by s.day) as working_before, lead(s.working) over (order by s.day) as working_after
    from seen s
  )
  select b.day, b.isodow, b.isodow >= 6,
    case when b.is_public then true when b.covered then false end,
    case when not b.school_known then null when b.is_school then true when b.covered then false end,
    case when b.working = false or b.working_before or b.working_after then false
      when b.working and b.working_before = false and b.working_after = false then true end,
    case when b.is_public or b.covered then coalesce(b.names, '{}') end,
    coalesce(b.public_names, '{}'),
    case when b.next_public - b.day <= 366 and (b.next_gap is null or b.next_gap > b.next_public)
      then b.next_public - b.day end,
    case when b.day - b.last_public <= 366 and (b.last_gap is null or b.last_gap < b.last_public)
      then b.day - b.last_public end
  from beside b
  where b.day between first_day and last_day;
end;

-- Whose day is it? Every day of each location's calendar as of an instant, with what was sold for it (or on it) by then. A
-- day without a sale is a zero within the time in which the location sells: from its first sale to the last day up to which
-- sales are known. Outside of it, and while the day is not over, `sold` is null.
create function mart.sales_days(
  first_day date, last_day date, of_type text, by_basis text, in_currency text, of_locations uuid[],
  events_as_of timestamptz, calendar_as_of timestamptz
)
returns table (
  location_id uuid, date date, weekday int, is_weekend boolean, is_public_holiday boolean, is_school_holiday boolean,
  is_bridge_day boolean, public_holiday_names text[], events bigint, amount numeric, complete boolean
)
language sql stable parallel safe
begin atomic
  with sold as materialized (
    select e.location_id, case by_basis when 'visit' then e.visit_date else e.event_date end as date, count(*) as events,
      sum(e.amount) filter (where e.currency = in_currency) as amount
    from mart.events_as_of(events_as_of) e
    where e.event_type = of_type and e.location_id is not null and (of_locations is null or e.location_id = any (of_locations))
      and case by_basis when 'visit' then e.visit_date between first_day and last_day
        else e.event_timestamp >= (first_day - 1)::timestamp at time zone 'utc'
          and e.event_timestamp < (last_day + 2)::timestamp at time zone 'utc' and e.event_date between first_day and last_day
        end
    group by 1, 2
  ), span as (
    -- Over all events of the type, so that a day is complete or not whatever days are asked about.
    select e.location_id, min(case by_basis when 'visit' then e.visit_date else e.event_date end) as first_sale,
      least(max(case by_basis when 'visit' then e.visit_date else e.event_date end), max(e.event_date)) as last_sale
    from mart.events_as_of(events_as_of) e
    where e.event_type = of_type and e.location_id is not null and (of_locations is null or e.location_id = any (of_locations))
    group by e.location_id
  ), pins as materialized (
    select v.location_id, v.calendar_id, v.revision,
      (events_as_of at time zone coalesce(l.known_time_zone, 'utc'))::date as today
    from mart.location_versions v
    left join mart.location_states l on l.location_id = v.location_id and l.recorded_at <= events_as_of
      and (l.superseded_at is null or events_as_of < l.superseded_at)
    where v.synced_at <= calendar_as_of and (v.superseded_at is null or calendar_as_of < v.superseded_at)
      and (of_locations is null or v.location_id = any (of_locations))
  ), days as materialized (
    select c.calendar_id, c.revision, d.*
    from (select distinct p.calendar_id, p.revision from pins p) c
    cross join lateral mart.calendar_days(c.calendar_id, c.revision, first_day, last_day) d
  )
  select p.location_id, d.date, d.weekday, d.is_weekend, d.is_public_holiday, d.is_school_holiday, d.is_bridge_day,
    d.public_holiday_names, coalesce(s.events, 0),
    case when in_currency is not null then coalesce(s.amount, 0) end,
    coalesce(d.date between n.first_sale and n.last_sale and d.date < p.today, false)
  from pins p
  join days d on d.calendar_id = p.calendar_id and d.revision = p.revision
  left join span n on n.location_id = p.location_id
  left join sold s on s.location_id = p.location_id and s.date = d.date;
end;

-- The 97.5 % point of Student's t: a table, then the first terms of its expansion (wrong by less than 0.0005 from there on).
create function mart.t_975(df int) returns numeric
language sql immutable parallel safe
return case when df between 1 and 12 then
    (array[12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788])[df]::numeric
  when df > 12 then 1.959964 + 2.372273 / df + 2.822500 / (df::numeric * df) + 2.555850 / (df::numeric ^ 3) end;

-- How much more is sold on holidays? One row for each of the asked `groups`.
create function mart.holiday_lift(
  first_day date, last_day date, of_type text default 'PaymentSuccessful', by_basis text default 'visit',
  of_days text default 'public', of_holiday text default null, in_currency text default null,
  of_locations uuid[] default null, groups text[] default '{total,location,holiday,location_holiday}',
  events_as_of timestamptz default now(), calendar_as_of timestamptz default now()
)
returns table (
  "group" text, location_id uuid, holiday text, event_type text, n int, left_out int, dates int, matched_days int,
  observed numeric, expected numeric, ratio numeric, low numeric, high numeric, level numeric, note text
)
language sql stable parallel safe
set enable_nestloop = off
set jit = off
begin atomic
  with days as materialized (
    select d.location_id, d.date, d.is_public_holiday, d.is_bridge_day, d.is_school_holiday, d.public_holiday_names,
      d.complete, coalesce(d.amount, d.events::numeric) as value
    from mart.sales_days(
      first_day - 35, last_day + 35, of_type, by_basis, in_currency, of_locations, events_as_of, calendar_as_of) d
  ), special as materialized (
    select d.location_id, d.date, d.value, d.complete,
      case when of_days = 'bridge' then '{Bridge day}' when of_holiday is null then d.public_holiday_names
        else array(select x from unnest(d.public_holiday_names) x where lower(x) = lower(of_holiday)) end as names
    from days d
    where d.date between first_day and last_day
      and case of_days when 'bridge' then d.is_bridge_day else d.is_public_holiday end
      and (of_holiday is null or of_days = 'bridge'
        or exists (select from unnest(d.public_holiday_names) x where lower(x) = lower(of_holiday)))
  ), ordinary as (
    select d.location_id, d.date, d.value
    from days d
    where d.complete and d.is_public_holiday = false and d.is_bridge_day = false and d.is_school_holiday is not true
  ), near as (
    select s.location_id, s.date, o.date as ordinary_date, o.value, w.side,
      row_number() over (partition by s.location_id, s.date, w.side order by w.weeks) as place
    from special s
    cross join (select side, weeks from unnest(array[-1, 1]) side, generate_series(1, 5) weeks) w
    join ordinary o on o.location_id = s.location_id and o.date = s.date + 7 * w.weeks * w.side
    where s.complete
  ), matched as (
    -- The mean of both sides: a trend through the weeks then cancels out.
    select n.location_id, n.date, count(*)::int as ordinary_days,
      (avg(n.value) filter (where n.side = -1) + avg(n.value) filter (where n.side = 1)) / 2 as expected
    from near n
    where n.place <= 2
    group by n.location_id, n.date
    having count(distinct n.side) = 2
  ), placed as (
    select g.name as "group", case when g.by_location then s.location_id end as location_id, g.holiday, s.location_id as place,
      s.date, s.value, m.expected, m.ordinary_days
    from special s
    left join matched m on m.location_id = s.location_id and m.date = s.date
    cross join lateral (
      select 'total', false, null
      union all select 'location', true, null
      union all select 'holiday', false, x from unnest(s.names) x
      union all select 'location_holiday', true, x from unnest(s.names) x
    ) g (name, by_location, holiday)
    where g.name = any (groups)
  ), dated as (
    select p."group", p.location_id, p.holiday, p.date, count(p.expected)::int as compared,
      (count(*) - count(p.expected))::int as left_out, coalesce(sum(p.ordinary_days), 0)::int as matched_days,
      sum(p.value) filter (where p.expected is not null) as observed, sum(p.expected) as expected
    from placed p
    group by p."group", p.location_id, p.holiday, p.date
  ), summed as (
    select d."group", d.location_id, d.holiday, sum(d.compared)::int as compared, sum(d.left_out)::int as left_out,
      (count(*) filter (where d.compared > 0))::int as dates, sum(d.matched_days)::int as matched_days,
      coalesce(sum(d.observed), 0) as observed, coalesce(sum(d.expected), 0) as expected,
      sum(d.observed ^ 2) as observed_squares
    from dated d
    group by d."group", d.location_id, d.holiday
  ), left_one as (
    select s."group", s.location_id, s.holiday,
      case when s.observed > d.observed and s.expected > d.expected
        then ln((s.observed - d.observed) / (s.expected - d.expected)) end as theta
    from summed s
    join dated d on d."group" = s."group" and d.location_id is not distinct from s.location_id
      and d.holiday is not distinct from s.holiday and d.compared > 0
    where s.dates >= 5
  ), jackknife as (
    -- Each date is left out once, with all of its locations: they move together.
    select l."group", l.location_id, l.holiday,
      case when count(l.theta) = count(*)
        then (count(*) - 1) * (count(*) - 1)::numeric / count(*) * var_samp(l.theta) end as variance
    from left_one l
    group by l."group", l.location_id, l.holiday
  ), spread as (
    -- Of few dates: how far the ordinary days of a date, all locations of one day together, lie from what is expected there.
    select p."group", p.location_id, p.holiday, p.date, n.ordinary_date,
      sum(n.value) as value, sum(p.expected) as expected
    from placed p
    join summed s on s."group" = p."group" and s.location_id is not distinct from p.location_id
      and s.holiday is not distinct from p.holiday and s.dates < 5
    join near n on n.location_id = p.place and n.date = p.date and n.place <= 2
    where p.expected > 0
    group by p."group", p.location_id, p.holiday, p.date, n.ordinary_date
  ), spread_dates as (
    select r."group", r.location_id, r.holiday, r.date, count(*)::int as days,
      sum(((r.value - r.expected) / r.expected) ^ 2) as squares
    from spread r
    group by r."group", r.location_id, r.holiday, r.date
  ), pooled as (
    -- What days vary beyond chance (relative, squared); amounts have no chance of their own to take off.
    select r."group", r.location_id, r.holiday, sum(r.days - 1)::int as df,
      greatest(0, sum(r.squares) / nullif(sum(r.days - 1), 0)
        - case when in_currency is null then sum((r.days - 1) / d.expected) / nullif(sum(r.days - 1), 0) else 0 end) as extra,
      sum(d.expected ^ 2 / r.days) as expected_squares, sum(d.expected / r.days) as expected_chance
    from spread_dates r
    join dated d on d."group" = r."group" and d.location_id is not distinct from r.location_id
      and d.holiday is not distinct from r.holiday and d.date = r.date
    group by r."group", r.location_id, r.holiday
  ), told as (
    select s.*, case when s.dates >= 5 then s.dates - 1 else p.df end as df,
      case when s.observed > 0 and s.expected > 0 then
        case when s.dates >= 5 then j.variance
        else (p.extra * s.observed_squares + case when in_currency is null then s.observed else 0 end) / s.observed ^ 2
          + (p.extra * p.expected_squares + case when in_currency is null then p.expected_chance else 0 end) / s.expected ^ 2
        end
      end as variance
    from summed s
    left join jackknife j on j."group" = s."group" and j.location_id is not distinct from s.location_id
      and j.holiday is not distinct from s.holiday
    left join pooled p on p."group" = s."group" and p.location_id is not distinct from s.location_id
      and p.holiday is not distinct from s.holiday and p.df > 0
  ), bounded as (
    select t.*, ln(t.observed / t.expected) as theta, mart.t_975(t.df) * sqrt(t.variance) as reach
    from told t
    where t.variance > 0
  )
  select t."group", t.location_id, t.holiday, of_type, t.compared, t.left_out, t.dates, t.matched_days,
    round(t.observed, 2), round(t.expected, 2), round(t.observed / nullif(t.expected, 0), 4),
    round(exp(b.theta - least(b.reach, 50)), 4), case when b.reach <= 9 then round(exp(b.theta + b.reach), 4) end, 0.95,
    case when t.compared = 0 then 'No holiday of these could be compared: none is over, sold, and has ordinary days of its weekday within five weeks on both sides.'
      when t.expected = 0 then 'Nothing was sold on the ordinary days.'
      when t.observed = 0 then 'Nothing was sold on the holidays: there is no interval on a ratio scale.'
      when b.reach is null then 'Too little varies, or too few days are there, to say how sure the ratio is.'
      when b.reach > 9 then 'The ordinary days differ so much that there is no upper bound worth telling.'
      when t.dates < 5 then 'Few dates: the interval is that of the spread among the ordinary days, and does not know how holidays differ.'
    end
  from told t
  left join bounded b on b."group" = t."group" and b.location_id is not distinct from t.location_id
    and b.holiday is not distinct from t.holiday
  order by array_position(array['total', 'location', 'holiday', 'location_holiday'], t."group"), t.location_id,
    t.holiday collate "C";
end;

-- The days of a chart: one row a day over all locations, beside whose holiday it is.
create function mart.sales_series(
  first_day date, last_day date, of_type text default 'PaymentSuccessful', by_basis text default 'visit',
  in_currency text default null, of_locations uuid[] default null,
  events_as_of timestamptz default now(), calendar_as_of timestamptz default now()
)
returns table (
  date date, weekday int, is_weekend boolean, events bigint, amount numeric, locations int, complete_locations int,
  holidays jsonb, bridge_locations uuid[], school_locations uuid[]
)
language sql stable parallel safe
set enable_nestloop = off
set jit = off
begin atomic
  with days as materialized (
    select *
    from mart.sales_days(
      first_day, last_day, of_type, by_basis, in_currency, of_locations, events_as_of, calendar_as_of) d
  ), named as (
    select h.date, jsonb_agg(jsonb_build_object('holiday', h.name, 'location_ids', h.location_ids) order by h.name collate "C")
      as holidays
    from (
      select d.date, x.name, array_agg(d.location_id order by d.location_id) as location_ids
      from days d
      cross join lateral unnest(d.public_holiday_names) x (name)
      group by d.date, x.name
    ) h
    group by h.date
  )
  select d.date, min(d.weekday), bool_and(d.is_weekend), sum(d.events)::bigint, round(sum(d.amount), 2), count(*)::int,
    (count(*) filter (where d.complete))::int, coalesce(n.holidays, '[]'),
    coalesce(array_agg(d.location_id order by d.location_id) filter (where d.is_bridge_day), '{}'),
    coalesce(array_agg(d.location_id order by d.location_id) filter (where d.is_school_holiday), '{}')
  from days d
  left join named n on n.date = d.date
  group by d.date, n.holidays
  order by d.date;
end;

-- What was known on each day about each later one. Knowledge is cut at ends of days in UTC, so what a version of an event did
-- to a day's count is a step at the UTC day on which it was committed: one running sum over steps and questions, in the order
-- of days, answers all questions, whatever their number. An as-of read for each row would read all events for each.
create function mart.forecast_features(
  first_day date, last_day date, of_type text default 'PaymentSuccessful', by_basis text default 'visit',
  lead_days int default 7, of_locations uuid[] default null,
  events_as_of timestamptz default now(), calendar_as_of timestamptz default now()
)
returns table (
  location_id uuid, date date, target bigint, target_amount numeric, target_currency text, known_at timestamptz,
  weekday int, month int, is_weekend boolean, is_public_holiday boolean, is_bridge_day boolean, is_school_holiday boolean,
  holiday_names text[], days_to_next_holiday int, days_since_previous_holiday int, sold_ahead bigint,
  sold_1_day_before bigint, sold_7_days_before bigint, sold_14_days_before bigint, sold_28_days_before bigint,
  mean_7_days numeric, mean_28_days numeric, mean_same_weekday numeric
)
language sql stable parallel safe
set enable_nestloop = off
set jit = off
begin atomic
  with zones as materialized (
    select s.location_id, s.known_time_zone as zone, s.recorded_at as begun,
      coalesce(s.superseded_at, 'infinity') as ended
    from mart.location_states s
    union all
    -- Events may name a place before somebody registers it: until then its days are those of UTC.
    select s.location_id, null, '-infinity', min(s.recorded_at)
    from mart.location_states s
    group by s.location_id
  ), asked as materialized (
    select l.location_id, d.day::date as date,
      least((d.day::date - lead_days + 1)::timestamp at time zone 'utc' - interval '1 microsecond', events_as_of) as known_at
    from (
      select distinct s.location_id from mart.location_states s
      where s.recorded_at <= events_as_of and (of_locations is null or s.location_id = any (of_locations))
    ) l
    cross join generate_series(first_day::timestamp, last_day::timestamp, interval '1 day') d (day)
  ), facts as materialized (
    select v.location_id, z.day, z.event_day, z.known, z.forgotten, v.amount, v.currency
    from mart.fact_event_versions v
    join zones t on t.location_id = v.location_id and t.begun < coalesce(v.superseded_at, 'infinity') and v.recorded_at < t.ended
    cross join lateral (
      select (v.event_timestamp at time zone coalesce(t.zone, 'utc'))::date as event_day,
        case by_basis when 'visit' then v.visit_date else (v.event_timestamp at time zone coalesce(t.zone, 'utc'))::date
          end as day,
        (greatest(v.recorded_at, t.begun) at time zone 'utc')::date as known,
        case when least(v.superseded_at, t.ended) <= events_as_of
          then (least(v.superseded_at, t.ended) at time zone 'utc')::date end as forgotten
    ) z
    where v.event_type = of_type and (of_locations is null or v.location_id = any (of_locations))
      and v.recorded_at < coalesce(v.superseded_at, 'infinity') and greatest(v.recorded_at, t.begun) <= events_as_of
  ), heard as (
    select f.location_id, f.known as day, min(f.event_day) as first_heard, max(f.event_day) as last_heard
    from facts f
    group by f.location_id, f.known
  ), hearing as materialized (
    -- From which to which day sales had been heard of by the end of each day.
    select distinct h.location_id, h.day, min(h.first_heard) over w as first_heard, max(h.last_heard) over w as last_heard
    from (
      select * from heard
      union all
      select distinct a.location_id, (a.known_at at time zone 'utc')::date, null::date, null::date from asked a
    ) h
    window w as (partition by h.location_id order by h.day)
  ), questions as materialized (
    select a.*, (a.known_at at time zone 'utc')::date as known_day, h.first_heard, h.last_heard,
      ((a.known_at + interval '1 microsecond') at time zone coalesce(t.zone, 'utc'))::date as local_day
    from asked a
    left join hearing h on h.location_id = a.location_id and h.day = (a.known_at at time zone 'utc')::date
    left join zones t on t.location_id = a.location_id and t.begun <= a.known_at and a.known_at < t.ended
  ), back as materialized (
    select distinct o.days
    from (
      select unnest(array[0, 1, 7, 14, 28])
      union all select greatest(lead_days, 1) + generate_series(0, 27)
      union all select 7 * ((greatest(lead_days, 1) + 6) / 7 + generate_series(0, 3))
    ) o (days)
  ), steps as (
    select s.location_id, s.day, s.known, sum(s.events) as events
    from (
      select f.location_id, f.day, f.known, 1 as events from facts f where f.known is distinct from f.forgotten
      union all
      select f.location_id, f.day, f.forgotten, -1 from facts f where f.known <> f.forgotten
    ) s
    where s.day between first_day - lead_days - 60 and last_day
    group by s.location_id, s.day, s.known
  ), counted as (
    select c.location_id, c.date, c.back, c.day, sum(c.events) over (partition by c.location_id, c.day order by c.known) as events
    from (
      select s.location_id, s.day, s.known, s.events, null::date as date, null::int as back from steps s
      union all
      select q.location_id, q.date - b.days, q.known_day, 0, q.date, b.days from questions q cross join back b
    ) c
  ), told as (
    select q.location_id, q.date,
      max(v.events) filter (where v.back = 0 and by_basis = 'visit' and q.first_heard is not null) as sold_ahead,
      max(v.events) filter (where v.back = 1 and k.known) as back_1,
      max(v.events) filter (where v.back = 7 and k.known) as back_7,
      max(v.events) filter (where v.back = 14 and k.known) as back_14,
      max(v.events) filter (where v.back = 28 and k.known) as back_28,
      avg(v.events) filter (where v.back between a.days and a.days + 6 and k.known) as mean_7,
      avg(v.events) filter (where v.back between a.days and a.days + 27 and k.known) as mean_28,
      avg(v.events) filter (where v.back % 7 = 0 and v.back / 7 between (a.days + 6) / 7 and (a.days + 6) / 7 + 3 and k.known)
        as mean_weekday
    from questions q
    join counted v on v.location_id = q.location_id and v.date = q.date
    cross join lateral (select greatest(lead_days, 1) as days) a
    cross join lateral (
      select v.back > 0 and v.day < q.local_day and v.day between q.first_heard and q.last_heard as known
    ) k
    group by q.location_id, q.date
  ), targets as (
    select f.location_id, f.day, count(*) as events, sum(f.amount) as amount,
      count(distinct f.currency) filter (where f.amount is not null) as currencies,
      min(f.currency) filter (where f.amount is not null) as currency
    from facts f
    where f.forgotten is null and f.day between first_day and last_day
    group by f.location_id, f.day
  ), ends as (
    select h.location_id, min(h.first_heard) as first_heard, max(h.last_heard) as last_heard
    from heard h
    group by h.location_id
  ), versions as (
    select v.location_id, v.synced_at, v.superseded_at, v.calendar_id, v.revision
    from mart.location_versions v
    where v.synced_at <= calendar_as_of and (of_locations is null or v.location_id = any (of_locations))
  ), turns as (
    select u.*, count(u.synced_at) over (partition by u.location_id order by u.at) as turn
    from (
      select v.location_id, v.synced_at as at, v.synced_at, v.superseded_at, v.calendar_id, v.revision, null::date as date
      from versions v
      union all
      select q.location_id, least(q.known_at, calendar_as_of), null, null, null, null, q.date from questions q
    ) u
  ), pinned as materialized (
    select p.location_id, p.date, p.calendar_id, p.revision
    from (
      select t.location_id, t.date, t.at, max(t.superseded_at) over w as superseded_at, max(t.calendar_id) over w as calendar_id,
        max(t.revision) over w as revision
      from turns t
      where t.turn > 0
      window w as (partition by t.location_id, t.turn)
    ) p
    where p.date is not null and (p.superseded_at is null or p.at < p.superseded_at)
  ), days as materialized (
    select c.calendar_id, c.revision, d.*
    from (
      select p.calendar_id, p.revision, min(p.date) as first_date, max(p.date) as last_date
      from pinned p
      group by p.calendar_id, p.revision
    ) c
    cross join lateral mart.calendar_days(c.calendar_id, c.revision, c.first_date, c.last_date) d
  )
  select q.location_id, q.date, case when o.over then coalesce(t.events, 0) end,
    case when o.over and t.currencies = 1 then t.amount end, case when o.over and t.currencies = 1 then t.currency end,
    q.known_at, extract(isodow from q.date)::int, extract(month from q.date)::int, extract(isodow from q.date) >= 6,
    d.is_public_holiday, d.is_bridge_day, d.is_school_holiday, d.holiday_names, d.days_to_next_holiday,
    d.days_since_previous_holiday, v.sold_ahead::bigint, v.back_1::bigint, v.back_7::bigint, v.back_14::bigint,
    v.back_28::bigint, round(v.mean_7, 4), round(v.mean_28, 4), round(v.mean_weekday, 4)
  from questions q
  join told v on v.location_id = q.location_id and v.date = q.date
  left join targets t on t.location_id = q.location_id and t.day = q.date
  left join ends e on e.location_id = q.location_id
  left join zones z on z.location_id = q.location_id and z.begun <= events_as_of and events_as_of < z.ended
  cross join lateral (
    select q.date between e.first_heard and e.last_heard
      and q.date < (events_as_of at time zone coalesce(z.zone, 'utc'))::date as over
  ) o
  left join pinned p on p.location_id = q.location_id and p.date = q.date
  left join days d on d.calendar_id = p.calendar_id and d.revision = p.revision and d.date = q.date
  order by q.date, q.location_id;
end;

comment on function mart.calendar_days(int, int, date, date) is 'What kind of day each day is in one revision of a calendar: flags are null where nobody can know, distances reach a year.';
comment on function mart.sales_days(date, date, text, text, text, uuid[], timestamptz, timestamptz) is 'Each day of each location with what was sold for it (by visit) or on it (by event), as of two instants. complete: the location sold at all by then, sales are known up to that day, and it is over; a day without a sale is then a zero.';
comment on function mart.t_975(int) is 'The 97.5 % point of Student''s t.';
comment on function mart.holiday_lift(date, date, text, text, text, text, text, uuid[], text[], timestamptz, timestamptz) is 'How much more is sold on holidays (of_days public, or bridge) than on ordinary days of the same location and weekday, up to two before and two after within five weeks; with a 95 % interval. in_currency: amounts instead of events.';
comment on function mart.sales_series(date, date, text, text, text, uuid[], timestamptz, timestamptz) is 'One row a day over all locations: what was sold, whose public holiday it is, how many locations are complete (as in sales_days).';
comment on function mart.forecast_features(date, date, text, text, int, uuid[], timestamptz, timestamptz) is 'For training: each day of each location with its target, and features that use only what was known lead_days before, at known_at (the end of that day in UTC, or the instant of the read if that is sooner). What was not known then is null.';

select grant_mart();
