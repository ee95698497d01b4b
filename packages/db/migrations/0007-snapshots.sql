-- Snapshots: pairs of as-of pins under a name, by which an analysis is repeated to the row. A pin is an instant and copies
-- nothing: events, members and calendars are there in every state already, and retention keeps what a pin needs.

create table snapshot (
  snapshot_id uuid primary key default uuidv7(),
  name text check (name <> '' and length(name) <= 200),
  events_as_of timestamptz not null,
  calendar_as_of timestamptz not null,
  created_by text not null,
  created_at timestamptz not null,
  released_by text,
  released_at timestamptz,
  -- What lies ahead may still change.
  check (events_as_of <= created_at and calendar_as_of <= created_at),
  check ((released_at is null) = (released_by is null)),
  check (released_at >= created_at)
);
create index snapshot_pins on snapshot (calendar_as_of) where released_at is null;

create function snapshot_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.released_at is null
    and (new.snapshot_id, new.name, new.events_as_of, new.calendar_as_of, new.created_by, new.created_at)
      is not distinct from (old.snapshot_id, old.name, old.events_as_of, old.calendar_as_of, old.created_by, old.created_at)
  then
    return new;
  end if;
  raise exception 'a snapshot is never changed or deleted, only released' using errcode = 'integrity_constraint_violation';
end $$;
create trigger snapshot_guard before update or delete on snapshot for each row execute function snapshot_guard();
create trigger snapshot_keep before truncate on snapshot for each statement execute function snapshot_guard();

create view mart.snapshots as
select snapshot_id, name, events_as_of, calendar_as_of, created_at, released_at
from snapshot;

create view mart.calendars as
select calendar_id, source, region
from calendar;

-- True, or an error: a mistyped id must not look like a day without sales. As a condition without columns it is looked at
-- once, before anything is read. The rest stays plain SQL that the planner takes apart (a sub-select as an argument would
-- prevent that), so a filter still reaches the indexes.
create function mart.snapshot_is_known(snapshot uuid) returns boolean
language plpgsql stable as $$
begin
  perform from mart.snapshots s where s.snapshot_id = snapshot;
  if not found then
    raise exception 'there is no snapshot %', snapshot using errcode = 'no_data_found';
  end if;
  return true;
end $$;

create function mart.snapshot_events(snapshot uuid) returns setof mart.fact_events
language sql stable
begin atomic
  select e.*
  from mart.snapshots p
  cross join lateral mart.events_as_of(p.events_as_of) e
  where p.snapshot_id = snapshot and mart.snapshot_is_known(snapshot);
end;

create function mart.snapshot_location_holidays(snapshot uuid) returns setof mart.bridge_location_day_holidays
language sql stable
begin atomic
  select h.*
  from mart.snapshots p
  cross join lateral mart.location_holidays_as_of(p.calendar_as_of) h
  where p.snapshot_id = snapshot and mart.snapshot_is_known(snapshot);
end;

create function mart.snapshot_events_holidays(snapshot uuid) returns setof mart.fact_events_holidays
language sql stable
begin atomic
  select e.*
  from mart.snapshots p
  cross join lateral mart.events_holidays_as_of(p.events_as_of, p.calendar_as_of) e
  where p.snapshot_id = snapshot and mart.snapshot_is_known(snapshot);
end;

create function mart.snapshot_users(snapshot uuid) returns setof mart.dim_users
language sql stable
begin atomic
  select u.user_id, u.name, u.email, u.country, u.inferred, u.recorded_at
  from mart.snapshots p
  join mart.user_states u on u.recorded_at <= p.events_as_of
    and (u.superseded_at is null or p.events_as_of < u.superseded_at)
  where p.snapshot_id = snapshot and mart.snapshot_is_known(snapshot);
end;

create function mart.snapshot_tickets(snapshot uuid) returns setof mart.dim_tickets
language sql stable
begin atomic
  select t.ticket_id, t.event_name, t.ticket_price, t.inferred, t.recorded_at
  from mart.snapshots p
  join mart.ticket_states t on t.recorded_at <= p.events_as_of
    and (t.superseded_at is null or p.events_as_of < t.superseded_at)
  where p.snapshot_id = snapshot and mart.snapshot_is_known(snapshot);
