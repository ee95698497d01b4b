-- The star: members of the dimensions with their history, and the schema `mart` that analysts and BI tools read.
-- Everything in mart is a view, so that it can never be behind, but for the days of the calendar: a kept table of typed
-- columns would add 40 % to the cost of writing events (docs/adr/0018-mart-of-views.md).
-- What pins an instant is a function in plain SQL without definer's rights: it is taken apart by the planner like a view,
-- and a filter on it reaches the indexes.

create table users (
  user_id uuid primary key,
  name text,
  email text,
  country text,
  inferred boolean not null default false,
  state_no int not null default 1 check (state_no >= 1),
  batch_id bigint not null,
  line bigint check (line >= 1)
);
create table user_history (
  user_id uuid not null,
  name text,
  email text,
  country text,
  inferred boolean not null,
  state_no int not null check (state_no >= 1),
  batch_id bigint not null,
  line bigint,
  superseded_batch_id bigint not null,
  primary key (user_id, state_no)
);

create table tickets (
  ticket_id uuid primary key,
  event_name text,
  ticket_price numeric,
  inferred boolean not null default false,
  state_no int not null default 1 check (state_no >= 1),
  batch_id bigint not null,
  line bigint check (line >= 1)
);
create table ticket_history (
  ticket_id uuid not null,
  event_name text,
  ticket_price numeric,
  inferred boolean not null,
  state_no int not null check (state_no >= 1),
  batch_id bigint not null,
  line bigint,
  superseded_batch_id bigint not null,
  primary key (ticket_id, state_no)
);

create table articles (
  article_id text primary key check (article_id <> '' and length(article_id) <= 200),
  article_name text,
  price numeric,
  currency text,
  inferred boolean not null default false,
  state_no int not null default 1 check (state_no >= 1),
  batch_id bigint not null,
  line bigint check (line >= 1)
);
create table article_history (
  article_id text not null,
  article_name text,
  price numeric,
  currency text,
  inferred boolean not null,
  state_no int not null check (state_no >= 1),
  batch_id bigint not null,
  line bigint,
  superseded_batch_id bigint not null,
  primary key (article_id, state_no)
);

-- Visits of a month out of years. A tree on (location_id, visit_date) would add 12 % to the log of every load; this is 700 kB
-- for 1.5 M events. Several spans a range of pages, because corrections bring single days of long ago.
create index events_visit on events using brin (visit_date date_minmax_multi_ops (values_per_range = 64))
  with (pages_per_range = 16, autosummarize = on);

-- A name that only the api's engine knows must not make every query fail: what is not here counts as UTC.
create table time_zone (name text primary key check (name = lower(name)));
insert into time_zone select distinct lower(name) from pg_timezone_names;

-- is_school_holiday is known for calendars of these sources alone; none of the present ones tells school terms.
create table school_holiday_source (source text primary key);

create schema mart;

create table mart.dim_dates (
  date date primary key,
  year smallint not null,
  quarter smallint not null,
  month smallint not null,
  month_name text not null,
  day smallint not null,
  day_of_year smallint not null,
  iso_year smallint not null,
  iso_week smallint not null,
  weekday smallint not null,
  weekday_name text not null,
  is_weekend boolean not null,
  first_of_month date not null,
  last_of_month date not null
);
insert into mart.dim_dates
select d, extract(year from d), extract(quarter from d), extract(month from d), to_char(d, 'FMMonth'), extract(day from d),
  extract(doy from d), extract(isoyear from d), extract(week from d), extract(isodow from d), to_char(d, 'FMDay'),
  extract(isodow from d) >= 6, date_trunc('month', d)::date, (date_trunc('month', d) + interval '1 month - 1 day')::date
from (
  select day::date as d
  from generate_series(timestamp '1990-01-01', timestamp '2050-12-31', interval '1 day') as day
) days;

-- Guarded reading of metadata: what is not of the kind that the column promises is null, never an error.

create function mart.number_in(metadata jsonb, field text) returns numeric
language sql immutable parallel safe
return case jsonb_typeof(metadata -> field) when 'number' then (metadata -> field)::numeric end;

create function mart.integer_in(metadata jsonb, field text) returns integer
language sql immutable parallel safe
return case jsonb_typeof(metadata -> field) when 'number' then
  case when (metadata -> field)::numeric between -2147483648 and 2147483647
    and trunc((metadata -> field)::numeric) = (metadata -> field)::numeric
  then (metadata -> field)::numeric::integer end end;

create function mart.text_in(metadata jsonb, field text) returns text
language sql immutable parallel safe
return case jsonb_typeof(metadata -> field) when 'string' then metadata ->> field end;

create function mart.article_in(metadata jsonb) returns text
language sql immutable parallel safe
return case jsonb_typeof(metadata -> 'article_id')
  when 'string' then
    case when length(metadata ->> 'article_id') between 1 and 200 then metadata ->> 'article_id' end
  when 'number' then
    case when trunc((metadata -> 'article_id')::numeric) = (metadata -> 'article_id')::numeric
      and length(trunc((metadata -> 'article_id')::numeric)::text) <= 200
    then trunc((metadata -> 'article_id')::numeric)::text end
  end;

create function mart.ticket_in(event_type text, related_id uuid) returns uuid
language sql immutable parallel safe
return case when event_type in ('TicketIssued', 'TicketCancelled', 'BarcodeScanned') then related_id end;

-- Dimensions.

-- A role is looked up by name: where it is missing (a restored copy) nobody sees what is behind the mask.
create function mart.sees_personal_data() returns boolean
language sql stable parallel safe
return coalesce(
  (select pg_has_role(current_user, r.oid, 'usage') from pg_roles r where r.rolname = 'almanac_personal_data'), false
);

