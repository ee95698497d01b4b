-- The past can change: interpretations of events beside each other (revisions), and the runs that write them. A run never
-- changes what was received; it writes the same version of an event again, as its metadata is to be understood today.

alter table load add column received_at timestamptz;
with recursive origin (load_id, received_at) as (
  select load_id, requested_at from load where replay_of is null
  union all
  select l.load_id, o.received_at from load l join origin o on o.load_id = l.replay_of
)
update load l set received_at = o.received_at from origin o where o.load_id = l.load_id;
alter table load alter column received_at set not null;

alter table events
  add column revision int not null default 1 check (revision >= 1),
  add column received jsonb,
  add column received_schema_version int;

alter table event_history
  add column revision int not null default 1 check (revision >= 1),
  add column received jsonb,
  add column received_schema_version int,
  drop constraint event_history_pkey,
  add primary key (event_id, version, revision);

create table reprocess_run (
  run_id uuid primary key default uuidv7(),
  run_no bigint generated always as identity unique,
  event_type text not null,
  event_from timestamptz,
  event_to timestamptz,
  load_id uuid references load,
  event_ids uuid[],
  selection text not null check (selection in ('outdated', 'failed', 'all')),
  mode text not null check (mode in ('preview', 'publish')),
  trigger text not null check (trigger in ('api', 'schema', 'schedule', 'job')),
  reverts uuid references reprocess_run,
  to_version int check (to_version >= 1),
  upcasts jsonb,
  reason text,
  requested_by text not null,
  requested_at timestamptz not null default clock_timestamp(),
  status text not null default 'queued'
    check (status in ('queued', 'running', 'paused', 'succeeded', 'partial', 'failed', 'cancelled')),
  fence int not null default 0,
  settled_at timestamptz,
  total bigint check (total >= 0),
  rejects jsonb,
  started_at timestamptz,
  finished_at timestamptz,
  error_code text,
  error_detail text,
  updated_at timestamptz not null default clock_timestamp(),
  check ((reverts is null) = (to_version is not null)),
  check (reverts is null or mode = 'publish'),
  check ((status in ('succeeded', 'partial', 'failed', 'cancelled')) = (finished_at is not null)),
  check ((status = 'failed') = (error_code is not null)),
  check ((error_code is null) = (error_detail is null))
);
-- Two runs that write one type at once would each undo what the other one does.
create unique index reprocess_run_publishing on reprocess_run (event_type)
  where mode = 'publish' and status in ('queued', 'running', 'paused');
create index reprocess_run_unfinished on reprocess_run (run_no) where status in ('queued', 'running');
create index reprocess_run_type on reprocess_run (event_type, run_no);
create index reprocess_run_reverts on reprocess_run (reverts);

create table reprocess_range (
  run_id uuid not null references reprocess_run,
  range_no smallint not null check (range_no >= 0),
  after_id uuid,
  upto_id uuid not null,
  position uuid,
  scanned bigint not null default 0 check (scanned >= 0),
  changed bigint not null default 0 check (changed >= 0),
  unchanged bigint not null default 0 check (unchanged >= 0),
  failed bigint not null default 0 check (failed >= 0),
  fields jsonb not null default '{}',
  failures jsonb not null default '{}',
  sample jsonb not null default '[]',
  fence int not null default 0,
  done boolean not null default false,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (run_id, range_no),
  check (scanned = changed + unchanged + failed)
) with (fillfactor = 50);

create table reprocess_failure (
  run_id uuid not null references reprocess_run,
  event_id uuid not null,
  version int not null,
  revision int not null,
  code text not null,
  pointer text not null,
  detail text not null,
  primary key (run_id, event_id)
);
create index reprocess_failure_event on reprocess_failure (event_id);

alter table batch
  alter column load_id drop not null,
  add column run_id uuid references reprocess_run,
  add column after_id uuid,
  add column upto_id uuid,
  add constraint batch_of check (num_nonnulls(load_id, run_id) = 1),
  add constraint batch_keys check ((run_id is null) = (upto_id is null)),
  add unique (run_id, lane, from_line);

-- A version that was interpreted anew has several rows.
create or replace view mart.fact_event_versions as
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
  v.recorded_at, v.superseded_at, v.revision
from (
  select e.event_id, e.event_type, e.event_timestamp, e.visit_date, e.user_id, e.related_id, e.location_id, e.version,
    e.schema_version, e.metadata, b.committed_at as recorded_at, null::timestamptz as superseded_at,
    e.revision
  from events e
  join batch b on b.batch_id = e.batch_id
  union all
  select h.event_id, h.event_type, h.event_timestamp, h.visit_date, h.user_id, h.related_id, h.location_id, h.version,
    h.schema_version, h.metadata, b.committed_at, s.committed_at, h.revision
  from event_history h
  join batch b on b.batch_id = h.batch_id
  join batch s on s.batch_id = h.superseded_batch_id
) v;

comment on column load.received_at is 'When its bytes were accepted first: of a replay, when the load was whose bytes it takes.';

comment on column events.metadata is 'What is particular to the type, as it is understood today; received has it as it came, where that differs.';
comment on column events.schema_version is 'Version of the type''s schema that the metadata is written in.';
comment on column events.batch_id is 'The batch that brought it, or this interpretation of it; its committed_at is the system time.';
comment on column events.line is 'The line that brought it, of the load that did.';
comment on column events.revision is 'Counts the interpretations of this version of the event from 1; a load brings the first one, runs write more.';
comment on column events.received is 'The metadata as received; null where metadata is still that.';
comment on column events.received_schema_version is 'Schema version by which it was judged when it came; null where schema_version is still that.';
comment on table event_history is 'Versions of events that are not current, superseded or late, and former interpretations of versions.';
comment on column event_history.revision is 'As in events.';
comment on column event_history.received is 'As in events.';
comment on column event_history.received_schema_version is 'As in events.';

