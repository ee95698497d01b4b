-- Holidays in versions: calendars shared by locations, range-encoded revisions, a location's versions, syncs, access.
-- Time axes: a holiday's dates are ordinary columns; `revisions` and `versions` count states; `recorded`, `synced_at`
-- are system time (what was known when), stamped under the history lock so that they rise in commit order.

create extension if not exists btree_gist;

-- One row that every change of what a read may show moves: readers compare it instead of asking for each location.
create table read_epoch (
  only_row boolean primary key default true check (only_row),
  epoch bigint not null default 0
);
insert into read_epoch default values;

create table calendar (
  calendar_id int generated always as identity primary key,
  source text not null,
  region text not null,
  current_revision int not null default 0 check (current_revision >= 0),
  lease_token uuid,
  lease_expires_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  unique (source, region),
  check ((lease_token is null) = (lease_expires_at is null))
);

create table region_resolution (
  source text not null,
  subdivision_code text not null,
  calendar_id int not null references calendar,
  primary key (source, subdivision_code)
);

create table calendar_revision (
  calendar_id int not null references calendar,
  revision int not null check (revision >= 1),
  recorded_at timestamptz not null default clock_timestamp(),
  quarantine_id uuid,
  added int not null,
  removed int not null,
  moved int not null,
  renamed int not null,
  primary key (calendar_id, revision)
);

create table calendar_year (
  calendar_id int not null references calendar,
  year smallint not null check (year between 1900 and 2200),
  begun_at timestamptz not null,
  finished_at timestamptz not null,
  outcome text not null check (outcome in ('full', 'partial', 'unavailable', 'failed', 'quarantined')),
  error_code text,
  detail text,
  quarantine_id uuid,
  fetches int not null default 1,
  primary key (calendar_id, year),
  check ((outcome = 'quarantined') = (quarantine_id is not null))
);

create table calendar_coverage (
  calendar_id int not null references calendar,
  year smallint not null,
  coverage text not null check (coverage in ('full', 'partial', 'unavailable')),
  revisions int4range not null check (not isempty(revisions) and not lower_inf(revisions)),
  primary key (calendar_id, year, revisions without overlaps)
);

create table holiday (
  calendar_id int not null references calendar,
  holiday_id uuid not null,
  year smallint not null,
  date date not null,
  observed_date date,
  end_date date,
  type text not null check (type in ('public', 'bank', 'school', 'optional', 'observance')),
  name text not null,
  local_name text not null,
  names jsonb not null default '{}',
  occurrence_id text,
  revisions int4range not null check (not isempty(revisions) and not lower_inf(revisions)),
  first_date date not null generated always as (least(date, observed_date)) stored,
  last_date date not null generated always as (greatest(date, observed_date, end_date)) stored,
  primary key (calendar_id, holiday_id, revisions without overlaps),
  check (end_date is null or end_date > date),
  check (observed_date is null or observed_date <> date),
  check (extract(year from date) = year)
);
create index holiday_dates on holiday (calendar_id, first_date, last_date);

create table quarantine (
  quarantine_id uuid primary key default uuidv7(),
  calendar_id int not null references calendar,
  base_revision int not null,
  begun_at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  years jsonb not null,
  reasons jsonb not null,
  status text not null default 'open' check (status in ('open', 'approved', 'rejected', 'superseded')),
  decided_by text,
  decided_at timestamptz,
  check ((status = 'open') = (decided_at is null))
);
create index quarantine_open on quarantine (calendar_id) where status = 'open';

alter table calendar_revision add foreign key (quarantine_id) references quarantine;
alter table calendar_year add foreign key (quarantine_id) references quarantine;

create table location (
  location_id uuid primary key,
  location_no int generated always as identity unique,
  created_at timestamptz not null default clock_timestamp()
);