create view mart.dim_users as
select u.user_id,
  case when (select mart.sees_personal_data()) then u.name when u.name is not null then '***' end as name,
  case when (select mart.sees_personal_data()) then u.email when u.email is not null then '***' end as email,
  u.country, u.inferred, b.committed_at as recorded_at
from users u
left join batch b on b.batch_id = u.batch_id;

create view mart.dim_tickets as
select t.ticket_id, t.event_name, t.ticket_price, t.inferred, b.committed_at as recorded_at
from tickets t
left join batch b on b.batch_id = t.batch_id;

create view mart.dim_articles as
select a.article_id, a.article_name, a.price, a.currency, a.inferred, b.committed_at as recorded_at
from articles a
left join batch b on b.batch_id = a.batch_id;

-- The same with every state that a member ever had, by system time.

create view mart.user_states as
select u.user_id, case when (select mart.sees_personal_data()) then u.name when u.name is not null then '***' end as name,
  case when (select mart.sees_personal_data()) then u.email when u.email is not null then '***' end as email,
  u.country, u.inferred, u.state_no, b.committed_at as recorded_at, s.committed_at as superseded_at
from (
  select user_id, name, email, country, inferred, state_no, batch_id, null::bigint as superseded_batch_id from users
  union all
  select user_id, name, email, country, inferred, state_no, batch_id, superseded_batch_id from user_history
) u
join batch b on b.batch_id = u.batch_id
left join batch s on s.batch_id = u.superseded_batch_id;

create view mart.ticket_states as
select t.ticket_id, t.event_name, t.ticket_price, t.inferred, t.state_no, b.committed_at as recorded_at,
  s.committed_at as superseded_at
from (
  select ticket_id, event_name, ticket_price, inferred, state_no, batch_id, null::bigint as superseded_batch_id from tickets
  union all
  select ticket_id, event_name, ticket_price, inferred, state_no, batch_id, superseded_batch_id from ticket_history
) t
join batch b on b.batch_id = t.batch_id
left join batch s on s.batch_id = t.superseded_batch_id;

create view mart.article_states as
select a.article_id, a.article_name, a.price, a.currency, a.inferred, a.state_no, b.committed_at as recorded_at,
  s.committed_at as superseded_at
from (
  select article_id, article_name, price, currency, inferred, state_no, batch_id, null::bigint as superseded_batch_id
  from articles
  union all
  select article_id, article_name, price, currency, inferred, state_no, batch_id, superseded_batch_id from article_history
) a
join batch b on b.batch_id = a.batch_id
left join batch s on s.batch_id = a.superseded_batch_id;

create view mart.location_states as
select s.location_id, s.country_code, s.subdivision_code, s.time_zone, z.name as known_time_zone, s.active,
  lower(s.recorded) as recorded_at, upper(s.recorded) as superseded_at, upper_inf(s.recorded) as current_state
from location_state s
left join time_zone z on z.name = lower(s.time_zone);

create view mart.location_versions as
select v.location_id, v.version, v.synced_at, v.calendar_id, v.revision, v.next_version is null as current_version,
  -- Retention leaves the last version of each period: which one was in force earlier in that period is not known.
  case when v.next_version > v.version + 1
    then least(v.next_synced_at, date_trunc(coalesce(v.next_pruned_to, 'month'), v.next_synced_at, 'UTC'))
    else v.next_synced_at end as superseded_at
from (
  select r.location_id, t.version, t.synced_at, r.calendar_id, r.revision,
    coalesce(r.versions[t.place + 1], r.next_version) as next_version,
    coalesce(r.synced_at[t.place + 1], r.next_synced_at) as next_synced_at,
    case when t.place < cardinality(r.versions) then r.pruned_to else r.next_pruned_to end as next_pruned_to
  from (
    select r.*, lead(r.versions[1]) over w as next_version, lead(r.synced_at[1]) over w as next_synced_at,
      lead(r.pruned_to) over w as next_pruned_to
    from location_version_run r
    window w as (partition by r.location_id order by r.first_version)
  ) r
  cross join lateral unnest(r.versions, r.synced_at) with ordinality as t (version, synced_at, place)
) v;

create view mart.current_versions as
select l.location_id, r.versions[cardinality(r.versions)] as version,
  r.synced_at[cardinality(r.synced_at)] as synced_at, r.calendar_id, r.revision
from location l
cross join lateral (
  select * from location_version_run r where r.location_id = l.location_id order by r.first_version desc limit 1
) r;

create view mart.dim_locations as
select s.location_id, s.country_code, s.subdivision_code, s.time_zone, s.active, v.version as calendar_version,
  v.synced_at, c.source as holiday_source, c.region as holiday_region
from location_state s
left join mart.current_versions v on v.location_id = s.location_id
left join calendar c on c.calendar_id = v.calendar_id
where upper_inf(s.recorded);

-- Days of holidays.

create view mart.calendar_holiday_days as
select h.calendar_id, d.date::date as date, d.date::date is not distinct from h.observed_date as observed, h.holiday_id,
  h.name, h.local_name, h.type, h.date as nominal_date, h.revisions
from holiday h
cross join lateral (
  select generate_series(h.date::timestamp, coalesce(h.end_date, h.date)::timestamp, interval '1 day')
  union
  select h.observed_date::timestamp where h.observed_date is not null
) as d (date);

create view mart.calendar_coverage as
select y.calendar_id, y.year, y.coverage, y.revisions, c.source, c.region, s.source is not null as knows_school_holidays
from calendar_coverage y
join calendar c on c.calendar_id = y.calendar_id
left join school_holiday_source s on s.source = c.source;