comment on table batch is 'One transaction of a load or of a run: a range of one lane''s lines, or of the events of one key range.';
comment on column batch.load_id is 'The load; null for a batch of a run.';
comment on column batch.lane is 'The lane; of a run, the number of the key range.';
comment on column batch.from_line is 'First line of the range; of a run, how manieth event of the key range.';
comment on column batch.to_line is 'Last line of the range; of a run, how manieth event of the key range.';
comment on column batch.run_id is 'The run; null for a batch of a load.';
comment on column batch.after_id is 'Of a run: its events lie behind this event_id; null for the very first ones.';
comment on column batch.upto_id is 'Of a run: the last event_id that it looked at.';

comment on table reprocess_run is 'A run that interprets stored events anew: a preview that only tells, or one that writes.';
comment on column reprocess_run.run_id is 'The run''s id.';
comment on column reprocess_run.run_no is 'Order of the requests.';
comment on column reprocess_run.event_type is 'The type of its events.';
comment on column reprocess_run.event_from is 'Events at this instant or later; null: from the first on.';
comment on column reprocess_run.event_to is 'Events before this instant; null: to the last.';
comment on column reprocess_run.load_id is 'Events that this load brought; null: whoever did.';
comment on column reprocess_run.event_ids is 'These events alone; null: all.';
comment on column reprocess_run.selection is 'Which of them: outdated (of a lower schema version), failed (an earlier run could not interpret them), all.';
comment on column reprocess_run.mode is 'preview: tells what would change; publish: changes it.';
comment on column reprocess_run.trigger is 'Who asked: api, schema (a version was registered), schedule, job (by hand).';
comment on column reprocess_run.reverts is 'For a run that takes another one back: which one.';
comment on column reprocess_run.to_version is 'The schema version that events are brought to; null for a run that takes another one back.';
comment on column reprocess_run.upcasts is 'SHA-256 of the steps to each schema version, as they were when the run began.';
comment on column reprocess_run.reason is 'Why, where somebody said so.';
comment on column reprocess_run.requested_by is 'Who asked for it.';
comment on column reprocess_run.requested_at is 'System time of the request.';
comment on column reprocess_run.status is 'queued, running, paused, succeeded, partial (some events could not be interpreted), failed, cancelled.';
comment on column reprocess_run.fence is 'Rises with every claim; whoever holds an older one can no longer finish it.';
comment on column reprocess_run.settled_at is 'It takes what was committed by this instant; what came later was judged by the newest schema anyway.';
comment on column reprocess_run.total is 'Events to look at, counted when it was planned.';
comment on column reprocess_run.rejects is 'Rejected lines whose reason is cured: how many would pass, or were replayed and passed.';
comment on column reprocess_run.started_at is 'When a worker first claimed it.';
comment on column reprocess_run.finished_at is 'When it ended.';
comment on column reprocess_run.error_code is 'Why it failed.';
comment on column reprocess_run.error_detail is 'Why it failed, in a sentence.';
comment on column reprocess_run.updated_at is 'When its state last changed; chunks move the ranges'' instead.';

comment on table reprocess_range is 'A range of event ids of a run, and how far it is: the unit of work of one job.';
comment on column reprocess_range.run_id is 'The run.';
comment on column reprocess_range.range_no is 'Number of the range, from 0.';
comment on column reprocess_range.after_id is 'The range begins behind this event_id; null: with the first.';
comment on column reprocess_range.upto_id is 'Last event_id of the range.';
comment on column reprocess_range.position is 'Last event_id that is done; a resumed run goes on behind it.';
comment on column reprocess_range.scanned is 'Events that were looked at: the sum of the next three.';
comment on column reprocess_range.changed is 'Events that are, or would be, interpreted otherwise.';
comment on column reprocess_range.unchanged is 'Events whose metadata stays what it is: nothing is written.';
comment on column reprocess_range.failed is 'Events that cannot be interpreted anew; they stay as they are.';
comment on column reprocess_range.fields is 'How many events each field was added to, removed from or replaced in, by JSON pointer.';
comment on column reprocess_range.failures is 'How many events failed for each reason, by code and JSON pointer.';
comment on column reprocess_range.sample is 'What changed in the first few events, RFC 6902, and the first few that failed.';
comment on column reprocess_range.fence is 'Rises with every claim; whoever holds an older one can no longer write.';
comment on column reprocess_range.done is 'True when no event is left.';
comment on column reprocess_range.updated_at is 'When a chunk of it last committed.';

comment on table reprocess_failure is 'Events that a publishing run could not interpret anew, each with the reason.';
comment on column reprocess_failure.run_id is 'The run.';
comment on column reprocess_failure.event_id is 'The event.';
comment on column reprocess_failure.version is 'Its version then.';
comment on column reprocess_failure.revision is 'Its revision then; the failure holds while the event has both.';
comment on column reprocess_failure.code is 'Stable code of the reason.';
comment on column reprocess_failure.pointer is 'JSON pointer into the event.';
comment on column reprocess_failure.detail is 'The reason in a sentence.';

comment on view mart.fact_event_versions is 'Every version of every event in each of its interpretations; events_as_of picks those that were current at an instant.';
comment on column mart.fact_event_versions.revision is 'Counts the interpretations of the version from 1.';
