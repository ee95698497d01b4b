-- Checkout events in every version: loads (the manifests of the raw zone), what a chunk of one changed, events, their
-- history, rejects. Time axes: event_timestamp and visit_date are what events say; a batch's committed_at is system time
-- (what was known when), stamped last under the history lock, so that it rises in commit order.

create table event_schema (
  event_type text not null check (event_type <> '' and length(event_type) <= 200),
  schema_version int not null check (schema_version >= 1),
  json_schema jsonb not null check (jsonb_typeof(json_schema) = 'object'),
  registered_by text not null,
  registered_at timestamptz not null default clock_timestamp(),
  primary key (event_type, schema_version)
);

create table load (
  load_id uuid primary key default uuidv7(),
  load_no bigint generated always as identity unique,
  dataset text not null check (dataset in ('events', 'users', 'tickets', 'articles')),
  channel text not null check (channel in ('upload', 'inbox', 'post', 'replay')),
  replay_of uuid references load,
  replay_only text check (replay_only in ('rejects', 'all')),
  content_sha256 bytea not null check (octet_length(content_sha256) = 32),
  media_type text not null check (media_type in (
    'application/x-ndjson', 'application/json', 'text/csv', 'application/vnd.apache.parquet',
    'application/cloudevents+json', 'application/cloudevents-batch+json'
  )),
  bytes bigint not null check (bytes >= 0),
  stored_bytes bigint not null check (stored_bytes >= 0),
  raw_uri text not null,
  file_name text,
  time_zone text,
  requested_by text not null,
  requested_at timestamptz not null default clock_timestamp(),
  status text not null default 'queued' check (status in ('queued', 'running', 'succeeded', 'partial', 'failed')),
  fence int not null default 0,
  schemas jsonb,
  line_max_bytes int check (line_max_bytes >= 1),
  started_at timestamptz,
  finished_at timestamptz,
  error_code text,
  error_detail text,
  cancel_requested boolean not null default false,
  updated_at timestamptz not null default clock_timestamp(),
  check ((channel = 'replay') = (replay_of is not null)),
  check ((channel = 'replay') = (replay_only is not null)),
  check ((status in ('succeeded', 'partial', 'failed')) = (finished_at is not null)),
  check ((status = 'failed') = (error_code is not null)),
  check ((error_code is null) = (error_detail is null))
);
-- The same bytes of the same kind are the same load; events posted one by one and feeds of members may come again.
create unique index load_identity on load (content_sha256, media_type)
  where dataset = 'events' and channel in ('upload', 'inbox');
-- A replay of rejects takes all that a load has, so a second one would find none.
create unique index load_rejects_replay on load (replay_of) where replay_only = 'rejects';
create index load_unfinished on load (load_no) where status in ('queued', 'running');
create index load_feeds on load (dataset, load_no) where dataset <> 'events';

create table load_lane (
  load_id uuid not null references load,
  lane smallint not null check (lane >= 0),
  position bigint not null default 0 check (position >= 0),
  byte_position bigint not null default 0 check (byte_position >= 0),
  inserted bigint not null default 0 check (inserted >= 0),
  updated bigint not null default 0 check (updated >= 0),
  duplicate bigint not null default 0 check (duplicate >= 0),
  stale bigint not null default 0 check (stale >= 0),
  conflict bigint not null default 0 check (conflict >= 0),
  rejected bigint not null default 0 check (rejected >= 0),
  total bigint not null generated always as (inserted + updated + duplicate + stale + conflict + rejected) stored,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (load_id, lane)
) with (fillfactor = 50);

create sequence batch_id_seq;

create table batch (
  batch_id bigint primary key default nextval('batch_id_seq'),
  load_id uuid not null references load,
  lane smallint not null check (lane >= 0),
  from_line bigint not null check (from_line >= 1),
  to_line bigint not null check (to_line >= from_line),
  committed_at timestamptz not null,
  unique (load_id, lane, from_line)
);
create index batch_committed on batch (committed_at, batch_id);

create table events (
  event_id uuid primary key,
  event_type text not null,
  event_timestamp timestamptz not null,
  user_id uuid not null,
  related_id uuid,
  version int not null check (version >= 1),
  metadata jsonb not null,
  location_id uuid,
  visit_date date,
  schema_version int not null check (schema_version >= 1),
  extra jsonb,
  batch_id bigint not null,
  line bigint not null
) with (fillfactor = 85);
-- Room for corrections in place: of 30 % updates 97 % needed no new index entries (41 % with full pages, 100 % with 70),
-- a tenth less CPU for the same file; first loads cost the same.
create index events_time on events (event_timestamp, event_id);
create index events_user on events (user_id, event_timestamp);
create index events_related on events (related_id, event_timestamp);