create view mart.bridge_location_day_holidays as
select v.location_id, v.version, v.current_version, d.date, d.observed, d.holiday_id, d.name as holiday_name,
  d.local_name, d.type, d.nominal_date, v.synced_at
from mart.location_versions v
join mart.calendar_holiday_days d on d.calendar_id = v.calendar_id and d.revisions @> v.revision;

create function mart.location_holidays_as_of(as_of timestamptz) returns setof mart.bridge_location_day_holidays
language sql stable parallel safe
begin atomic
  select v.location_id, v.version, v.current_version, d.date, d.observed, d.holiday_id, d.name, d.local_name, d.type,
    d.nominal_date, v.synced_at
  from mart.location_versions v
  join mart.calendar_holiday_days d on d.calendar_id = v.calendar_id and d.revisions @> v.revision
  where v.synced_at <= as_of and (v.superseded_at is null or as_of < v.superseded_at);
end;

-- Facts.

create view mart.fact_events as
select e.event_id, e.event_type, e.event_timestamp,
  (e.event_timestamp at time zone coalesce(z.name, 'utc'))::date as event_date,
  e.visit_date, e.user_id, e.related_id, mart.ticket_in(e.event_type, e.related_id) as ticket_id,
  mart.article_in(e.metadata) as article_id, e.location_id, e.version, e.schema_version,
  mart.number_in(e.metadata, 'total_amount') as amount,
  mart.text_in(e.metadata, 'currency') as currency,
  mart.number_in(e.metadata, 'article_price') as article_price,
  mart.integer_in(e.metadata, 'quantity') as quantity,
  mart.integer_in(e.metadata, 'article_count') as article_count,
  mart.number_in(e.metadata, 'ticket_price') as ticket_price,
  mart.text_in(e.metadata, 'payment_method') as payment_method,
  mart.text_in(e.metadata, 'reason') as reason,
  mart.text_in(e.metadata, 'barcode_type') as barcode_type,
  mart.text_in(e.metadata, 'scanner_location') as scanner_location,
  b.committed_at as recorded_at
from events e
left join batch b on b.batch_id = e.batch_id
left join location_state s on s.location_id = e.location_id and upper_inf(s.recorded)
left join time_zone z on z.name = lower(s.time_zone);

create view mart.fact_event_versions as
select v.event_id, v.event_type, v.event_timestamp, v.visit_date, v.user_id, v.related_id,
  mart.ticket_in(v.event_type, v.related_id) as ticket_id, mart.article_in(v.metadata) as article_id,
  v.location_id, v.version, v.schema_version,
  mart.number_in(v.metadata, 'total_amount') as amount,
  mart.text_in(v.metadata, 'currency') as currency,
  mart.number_in(v.metadata, 'article_price') as article_price,
  mart.integer_in(v.metadata, 'quantity') as quantity,
  mart.integer_in(v.metadata, 'article_count') as article_count,
  mart.number_in(v.metadata, 'ticket_price') as ticket_price,
  mart.text_in(v.metadata, 'payment_method') as payment_method,
  mart.text_in(v.metadata, 'reason') as reason,
  mart.text_in(v.metadata, 'barcode_type') as barcode_type,
  mart.text_in(v.metadata, 'scanner_location') as scanner_location,
  v.recorded_at, v.superseded_at
from (
  select e.event_id, e.event_type, e.event_timestamp, e.visit_date, e.user_id, e.related_id, e.location_id, e.version,
    e.schema_version, e.metadata, b.committed_at as recorded_at, null::timestamptz as superseded_at
  from events e
  join batch b on b.batch_id = e.batch_id
  union all
  select h.event_id, h.event_type, h.event_timestamp, h.visit_date, h.user_id, h.related_id, h.location_id, h.version,
    h.schema_version, h.metadata, b.committed_at, s.committed_at
  from event_history h
  join batch b on b.batch_id = h.batch_id
  join batch s on s.batch_id = h.superseded_batch_id
) v;

create function mart.events_as_of(as_of timestamptz) returns setof mart.fact_events
language sql stable parallel safe
begin atomic
  select v.event_id, v.event_type, v.event_timestamp,
    (v.event_timestamp at time zone coalesce(s.known_time_zone, 'utc'))::date,
    v.visit_date, v.user_id, v.related_id, v.ticket_id, v.article_id, v.location_id, v.version, v.schema_version,
    v.amount, v.currency, v.article_price, v.quantity, v.article_count, v.ticket_price, v.payment_method, v.reason,
    v.barcode_type, v.scanner_location, v.recorded_at
  from mart.fact_event_versions v
  left join mart.location_states s on s.location_id = v.location_id
    and s.recorded_at <= as_of and (s.superseded_at is null or as_of < s.superseded_at)
  where v.recorded_at <= as_of and (v.superseded_at is null or as_of < v.superseded_at);
end;

create view mart.fact_events_holidays as
select f.*,
  case when f.visit_date is null then null when day.is_public then true when y.coverage = 'full' then false
    end as is_public_holiday,
  case when f.visit_date is null or y.knows_school_holidays is not true then null when day.is_school then true
    when y.coverage = 'full' then false end as is_school_holiday,
  case when f.location_id is not null then extract(isodow from f.visit_date) >= 6 end as is_weekend,
  case when day.is_public or y.coverage = 'full' then
    coalesce(case when y.knows_school_holidays then day.names else day.public_names end, '{}') end as holiday_names,
  p.version as calendar_version
