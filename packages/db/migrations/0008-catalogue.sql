-- What was told to OpenLineage. Told is derived from the rows of loads, syncs and runs themselves: nothing here is written while
-- they run, and nothing at all where OPENLINEAGE_URL is unset (docs/adr/0024-catalogue-and-openlineage.md).

create table openlineage_sender (
  only_row boolean primary key default true check (only_row),
  lease_token uuid,
  lease_expires_at timestamptz,
  load_floor bigint,
  sync_floor bigint,
  run_floor bigint,
  check ((lease_token is null) = (lease_expires_at is null))
);
insert into openlineage_sender default values;

create table openlineage_told (
  subject text not null check (subject in ('load', 'sync', 'run')),
  object_id uuid not null,
  attempt int not null check (attempt >= 1),
  status text not null,
  finished_at timestamptz,
  told_at timestamptz not null default clock_timestamp(),
  primary key (subject, object_id)
);

comment on table openlineage_sender is 'Who tells OpenLineage now, and up to where everything was told.';
comment on column openlineage_sender.only_row is 'Always true: there is one row.';
comment on column openlineage_sender.lease_token is 'The worker that tells now; null when nobody does.';
comment on column openlineage_sender.lease_expires_at is 'When that claim ends unless it is renewed; another worker may then take over.';
comment on column openlineage_sender.load_floor is 'Every load up to this load_no was told to its end; null before the first time.';
comment on column openlineage_sender.sync_floor is 'Every sync up to this sync_no was told to its end; null before the first time.';
comment on column openlineage_sender.run_floor is 'Every reprocess run up to this run_no was told to its end; null before the first time.';

comment on table openlineage_told is 'What was told last of each load, sync and reprocess run that may still have something to tell.';
comment on column openlineage_told.subject is 'load, sync or run.';
comment on column openlineage_told.object_id is 'The load, sync or run.';
comment on column openlineage_told.attempt is 'Counts the runs that it was told as: one that went on after its end is another run.';
comment on column openlineage_told.status is 'Its status as told last.';
comment on column openlineage_told.finished_at is 'Its end as told last; null while it ran.';
comment on column openlineage_told.told_at is 'When it was told last.';

-- The migrator makes this one itself.
comment on table almanac_migration is 'The migrations that were applied to this database.';
comment on column almanac_migration.id is 'Order of application.';
comment on column almanac_migration.name is 'Name of the migration.';
comment on column almanac_migration.executed_at is 'When it was applied.';