create table location_state (
  location_id uuid not null references location,
  state_no int not null check (state_no >= 1),
  country_code text not null check (country_code ~ '^[A-Z]{2}$'),
  subdivision_code text not null check (subdivision_code ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$'),
  time_zone text,
  active boolean not null,
  recorded tstzrange not null check (not isempty(recorded) and not lower_inf(recorded)),
  primary key (location_id, recorded without overlaps),
  unique (location_id, state_no),
  check (starts_with(subdivision_code, country_code))
);
create unique index location_state_current on location_state (location_id) where upper_inf(recorded);
create index idx_country_subdivision on location_state (country_code, subdivision_code) where upper_inf(recorded);

create table sync (
  sync_id uuid primary key default uuidv7(),
  sync_no int generated always as identity unique,
  trigger text not null check (trigger in ('api', 'schedule', 'start', 'job')),
  request_key text unique,
  requested_by text not null,
  requested_at timestamptz not null default clock_timestamp(),
  source text not null,
  location_ids uuid[] not null check (cardinality(location_ids) > 0),
  total int not null generated always as (cardinality(location_ids)) stored,
  years smallint[] not null check (cardinality(years) > 0),
  status text not null default 'queued' check (status in ('queued', 'running', 'succeeded', 'partial', 'failed', 'quarantined')),
  changed int not null default 0,
  unchanged int not null default 0,
  failed int not null default 0,
  quarantined int not null default 0,
  progressed_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  check (changed + unchanged + failed + quarantined <= total),
  check ((finished_at is not null) = (changed + unchanged + failed + quarantined = total)),
  check ((finished_at is null) = (status in ('queued', 'running')))
);
create index sync_unfinished on sync (progressed_at) where finished_at is null;
create index sync_newest on sync (sync_no desc);

-- A location's versions in runs: one row holds up to 64 versions in a row that pin the same calendar revision.
-- One row a version would cost 130 bytes and two index entries; a run costs 16 bytes a version and no index entry.
create table location_version_run (
  location_id uuid not null references location,
  first_version int not null check (first_version >= 1),
  first_synced_at timestamptz not null,
  calendar_id int not null,
  revision int not null,
  added int not null,
  removed int not null,
  moved int not null,
  renamed int not null,
  versions int[] not null,
  synced_at timestamptz[] not null,
  sync_nos int[] not null,
  pruned_to text check (pruned_to in ('day', 'month')),
  primary key (location_id, first_version),
  unique (location_id, first_synced_at),
  foreign key (calendar_id, revision) references calendar_revision,
  check (cardinality(versions) between 1 and 64),
  check (cardinality(versions) = cardinality(synced_at) and cardinality(versions) = cardinality(sync_nos)),
  check (first_version <= versions[1] and first_synced_at <= synced_at[1])
) with (fillfactor = 60);
create index location_version_run_pins on location_version_run (calendar_id, revision);

create function location_version_run_guard() returns trigger language plpgsql as $$
declare
  newest location_version_run;
  known int := 0;
begin
  if current_setting('almanac.pruning', true) = 'on' then
    return new;
  end if;
  select * into newest from location_version_run
    where location_id = new.location_id order by first_version desc limit 1;
  if tg_op = 'UPDATE' then
    known := cardinality(old.versions);
    if newest.first_version <> old.first_version
      or new.versions[1:known] <> old.versions or new.synced_at[1:known] <> old.synced_at
      or new.sync_nos[1:known] <> old.sync_nos
      or (new.location_id, new.first_version, new.first_synced_at, new.calendar_id, new.revision)
        is distinct from (old.location_id, old.first_version, old.first_synced_at, old.calendar_id, old.revision) then
      raise exception 'a version that was recorded is never changed' using errcode = 'integrity_constraint_violation';
    end if;
  else
    if new.first_version <> new.versions[1] or new.first_synced_at <> new.synced_at[1]
      or new.first_version <> coalesce(newest.versions[cardinality(newest.versions)], 0) + 1
      or new.synced_at[1] <= newest.synced_at[cardinality(newest.synced_at)] then
      raise exception 'versions of a location rise by one' using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  for i in greatest(known, 1) + 1 .. cardinality(new.versions) loop
    if new.versions[i] <> new.versions[i - 1] + 1 or new.synced_at[i] <= new.synced_at[i - 1] then
      raise exception 'versions of a location rise by one' using errcode = 'integrity_constraint_violation';
    end if;
  end loop;
  return new;
end $$;
create trigger location_version_run_guard before insert or update on location_version_run
  for each row execute function location_version_run_guard();

create view location_version as
select r.location_id, v.version, v.synced_at, s.sync_id, r.calendar_id, r.revision,
  v.version = last_value(v.version) over (
    partition by r.location_id order by v.version rows between unbounded preceding and unbounded following
  ) as current_version,
  case when v.version = r.versions[1] then r.added else 0 end as added,
  case when v.version = r.versions[1] then r.removed else 0 end as removed,
  case when v.version = r.versions[1] then r.moved else 0 end as moved,
  case when v.version = r.versions[1] then r.renamed else 0 end as renamed
from location_version_run r
cross join lateral unnest(r.versions, r.synced_at, r.sync_nos) as v (version, synced_at, sync_no)
join sync s on s.sync_no = v.sync_no;

create table sync_failure (
  sync_no int not null references sync (sync_no),
  location_id uuid not null references location,
  outcome text not null check (outcome in ('failed', 'quarantined')),
  code text not null,
  detail text not null,
  quarantine_id uuid references quarantine,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (sync_no, location_id),
  check (outcome <> 'quarantined' or quarantine_id is not null)
);
create index sync_failure_newest on sync_failure (location_id, recorded_at desc);

create table audit (
  audit_id bigint generated always as identity primary key,
  recorded_at timestamptz not null default clock_timestamp(),
  actor text not null,
  action text not null,
  object_type text not null,
  object_id text not null,
  reason text,
  before jsonb,
  after jsonb,
  request_id text
);
create index audit_object on audit (object_type, object_id, audit_id desc);

create function audit_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the audit is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_append_only before update or delete or truncate on audit
  for each statement execute function audit_append_only();

create table api_key (
  key_id uuid primary key default uuidv7(),
  name text not null check (name <> ''),
  role text not null check (role in ('reader', 'analyst', 'ingester', 'operator', 'admin')),
  prefix text not null unique,
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  location_ids uuid[],
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);

create table sign_in (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  key_id uuid references api_key,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);

create table idempotent_request (
  owner text not null,
  route text not null,
  idempotency_key text not null,
  body_hash bytea not null,
  claimed_until timestamptz not null,
  status int,
  headers jsonb,
  body bytea,
  created_at timestamptz not null default clock_timestamp(),
  primary key (owner, route, idempotency_key)
);
create index idempotent_request_age on idempotent_request (created_at);

create table worker_heartbeat (
  worker_id uuid primary key,
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp()
);

create table source_pause (
  source text primary key,
  paused_until timestamptz not null,
  code text not null,
  reason text not null
);

-- The brief's relations, under its names, for people with psql or a BI tool.
create view location_mapping as
select location_id, country_code, subdivision_code, active
from location_state
where upper_inf(recorded);

create view holidays as
select v.location_id, h.name as holiday_name, h.date, v.version, v.current_version,
  h.observed_date, h.end_date, h.local_name, h.type, h.holiday_id, c.region, c.source, v.synced_at
from location_version v
join calendar c using (calendar_id)
join holiday h on h.calendar_id = v.calendar_id and h.revisions @> v.revision;

-- Comments feed the data catalogue: every table and column has one (a test says which is missing).

comment on table read_epoch is 'Moved by every change of what a read may show; readers compare it to know that what they keep in memory is still the newest.';
comment on column read_epoch.only_row is 'Always true: there is one row.';
comment on column read_epoch.epoch is 'Rises by one with every such change.';

comment on table calendar is 'The holidays of one region as one source tells them; shared by every location of that region.';
comment on column calendar.calendar_id is 'Row number of the calendar.';
comment on column calendar.source is 'Name of the holiday source (offline, holidayapi, …).';
comment on column calendar.region is 'ISO 3166 code that the source declares: a country (NL) or a subdivision (GB-ENG).';
comment on column calendar.current_revision is 'Newest revision; 0 before the first successful fetch.';
comment on column calendar.lease_token is 'Fencing token of the worker that refreshes the calendar now; null when nobody does.';
comment on column calendar.lease_expires_at is 'When that claim ends unless it is renewed; another worker may then take over.';
comment on column calendar.created_at is 'When the calendar was first needed.';

comment on table region_resolution is 'Which calendar serves a requested subdivision: the first code up its ISO 3166-2 chain that the source declares.';
comment on column region_resolution.source is 'Name of the holiday source.';
comment on column region_resolution.subdivision_code is 'The requested ISO 3166-2 code (or a country code).';
comment on column region_resolution.calendar_id is 'The calendar that answers for it.';

comment on table calendar_revision is 'One state of a calendar that differs from the one before.';
comment on column calendar_revision.calendar_id is 'The calendar.';
comment on column calendar_revision.revision is 'Counts the states of the calendar from 1.';
comment on column calendar_revision.recorded_at is 'System time: when Almanac learned it.';
comment on column calendar_revision.quarantine_id is 'The quarantine that an operator approved to make this revision; null for an ordinary one.';
comment on column calendar_revision.added is 'Holidays that the state before did not have.';
comment on column calendar_revision.removed is 'Holidays that only the state before had.';
comment on column calendar_revision.moved is 'Holidays whose days changed.';
comment on column calendar_revision.renamed is 'Holidays whose name or type changed and whose days did not.';

comment on table calendar_year is 'The last fetch of one year of a calendar: when it was begun and what came of it.';
comment on column calendar_year.calendar_id is 'The calendar.';
comment on column calendar_year.year is 'The calendar year asked for.';
comment on column calendar_year.begun_at is 'When the fetch was begun; a sync requested later needs a newer one.';
comment on column calendar_year.finished_at is 'When its outcome was recorded.';
comment on column calendar_year.outcome is 'full, partial (answered with a warning), unavailable (refused: 400, 401, 402), failed (no usable answer), quarantined (answer held back).';
comment on column calendar_year.error_code is 'Stable code of the failure or refusal; null otherwise.';
comment on column calendar_year.detail is 'A sentence that is safe to show; null when all is well.';
comment on column calendar_year.quarantine_id is 'The quarantine that holds the answer; null unless quarantined.';
comment on column calendar_year.fetches is 'How many fetches of this year there have been.';

comment on table calendar_coverage is 'How well a year of a calendar is known, by revision.';
comment on column calendar_coverage.calendar_id is 'The calendar.';
comment on column calendar_coverage.year is 'The calendar year.';
comment on column calendar_coverage.coverage is 'full, partial or unavailable.';
comment on column calendar_coverage.revisions is 'The revisions for which this holds; open above = current.';

comment on table holiday is 'One state of one holiday, with the range of calendar revisions that have it. Nothing is updated but the end of that range.';
comment on column holiday.calendar_id is 'The calendar.';
comment on column holiday.holiday_id is 'Minted once and carried across revisions, moved and renamed ones included.';
comment on column holiday.year is 'The year it was fetched for: the year of date.';
comment on column holiday.date is 'Nominal first day.';
comment on column holiday.observed_date is 'The day off where it differs from date; else null.';
comment on column holiday.end_date is 'Last day, inclusive, of a holiday of several days; else null.';
comment on column holiday.type is 'public, bank, school, optional or observance.';
comment on column holiday.name is 'English name where the source knows one, else the local one.';
comment on column holiday.local_name is 'Name in the first language of the place.';
comment on column holiday.names is 'Names by language tag, where the source gives them.';
comment on column holiday.occurrence_id is 'The sources own id of this occurrence, where it has one.';
comment on column holiday.revisions is 'The calendar revisions that have this state; open above = current.';
comment on column holiday.first_date is 'Earliest of its days: what range queries use.';
comment on column holiday.last_date is 'Latest of its days: what range queries use.';

comment on table quarantine is 'An upstream answer that was held back because it would have removed or moved too much; an operator approves or rejects it.';
comment on column quarantine.quarantine_id is 'UUID, version 7.';
comment on column quarantine.calendar_id is 'The calendar whose answer it is.';
comment on column quarantine.base_revision is 'The revision that the answer was compared with.';
comment on column quarantine.begun_at is 'When the fetch was begun.';
comment on column quarantine.recorded_at is 'When it was held back.';
comment on column quarantine.years is 'The answer: fetched years with their holidays.';
comment on column quarantine.reasons is 'Which guard held it back, and the numbers.';
comment on column quarantine.status is 'open, approved, rejected, or superseded by a newer success.';
comment on column quarantine.decided_by is 'Who decided; null while open.';
comment on column quarantine.decided_at is 'When; null while open.';

comment on table location is 'A place that sells tickets. Its changing facts are in location_state; a location is never deleted.';
comment on column location.location_id is 'The companys UUID of the place.';
comment on column location.location_no is 'Short number for lists in the order of arrival.';
comment on column location.created_at is 'When it was first registered.';

comment on table location_state is 'What is known of a location, by system time: one open row is the present, closed ones the past.';
comment on column location_state.location_id is 'The location.';
comment on column location_state.state_no is 'Counts the states of the location from 1.';
comment on column location_state.country_code is 'ISO 3166-1 alpha-2 code.';
comment on column location_state.subdivision_code is 'ISO 3166-2 code of the place (or the country code).';
comment on column location_state.time_zone is 'IANA time zone of the place; null where unknown.';
comment on column location_state.active is 'False once the location is no longer listed; its data stays.';
comment on column location_state.recorded is 'System time during which this was what we knew; open above = now.';

comment on table sync is 'A request to bring locations up to date with their holiday source, and what came of it.';
comment on column sync.sync_id is 'UUID, version 7.';
comment on column sync.sync_no is 'Short number, rising with each request.';
comment on column sync.trigger is 'What asked: api, schedule, start, or job (by hand from Bull Board).';
comment on column sync.request_key is 'Names the slot or job that asked, so that asking twice is one sync; null for plain requests.';
comment on column sync.requested_by is 'Actor.';
comment on column sync.requested_at is 'When it was asked; only fetches begun later are used.';
comment on column sync.source is 'The holiday source in force when it was asked.';
comment on column sync.location_ids is 'The locations it is for.';
comment on column sync.total is 'How many locations it is for.';
comment on column sync.years is 'The years it fetches.';
comment on column sync.status is 'queued, running, succeeded, partial, failed or quarantined.';
comment on column sync.changed is 'Locations whose new version differs from the one before.';
comment on column sync.unchanged is 'Locations whose new version equals the one before.';
comment on column sync.failed is 'Locations that got no new version.';
comment on column sync.quarantined is 'Locations whose calendars answer was held back.';
comment on column sync.progressed_at is 'When something last came of it.';
comment on column sync.finished_at is 'When every location had an outcome; null before.';

comment on table location_version_run is 'The versions of a location, up to 64 in a row that pin the same calendar revision. Read it through location_version.';
comment on column location_version_run.location_id is 'The location.';
comment on column location_version_run.first_version is 'The first version of the run; its changes are the counts below.';
comment on column location_version_run.first_synced_at is 'System time of the first version of the run: what as-of look-ups use.';
comment on column location_version_run.calendar_id is 'The calendar that these versions pin.';
comment on column location_version_run.revision is 'The revision of it that they pin.';
comment on column location_version_run.added is 'Holidays that the version before the run did not have.';
comment on column location_version_run.removed is 'Holidays that only the version before the run had.';
comment on column location_version_run.moved is 'Holidays whose days changed.';
comment on column location_version_run.renamed is 'Holidays whose name or type changed and whose days did not.';
comment on column location_version_run.versions is 'The version numbers, rising by one (gaps only where retention pruned).';
comment on column location_version_run.synced_at is 'System time of each version, rising.';
comment on column location_version_run.sync_nos is 'The sync that made each version.';
comment on column location_version_run.pruned_to is 'What retention left of the versions before and in this run: the last of each day or month; null while none was pruned.';

comment on view location_version is 'Every version of every location, one row each.';
comment on column location_version.location_id is 'The location.';
comment on column location_version.version is 'Counts the successful syncs of the location from 1.';
comment on column location_version.synced_at is 'System time: when this became what we knew.';
comment on column location_version.sync_id is 'The sync that made it.';
comment on column location_version.calendar_id is 'The calendar that it pins.';
comment on column location_version.revision is 'The revision of it that it pins.';
comment on column location_version.current_version is 'True for the newest version of the location.';
comment on column location_version.added is 'Holidays that the version before did not have.';
comment on column location_version.removed is 'Holidays that only the version before had.';
comment on column location_version.moved is 'Holidays whose days changed.';
comment on column location_version.renamed is 'Holidays whose name or type changed and whose days did not.';

comment on table sync_failure is 'Why a location got no version from a sync.';
comment on column sync_failure.sync_no is 'The sync.';
comment on column sync_failure.location_id is 'The location.';
comment on column sync_failure.outcome is 'failed or quarantined.';
comment on column sync_failure.code is 'Stable code of the error.';
comment on column sync_failure.detail is 'A sentence that is safe to show.';
comment on column sync_failure.quarantine_id is 'The quarantine that was or is to be decided on; null for a plain failure.';
comment on column sync_failure.recorded_at is 'When it was recorded.';

comment on table audit is 'Every change of state by whoever: append-only.';
comment on column audit.audit_id is 'Rises with each entry.';
comment on column audit.recorded_at is 'System time of the entry.';
comment on column audit.actor is 'Who: key:<id>, admin-key, schedule, worker, start.';
comment on column audit.action is 'What was done, as object.verb.';
comment on column audit.object_type is 'Kind of thing it was done to.';
comment on column audit.object_id is 'Which one.';
comment on column audit.reason is 'Why, where somebody said so.';
comment on column audit.before is 'The state before; null for something new.';
comment on column audit.after is 'The state after; null where nothing is left.';
comment on column audit.request_id is 'The HTTP request or job that did it.';

comment on table api_key is 'Who may call: only a hash of the secret is kept.';
comment on column api_key.key_id is 'UUID, version 7.';
comment on column api_key.name is 'What the owner calls it.';
comment on column api_key.role is 'reader, analyst, ingester, operator or admin.';
comment on column api_key.prefix is 'The public part of the key, by which it is found.';
comment on column api_key.secret_hash is 'SHA-256 of the whole key.';
comment on column api_key.location_ids is 'The only locations that it may see; null for all.';
comment on column api_key.created_by is 'Actor.';
comment on column api_key.created_at is 'When.';
comment on column api_key.expires_at is 'When it ends by itself; null for never.';
comment on column api_key.revoked_at is 'When it was revoked; null while it holds.';
comment on column api_key.last_used_at is 'Last use, to the minute.';

comment on table sign_in is 'A browser signed in to the job board with an API key.';
comment on column sign_in.token_hash is 'SHA-256 of the session cookie.';
comment on column sign_in.key_id is 'The API key it was opened with; null for the admin key of the environment.';
comment on column sign_in.created_at is 'When.';
comment on column sign_in.expires_at is 'When it ends.';

comment on table idempotent_request is 'Answers that a repeated Idempotency-Key gets again, for 24 hours.';
comment on column idempotent_request.owner is 'The API key (or anonymous) that the key belongs to.';
comment on column idempotent_request.route is 'Method and path.';
comment on column idempotent_request.idempotency_key is 'As the caller sent it.';
comment on column idempotent_request.body_hash is 'SHA-256 of the request body.';
comment on column idempotent_request.claimed_until is 'While in progress: when the claim ends unless renewed.';
comment on column idempotent_request.status is 'HTTP status of the answer; null while in progress.';
comment on column idempotent_request.headers is 'Headers of the answer that are repeated.';
comment on column idempotent_request.body is 'Body of the answer.';
comment on column idempotent_request.created_at is 'When it was first seen.';

comment on table worker_heartbeat is 'Workers that are alive.';
comment on column worker_heartbeat.worker_id is 'One process.';
comment on column worker_heartbeat.started_at is 'When it started.';
comment on column worker_heartbeat.seen_at is 'When it last said so.';

comment on table source_pause is 'A holiday source that must not be asked before a given instant (quota, rate limit).';
comment on column source_pause.source is 'Name of the source.';
comment on column source_pause.paused_until is 'When it may be asked again.';
comment on column source_pause.code is 'Stable code: holiday.source_rate_limited (jobs wait) or holiday.source_quota_exhausted (jobs fail).';
comment on column source_pause.reason is 'A sentence that is safe to show.';

comment on view location_mapping is 'The brief''s relation: locations with their codes and whether they are active.';
comment on column location_mapping.location_id is 'The location.';
comment on column location_mapping.country_code is 'ISO 3166-1 alpha-2 code.';
comment on column location_mapping.subdivision_code is 'ISO 3166-2 code.';
comment on column location_mapping.active is 'False once the location is no longer listed.';

comment on view holidays is 'The brief''s relation: the holidays of every version of every location.';
comment on column holidays.location_id is 'The location.';
comment on column holidays.holiday_name is 'English name where the source knows one.';
comment on column holidays.date is 'Nominal first day.';
comment on column holidays.version is 'The locations version.';
comment on column holidays.current_version is 'True for the newest version of the location.';
comment on column holidays.observed_date is 'The day off where it differs from date.';
comment on column holidays.end_date is 'Last day of a holiday of several days.';
comment on column holidays.local_name is 'Name in the first language of the place.';
comment on column holidays.type is 'public, bank, school, optional or observance.';
comment on column holidays.holiday_id is 'Carried across versions.';
comment on column holidays.region is 'The region whose calendar it is.';
comment on column holidays.source is 'The source that told it.';
comment on column holidays.synced_at is 'When this version became what we knew.';