from mart.fact_events f
left join mart.current_versions p on p.location_id = f.location_id
left join (
  select c.calendar_id, c.revision, d.date, bool_or(d.type = 'public') as is_public, bool_or(d.type = 'school') as is_school,
    array_agg(distinct d.name collate "C" order by d.name collate "C") as names,
    array_agg(distinct d.name collate "C" order by d.name collate "C") filter (where d.type = 'public') as public_names
  from (select distinct calendar_id, revision from mart.current_versions) c
  join mart.calendar_holiday_days d on d.calendar_id = c.calendar_id and d.revisions @> c.revision
  where d.type in ('public', 'school')
  group by c.calendar_id, c.revision, d.date
) day on day.calendar_id = p.calendar_id and day.revision = p.revision and day.date = f.visit_date
left join mart.calendar_coverage y on y.calendar_id = p.calendar_id and y.year = extract(year from f.visit_date)
  and y.revisions @> p.revision;

create function mart.events_holidays_as_of(events_as_of timestamptz, calendar_as_of timestamptz)
returns setof mart.fact_events_holidays
language sql stable parallel safe
begin atomic
  with pin as (
    select * from mart.location_versions v
    where v.synced_at <= calendar_as_of and (v.superseded_at is null or calendar_as_of < v.superseded_at)
  )
  select f.*,
    case when f.visit_date is null then null when day.is_public then true when y.coverage = 'full' then false end,
    case when f.visit_date is null or y.knows_school_holidays is not true then null when day.is_school then true
      when y.coverage = 'full' then false end,
    case when f.location_id is not null then extract(isodow from f.visit_date) >= 6 end,
    case when day.is_public or y.coverage = 'full' then
      coalesce(case when y.knows_school_holidays then day.names else day.public_names end, '{}') end,
    p.version
  from mart.events_as_of(events_as_of) f
  left join pin p on p.location_id = f.location_id
  left join (
    select c.calendar_id, c.revision, d.date, bool_or(d.type = 'public') as is_public,
      bool_or(d.type = 'school') as is_school,
      array_agg(distinct d.name collate "C" order by d.name collate "C") as names,
      array_agg(distinct d.name collate "C" order by d.name collate "C") filter (where d.type = 'public') as public_names
    from (select distinct calendar_id, revision from pin) c
    join mart.calendar_holiday_days d on d.calendar_id = c.calendar_id and d.revisions @> c.revision
    where d.type in ('public', 'school')
    group by c.calendar_id, c.revision, d.date
  ) day on day.calendar_id = p.calendar_id and day.revision = p.revision and day.date = f.visit_date
  left join mart.calendar_coverage y on y.calendar_id = p.calendar_id and y.year = extract(year from f.visit_date)
    and y.revisions @> p.revision;
end;

-- Nothing can appear any more at or before the instant that this tells: it waits for those who have stamped and not yet
-- committed. The lock is the history lock of packages/db/src/history.ts, given back at once.
create function mart.settled_now() returns timestamptz
language plpgsql volatile
set search_path = pg_catalog as $$
declare
  settled timestamptz;
begin
  perform pg_advisory_lock_shared(2562621);
  settled := clock_timestamp();
  perform pg_advisory_unlock_shared(2562621);
  return settled;
end $$;

-- Who may read. Roles belong to the whole server, so another database may have made them, or be making them right now;
-- and not everybody may make roles: an administrator then makes them and calls grant_mart().
do $$
declare
  wanted text;
begin
  foreach wanted in array array['almanac_bi', 'almanac_personal_data'] loop
    if exists (select from pg_roles where rolname = wanted) then
      continue;
    end if;
    begin
      execute format('create role %I nologin', wanted);
    exception
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise notice 'role % is missing and may not be created here: create it and call grant_mart()', wanted;
    end;
  end loop;
end $$;

create function grant_mart() returns void language plpgsql as $$
begin
  revoke all on schema mart from public;
  revoke all on all tables in schema mart from public;
  revoke all on all functions in schema mart from public;
  if exists (select from pg_roles where rolname = 'almanac_bi') then
    grant usage on schema mart to almanac_bi;
    grant select on all tables in schema mart to almanac_bi;
    grant execute on all functions in schema mart to almanac_bi;
  end if;
end $$;
revoke all on function grant_mart() from public;
select grant_mart();

-- What everybody may do in a new database, and a reader of the mart may not: make tables, temporary ones included, and
-- large objects. Where the migrating role owns neither the database nor the catalogue, these stay as they are.
do $$
begin
  execute format('grant temporary on database %I to %I', current_database(), current_user);
  execute format('revoke temporary on database %I from public', current_database());
  revoke create on schema public from public;
exception
  when insufficient_privilege then
    raise notice 'temporary tables may be made by everybody who can connect: the owner of the database can change that';
end $$;
do $$
begin
  revoke all on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) from public;
exception
  when insufficient_privilege then
    raise notice 'large objects may be made by everybody who can connect: a superuser can change that';
end $$;

comment on table users is 'Who buys: the current state of every user that a reference feed or an event named.';
comment on column users.user_id is 'Unique identifier of the user.';
comment on column users.name is 'Name of the user; personal data.';
comment on column users.email is 'Email address of the user; personal data.';
comment on column users.country is 'Country of the user.';
comment on column users.inferred is 'True while nothing is known but that an event named it; a reference feed fills it in.';
comment on column users.state_no is 'Counts the states of the member from 1.';
comment on column users.batch_id is 'The batch that brought this state; its committed_at is the system time.';
comment on column users.line is 'The line of the reference feed that brought it; null for an inferred member.';