create table event_history (
  event_id uuid not null,
  event_type text not null,
  event_timestamp timestamptz not null,
  user_id uuid not null,
  related_id uuid,
  version int not null check (version >= 1),
  metadata jsonb not null,
  location_id uuid,
  visit_date date,
  schema_version int not null check (schema_version >= 1),
  extra jsonb,
  batch_id bigint not null,
  line bigint not null,
  superseded_batch_id bigint not null,
  primary key (event_id, version)
);
create index event_history_time on event_history (event_timestamp, event_id);
create index event_history_user on event_history (user_id, event_timestamp);
-- What was superseded after an instant of lately is few rows of a long history.
create index event_history_superseded on event_history (superseded_batch_id);

create table reject (
  load_id uuid not null references load,
  line bigint not null check (line >= 1),
  code text not null,
  pointer text not null,
  detail text not null,
  raw text,
  raw_bytes bytea,
  byte_offset bigint,
  byte_length bigint,
  primary key (load_id, line),
  check (raw is null or raw_bytes is null)
);

create table inbox_file (
  uri text not null,
  fingerprint text not null,
  load_id uuid references load,
  seen_at timestamptz not null default clock_timestamp(),
  done_at timestamptz,
  error_code text,
  primary key (uri, fingerprint)
);

-- How far the raw zone's journal of batches reaches: with it a rebuild repeats the same order and the same system time.
create table journal (
  only_row boolean primary key default true check (only_row),
  exported_no bigint not null default 0,
  exported_until timestamptz,
  exported_batch_id bigint
);
insert into journal default values;

comment on table event_schema is 'What the metadata of an event type must look like (JSON Schema 2020-12); a version never changes.';
comment on column event_schema.event_type is 'Name of the type: ArticleAddedToCart, PaymentSuccessful, …';
comment on column event_schema.schema_version is 'Counts the versions of the type''s schema from 1.';
comment on column event_schema.json_schema is 'The JSON Schema of metadata; fields that it does not name are kept.';
comment on column event_schema.registered_by is 'Who registered it.';
comment on column event_schema.registered_at is 'System time of the registration.';

comment on table load is 'A manifest: one body of bytes that was taken into the raw zone, and how far it is loaded.';
comment on column load.load_id is 'The load''s id.';
comment on column load.load_no is 'Order in which loads were accepted.';
comment on column load.dataset is 'What the lines are: events, or members of users, tickets or articles.';
comment on column load.channel is 'How it came: upload (POST /v1/loads, PUT /v1/dimensions), inbox (drop folder), post (POST /v1/events), replay.';
comment on column load.replay_of is 'For a replay: the load whose bytes it takes again.';
comment on column load.replay_only is 'For a replay: all lines, or those that were rejected.';
comment on column load.content_sha256 is 'SHA-256 of the body after its content encoding was undone.';
comment on column load.media_type is 'Media type of the body; with the hash it is the load''s identity.';
comment on column load.bytes is 'Length of the body, content encoding undone.';
comment on column load.stored_bytes is 'Length of the compressed object in the raw zone.';
comment on column load.raw_uri is 'Where the raw zone keeps the body.';
comment on column load.file_name is 'Name of the file in the drop folder, where it came that way.';
comment on column load.time_zone is 'IANA time zone of timestamps without an offset; null: such timestamps are rejected.';
comment on column load.requested_by is 'Who sent it.';
comment on column load.requested_at is 'System time of acceptance; the bytes were durable before.';
comment on column load.status is 'queued, running, succeeded, partial (finished with rejects or conflicts), failed.';
comment on column load.fence is 'Rises with every claim; whoever holds an older one can no longer write.';
comment on column load.schemas is 'The schema version of each event type that the load judges by, fixed at its first claim.';
comment on column load.line_max_bytes is 'For a post: the most bytes of a line that it judged by; of other loads the raw zone keeps it.';
comment on column load.started_at is 'When a worker first claimed it.';
comment on column load.finished_at is 'When it ended.';
comment on column load.error_code is 'Why it failed.';
comment on column load.error_detail is 'Why it failed, in a sentence.';
comment on column load.cancel_requested is 'Somebody asked to stop it; what is committed stays.';
comment on column load.updated_at is 'When its state last changed; chunks move the lanes'' instead.';