end;

create function mart.snapshot_articles(snapshot uuid) returns setof mart.dim_articles
language sql stable
begin atomic
  select a.article_id, a.article_name, a.price, a.currency, a.inferred, a.recorded_at
  from mart.snapshots p
  join mart.article_states a on a.recorded_at <= p.events_as_of
    and (a.superseded_at is null or p.events_as_of < a.superseded_at)
  where p.snapshot_id = snapshot and mart.snapshot_is_known(snapshot);
end;

create function mart.snapshot_locations(snapshot uuid) returns setof mart.dim_locations
language sql stable
begin atomic
  select s.location_id, s.country_code, s.subdivision_code, s.time_zone, s.active, v.version, v.synced_at, c.source,
    c.region
  from mart.snapshots p
  join mart.location_states s on s.recorded_at <= p.calendar_as_of
    and (s.superseded_at is null or p.calendar_as_of < s.superseded_at)
  left join mart.location_versions v on v.location_id = s.location_id and v.synced_at <= p.calendar_as_of
    and (v.superseded_at is null or p.calendar_as_of < v.superseded_at)
  left join mart.calendars c on c.calendar_id = v.calendar_id
  where p.snapshot_id = snapshot and mart.snapshot_is_known(snapshot);
end;

comment on table snapshot is 'Pairs of as-of pins: whatever is read by one of them is read again to the row. Only ever released, never changed.';
comment on column snapshot.snapshot_id is 'UUID, version 7.';
comment on column snapshot.name is 'What it is for, in the words of whoever made it; null where nobody said.';
comment on column snapshot.events_as_of is 'The instant at which events, members and time zones of locations are read.';
comment on column snapshot.calendar_as_of is 'The instant at which holidays and locations are read.';
comment on column snapshot.created_by is 'Actor.';
comment on column snapshot.created_at is 'System time of its making; both instants were settled by then.';
comment on column snapshot.released_by is 'Who ended the pin; null while it holds.';
comment on column snapshot.released_at is 'When retention stopped to keep what it needs; null while it holds.';

comment on view mart.snapshots is 'Snapshots: pairs of instants by which an analysis is repeated to the row. Their ids go into the functions snapshot_….';
comment on column mart.snapshots.snapshot_id is 'The snapshot''s id.';
comment on column mart.snapshots.name is 'What it is for.';
comment on column mart.snapshots.events_as_of is 'The instant at which events, members and time zones of locations are read.';
comment on column mart.snapshots.calendar_as_of is 'The instant at which holidays and locations are read.';
comment on column mart.snapshots.created_at is 'When it was made.';
comment on column mart.snapshots.released_at is 'When it was released: retention may then take what it needs. Null while it holds.';

comment on view mart.calendars is 'Whose holidays a location''s version pins: one source, one region.';
comment on column mart.calendars.calendar_id is 'The calendar.';
comment on column mart.calendars.source is 'Name of the holiday source.';
comment on column mart.calendars.region is 'ISO 3166 code of the region.';

comment on function mart.snapshot_is_known(uuid) is 'True for the id of a snapshot, an error for any other.';
comment on function mart.snapshot_events(uuid) is 'fact_events as a snapshot pins them.';
comment on function mart.snapshot_location_holidays(uuid) is 'The holidays of each location''s days as a snapshot pins them.';
comment on function mart.snapshot_events_holidays(uuid) is 'fact_events_holidays as a snapshot pins events and calendars.';
comment on function mart.snapshot_users(uuid) is 'dim_users as a snapshot pins them, with the events.';
comment on function mart.snapshot_tickets(uuid) is 'dim_tickets as a snapshot pins them, with the events.';
comment on function mart.snapshot_articles(uuid) is 'dim_articles as a snapshot pins them, with the events.';
comment on function mart.snapshot_locations(uuid) is 'dim_locations as a snapshot pins them, with the calendars.';

select grant_mart();