comment on table user_history is 'States of users that are not current.';
comment on column user_history.user_id is 'The member.';
comment on column user_history.name is 'As in users.';
comment on column user_history.email is 'As in users.';
comment on column user_history.country is 'As in users.';
comment on column user_history.inferred is 'As in users.';
comment on column user_history.state_no is 'As in users.';
comment on column user_history.batch_id is 'As in users.';
comment on column user_history.line is 'As in users.';
comment on column user_history.superseded_batch_id is 'The batch that took its place; the same as batch_id for a state that was never current.';

comment on table tickets is 'Tickets: the current state of every one that a reference feed or an event named.';
comment on column tickets.ticket_id is 'Unique identifier of the ticket.';
comment on column tickets.event_name is 'Name of the event that the ticket is for.';
comment on column tickets.ticket_price is 'Price of the ticket.';
comment on column tickets.inferred is 'True while nothing is known but that an event named it; a reference feed fills it in.';
comment on column tickets.state_no is 'Counts the states of the member from 1.';
comment on column tickets.batch_id is 'The batch that brought this state; its committed_at is the system time.';
comment on column tickets.line is 'The line of the reference feed that brought it; null for an inferred member.';

comment on table ticket_history is 'States of tickets that are not current.';
comment on column ticket_history.ticket_id is 'The member.';
comment on column ticket_history.event_name is 'As in tickets.';
comment on column ticket_history.ticket_price is 'As in tickets.';
comment on column ticket_history.inferred is 'As in tickets.';
comment on column ticket_history.state_no is 'As in tickets.';
comment on column ticket_history.batch_id is 'As in tickets.';
comment on column ticket_history.line is 'As in tickets.';
comment on column ticket_history.superseded_batch_id is 'The batch that took its place; the same as batch_id for a state that was never current.';

comment on table articles is 'What is sold: the current state of every article that a reference feed or an event named.';
comment on column articles.article_id is 'Unique identifier of the article: a text, such as 98765.';
comment on column articles.article_name is 'Name of the article.';
comment on column articles.price is 'Price of the article.';
comment on column articles.currency is 'Currency of the price.';
comment on column articles.inferred is 'True while nothing is known but that an event named it; a reference feed fills it in.';
comment on column articles.state_no is 'Counts the states of the member from 1.';
comment on column articles.batch_id is 'The batch that brought this state; its committed_at is the system time.';
comment on column articles.line is 'The line of the reference feed that brought it; null for an inferred member.';

comment on table article_history is 'States of articles that are not current.';
comment on column article_history.article_id is 'The member.';
comment on column article_history.article_name is 'As in articles.';
comment on column article_history.price is 'As in articles.';
comment on column article_history.currency is 'As in articles.';
comment on column article_history.inferred is 'As in articles.';
comment on column article_history.state_no is 'As in articles.';
comment on column article_history.batch_id is 'As in articles.';
comment on column article_history.line is 'As in articles.';
comment on column article_history.superseded_batch_id is 'The batch that took its place; the same as batch_id for a state that was never current.';

comment on table time_zone is 'Time zones that this database server knows; a location in another one is counted in UTC.';
comment on column time_zone.name is 'IANA name in lower case.';

comment on table school_holiday_source is 'Holiday sources that tell school holidays in full; for calendars of others is_school_holiday is unknown.';
comment on column school_holiday_source.source is 'Name of the holiday source.';

comment on schema mart is 'The star for analysts and BI tools: facts, dimensions, and what pins them to an instant. Role almanac_bi reads it and nothing else.';

comment on table mart.dim_dates is 'Calendar attributes of every day from 1990 to 2050.';
comment on column mart.dim_dates.date is 'The day.';
comment on column mart.dim_dates.year is 'Year.';
comment on column mart.dim_dates.quarter is 'Quarter, 1 to 4.';
comment on column mart.dim_dates.month is 'Month, 1 to 12.';
comment on column mart.dim_dates.month_name is 'English name of the month.';
comment on column mart.dim_dates.day is 'Day of the month.';
comment on column mart.dim_dates.day_of_year is 'Day of the year, from 1.';
comment on column mart.dim_dates.iso_year is 'Year of the ISO week.';
comment on column mart.dim_dates.iso_week is 'ISO week, 1 to 53.';
comment on column mart.dim_dates.weekday is 'ISO: 1 is Monday, 7 is Sunday.';
comment on column mart.dim_dates.weekday_name is 'English name of the weekday.';
comment on column mart.dim_dates.is_weekend is 'Saturday or Sunday.';
comment on column mart.dim_dates.first_of_month is 'First day of its month.';
comment on column mart.dim_dates.last_of_month is 'Last day of its month.';

comment on function mart.number_in(jsonb, text) is 'A field of metadata where it is a number, exact; else null.';
comment on function mart.integer_in(jsonb, text) is 'A field of metadata where it is a whole number that fits; else null.';
comment on function mart.text_in(jsonb, text) is 'A field of metadata where it is a text; else null.';
comment on function mart.article_in(jsonb) is 'The article that metadata names: a text of 1 to 200 characters, or a whole number as text; else null.';
comment on function mart.ticket_in(text, uuid) is 'The ticket that an event names: related_id of TicketIssued, TicketCancelled and BarcodeScanned; else null.';
comment on function mart.sees_personal_data() is 'Whether the current role has the rights of almanac_personal_data.';
comment on function mart.location_holidays_as_of(timestamptz) is 'The bridge as it was known at an instant: of each location the version in force then. The same rows whenever it is asked again, once the instant is settled. A location whose version of then was pruned has none.';
comment on function mart.events_as_of(timestamptz) is 'fact_events as it was known at an instant: of each event the version that was current then, event_date by the time zone known then. The same rows whenever it is asked again, once the instant is settled.';
comment on function mart.events_holidays_as_of(timestamptz, timestamptz) is 'fact_events_holidays with events as known at the first instant and holidays as known at the second one. The same rows whenever it is asked again, once the instants are settled.';
comment on function mart.settled_now() is 'The present instant, after everything that could still appear at or before it has been committed. What is read as of it is the same ever after.';
comment on function grant_mart() is 'Lets role almanac_bi read schema mart and nobody else; called by migrations, and by an administrator who made the role later.';