comment on table load_lane is 'How far each lane of a load is. An event''s lines are all in one lane, in file order.';
comment on column load_lane.load_id is 'The load.';
comment on column load_lane.lane is 'Number of the lane, from 0.';
comment on column load_lane.position is 'Last line of this lane that is counted; a resumed load goes on behind it.';
comment on column load_lane.byte_position is 'Bytes of the body that lie before the end of that line.';
comment on column load_lane.inserted is 'Lines that brought an event that was not known.';
comment on column load_lane.updated is 'Lines that brought a higher version of a known event.';
comment on column load_lane.duplicate is 'Lines that brought a known version with the same content.';
comment on column load_lane.stale is 'Lines that brought a lower version that was not known: kept in history.';
comment on column load_lane.conflict is 'Lines that brought a known version with other content: kept as rejects.';
comment on column load_lane.rejected is 'Lines that are no valid event.';
comment on column load_lane.total is 'The sum of the six.';
comment on column load_lane.updated_at is 'When a chunk of it last committed.';

comment on table batch is 'One transaction of a load: a range of one lane''s lines.';
comment on column batch.batch_id is 'The batch''s number; says nothing about order.';
comment on column batch.load_id is 'The load.';
comment on column batch.lane is 'The lane.';
comment on column batch.from_line is 'First line of the range.';
comment on column batch.to_line is 'Last line of the range.';
comment on column batch.committed_at is 'System time of everything that the batch wrote; rises in commit order.';

comment on table events is 'The current version of every checkout event: the fact table.';
comment on column events.event_id is 'Unique identifier of the event.';
comment on column events.event_type is 'Type of the event, for example ArticleAddedToCart.';
comment on column events.event_timestamp is 'When the event occurred.';
comment on column events.user_id is 'The user associated with the event.';
comment on column events.related_id is 'The related entity, for example a cart or a ticket.';
comment on column events.version is 'Version of the event; the highest one is current whatever the order of arrival.';
comment on column events.metadata is 'What is particular to the type, as received.';
comment on column events.location_id is 'The park, where the event names one.';
comment on column events.visit_date is 'The day of the visit, where the event names one: people buy on one day for another.';
comment on column events.schema_version is 'Version of the type''s schema that the metadata was judged by.';
comment on column events.extra is 'Fields outside metadata that the envelope does not know, as received.';
comment on column events.batch_id is 'The batch that brought it; its committed_at is the system time.';
comment on column events.line is 'The line of the batch''s load that brought it.';

comment on table event_history is 'Versions of events that are not current: superseded ones, and ones that arrived late.';
comment on column event_history.event_id is 'The event.';
comment on column event_history.event_type is 'As in events.';
comment on column event_history.event_timestamp is 'As in events.';
comment on column event_history.user_id is 'As in events.';
comment on column event_history.related_id is 'As in events.';
comment on column event_history.version is 'As in events.';
comment on column event_history.metadata is 'As in events.';
comment on column event_history.location_id is 'As in events.';
comment on column event_history.visit_date is 'As in events.';
comment on column event_history.schema_version is 'As in events.';
comment on column event_history.extra is 'As in events.';
comment on column event_history.batch_id is 'The batch that brought it.';
comment on column event_history.line is 'The line that brought it.';
comment on column event_history.superseded_batch_id is 'The batch that took its place; the same as batch_id for a version that was never current.';

comment on table reject is 'Lines that were not taken, each with its reason and its bytes.';
comment on column reject.load_id is 'The load.';
comment on column reject.line is 'The physical line, from 1 (JSON array: the element; Parquet: the row).';
comment on column reject.code is 'Stable code of the reason.';
comment on column reject.pointer is 'JSON pointer into the event.';
comment on column reject.detail is 'The reason in a sentence.';
comment on column reject.raw is 'The line as received.';
comment on column reject.raw_bytes is 'The line as received where it is no text that the database takes (invalid UTF-8, NUL).';
comment on column reject.byte_offset is 'Where the line begins in the body; with byte_length it can always be read in the raw zone.';
comment on column reject.byte_length is 'Length of the line in bytes.';