comment on view mart.dim_users is 'Users; name and e-mail are masked for everybody who has not the rights of role almanac_personal_data.';
comment on column mart.dim_users.user_id is 'Unique identifier of the user.';
comment on column mart.dim_users.name is 'Name; *** where it is masked.';
comment on column mart.dim_users.email is 'E-mail address; *** where it is masked.';
comment on column mart.dim_users.country is 'Country of the user.';
comment on column mart.dim_users.inferred is 'True while nothing is known but that an event named it.';
comment on column mart.dim_users.recorded_at is 'System time of this state.';

comment on view mart.dim_tickets is 'Tickets.';
comment on column mart.dim_tickets.ticket_id is 'Unique identifier of the ticket.';
comment on column mart.dim_tickets.event_name is 'Name of the event that the ticket is for.';
comment on column mart.dim_tickets.ticket_price is 'Price of the ticket.';
comment on column mart.dim_tickets.inferred is 'True while nothing is known but that an event named it.';
comment on column mart.dim_tickets.recorded_at is 'System time of this state.';

comment on view mart.dim_articles is 'Articles.';
comment on column mart.dim_articles.article_id is 'Unique identifier of the article.';
comment on column mart.dim_articles.article_name is 'Name of the article.';
comment on column mart.dim_articles.price is 'Price of the article.';
comment on column mart.dim_articles.currency is 'Currency of the price.';
comment on column mart.dim_articles.inferred is 'True while nothing is known but that an event named it.';
comment on column mart.dim_articles.recorded_at is 'System time of this state.';

comment on view mart.user_states is 'Every state that a user ever had; name and e-mail are masked as in dim_users.';
comment on column mart.user_states.user_id is 'Unique identifier of the user.';
comment on column mart.user_states.name is 'Name; *** where it is masked.';
comment on column mart.user_states.email is 'E-mail address; *** where it is masked.';
comment on column mart.user_states.country is 'Country of the user.';
comment on column mart.user_states.inferred is 'True while nothing was known but that an event named it.';
comment on column mart.user_states.state_no is 'Counts the states of the member from 1.';
comment on column mart.user_states.recorded_at is 'System time from which this was what we knew.';
comment on column mart.user_states.superseded_at is 'System time from which it no longer was; null for the present state. Equal to recorded_at: it never was what we knew.';

comment on view mart.ticket_states is 'Every state that a ticket ever had.';
comment on column mart.ticket_states.ticket_id is 'Unique identifier of the ticket.';
comment on column mart.ticket_states.event_name is 'Name of the event that the ticket is for.';
comment on column mart.ticket_states.ticket_price is 'Price of the ticket.';
comment on column mart.ticket_states.inferred is 'True while nothing was known but that an event named it.';
comment on column mart.ticket_states.state_no is 'Counts the states of the member from 1.';
comment on column mart.ticket_states.recorded_at is 'System time from which this was what we knew.';
comment on column mart.ticket_states.superseded_at is 'System time from which it no longer was; null for the present state. Equal to recorded_at: it never was what we knew.';

comment on view mart.article_states is 'Every state that an article ever had.';
comment on column mart.article_states.article_id is 'Unique identifier of the article.';
comment on column mart.article_states.article_name is 'Name of the article.';
comment on column mart.article_states.price is 'Price of the article.';
comment on column mart.article_states.currency is 'Currency of the price.';
comment on column mart.article_states.inferred is 'True while nothing was known but that an event named it.';
comment on column mart.article_states.state_no is 'Counts the states of the member from 1.';
comment on column mart.article_states.recorded_at is 'System time from which this was what we knew.';
comment on column mart.article_states.superseded_at is 'System time from which it no longer was; null for the present state. Equal to recorded_at: it never was what we knew.';

comment on view mart.location_states is 'What is known of a location, by system time; facts as of an instant take the time zone from here.';
comment on column mart.location_states.location_id is 'The location.';
comment on column mart.location_states.country_code is 'ISO 3166-1 alpha-2 code.';
comment on column mart.location_states.subdivision_code is 'ISO 3166-2 code of the place.';
comment on column mart.location_states.time_zone is 'IANA time zone of the place; null where unknown.';
comment on column mart.location_states.known_time_zone is 'The time zone where the database server knows it; days are in UTC without.';
comment on column mart.location_states.active is 'False while the location was not listed.';
comment on column mart.location_states.recorded_at is 'System time from which this was what we knew.';
comment on column mart.location_states.superseded_at is 'System time from which it no longer was; null for the present state.';
comment on column mart.location_states.current_state is 'The present state.';

comment on view mart.location_versions is 'Versions of the locations holidays with the span of system time in which each was in force.';
comment on column mart.location_versions.location_id is 'The location.';
comment on column mart.location_versions.version is 'Counts the successful syncs of the location.';
comment on column mart.location_versions.synced_at is 'System time from which the version was in force.';
comment on column mart.location_versions.calendar_id is 'The calendar that the version pins.';
comment on column mart.location_versions.revision is 'The revision of the calendar that the version pins.';
comment on column mart.location_versions.current_version is 'The newest version of the location.';
comment on column mart.location_versions.superseded_at is 'System time from which it no longer was in force, or from which later versions were pruned; null for the current one.';

comment on view mart.current_versions is 'The version of each location that is in force now.';
comment on column mart.current_versions.location_id is 'The location.';
comment on column mart.current_versions.version is 'Its newest version.';
comment on column mart.current_versions.synced_at is 'System time of that version.';
comment on column mart.current_versions.calendar_id is 'The calendar that it pins.';
comment on column mart.current_versions.revision is 'The revision of the calendar that it pins.';

comment on view mart.dim_locations is 'Locations as they are known now.';
comment on column mart.dim_locations.location_id is 'Unique identifier of the location.';
comment on column mart.dim_locations.country_code is 'ISO 3166-1 alpha-2 code.';
comment on column mart.dim_locations.subdivision_code is 'ISO 3166-2 code of the place.';
comment on column mart.dim_locations.time_zone is 'IANA time zone of the place; null: its days are counted in UTC.';
comment on column mart.dim_locations.active is 'False once the location is no longer listed.';
comment on column mart.dim_locations.calendar_version is 'The newest version of its holidays; null before the first sync.';
comment on column mart.dim_locations.synced_at is 'System time of that version.';
comment on column mart.dim_locations.holiday_source is 'Where its holidays come from.';
comment on column mart.dim_locations.holiday_region is 'The region whose holidays they are.';

comment on view mart.calendar_holiday_days is 'Every day of every holiday of every calendar, with the revisions that have it.';
comment on column mart.calendar_holiday_days.calendar_id is 'The calendar.';
comment on column mart.calendar_holiday_days.date is 'A nominal day of the holiday, or the observed one.';
comment on column mart.calendar_holiday_days.observed is 'True for the day that is taken off in place of the nominal one.';
comment on column mart.calendar_holiday_days.holiday_id is 'The holiday.';
comment on column mart.calendar_holiday_days.name is 'English name where the source knows one.';
comment on column mart.calendar_holiday_days.local_name is 'Name in the first language of the place.';
comment on column mart.calendar_holiday_days.type is 'public, bank, school, optional or observance.';
comment on column mart.calendar_holiday_days.nominal_date is 'The holidays first nominal day.';
comment on column mart.calendar_holiday_days.revisions is 'The revisions of the calendar that have it.';

comment on view mart.calendar_coverage is 'How well each year of a calendar is known, by revision.';
comment on column mart.calendar_coverage.calendar_id is 'The calendar.';
comment on column mart.calendar_coverage.year is 'The year.';
comment on column mart.calendar_coverage.coverage is 'full, partial or unavailable; only in a full year is a day without a holiday known to be none.';
comment on column mart.calendar_coverage.revisions is 'The revisions of the calendar for which this holds.';
comment on column mart.calendar_coverage.source is 'Name of the holiday source.';
comment on column mart.calendar_coverage.region is 'ISO 3166 code of the region.';
comment on column mart.calendar_coverage.knows_school_holidays is 'Whether the source tells school holidays in full.';

comment on view mart.bridge_location_day_holidays is 'Which holidays a day is at a location, by version of the location: a row for each day and holiday. A day can be two holidays: join facts to fact_events_holidays instead of to this, and nothing doubles.';
comment on column mart.bridge_location_day_holidays.location_id is 'The location.';
comment on column mart.bridge_location_day_holidays.version is 'The version of its holidays.';
comment on column mart.bridge_location_day_holidays.current_version is 'Whether that is the newest version.';
comment on column mart.bridge_location_day_holidays.date is 'The day.';
comment on column mart.bridge_location_day_holidays.observed is 'True for the day that is taken off in place of the nominal one.';
comment on column mart.bridge_location_day_holidays.holiday_id is 'The holiday.';
comment on column mart.bridge_location_day_holidays.holiday_name is 'English name where the source knows one.';
comment on column mart.bridge_location_day_holidays.local_name is 'Name in the first language of the place.';
comment on column mart.bridge_location_day_holidays.type is 'public, bank, school, optional or observance.';
comment on column mart.bridge_location_day_holidays.nominal_date is 'The holiday''s first nominal day.';
comment on column mart.bridge_location_day_holidays.synced_at is 'System time of the version.';

comment on view mart.fact_events is 'The current version of every checkout event, with its metadata in typed columns; what is not of the promised kind is null. One row for each event.';
comment on column mart.fact_events.event_id is 'Unique identifier of the event.';
comment on column mart.fact_events.event_type is 'Type of the event, for example PaymentSuccessful.';
comment on column mart.fact_events.event_timestamp is 'When the event occurred.';
comment on column mart.fact_events.event_date is 'The day of it in the time zone of the location; in UTC without a location or a time zone.';
comment on column mart.fact_events.visit_date is 'The day of the visit, where the event names one.';
comment on column mart.fact_events.user_id is 'The user: dim_users.';
comment on column mart.fact_events.related_id is 'The related entity, for example a cart or a ticket.';
comment on column mart.fact_events.ticket_id is 'The ticket, for types that are about one: dim_tickets.';
comment on column mart.fact_events.article_id is 'The article, where the event names one: dim_articles.';
comment on column mart.fact_events.location_id is 'The location, where the event names one: dim_locations.';
comment on column mart.fact_events.version is 'Version of the event.';
comment on column mart.fact_events.schema_version is 'Version of the type''s schema that it was judged by.';
comment on column mart.fact_events.amount is 'metadata.total_amount: what was paid, given back or to be paid.';
comment on column mart.fact_events.currency is 'metadata.currency: ISO 4217 code of every amount of the event.';
comment on column mart.fact_events.article_price is 'metadata.article_price: price of one.';
comment on column mart.fact_events.quantity is 'metadata.quantity: how many articles; null where the event does not say, which means one.';
comment on column mart.fact_events.article_count is 'metadata.article_count: articles in the cart.';
comment on column mart.fact_events.ticket_price is 'metadata.ticket_price: price of the ticket.';
comment on column mart.fact_events.payment_method is 'metadata.payment_method.';
comment on column mart.fact_events.reason is 'metadata.reason: why it failed, was given back or made void.';
comment on column mart.fact_events.barcode_type is 'metadata.barcode_type.';
comment on column mart.fact_events.scanner_location is 'metadata.scanner_location: where it was scanned.';
comment on column mart.fact_events.recorded_at is 'System time: when Almanac learned this version.';