comment on table inbox_file is 'Files that were found in the drop folder.';
comment on column inbox_file.uri is 'Where the file lay.';
comment on column inbox_file.fingerprint is 'Size and time of the file, or its entity tag: another content under the same name is another file.';
comment on column inbox_file.load_id is 'The load that it became.';
comment on column inbox_file.seen_at is 'When it was first found.';
comment on column inbox_file.done_at is 'When it was put away.';
comment on column inbox_file.error_code is 'Why it could not be taken.';

comment on table journal is 'How far the batches are written down in the raw zone.';
comment on column journal.only_row is 'Always true: there is one row.';
comment on column journal.exported_no is 'Number of the newest journal object.';
comment on column journal.exported_until is 'System time of the newest batch in it.';
comment on column journal.exported_batch_id is 'Number of that batch.';
comment on sequence batch_id_seq is 'Numbers batches before they commit.';

insert into event_schema (event_type, schema_version, json_schema, registered_by) values
('ArticleAddedToCart', 1, '{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "ArticleAddedToCart", "description": "An article was put into a cart.", "type": "object", "required": ["article_id"], "properties": {"article_id": {"type": ["string", "integer"], "minLength": 1, "maxLength": 200, "description": "The article."}, "article_price": {"type": "number", "minimum": 0, "description": "Price of one, in currency."}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 code."}, "quantity": {"type": "integer", "minimum": 1, "description": "How many; 1 without it."}}}', 'almanac'),
('ArticleRemovedFromCart', 1, '{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "ArticleRemovedFromCart", "description": "An article was taken out of a cart.", "type": "object", "required": ["article_id"], "properties": {"article_id": {"type": ["string", "integer"], "minLength": 1, "maxLength": 200, "description": "The article."}, "article_price": {"type": "number", "minimum": 0, "description": "Price of one, in currency."}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 code."}, "quantity": {"type": "integer", "minimum": 1, "description": "How many; 1 without it."}}}', 'almanac'),
('CheckoutStarted', 1, '{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "CheckoutStarted", "description": "A cart was taken to the checkout.", "type": "object", "properties": {"total_amount": {"type": "number", "minimum": 0, "description": "Value of the cart, in currency."}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 code."}, "article_count": {"type": "integer", "minimum": 0, "description": "Articles in the cart."}}}', 'almanac'),
('PaymentSuccessful', 1, '{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "PaymentSuccessful", "description": "A payment went through.", "type": "object", "required": ["total_amount", "currency"], "properties": {"total_amount": {"type": "number", "minimum": 0, "description": "What was paid, in currency."}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 code."}, "payment_method": {"type": "string", "maxLength": 200, "description": "How it was paid."}}}', 'almanac'),
('PaymentFailed', 1, '{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "PaymentFailed", "description": "A payment did not go through.", "type": "object", "properties": {"total_amount": {"type": "number", "minimum": 0, "description": "What was to be paid, in currency."}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 code."}, "payment_method": {"type": "string", "maxLength": 200, "description": "How it was to be paid."}, "reason": {"type": "string", "maxLength": 1000, "description": "Why it failed."}}}', 'almanac'),
('PaymentRefunded', 1, '{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "PaymentRefunded", "description": "A payment was given back, in whole or in part.", "type": "object", "required": ["total_amount", "currency"], "properties": {"total_amount": {"type": "number", "minimum": 0, "description": "What was given back, in currency."}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 code."}, "reason": {"type": "string", "maxLength": 1000, "description": "Why."}}}', 'almanac'),
('TicketIssued', 1, '{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "TicketIssued", "description": "A ticket was made out; related_id names it.", "type": "object", "properties": {"article_id": {"type": ["string", "integer"], "minLength": 1, "maxLength": 200, "description": "The article that was sold."}, "ticket_price": {"type": "number", "minimum": 0, "description": "Price of the ticket, in currency."}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 code."}}}', 'almanac'),
('TicketCancelled', 1, '{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "TicketCancelled", "description": "A ticket was made void; related_id names it.", "type": "object", "properties": {"reason": {"type": "string", "maxLength": 1000, "description": "Why."}}}', 'almanac'),
('BarcodeScanned', 1, '{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "BarcodeScanned", "description": "A ticket was scanned at the park; related_id names it.", "type": "object", "properties": {"scanner_location": {"type": "string", "maxLength": 200, "description": "Where it was scanned."}}}', 'almanac');