comment on view mart.fact_event_versions is 'Every version of every event; events_as_of picks those that were current at an instant.';
comment on column mart.fact_event_versions.event_id is 'Unique identifier of the event.';
comment on column mart.fact_event_versions.event_type is 'Type of the event, for example PaymentSuccessful.';
comment on column mart.fact_event_versions.event_timestamp is 'When the event occurred.';
comment on column mart.fact_event_versions.visit_date is 'The day of the visit, where the event names one.';
comment on column mart.fact_event_versions.user_id is 'The user: dim_users.';
comment on column mart.fact_event_versions.related_id is 'The related entity, for example a cart or a ticket.';
comment on column mart.fact_event_versions.ticket_id is 'The ticket, for types that are about one: dim_tickets.';
comment on column mart.fact_event_versions.article_id is 'The article, where the event names one: dim_articles.';
comment on column mart.fact_event_versions.location_id is 'The location, where the event names one: dim_locations.';
comment on column mart.fact_event_versions.version is 'Version of the event.';
comment on column mart.fact_event_versions.schema_version is 'Version of the type''s schema that it was judged by.';
comment on column mart.fact_event_versions.amount is 'metadata.total_amount: what was paid, given back or to be paid.';
comment on column mart.fact_event_versions.currency is 'metadata.currency: ISO 4217 code of every amount of the event.';
comment on column mart.fact_event_versions.article_price is 'metadata.article_price: price of one.';
comment on column mart.fact_event_versions.quantity is 'metadata.quantity: how many articles; null where the event does not say, which means one.';
comment on column mart.fact_event_versions.article_count is 'metadata.article_count: articles in the cart.';
comment on column mart.fact_event_versions.ticket_price is 'metadata.ticket_price: price of the ticket.';
comment on column mart.fact_event_versions.payment_method is 'metadata.payment_method.';
comment on column mart.fact_event_versions.reason is 'metadata.reason: why it failed, was given back or made void.';
comment on column mart.fact_event_versions.barcode_type is 'metadata.barcode_type.';
comment on column mart.fact_event_versions.scanner_location is 'metadata.scanner_location: where it was scanned.';
comment on column mart.fact_event_versions.recorded_at is 'System time: when Almanac learned this version.';
comment on column mart.fact_event_versions.superseded_at is 'System time from which another version was current; null for the current one. Equal to recorded_at: it never was current.';

comment on view mart.fact_events_holidays is 'fact_events with the holidays of visit_date at the location. One row for each event: the holidays of a day are aggregated, so that amounts never double. Flags are null where nobody can know: no location, no visit date, or a year outside of what was synced in full.';
comment on column mart.fact_events_holidays.event_id is 'As in fact_events.';
comment on column mart.fact_events_holidays.event_type is 'As in fact_events.';
comment on column mart.fact_events_holidays.event_timestamp is 'As in fact_events.';
comment on column mart.fact_events_holidays.event_date is 'As in fact_events.';
comment on column mart.fact_events_holidays.visit_date is 'As in fact_events.';
comment on column mart.fact_events_holidays.user_id is 'As in fact_events.';
comment on column mart.fact_events_holidays.related_id is 'As in fact_events.';
comment on column mart.fact_events_holidays.ticket_id is 'As in fact_events.';
comment on column mart.fact_events_holidays.article_id is 'As in fact_events.';
comment on column mart.fact_events_holidays.location_id is 'As in fact_events.';
comment on column mart.fact_events_holidays.version is 'As in fact_events.';
comment on column mart.fact_events_holidays.schema_version is 'As in fact_events.';
comment on column mart.fact_events_holidays.amount is 'As in fact_events.';
comment on column mart.fact_events_holidays.currency is 'As in fact_events.';
comment on column mart.fact_events_holidays.article_price is 'As in fact_events.';
comment on column mart.fact_events_holidays.quantity is 'As in fact_events.';
comment on column mart.fact_events_holidays.article_count is 'As in fact_events.';
comment on column mart.fact_events_holidays.ticket_price is 'As in fact_events.';
comment on column mart.fact_events_holidays.payment_method is 'As in fact_events.';
comment on column mart.fact_events_holidays.reason is 'As in fact_events.';
comment on column mart.fact_events_holidays.barcode_type is 'As in fact_events.';
comment on column mart.fact_events_holidays.scanner_location is 'As in fact_events.';
comment on column mart.fact_events_holidays.recorded_at is 'As in fact_events.';
comment on column mart.fact_events_holidays.is_public_holiday is 'visit_date is a nominal or observed day of a public holiday; null where unknown.';
comment on column mart.fact_events_holidays.is_school_holiday is 'visit_date is a day of a school holiday; null where unknown, and wherever the source does not tell school holidays.';
comment on column mart.fact_events_holidays.is_weekend is 'visit_date is a Saturday or Sunday; null without a location or a visit date.';
comment on column mart.fact_events_holidays.holiday_names is 'Names of the public holidays (and school holidays where they are known) of visit_date, sorted, each once; null where unknown.';
comment on column mart.fact_events_holidays.calendar_version is 'The version of the location''s holidays that told it.';
