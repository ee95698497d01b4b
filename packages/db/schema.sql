-- Who may call: only a hash of the secret is kept.
table api_key
  key_id uuid not null default uuidv7() -- UUID, version 7.
  name text not null -- What the owner calls it.
  role text not null -- reader, analyst, ingester, operator or admin.
  prefix text not null -- The public part of the key, by which it is found.
  secret_hash bytea not null -- SHA-256 of the whole key.
  location_ids uuid[] -- The only locations that it may see; null for all.
  created_by text not null -- Actor.
  created_at timestamp with time zone not null default clock_timestamp() -- When.
  expires_at timestamp with time zone -- When it ends by itself; null for never.
  revoked_at timestamp with time zone -- When it was revoked; null while it holds.
  last_used_at timestamp with time zone -- Last use, to the minute.
  CHECK ((name <> ''::text))
  CHECK ((octet_length(secret_hash) = 32))
  CHECK ((role = ANY (ARRAY['reader'::text, 'analyst'::text, 'ingester'::text, 'operator'::text, 'admin'::text])))
  PRIMARY KEY (key_id)
  UNIQUE (prefix)

-- States of articles that are not current.
table article_history
  article_id text not null -- The member.
  article_name text -- As in articles.
  price numeric -- As in articles.
  currency text -- As in articles.
  inferred boolean not null -- As in articles.
  state_no integer not null -- As in articles.
  batch_id bigint not null -- As in articles.
  line bigint -- As in articles.
  superseded_batch_id bigint not null -- The batch that took its place; the same as batch_id for a state that was never current.
  CHECK ((state_no >= 1))
  PRIMARY KEY (article_id, state_no)

-- What is sold: the current state of every article that a reference feed or an event named.
table articles
  article_id text not null -- Unique identifier of the article: a text, such as 98765.
  article_name text -- Name of the article.
  price numeric -- Price of the article.
  currency text -- Currency of the price.
  inferred boolean not null default false -- True while nothing is known but that an event named it; a reference feed fills it in.
  state_no integer not null default 1 -- Counts the states of the member from 1.
  batch_id bigint not null -- The batch that brought this state; its committed_at is the system time.
  line bigint -- The line of the reference feed that brought it; null for an inferred member.
  CHECK (((article_id <> ''::text) AND (length(article_id) <= 200)))
  CHECK ((line >= 1))
  CHECK ((state_no >= 1))
  PRIMARY KEY (article_id)

-- Every change of state by whoever: append-only.
table audit
  audit_id bigint not null generated always as identity -- Rises with each entry.
  recorded_at timestamp with time zone not null default clock_timestamp() -- System time of the entry.
  actor text not null -- Who: key:<id>, admin-key, schedule, worker, start.
  action text not null -- What was done, as object.verb.
  object_type text not null -- Kind of thing it was done to.
  object_id text not null -- Which one.
  reason text -- Why, where somebody said so.
  before jsonb -- The state before; null for something new.
  after jsonb -- The state after; null where nothing is left.
  request_id text -- The HTTP request or job that did it.
  before_hash bytea generated always as (audit_sha256((before)::text)) stored -- SHA-256 of the state before, as the database writes jsonb; null where there was none.
  after_hash bytea generated always as (audit_sha256((after)::text)) stored -- SHA-256 of the state after, as the database writes jsonb; null where nothing is left.
  PRIMARY KEY (audit_id)
  TRIGGER DEFERRABLE INITIALLY DEFERRED
  CREATE INDEX audit_actor ON public.audit USING btree (actor, audit_id DESC)
  CREATE INDEX audit_object ON public.audit USING btree (object_type, object_id, audit_id DESC)
  CREATE INDEX audit_recorded ON public.audit USING btree (recorded_at)
  CREATE CONSTRAINT TRIGGER audit_chained AFTER INSERT ON public.audit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_append()
  CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()

-- The audit's entries in the order of their commits, each hashed together with the one before.
table audit_chain
  seq bigint not null -- Counts the entries from 1, without a gap.
  audit_id bigint not null -- The entry.
  hash bytea not null -- SHA-256 of the hash before and the entry's text (audit_text); before the first one stands audit_origin.
  CHECK ((octet_length(hash) = 32))
  CHECK ((seq >= 1))
  PRIMARY KEY (seq)
  UNIQUE (audit_id)
  CREATE TRIGGER audit_chain_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_chain FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()
  CREATE TRIGGER audit_chain_written_by_audit BEFORE INSERT ON public.audit_chain FOR EACH STATEMENT WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION audit_append_only()

-- The end of the audit's chain: what is missing behind it was cut off.
table audit_head
  only_row boolean not null default true -- Always true: there is one row.
  chain_id uuid not null -- Names the chain: another database has another one.
  seq bigint not null -- Number of the newest entry; 0 before the first.
  hash bytea not null -- Its hash.
  CHECK ((octet_length(hash) = 32))
  CHECK ((seq >= 0))
  CHECK (only_row)
  PRIMARY KEY (only_row)
  CREATE TRIGGER audit_head_moved_by_audit BEFORE UPDATE ON public.audit_head FOR EACH STATEMENT WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION audit_append_only()
  CREATE TRIGGER audit_head_stays BEFORE INSERT OR DELETE OR TRUNCATE ON public.audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()

-- One transaction of a load or of a run: a range of one lane's lines, or of the events of one key range.
table batch
  batch_id bigint not null default nextval('batch_id_seq'::regclass) -- The batch's number; says nothing about order.
  load_id uuid -- The load; null for a batch of a run.
  lane smallint not null -- The lane; of a run, the number of the key range.
  from_line bigint not null -- First line of the range; of a run, how manieth event of the key range.
  to_line bigint not null -- Last line of the range; of a run, how manieth event of the key range.
  committed_at timestamp with time zone not null -- System time of everything that the batch wrote; rises in commit order.
  run_id uuid -- The run; null for a batch of a load.
  after_id uuid -- Of a run: its events lie behind this event_id; null for the very first ones.
  upto_id uuid -- Of a run: the last event_id that it looked at.
  CHECK (((run_id IS NULL) = (upto_id IS NULL)))
  CHECK ((from_line >= 1))
  CHECK ((lane >= 0))
  CHECK ((num_nonnulls(load_id, run_id) = 1))
  CHECK ((to_line >= from_line))
  FOREIGN KEY (load_id) REFERENCES load(load_id)
  FOREIGN KEY (run_id) REFERENCES reprocess_run(run_id)
  PRIMARY KEY (batch_id)
  UNIQUE (load_id, lane, from_line)
  UNIQUE (run_id, lane, from_line)
  CREATE INDEX batch_committed ON public.batch USING btree (committed_at, batch_id)

-- The holidays of one region as one source tells them; shared by every location of that region.
table calendar
  calendar_id integer not null generated always as identity -- Row number of the calendar.
  source text not null -- Name of the holiday source (offline, holidayapi, …).
  region text not null -- ISO 3166 code that the source declares: a country (NL) or a subdivision (GB-ENG).
  current_revision integer not null default 0 -- Newest revision; 0 before the first successful fetch.
  lease_token uuid -- Fencing token of the worker that refreshes the calendar now; null when nobody does.
  lease_expires_at timestamp with time zone -- When that claim ends unless it is renewed; another worker may then take over.
  created_at timestamp with time zone not null default clock_timestamp() -- When the calendar was first needed.
  CHECK (((lease_token IS NULL) = (lease_expires_at IS NULL)))
  CHECK ((current_revision >= 0))
  PRIMARY KEY (calendar_id)
  UNIQUE (source, region)

-- How well a year of a calendar is known, by revision.
table calendar_coverage
  calendar_id integer not null -- The calendar.
  year smallint not null -- The calendar year.
  coverage text not null -- full, partial or unavailable.
  revisions int4range not null -- The revisions for which this holds; open above = current.
  CHECK (((NOT isempty(revisions)) AND (NOT lower_inf(revisions))))
  CHECK ((coverage = ANY (ARRAY['full'::text, 'partial'::text, 'unavailable'::text])))
  FOREIGN KEY (calendar_id) REFERENCES calendar(calendar_id)
  PRIMARY KEY (calendar_id, year, revisions WITHOUT OVERLAPS)

-- One state of a calendar that differs from the one before.
table calendar_revision
  calendar_id integer not null -- The calendar.
  revision integer not null -- Counts the states of the calendar from 1.
  recorded_at timestamp with time zone not null default clock_timestamp() -- System time: when Almanac learned it.
  quarantine_id uuid -- The quarantine that an operator approved to make this revision; null for an ordinary one.
  added integer not null -- Holidays that the state before did not have.
  removed integer not null -- Holidays that only the state before had.
  moved integer not null -- Holidays whose days changed.
  renamed integer not null -- Holidays whose name or type changed and whose days did not.
  CHECK ((revision >= 1))
  FOREIGN KEY (calendar_id) REFERENCES calendar(calendar_id)
  FOREIGN KEY (quarantine_id) REFERENCES quarantine(quarantine_id)
  PRIMARY KEY (calendar_id, revision)

-- The last fetch of one year of a calendar: when it was begun and what came of it.
table calendar_year
  calendar_id integer not null -- The calendar.
  year smallint not null -- The calendar year asked for.
  begun_at timestamp with time zone not null -- When the fetch was begun; a sync requested later needs a newer one.
  finished_at timestamp with time zone not null -- When its outcome was recorded.
  outcome text not null -- full, partial (answered with a warning), unavailable (refused: 400, 401, 402), failed (no usable answer), quarantined (answer held back).
  error_code text -- Stable code of the failure or refusal; null otherwise.
  detail text -- A sentence that is safe to show; null when all is well.
  quarantine_id uuid -- The quarantine that holds the answer; null unless quarantined.
  fetches integer not null default 1 -- How many fetches of this year there have been.
  CHECK (((outcome = 'quarantined'::text) = (quarantine_id IS NOT NULL)))
  CHECK (((year >= 1900) AND (year <= 2200)))
  CHECK ((outcome = ANY (ARRAY['full'::text, 'partial'::text, 'unavailable'::text, 'failed'::text, 'quarantined'::text])))
  FOREIGN KEY (calendar_id) REFERENCES calendar(calendar_id)
  FOREIGN KEY (quarantine_id) REFERENCES quarantine(quarantine_id)
  PRIMARY KEY (calendar_id, year)

-- Versions of events that are not current, superseded or late, and former interpretations of versions.
table event_history
  event_id uuid not null -- The event.
  event_type text not null -- As in events.
  event_timestamp timestamp with time zone not null -- As in events.
  user_id uuid not null -- As in events.
  related_id uuid -- As in events.
  version integer not null -- As in events.
  metadata jsonb not null -- As in events.
  location_id uuid -- As in events.
  visit_date date -- As in events.
  schema_version integer not null -- As in events.
  extra jsonb -- As in events.
  batch_id bigint not null -- The batch that brought it.
  line bigint not null -- The line that brought it.
  superseded_batch_id bigint not null -- The batch that took its place; the same as batch_id for a version that was never current.
  revision integer not null default 1 -- As in events.
  received jsonb -- As in events.
  received_schema_version integer -- As in events.
  CHECK ((revision >= 1))
  CHECK ((schema_version >= 1))
  CHECK ((version >= 1))
  PRIMARY KEY (event_id, version, revision)
  CREATE INDEX event_history_superseded ON public.event_history USING btree (superseded_batch_id)
  CREATE INDEX event_history_time ON public.event_history USING btree (event_timestamp, event_id)
  CREATE INDEX event_history_user ON public.event_history USING btree (user_id, event_timestamp)

-- What the metadata of an event type must look like (JSON Schema 2020-12); a version never changes.
table event_schema
  event_type text not null -- Name of the type: ArticleAddedToCart, PaymentSuccessful, …
  schema_version integer not null -- Counts the versions of the type's schema from 1.
  json_schema jsonb not null -- The JSON Schema of metadata; fields that it does not name are kept.
  registered_by text not null -- Who registered it.
  registered_at timestamp with time zone not null default clock_timestamp() -- System time of the registration.
  compatibility text not null default 'none'::text -- The rule by which it was compared with the versions before it.
  upcast jsonb -- The steps that bring metadata from the version before to this one; null for none.
  upcast_sha256 bytea -- SHA-256 of the steps as canonical JSON: names what a run did.
  approved_by text -- Who registered it although it could not be proven compatible.
  approval_reasons jsonb -- What could not be proven then.
  CHECK (((approved_by IS NULL) = (approval_reasons IS NULL)))
  CHECK (((event_type <> ''::text) AND (length(event_type) <= 200)))
  CHECK (((schema_version > 1) OR (upcast IS NULL)))
  CHECK (((upcast IS NULL) = (upcast_sha256 IS NULL)))
  CHECK ((compatibility = ANY (ARRAY['backward'::text, 'backward_transitive'::text, 'forward'::text, 'forward_transitive'::text, 'full'::text, 'full_transitive'::text, 'none'::text])))
  CHECK ((jsonb_typeof(approval_reasons) = 'array'::text))
  CHECK ((jsonb_typeof(json_schema) = 'object'::text))
  CHECK ((jsonb_typeof(upcast) = 'array'::text))
  CHECK ((octet_length(upcast_sha256) = 32))
  CHECK ((schema_version >= 1))
  FOREIGN KEY (event_type) REFERENCES event_type(event_type)
  PRIMARY KEY (event_type, schema_version)
  CREATE TRIGGER event_schema_guard BEFORE INSERT OR DELETE OR UPDATE ON public.event_schema FOR EACH ROW EXECUTE FUNCTION event_schema_guard()
  CREATE TRIGGER event_schema_kept BEFORE TRUNCATE ON public.event_schema FOR EACH STATEMENT EXECUTE FUNCTION event_schema_kept()

-- What is said of an event type as a whole; what its metadata must look like stands in event_schema.
table event_type
  event_type text not null -- Name of the type: ArticleAddedToCart, PaymentSuccessful, …
  owner text -- Who answers for the type: a team or a system.
  description text -- What such an event says.
  compatibility text not null default 'backward'::text -- How a new version of the schema must fit those before it, where its registration says nothing else.
  on_new_version text not null default 'propose'::text -- What a new version does to stored events: propose (a preview waits for approval) or publish.
  created_by text not null -- Who registered its first version.
  created_at timestamp with time zone not null default clock_timestamp() -- System time of that registration.
  CHECK (((description <> ''::text) AND (length(description) <= 2000)))
  CHECK (((event_type <> ''::text) AND (length(event_type) <= 200)))
  CHECK (((owner <> ''::text) AND (length(owner) <= 200)))
  CHECK ((compatibility = ANY (ARRAY['backward'::text, 'backward_transitive'::text, 'forward'::text, 'forward_transitive'::text, 'full'::text, 'full_transitive'::text, 'none'::text])))
  CHECK ((on_new_version = ANY (ARRAY['propose'::text, 'publish'::text])))
  PRIMARY KEY (event_type)

-- The current version of every checkout event: the fact table.
table events with (fillfactor=85)
  event_id uuid not null -- Unique identifier of the event.
  event_type text not null -- Type of the event, for example ArticleAddedToCart.
  event_timestamp timestamp with time zone not null -- When the event occurred.
  user_id uuid not null -- The user associated with the event.
  related_id uuid -- The related entity, for example a cart or a ticket.
  version integer not null -- Version of the event; the highest one is current whatever the order of arrival.
  metadata jsonb not null -- What is particular to the type, as it is understood today; received has it as it came, where that differs.
  location_id uuid -- The park, where the event names one.
  visit_date date -- The day of the visit, where the event names one: people buy on one day for another.
  schema_version integer not null -- Version of the type's schema that the metadata is written in.
  extra jsonb -- Fields outside metadata that the envelope does not know, as received.
  batch_id bigint not null -- The batch that brought it, or this interpretation of it; its committed_at is the system time.
  line bigint not null -- The line that brought it, of the load that did.
  revision integer not null default 1 -- Counts the interpretations of this version of the event from 1; a load brings the first one, runs write more.
  received jsonb -- The metadata as received; null where metadata is still that.
  received_schema_version integer -- Schema version by which it was judged when it came; null where schema_version is still that.
  CHECK ((revision >= 1))
  CHECK ((schema_version >= 1))
  CHECK ((version >= 1))
  PRIMARY KEY (event_id)
  CREATE INDEX events_related ON public.events USING btree (related_id, event_timestamp)
  CREATE INDEX events_time ON public.events USING btree (event_timestamp, event_id)
  CREATE INDEX events_user ON public.events USING btree (user_id, event_timestamp)
  CREATE INDEX events_visit ON public.events USING brin (visit_date date_minmax_multi_ops (values_per_range='64')) WITH (pages_per_range='16', autosummarize='on')

-- One state of one holiday, with the range of calendar revisions that have it. Nothing is updated but the end of that range.
table holiday
  calendar_id integer not null -- The calendar.
  holiday_id uuid not null -- Minted once and carried across revisions, moved and renamed ones included.
  year smallint not null -- The year it was fetched for: the year of date.
  date date not null -- Nominal first day.
  observed_date date -- The day off where it differs from date; else null.
  end_date date -- Last day, inclusive, of a holiday of several days; else null.
  type text not null -- public, bank, school, optional or observance.
  name text not null -- English name where the source knows one, else the local one.
  local_name text not null -- Name in the first language of the place.
  names jsonb not null default '{}'::jsonb -- Names by language tag, where the source gives them.
  occurrence_id text -- The sources own id of this occurrence, where it has one.
  revisions int4range not null -- The calendar revisions that have this state; open above = current.
  first_date date not null generated always as (LEAST(date, observed_date)) stored -- Earliest of its days: what range queries use.
  last_date date not null generated always as (GREATEST(date, observed_date, end_date)) stored -- Latest of its days: what range queries use.
  CHECK (((NOT isempty(revisions)) AND (NOT lower_inf(revisions))))
  CHECK (((end_date IS NULL) OR (end_date > date)))
  CHECK (((observed_date IS NULL) OR (observed_date <> date)))
  CHECK ((EXTRACT(year FROM date) = (year)::numeric))
  CHECK ((type = ANY (ARRAY['public'::text, 'bank'::text, 'school'::text, 'optional'::text, 'observance'::text])))
  FOREIGN KEY (calendar_id) REFERENCES calendar(calendar_id)
  PRIMARY KEY (calendar_id, holiday_id, revisions WITHOUT OVERLAPS)
  CREATE INDEX holiday_dates ON public.holiday USING btree (calendar_id, first_date, last_date)

-- The brief's relation: the holidays of every version of every location.
view holidays
  location_id uuid -- The location.
  holiday_name text -- English name where the source knows one.
  date date -- Nominal first day.
  version integer -- The locations version.
  current_version boolean -- True for the newest version of the location.
  observed_date date -- The day off where it differs from date.
  end_date date -- Last day of a holiday of several days.
  local_name text -- Name in the first language of the place.
  type text -- public, bank, school, optional or observance.
  holiday_id uuid -- Carried across versions.
  region text -- The region whose calendar it is.
  source text -- The source that told it.
  synced_at timestamp with time zone -- When this version became what we knew.
 SELECT v.location_id,
    h.name AS holiday_name,
    h.date,
    v.version,
    v.current_version,
    h.observed_date,
    h.end_date,
    h.local_name,
    h.type,
    h.holiday_id,
    c.region,
    c.source,
    v.synced_at
   FROM ((location_version v
     JOIN calendar c USING (calendar_id))
     JOIN holiday h ON (((h.calendar_id = v.calendar_id) AND (h.revisions @> v.revision))));

-- Answers that a repeated Idempotency-Key gets again, for 24 hours.
table idempotent_request
  owner text not null -- The API key (or anonymous) that the key belongs to.
  route text not null -- Method and path.
  idempotency_key text not null -- As the caller sent it.
  body_hash bytea not null -- SHA-256 of the request body.
  claimed_until timestamp with time zone not null -- While in progress: when the claim ends unless renewed.
  status integer -- HTTP status of the answer; null while in progress.
  headers jsonb -- Headers of the answer that are repeated.
  body bytea -- Body of the answer.
  created_at timestamp with time zone not null default clock_timestamp() -- When it was first seen.
  PRIMARY KEY (owner, route, idempotency_key)
  CREATE INDEX idempotent_request_age ON public.idempotent_request USING btree (created_at)

-- Files that were found in the drop folder.
table inbox_file
  uri text not null -- Where the file lay.
  fingerprint text not null -- Size and time of the file, or its entity tag: another content under the same name is another file.
  load_id uuid -- The load that it became.
  seen_at timestamp with time zone not null default clock_timestamp() -- When it was first found.
  done_at timestamp with time zone -- When it was put away.
  error_code text -- Why it could not be taken.
  FOREIGN KEY (load_id) REFERENCES load(load_id)
  PRIMARY KEY (uri, fingerprint)

-- How far the batches are written down in the raw zone.
table journal
  only_row boolean not null default true -- Always true: there is one row.
  exported_no bigint not null default 0 -- Number of the newest journal object.
  exported_until timestamp with time zone -- System time of the newest batch in it.
  exported_batch_id bigint -- Number of that batch.
  CHECK (only_row)
  PRIMARY KEY (only_row)

-- A manifest: one body of bytes that was taken into the raw zone, and how far it is loaded.
table load
  load_id uuid not null default uuidv7() -- The load's id.
  load_no bigint not null generated always as identity -- Order in which loads were accepted.
  dataset text not null -- What the lines are: events, or members of users, tickets or articles.
  channel text not null -- How it came: upload (POST /v1/loads, PUT /v1/dimensions), inbox (drop folder), post (POST /v1/events), replay.
  replay_of uuid -- For a replay: the load whose bytes it takes again.
  replay_only text -- For a replay: all lines, or those that were rejected.
  content_sha256 bytea not null -- SHA-256 of the body after its content encoding was undone.
  media_type text not null -- Media type of the body; with the hash it is the load's identity.
  bytes bigint not null -- Length of the body, content encoding undone.
  stored_bytes bigint not null -- Length of the compressed object in the raw zone.
  raw_uri text not null -- Where the raw zone keeps the body.
  file_name text -- Name of the file in the drop folder, where it came that way.
  time_zone text -- IANA time zone of timestamps without an offset; null: such timestamps are rejected.
  requested_by text not null -- Who sent it.
  requested_at timestamp with time zone not null default clock_timestamp() -- System time of acceptance; the bytes were durable before.
  status text not null default 'queued'::text -- queued, running, succeeded, partial (finished with rejects or conflicts), failed.
  fence integer not null default 0 -- Rises with every claim; whoever holds an older one can no longer write.
  schemas jsonb -- The schema version of each event type that the load judges by, fixed at its first claim.
  line_max_bytes integer -- For a post: the most bytes of a line that it judged by; of other loads the raw zone keeps it.
  started_at timestamp with time zone -- When a worker first claimed it.
  finished_at timestamp with time zone -- When it ended.
  error_code text -- Why it failed.
  error_detail text -- Why it failed, in a sentence.
  cancel_requested boolean not null default false -- Somebody asked to stop it; what is committed stays.
  updated_at timestamp with time zone not null default clock_timestamp() -- When its state last changed; chunks move the lanes' instead.
  received_at timestamp with time zone not null -- When its bytes were accepted first: of a replay, when the load was whose bytes it takes.
  CHECK (((channel = 'replay'::text) = (replay_of IS NOT NULL)))
  CHECK (((channel = 'replay'::text) = (replay_only IS NOT NULL)))
  CHECK (((error_code IS NULL) = (error_detail IS NULL)))
  CHECK (((status = 'failed'::text) = (error_code IS NOT NULL)))
  CHECK (((status = ANY (ARRAY['succeeded'::text, 'partial'::text, 'failed'::text])) = (finished_at IS NOT NULL)))
  CHECK ((bytes >= 0))
  CHECK ((channel = ANY (ARRAY['upload'::text, 'inbox'::text, 'post'::text, 'replay'::text])))
  CHECK ((dataset = ANY (ARRAY['events'::text, 'users'::text, 'tickets'::text, 'articles'::text])))
  CHECK ((line_max_bytes >= 1))
  CHECK ((media_type = ANY (ARRAY['application/x-ndjson'::text, 'application/json'::text, 'text/csv'::text, 'application/vnd.apache.parquet'::text, 'application/cloudevents+json'::text, 'application/cloudevents-batch+json'::text])))
  CHECK ((octet_length(content_sha256) = 32))
  CHECK ((replay_only = ANY (ARRAY['rejects'::text, 'all'::text])))
  CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'partial'::text, 'failed'::text])))
  CHECK ((stored_bytes >= 0))
  FOREIGN KEY (replay_of) REFERENCES load(load_id)
  PRIMARY KEY (load_id)
  UNIQUE (load_no)
  CREATE INDEX load_feeds ON public.load USING btree (dataset, load_no) WHERE (dataset <> 'events'::text)
  CREATE INDEX load_files ON public.load USING btree (load_id) WHERE (channel <> 'post'::text)
  CREATE INDEX load_finished ON public.load USING btree (finished_at) WHERE ((finished_at IS NOT NULL) AND (channel <> 'post'::text))
  CREATE INDEX load_replays ON public.load USING btree (replay_of) WHERE (replay_of IS NOT NULL)
  CREATE INDEX load_unfinished ON public.load USING btree (load_no) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]))
  CREATE INDEX load_unwell ON public.load USING btree (load_no DESC) WHERE (status = ANY (ARRAY['failed'::text, 'partial'::text]))
  CREATE UNIQUE INDEX load_identity ON public.load USING btree (content_sha256, media_type) WHERE ((dataset = 'events'::text) AND (channel = ANY (ARRAY['upload'::text, 'inbox'::text])))
  CREATE UNIQUE INDEX load_rejects_replay ON public.load USING btree (replay_of) WHERE (replay_only = 'rejects'::text)

-- How far each lane of a load is. An event's lines are all in one lane, in file order.
table load_lane with (fillfactor=50)
  load_id uuid not null -- The load.
  lane smallint not null -- Number of the lane, from 0.
  position bigint not null default 0 -- Last line of this lane that is counted; a resumed load goes on behind it.
  byte_position bigint not null default 0 -- Bytes of the body that lie before the end of that line.
  inserted bigint not null default 0 -- Lines that brought an event that was not known.
  updated bigint not null default 0 -- Lines that brought a higher version of a known event.
  duplicate bigint not null default 0 -- Lines that brought a known version with the same content.
  stale bigint not null default 0 -- Lines that brought a lower version that was not known: kept in history.
  conflict bigint not null default 0 -- Lines that brought a known version with other content: kept as rejects.
  rejected bigint not null default 0 -- Lines that are no valid event.
  total bigint not null generated always as ((((((inserted + updated) + duplicate) + stale) + conflict) + rejected)) stored -- The sum of the six.
  updated_at timestamp with time zone not null default clock_timestamp() -- When a chunk of it last committed.
  CHECK (("position" >= 0))
  CHECK ((byte_position >= 0))
  CHECK ((conflict >= 0))
  CHECK ((duplicate >= 0))
  CHECK ((inserted >= 0))
  CHECK ((lane >= 0))
  CHECK ((rejected >= 0))
  CHECK ((stale >= 0))
  CHECK ((updated >= 0))
  FOREIGN KEY (load_id) REFERENCES load(load_id)
  PRIMARY KEY (load_id, lane)

-- A place that sells tickets. Its changing facts are in location_state; a location is never deleted.
table location
  location_id uuid not null -- The companys UUID of the place.
  location_no integer not null generated always as identity -- Short number for lists in the order of arrival.
  created_at timestamp with time zone not null default clock_timestamp() -- When it was first registered.
  PRIMARY KEY (location_id)
  UNIQUE (location_no)

-- The brief's relation: locations with their codes and whether they are active.
view location_mapping
  location_id uuid -- The location.
  country_code text -- ISO 3166-1 alpha-2 code.
  subdivision_code text -- ISO 3166-2 code.
  active boolean -- False once the location is no longer listed.
 SELECT location_id,
    country_code,
    subdivision_code,
    active
   FROM location_state
  WHERE upper_inf(recorded);

-- What is known of a location, by system time: one open row is the present, closed ones the past.
table location_state
  location_id uuid not null -- The location.
  state_no integer not null -- Counts the states of the location from 1.
  country_code text not null -- ISO 3166-1 alpha-2 code.
  subdivision_code text not null -- ISO 3166-2 code of the place (or the country code).
  time_zone text -- IANA time zone of the place; null where unknown.
  active boolean not null -- False once the location is no longer listed; its data stays.
  recorded tstzrange not null -- System time during which this was what we knew; open above = now.
  CHECK (((NOT isempty(recorded)) AND (NOT lower_inf(recorded))))
  CHECK ((country_code ~ '^[A-Z]{2}$'::text))
  CHECK ((state_no >= 1))
  CHECK ((subdivision_code ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$'::text))
  CHECK (starts_with(subdivision_code, country_code))
  FOREIGN KEY (location_id) REFERENCES location(location_id)
  PRIMARY KEY (location_id, recorded WITHOUT OVERLAPS)
  UNIQUE (location_id, state_no)
  CREATE INDEX idx_country_subdivision ON public.location_state USING btree (country_code, subdivision_code) WHERE upper_inf(recorded)
  CREATE UNIQUE INDEX location_state_current ON public.location_state USING btree (location_id) WHERE upper_inf(recorded)

-- Every version of every location, one row each.
view location_version
  location_id uuid -- The location.
  version integer -- Counts the successful syncs of the location from 1.
  synced_at timestamp with time zone -- System time: when this became what we knew.
  sync_id uuid -- The sync that made it.
  calendar_id integer -- The calendar that it pins.
  revision integer -- The revision of it that it pins.
  current_version boolean -- True for the newest version of the location.
  added integer -- Holidays that the version before did not have.
  removed integer -- Holidays that only the version before had.
  moved integer -- Holidays whose days changed.
  renamed integer -- Holidays whose name or type changed and whose days did not.
 SELECT r.location_id,
    v.version,
    v.synced_at,
    s.sync_id,
    r.calendar_id,
    r.revision,
    (v.version = last_value(v.version) OVER (PARTITION BY r.location_id ORDER BY v.version ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS current_version,
        CASE
            WHEN (v.version = r.versions[1]) THEN r.added
            ELSE 0
        END AS added,
        CASE
            WHEN (v.version = r.versions[1]) THEN r.removed
            ELSE 0
        END AS removed,
        CASE
            WHEN (v.version = r.versions[1]) THEN r.moved
            ELSE 0
        END AS moved,
        CASE
            WHEN (v.version = r.versions[1]) THEN r.renamed
            ELSE 0
        END AS renamed
   FROM ((location_version_run r
     CROSS JOIN LATERAL UNNEST(r.versions, r.synced_at, r.sync_nos) v(version, synced_at, sync_no))
     JOIN sync s ON ((s.sync_no = v.sync_no)));

-- The versions of a location, up to 64 in a row that pin the same calendar revision. Read it through location_version.
table location_version_run with (fillfactor=60)
  location_id uuid not null -- The location.
  first_version integer not null -- The first version of the run; its changes are the counts below.
  first_synced_at timestamp with time zone not null -- System time of the first version of the run: what as-of look-ups use.
  calendar_id integer not null -- The calendar that these versions pin.
  revision integer not null -- The revision of it that they pin.
  added integer not null -- Holidays that the version before the run did not have.
  removed integer not null -- Holidays that only the version before the run had.
  moved integer not null -- Holidays whose days changed.
  renamed integer not null -- Holidays whose name or type changed and whose days did not.
  versions integer[] not null -- The version numbers, rising by one (gaps only where retention pruned).
  synced_at timestamp with time zone[] not null -- System time of each version, rising.
  sync_nos integer[] not null -- The sync that made each version.
  pruned_to text -- What retention left of the versions before and in this run: the last of each day or month; null while none was pruned.
  CHECK (((cardinality(versions) = cardinality(synced_at)) AND (cardinality(versions) = cardinality(sync_nos))))
  CHECK (((cardinality(versions) >= 1) AND (cardinality(versions) <= 64)))
  CHECK (((first_version <= versions[1]) AND (first_synced_at <= synced_at[1])))
  CHECK ((first_version >= 1))
  CHECK ((pruned_to = ANY (ARRAY['day'::text, 'month'::text])))
  FOREIGN KEY (calendar_id, revision) REFERENCES calendar_revision(calendar_id, revision)
  FOREIGN KEY (location_id) REFERENCES location(location_id)
  PRIMARY KEY (location_id, first_version)
  UNIQUE (location_id, first_synced_at)
  CREATE INDEX location_version_run_pins ON public.location_version_run USING btree (calendar_id, revision)
  CREATE TRIGGER location_version_run_guard BEFORE INSERT OR UPDATE ON public.location_version_run FOR EACH ROW EXECUTE FUNCTION location_version_run_guard()

-- Every state that an article ever had.
view mart.article_states
  article_id text -- Unique identifier of the article.
  article_name text -- Name of the article.
  price numeric -- Price of the article.
  currency text -- Currency of the price.
  inferred boolean -- True while nothing was known but that an event named it.
  state_no integer -- Counts the states of the member from 1.
  recorded_at timestamp with time zone -- System time from which this was what we knew.
  superseded_at timestamp with time zone -- System time from which it no longer was; null for the present state. Equal to recorded_at: it never was what we knew.
 SELECT a.article_id,
    a.article_name,
    a.price,
    a.currency,
    a.inferred,
    a.state_no,
    b.committed_at AS recorded_at,
    s.committed_at AS superseded_at
   FROM ((( SELECT articles.article_id,
            articles.article_name,
            articles.price,
            articles.currency,
            articles.inferred,
            articles.state_no,
            articles.batch_id,
            NULL::bigint AS superseded_batch_id
           FROM articles
        UNION ALL
         SELECT article_history.article_id,
            article_history.article_name,
            article_history.price,
            article_history.currency,
            article_history.inferred,
            article_history.state_no,
            article_history.batch_id,
            article_history.superseded_batch_id
           FROM article_history) a
     JOIN batch b ON ((b.batch_id = a.batch_id)))
     LEFT JOIN batch s ON ((s.batch_id = a.superseded_batch_id)));

-- Which holidays a day is at a location, by version of the location: a row for each day and holiday. A day can be two holidays: join facts to fact_events_holidays instead of to this, and nothing doubles.
view mart.bridge_location_day_holidays
  location_id uuid -- The location.
  version integer -- The version of its holidays.
  current_version boolean -- Whether that is the newest version.
  date date -- The day.
  observed boolean -- True for the day that is taken off in place of the nominal one.
  holiday_id uuid -- The holiday.
  holiday_name text -- English name where the source knows one.
  local_name text -- Name in the first language of the place.
  type text -- public, bank, school, optional or observance.
  nominal_date date -- The holiday's first nominal day.
  synced_at timestamp with time zone -- System time of the version.
 SELECT v.location_id,
    v.version,
    v.current_version,
    d.date,
    d.observed,
    d.holiday_id,
    d.name AS holiday_name,
    d.local_name,
    d.type,
    d.nominal_date,
    v.synced_at
   FROM (mart.location_versions v
     JOIN mart.calendar_holiday_days d ON (((d.calendar_id = v.calendar_id) AND (d.revisions @> v.revision))));

-- How well each year of a calendar is known, by revision.
view mart.calendar_coverage
  calendar_id integer -- The calendar.
  year smallint -- The year.
  coverage text -- full, partial or unavailable; only in a full year is a day without a holiday known to be none.
  revisions int4range -- The revisions of the calendar for which this holds.
  source text -- Name of the holiday source.
  region text -- ISO 3166 code of the region.
  knows_school_holidays boolean -- Whether the source tells school holidays in full.
 SELECT y.calendar_id,
    y.year,
    y.coverage,
    y.revisions,
    c.source,
    c.region,
    (s.source IS NOT NULL) AS knows_school_holidays
   FROM ((calendar_coverage y
     JOIN calendar c ON ((c.calendar_id = y.calendar_id)))
     LEFT JOIN school_holiday_source s ON ((s.source = c.source)));

-- Every day of every holiday of every calendar, with the revisions that have it.
view mart.calendar_holiday_days
  calendar_id integer -- The calendar.
  date date -- A nominal day of the holiday, or the observed one.
  observed boolean -- True for the day that is taken off in place of the nominal one.
  holiday_id uuid -- The holiday.
  name text -- English name where the source knows one.
  local_name text -- Name in the first language of the place.
  type text -- public, bank, school, optional or observance.
  nominal_date date -- The holidays first nominal day.
  revisions int4range -- The revisions of the calendar that have it.
 SELECT h.calendar_id,
    (d.date)::date AS date,
    (NOT ((d.date)::date IS DISTINCT FROM h.observed_date)) AS observed,
    h.holiday_id,
    h.name,
    h.local_name,
    h.type,
    h.date AS nominal_date,
    h.revisions
   FROM (holiday h
     CROSS JOIN LATERAL ( SELECT generate_series((h.date)::timestamp without time zone, (COALESCE(h.end_date, h.date))::timestamp without time zone, '1 day'::interval) AS generate_series
        UNION
         SELECT (h.observed_date)::timestamp without time zone AS observed_date
          WHERE (h.observed_date IS NOT NULL)) d(date));

-- Whose holidays a location's version pins: one source, one region.
view mart.calendars
  calendar_id integer -- The calendar.
  source text -- Name of the holiday source.
  region text -- ISO 3166 code of the region.
 SELECT calendar_id,
    source,
    region
   FROM calendar;

-- The version of each location that is in force now.
view mart.current_versions
  location_id uuid -- The location.
  version integer -- Its newest version.
  synced_at timestamp with time zone -- System time of that version.
  calendar_id integer -- The calendar that it pins.
  revision integer -- The revision of the calendar that it pins.
 SELECT l.location_id,
    r.versions[cardinality(r.versions)] AS version,
    r.synced_at[cardinality(r.synced_at)] AS synced_at,
    r.calendar_id,
    r.revision
   FROM (location l
     CROSS JOIN LATERAL ( SELECT r_1.location_id,
            r_1.first_version,
            r_1.first_synced_at,
            r_1.calendar_id,
            r_1.revision,
            r_1.added,
            r_1.removed,
            r_1.moved,
            r_1.renamed,
            r_1.versions,
            r_1.synced_at,
            r_1.sync_nos,
            r_1.pruned_to
           FROM location_version_run r_1
          WHERE (r_1.location_id = l.location_id)
          ORDER BY r_1.first_version DESC
         LIMIT 1) r);

-- Articles.
view mart.dim_articles
  article_id text -- Unique identifier of the article.
  article_name text -- Name of the article.
  price numeric -- Price of the article.
  currency text -- Currency of the price.
  inferred boolean -- True while nothing is known but that an event named it.
  recorded_at timestamp with time zone -- System time of this state.
 SELECT a.article_id,
    a.article_name,
    a.price,
    a.currency,
    a.inferred,
    b.committed_at AS recorded_at
   FROM (articles a
     LEFT JOIN batch b ON ((b.batch_id = a.batch_id)));

-- Calendar attributes of every day from 1990 to 2050.
table mart.dim_dates
  date date not null -- The day.
  year smallint not null -- Year.
  quarter smallint not null -- Quarter, 1 to 4.
  month smallint not null -- Month, 1 to 12.
  month_name text not null -- English name of the month.
  day smallint not null -- Day of the month.
  day_of_year smallint not null -- Day of the year, from 1.
  iso_year smallint not null -- Year of the ISO week.
  iso_week smallint not null -- ISO week, 1 to 53.
  weekday smallint not null -- ISO: 1 is Monday, 7 is Sunday.
  weekday_name text not null -- English name of the weekday.
  is_weekend boolean not null -- Saturday or Sunday.
  first_of_month date not null -- First day of its month.
  last_of_month date not null -- Last day of its month.
  PRIMARY KEY (date)

-- Locations as they are known now.
view mart.dim_locations
  location_id uuid -- Unique identifier of the location.
  country_code text -- ISO 3166-1 alpha-2 code.
  subdivision_code text -- ISO 3166-2 code of the place.
  time_zone text -- IANA time zone of the place; null: its days are counted in UTC.
  active boolean -- False once the location is no longer listed.
  calendar_version integer -- The newest version of its holidays; null before the first sync.
  synced_at timestamp with time zone -- System time of that version.
  holiday_source text -- Where its holidays come from.
  holiday_region text -- The region whose holidays they are.
 SELECT s.location_id,
    s.country_code,
    s.subdivision_code,
    s.time_zone,
    s.active,
    v.version AS calendar_version,
    v.synced_at,
    c.source AS holiday_source,
    c.region AS holiday_region
   FROM ((location_state s
     LEFT JOIN mart.current_versions v ON ((v.location_id = s.location_id)))
     LEFT JOIN calendar c ON ((c.calendar_id = v.calendar_id)))
  WHERE upper_inf(s.recorded);

-- Tickets.
view mart.dim_tickets
  ticket_id uuid -- Unique identifier of the ticket.
  event_name text -- Name of the event that the ticket is for.
  ticket_price numeric -- Price of the ticket.
  inferred boolean -- True while nothing is known but that an event named it.
  recorded_at timestamp with time zone -- System time of this state.
 SELECT t.ticket_id,
    t.event_name,
    t.ticket_price,
    t.inferred,
    b.committed_at AS recorded_at
   FROM (tickets t
     LEFT JOIN batch b ON ((b.batch_id = t.batch_id)));

-- Users; name and e-mail are masked for everybody who has not the rights of role almanac_personal_data.
view mart.dim_users
  user_id uuid -- Unique identifier of the user.
  name text -- Name; *** where it is masked.
  email text -- E-mail address; *** where it is masked.
  country text -- Country of the user.
  inferred boolean -- True while nothing is known but that an event named it.
  recorded_at timestamp with time zone -- System time of this state.
 SELECT u.user_id,
        CASE
            WHEN ( SELECT mart.sees_personal_data() AS sees_personal_data) THEN u.name
            WHEN (u.name IS NOT NULL) THEN '***'::text
            ELSE NULL::text
        END AS name,
        CASE
            WHEN ( SELECT mart.sees_personal_data() AS sees_personal_data) THEN u.email
            WHEN (u.email IS NOT NULL) THEN '***'::text
            ELSE NULL::text
        END AS email,
    u.country,
    u.inferred,
    b.committed_at AS recorded_at
   FROM (users u
     LEFT JOIN batch b ON ((b.batch_id = u.batch_id)));

-- Every version of every event in each of its interpretations; events_as_of picks those that were current at an instant.
view mart.fact_event_versions
  event_id uuid -- Unique identifier of the event.
  event_type text -- Type of the event, for example PaymentSuccessful.
  event_timestamp timestamp with time zone -- When the event occurred.
  visit_date date -- The day of the visit, where the event names one.
  user_id uuid -- The user: dim_users.
  related_id uuid -- The related entity, for example a cart or a ticket.
  ticket_id uuid -- The ticket, for types that are about one: dim_tickets.
  article_id text -- The article, where the event names one: dim_articles.
  location_id uuid -- The location, where the event names one: dim_locations.
  version integer -- Version of the event.
  schema_version integer -- Version of the type's schema that it was judged by.
  amount numeric -- metadata.total_amount: what was paid, given back or to be paid.
  currency text -- metadata.currency: ISO 4217 code of every amount of the event.
  article_price numeric -- metadata.article_price: price of one.
  quantity integer -- metadata.quantity: how many articles; null where the event does not say, which means one.
  article_count integer -- metadata.article_count: articles in the cart.
  ticket_price numeric -- metadata.ticket_price: price of the ticket.
  payment_method text -- metadata.payment_method.
  reason text -- metadata.reason: why it failed, was given back or made void.
  barcode_type text -- metadata.barcode_type.
  scanner_location text -- metadata.scanner_location: where it was scanned.
  recorded_at timestamp with time zone -- System time: when Almanac learned this version.
  superseded_at timestamp with time zone -- System time from which another version was current; null for the current one. Equal to recorded_at: it never was current.
  revision integer -- Counts the interpretations of the version from 1.
 SELECT event_id,
    event_type,
    event_timestamp,
    visit_date,
    user_id,
    related_id,
    mart.ticket_in(event_type, related_id) AS ticket_id,
    mart.article_in(metadata) AS article_id,
    location_id,
    version,
    schema_version,
    mart.number_in(metadata, 'total_amount'::text) AS amount,
    mart.text_in(metadata, 'currency'::text) AS currency,
    mart.number_in(metadata, 'article_price'::text) AS article_price,
    mart.integer_in(metadata, 'quantity'::text) AS quantity,
    mart.integer_in(metadata, 'article_count'::text) AS article_count,
    mart.number_in(metadata, 'ticket_price'::text) AS ticket_price,
    mart.text_in(metadata, 'payment_method'::text) AS payment_method,
    mart.text_in(metadata, 'reason'::text) AS reason,
    mart.text_in(metadata, 'barcode_type'::text) AS barcode_type,
    mart.text_in(metadata, 'scanner_location'::text) AS scanner_location,
    recorded_at,
    superseded_at,
    revision
   FROM ( SELECT e.event_id,
            e.event_type,
            e.event_timestamp,
            e.visit_date,
            e.user_id,
            e.related_id,
            e.location_id,
            e.version,
            e.schema_version,
            e.metadata,
            b.committed_at AS recorded_at,
            NULL::timestamp with time zone AS superseded_at,
            e.revision
           FROM (events e
             JOIN batch b ON ((b.batch_id = e.batch_id)))
        UNION ALL
         SELECT h.event_id,
            h.event_type,
            h.event_timestamp,
            h.visit_date,
            h.user_id,
            h.related_id,
            h.location_id,
            h.version,
            h.schema_version,
            h.metadata,
            b.committed_at,
            s.committed_at,
            h.revision
           FROM ((event_history h
             JOIN batch b ON ((b.batch_id = h.batch_id)))
             JOIN batch s ON ((s.batch_id = h.superseded_batch_id)))) v;

-- The current version of every checkout event, with its metadata in typed columns; what is not of the promised kind is null. One row for each event.
view mart.fact_events
  event_id uuid -- Unique identifier of the event.
  event_type text -- Type of the event, for example PaymentSuccessful.
  event_timestamp timestamp with time zone -- When the event occurred.
  event_date date -- The day of it in the time zone of the location; in UTC without a location or a time zone.
  visit_date date -- The day of the visit, where the event names one.
  user_id uuid -- The user: dim_users.
  related_id uuid -- The related entity, for example a cart or a ticket.
  ticket_id uuid -- The ticket, for types that are about one: dim_tickets.
  article_id text -- The article, where the event names one: dim_articles.
  location_id uuid -- The location, where the event names one: dim_locations.
  version integer -- Version of the event.
  schema_version integer -- Version of the type's schema that it was judged by.
  amount numeric -- metadata.total_amount: what was paid, given back or to be paid.
  currency text -- metadata.currency: ISO 4217 code of every amount of the event.
  article_price numeric -- metadata.article_price: price of one.
  quantity integer -- metadata.quantity: how many articles; null where the event does not say, which means one.
  article_count integer -- metadata.article_count: articles in the cart.
  ticket_price numeric -- metadata.ticket_price: price of the ticket.
  payment_method text -- metadata.payment_method.
  reason text -- metadata.reason: why it failed, was given back or made void.
  barcode_type text -- metadata.barcode_type.
  scanner_location text -- metadata.scanner_location: where it was scanned.
  recorded_at timestamp with time zone -- System time: when Almanac learned this version.
 SELECT e.event_id,
    e.event_type,
    e.event_timestamp,
    ((e.event_timestamp AT TIME ZONE COALESCE(z.name, 'utc'::text)))::date AS event_date,
    e.visit_date,
    e.user_id,
    e.related_id,
    mart.ticket_in(e.event_type, e.related_id) AS ticket_id,
    mart.article_in(e.metadata) AS article_id,
    e.location_id,
    e.version,
    e.schema_version,
    mart.number_in(e.metadata, 'total_amount'::text) AS amount,
    mart.text_in(e.metadata, 'currency'::text) AS currency,
    mart.number_in(e.metadata, 'article_price'::text) AS article_price,
    mart.integer_in(e.metadata, 'quantity'::text) AS quantity,
    mart.integer_in(e.metadata, 'article_count'::text) AS article_count,
    mart.number_in(e.metadata, 'ticket_price'::text) AS ticket_price,
    mart.text_in(e.metadata, 'payment_method'::text) AS payment_method,
    mart.text_in(e.metadata, 'reason'::text) AS reason,
    mart.text_in(e.metadata, 'barcode_type'::text) AS barcode_type,
    mart.text_in(e.metadata, 'scanner_location'::text) AS scanner_location,
    b.committed_at AS recorded_at
   FROM (((events e
     LEFT JOIN batch b ON ((b.batch_id = e.batch_id)))
     LEFT JOIN location_state s ON (((s.location_id = e.location_id) AND upper_inf(s.recorded))))
     LEFT JOIN time_zone z ON ((z.name = lower(s.time_zone))));

-- fact_events with the holidays of visit_date at the location. One row for each event: the holidays of a day are aggregated, so that amounts never double. Flags are null where nobody can know: no location, no visit date, or a year outside of what was synced in full.
view mart.fact_events_holidays
  event_id uuid -- As in fact_events.
  event_type text -- As in fact_events.
  event_timestamp timestamp with time zone -- As in fact_events.
  event_date date -- As in fact_events.
  visit_date date -- As in fact_events.
  user_id uuid -- As in fact_events.
  related_id uuid -- As in fact_events.
  ticket_id uuid -- As in fact_events.
  article_id text -- As in fact_events.
  location_id uuid -- As in fact_events.
  version integer -- As in fact_events.
  schema_version integer -- As in fact_events.
  amount numeric -- As in fact_events.
  currency text -- As in fact_events.
  article_price numeric -- As in fact_events.
  quantity integer -- As in fact_events.
  article_count integer -- As in fact_events.
  ticket_price numeric -- As in fact_events.
  payment_method text -- As in fact_events.
  reason text -- As in fact_events.
  barcode_type text -- As in fact_events.
  scanner_location text -- As in fact_events.
  recorded_at timestamp with time zone -- As in fact_events.
  is_public_holiday boolean -- visit_date is a nominal or observed day of a public holiday; null where unknown.
  is_school_holiday boolean -- visit_date is a day of a school holiday; null where unknown, and wherever the source does not tell school holidays.
  is_weekend boolean -- visit_date is a Saturday or Sunday; null without a location or a visit date.
  holiday_names text[] -- Names of the public holidays (and school holidays where they are known) of visit_date, sorted, each once; null where unknown.
  calendar_version integer -- The version of the location's holidays that told it.
 SELECT f.event_id,
    f.event_type,
    f.event_timestamp,
    f.event_date,
    f.visit_date,
    f.user_id,
    f.related_id,
    f.ticket_id,
    f.article_id,
    f.location_id,
    f.version,
    f.schema_version,
    f.amount,
    f.currency,
    f.article_price,
    f.quantity,
    f.article_count,
    f.ticket_price,
    f.payment_method,
    f.reason,
    f.barcode_type,
    f.scanner_location,
    f.recorded_at,
        CASE
            WHEN (f.visit_date IS NULL) THEN NULL::boolean
            WHEN day.is_public THEN true
            WHEN (y.coverage = 'full'::text) THEN false
            ELSE NULL::boolean
        END AS is_public_holiday,
        CASE
            WHEN ((f.visit_date IS NULL) OR (y.knows_school_holidays IS NOT TRUE)) THEN NULL::boolean
            WHEN day.is_school THEN true
            WHEN (y.coverage = 'full'::text) THEN false
            ELSE NULL::boolean
        END AS is_school_holiday,
        CASE
            WHEN (f.location_id IS NOT NULL) THEN (EXTRACT(isodow FROM f.visit_date) >= (6)::numeric)
            ELSE NULL::boolean
        END AS is_weekend,
        CASE
            WHEN (day.is_public OR (y.coverage = 'full'::text)) THEN COALESCE(
            CASE
                WHEN y.knows_school_holidays THEN day.names
                ELSE day.public_names
            END, '{}'::text[])
            ELSE NULL::text[]
        END AS holiday_names,
    p.version AS calendar_version
   FROM (((mart.fact_events f
     LEFT JOIN mart.current_versions p ON ((p.location_id = f.location_id)))
     LEFT JOIN ( SELECT c.calendar_id,
            c.revision,
            d.date,
            bool_or((d.type = 'public'::text)) AS is_public,
            bool_or((d.type = 'school'::text)) AS is_school,
            array_agg(DISTINCT (d.name COLLATE "C") ORDER BY (d.name COLLATE "C")) AS names,
            array_agg(DISTINCT (d.name COLLATE "C") ORDER BY (d.name COLLATE "C")) FILTER (WHERE (d.type = 'public'::text)) AS public_names
           FROM (( SELECT DISTINCT current_versions.calendar_id,
                    current_versions.revision
                   FROM mart.current_versions) c
             JOIN mart.calendar_holiday_days d ON (((d.calendar_id = c.calendar_id) AND (d.revisions @> c.revision))))
          WHERE (d.type = ANY (ARRAY['public'::text, 'school'::text]))
          GROUP BY c.calendar_id, c.revision, d.date) day ON (((day.calendar_id = p.calendar_id) AND (day.revision = p.revision) AND (day.date = f.visit_date))))
     LEFT JOIN mart.calendar_coverage y ON (((y.calendar_id = p.calendar_id) AND ((y.year)::numeric = EXTRACT(year FROM f.visit_date)) AND (y.revisions @> p.revision))));

-- What is known of a location, by system time; facts as of an instant take the time zone from here.
view mart.location_states
  location_id uuid -- The location.
  country_code text -- ISO 3166-1 alpha-2 code.
  subdivision_code text -- ISO 3166-2 code of the place.
  time_zone text -- IANA time zone of the place; null where unknown.
  known_time_zone text -- The time zone where the database server knows it; days are in UTC without.
  active boolean -- False while the location was not listed.
  recorded_at timestamp with time zone -- System time from which this was what we knew.
  superseded_at timestamp with time zone -- System time from which it no longer was; null for the present state.
  current_state boolean -- The present state.
 SELECT s.location_id,
    s.country_code,
    s.subdivision_code,
    s.time_zone,
    z.name AS known_time_zone,
    s.active,
    lower(s.recorded) AS recorded_at,
    upper(s.recorded) AS superseded_at,
    upper_inf(s.recorded) AS current_state
   FROM (location_state s
     LEFT JOIN time_zone z ON ((z.name = lower(s.time_zone))));

-- Versions of the locations holidays with the span of system time in which each was in force.
view mart.location_versions
  location_id uuid -- The location.
  version integer -- Counts the successful syncs of the location.
  synced_at timestamp with time zone -- System time from which the version was in force.
  calendar_id integer -- The calendar that the version pins.
  revision integer -- The revision of the calendar that the version pins.
  current_version boolean -- The newest version of the location.
  superseded_at timestamp with time zone -- System time from which it no longer was in force, or from which later versions were pruned; null for the current one.
 SELECT location_id,
    version,
    synced_at,
    calendar_id,
    revision,
    (next_version IS NULL) AS current_version,
        CASE
            WHEN (next_version > (version + 1)) THEN LEAST(next_synced_at, date_trunc(COALESCE(next_pruned_to, 'month'::text), next_synced_at, 'UTC'::text))
            ELSE next_synced_at
        END AS superseded_at
   FROM ( SELECT r.location_id,
            t.version,
            t.synced_at,
            r.calendar_id,
            r.revision,
            COALESCE(r.versions[(t.place + 1)], r.next_version) AS next_version,
            COALESCE(r.synced_at[(t.place + 1)], r.next_synced_at) AS next_synced_at,
                CASE
                    WHEN (t.place < cardinality(r.versions)) THEN r.pruned_to
                    ELSE r.next_pruned_to
                END AS next_pruned_to
           FROM (( SELECT r_1.location_id,
                    r_1.first_version,
                    r_1.first_synced_at,
                    r_1.calendar_id,
                    r_1.revision,
                    r_1.added,
                    r_1.removed,
                    r_1.moved,
                    r_1.renamed,
                    r_1.versions,
                    r_1.synced_at,
                    r_1.sync_nos,
                    r_1.pruned_to,
                    lead(r_1.versions[1]) OVER w AS next_version,
                    lead(r_1.synced_at[1]) OVER w AS next_synced_at,
                    lead(r_1.pruned_to) OVER w AS next_pruned_to
                   FROM location_version_run r_1
                  WINDOW w AS (PARTITION BY r_1.location_id ORDER BY r_1.first_version)) r
             CROSS JOIN LATERAL UNNEST(r.versions, r.synced_at) WITH ORDINALITY t(version, synced_at, place))) v;

-- Snapshots: pairs of instants by which an analysis is repeated to the row. Their ids go into the functions snapshot_….
view mart.snapshots
  snapshot_id uuid -- The snapshot's id.
  name text -- What it is for.
  events_as_of timestamp with time zone -- The instant at which events, members and time zones of locations are read.
  calendar_as_of timestamp with time zone -- The instant at which holidays and locations are read.
  created_at timestamp with time zone -- When it was made.
  released_at timestamp with time zone -- When it was released: retention may then take what it needs. Null while it holds.
 SELECT snapshot_id,
    name,
    events_as_of,
    calendar_as_of,
    created_at,
    released_at
   FROM snapshot;

-- Every state that a ticket ever had.
view mart.ticket_states
  ticket_id uuid -- Unique identifier of the ticket.
  event_name text -- Name of the event that the ticket is for.
  ticket_price numeric -- Price of the ticket.
  inferred boolean -- True while nothing was known but that an event named it.
  state_no integer -- Counts the states of the member from 1.
  recorded_at timestamp with time zone -- System time from which this was what we knew.
  superseded_at timestamp with time zone -- System time from which it no longer was; null for the present state. Equal to recorded_at: it never was what we knew.
 SELECT t.ticket_id,
    t.event_name,
    t.ticket_price,
    t.inferred,
    t.state_no,
    b.committed_at AS recorded_at,
    s.committed_at AS superseded_at
   FROM ((( SELECT tickets.ticket_id,
            tickets.event_name,
            tickets.ticket_price,
            tickets.inferred,
            tickets.state_no,
            tickets.batch_id,
            NULL::bigint AS superseded_batch_id
           FROM tickets
        UNION ALL
         SELECT ticket_history.ticket_id,
            ticket_history.event_name,
            ticket_history.ticket_price,
            ticket_history.inferred,
            ticket_history.state_no,
            ticket_history.batch_id,
            ticket_history.superseded_batch_id
           FROM ticket_history) t
     JOIN batch b ON ((b.batch_id = t.batch_id)))
     LEFT JOIN batch s ON ((s.batch_id = t.superseded_batch_id)));

-- Every state that a user ever had; name and e-mail are masked as in dim_users.
view mart.user_states
  user_id uuid -- Unique identifier of the user.
  name text -- Name; *** where it is masked.
  email text -- E-mail address; *** where it is masked.
  country text -- Country of the user.
  inferred boolean -- True while nothing was known but that an event named it.
  state_no integer -- Counts the states of the member from 1.
  recorded_at timestamp with time zone -- System time from which this was what we knew.
  superseded_at timestamp with time zone -- System time from which it no longer was; null for the present state. Equal to recorded_at: it never was what we knew.
 SELECT u.user_id,
        CASE
            WHEN ( SELECT mart.sees_personal_data() AS sees_personal_data) THEN u.name
            WHEN (u.name IS NOT NULL) THEN '***'::text
            ELSE NULL::text
        END AS name,
        CASE
            WHEN ( SELECT mart.sees_personal_data() AS sees_personal_data) THEN u.email
            WHEN (u.email IS NOT NULL) THEN '***'::text
            ELSE NULL::text
        END AS email,
    u.country,
    u.inferred,
    u.state_no,
    b.committed_at AS recorded_at,
    s.committed_at AS superseded_at
   FROM ((( SELECT users.user_id,
            users.name,
            users.email,
            users.country,
            users.inferred,
            users.state_no,
            users.batch_id,
            NULL::bigint AS superseded_batch_id
           FROM users
        UNION ALL
         SELECT user_history.user_id,
            user_history.name,
            user_history.email,
            user_history.country,
            user_history.inferred,
            user_history.state_no,
            user_history.batch_id,
            user_history.superseded_batch_id
           FROM user_history) u
     JOIN batch b ON ((b.batch_id = u.batch_id)))
     LEFT JOIN batch s ON ((s.batch_id = u.superseded_batch_id)));

-- Who tells OpenLineage now, and up to where everything was told.
table openlineage_sender
  only_row boolean not null default true -- Always true: there is one row.
  lease_token uuid -- The worker that tells now; null when nobody does.
  lease_expires_at timestamp with time zone -- When that claim ends unless it is renewed; another worker may then take over.
  load_floor bigint -- Every load up to this load_no was told to its end; null before the first time.
  sync_floor bigint -- Every sync up to this sync_no was told to its end; null before the first time.
  run_floor bigint -- Every reprocess run up to this run_no was told to its end; null before the first time.
  CHECK (((lease_token IS NULL) = (lease_expires_at IS NULL)))
  CHECK (only_row)
  PRIMARY KEY (only_row)

-- What was told last of each load, sync and reprocess run that may still have something to tell.
table openlineage_told
  subject text not null -- load, sync or run.
  object_id uuid not null -- The load, sync or run.
  attempt integer not null -- Counts the runs that it was told as: one that went on after its end is another run.
  status text not null -- Its status as told last.
  finished_at timestamp with time zone -- Its end as told last; null while it ran.
  told_at timestamp with time zone not null default clock_timestamp() -- When it was told last.
  CHECK ((attempt >= 1))
  CHECK ((subject = ANY (ARRAY['load'::text, 'sync'::text, 'run'::text])))
  PRIMARY KEY (subject, object_id)

-- An upstream answer that was held back because it would have removed or moved too much; an operator approves or rejects it.
table quarantine
  quarantine_id uuid not null default uuidv7() -- UUID, version 7.
  calendar_id integer not null -- The calendar whose answer it is.
  base_revision integer not null -- The revision that the answer was compared with.
  begun_at timestamp with time zone not null -- When the fetch was begun.
  recorded_at timestamp with time zone not null default clock_timestamp() -- When it was held back.
  years jsonb not null -- The answer: fetched years with their holidays.
  reasons jsonb not null -- Which guard held it back, and the numbers.
  status text not null default 'open'::text -- open, approved, rejected, or superseded by a newer success.
  decided_by text -- Who decided; null while open.
  decided_at timestamp with time zone -- When; null while open.
  CHECK (((status = 'open'::text) = (decided_at IS NULL)))
  CHECK ((status = ANY (ARRAY['open'::text, 'approved'::text, 'rejected'::text, 'superseded'::text])))
  FOREIGN KEY (calendar_id) REFERENCES calendar(calendar_id)
  PRIMARY KEY (quarantine_id)
  CREATE INDEX quarantine_open ON public.quarantine USING btree (calendar_id) WHERE (status = 'open'::text)

-- Moved by every change of what a read may show; readers compare it to know that what they keep in memory is still the newest.
table read_epoch
  only_row boolean not null default true -- Always true: there is one row.
  epoch bigint not null default 0 -- Rises by one with every such change.
  CHECK (only_row)
  PRIMARY KEY (only_row)

-- Which calendar serves a requested subdivision: the first code up its ISO 3166-2 chain that the source declares.
table region_resolution
  source text not null -- Name of the holiday source.
  subdivision_code text not null -- The requested ISO 3166-2 code (or a country code).
  calendar_id integer not null -- The calendar that answers for it.
  FOREIGN KEY (calendar_id) REFERENCES calendar(calendar_id)
  PRIMARY KEY (source, subdivision_code)

-- Lines that were not taken, each with its reason and its bytes.
table reject
  load_id uuid not null -- The load.
  line bigint not null -- The physical line, from 1 (JSON array: the element; Parquet: the row).
  code text not null -- Stable code of the reason.
  pointer text not null -- JSON pointer into the event.
  detail text not null -- The reason in a sentence.
  raw text -- The line as received.
  raw_bytes bytea -- The line as received where it is no text that the database takes (invalid UTF-8, NUL).
  byte_offset bigint -- Where the line begins in the body; with byte_length it can always be read in the raw zone.
  byte_length bigint -- Length of the line in bytes.
  event_id uuid -- The event that the line names, as far as it names one.
  CHECK (((raw IS NULL) OR (raw_bytes IS NULL)))
  CHECK ((line >= 1))
  FOREIGN KEY (load_id) REFERENCES load(load_id)
  PRIMARY KEY (load_id, line)
  CREATE INDEX reject_event ON public.reject USING btree (event_id) WHERE (event_id IS NOT NULL)

-- Events that a publishing run could not interpret anew, each with the reason.
table reprocess_failure
  run_id uuid not null -- The run.
  event_id uuid not null -- The event.
  version integer not null -- Its version then.
  revision integer not null -- Its revision then; the failure holds while the event has both.
  code text not null -- Stable code of the reason.
  pointer text not null -- JSON pointer into the event.
  detail text not null -- The reason in a sentence.
  FOREIGN KEY (run_id) REFERENCES reprocess_run(run_id)
  PRIMARY KEY (run_id, event_id)
  CREATE INDEX reprocess_failure_event ON public.reprocess_failure USING btree (event_id)

-- A range of event ids of a run, and how far it is: the unit of work of one job.
table reprocess_range with (fillfactor=50)
  run_id uuid not null -- The run.
  range_no smallint not null -- Number of the range, from 0.
  after_id uuid -- The range begins behind this event_id; null: with the first.
  upto_id uuid not null -- Last event_id of the range.
  position uuid -- Last event_id that is done; a resumed run goes on behind it.
  scanned bigint not null default 0 -- Events that were looked at: the sum of the next three.
  changed bigint not null default 0 -- Events that are, or would be, interpreted otherwise.
  unchanged bigint not null default 0 -- Events whose metadata stays what it is: nothing is written.
  failed bigint not null default 0 -- Events that cannot be interpreted anew; they stay as they are.
  fields jsonb not null default '{}'::jsonb -- How many events each field was added to, removed from or replaced in, by JSON pointer.
  failures jsonb not null default '{}'::jsonb -- How many events failed for each reason, by code and JSON pointer.
  sample jsonb not null default '[]'::jsonb -- What changed in the first few events, RFC 6902, and the first few that failed.
  fence integer not null default 0 -- Rises with every claim; whoever holds an older one can no longer write.
  done boolean not null default false -- True when no event is left.
  updated_at timestamp with time zone not null default clock_timestamp() -- When a chunk of it last committed.
  CHECK ((changed >= 0))
  CHECK ((failed >= 0))
  CHECK ((range_no >= 0))
  CHECK ((scanned = ((changed + unchanged) + failed)))
  CHECK ((scanned >= 0))
  CHECK ((unchanged >= 0))
  FOREIGN KEY (run_id) REFERENCES reprocess_run(run_id)
  PRIMARY KEY (run_id, range_no)

-- A run that interprets stored events anew: a preview that only tells, or one that writes.
table reprocess_run
  run_id uuid not null default uuidv7() -- The run's id.
  run_no bigint not null generated always as identity -- Order of the requests.
  event_type text not null -- The type of its events.
  event_from timestamp with time zone -- Events at this instant or later; null: from the first on.
  event_to timestamp with time zone -- Events before this instant; null: to the last.
  load_id uuid -- Events that this load brought; null: whoever did.
  event_ids uuid[] -- These events alone; null: all.
  selection text not null -- Which of them: outdated (of a lower schema version), failed (an earlier run could not interpret them), all.
  mode text not null -- preview: tells what would change; publish: changes it.
  trigger text not null -- Who asked: api, schema (a version was registered), schedule, job (by hand).
  reverts uuid -- For a run that takes another one back: which one.
  to_version integer -- The schema version that events are brought to; null for a run that takes another one back.
  upcasts jsonb -- SHA-256 of the steps to each schema version, as they were when the run began.
  reason text -- Why, where somebody said so.
  requested_by text not null -- Who asked for it.
  requested_at timestamp with time zone not null default clock_timestamp() -- System time of the request.
  status text not null default 'queued'::text -- queued, running, paused, succeeded, partial (some events could not be interpreted), failed, cancelled.
  fence integer not null default 0 -- Rises with every claim; whoever holds an older one can no longer finish it.
  settled_at timestamp with time zone -- It takes what was committed by this instant; what came later was judged by the newest schema anyway.
  total bigint -- Events to look at, counted when it was planned.
  rejects jsonb -- Rejected lines whose reason is cured: how many would pass, or were replayed and passed.
  started_at timestamp with time zone -- When a worker first claimed it.
  finished_at timestamp with time zone -- When it ended.
  error_code text -- Why it failed.
  error_detail text -- Why it failed, in a sentence.
  updated_at timestamp with time zone not null default clock_timestamp() -- When its state last changed; chunks move the ranges' instead.
  CHECK (((error_code IS NULL) = (error_detail IS NULL)))
  CHECK (((reverts IS NULL) = (to_version IS NOT NULL)))
  CHECK (((reverts IS NULL) OR (mode = 'publish'::text)))
  CHECK (((status = 'failed'::text) = (error_code IS NOT NULL)))
  CHECK (((status = ANY (ARRAY['succeeded'::text, 'partial'::text, 'failed'::text, 'cancelled'::text])) = (finished_at IS NOT NULL)))
  CHECK ((mode = ANY (ARRAY['preview'::text, 'publish'::text])))
  CHECK ((selection = ANY (ARRAY['outdated'::text, 'failed'::text, 'all'::text])))
  CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'paused'::text, 'succeeded'::text, 'partial'::text, 'failed'::text, 'cancelled'::text])))
  CHECK ((to_version >= 1))
  CHECK ((total >= 0))
  CHECK ((trigger = ANY (ARRAY['api'::text, 'schema'::text, 'schedule'::text, 'job'::text])))
  FOREIGN KEY (load_id) REFERENCES load(load_id)
  FOREIGN KEY (reverts) REFERENCES reprocess_run(run_id)
  PRIMARY KEY (run_id)
  UNIQUE (run_no)
  CREATE INDEX reprocess_run_reverts ON public.reprocess_run USING btree (reverts)
  CREATE INDEX reprocess_run_type ON public.reprocess_run USING btree (event_type, run_no)
  CREATE INDEX reprocess_run_unfinished ON public.reprocess_run USING btree (run_no) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]))
  CREATE UNIQUE INDEX reprocess_run_publishing ON public.reprocess_run USING btree (event_type) WHERE ((mode = 'publish'::text) AND (status = ANY (ARRAY['queued'::text, 'running'::text, 'paused'::text])))

-- Holiday sources that tell school holidays in full; for calendars of others is_school_holiday is unknown.
table school_holiday_source
  source text not null -- Name of the holiday source.
  PRIMARY KEY (source)

-- A browser signed in with an API key.
table sign_in
  token_hash bytea not null -- SHA-256 of the session cookie's token; for the admin key of the environment, of the token and that key's hash.
  key_id uuid -- The API key it was opened with; null for the admin key of the environment.
  created_at timestamp with time zone not null default clock_timestamp() -- When.
  expires_at timestamp with time zone not null -- When it ends.
  CHECK ((octet_length(token_hash) = 32))
  FOREIGN KEY (key_id) REFERENCES api_key(key_id)
  PRIMARY KEY (token_hash)

-- A link that signs one browser in, once.
table sign_in_link
  token_hash bytea not null -- SHA-256 of the link's token; for the admin key of the environment, of the token and that key's hash.
  key_id uuid -- The API key that it signs in with; null for the admin key of the environment.
  session_ends_at timestamp with time zone -- The end of the sign-in that asked for the link, which its own sign-in does not outlast; null where a key asked.
  created_at timestamp with time zone not null default clock_timestamp() -- When.
  expires_at timestamp with time zone not null -- Until when it can be used.
  used_at timestamp with time zone -- When it was used; null until then.
  CHECK ((octet_length(token_hash) = 32))
  FOREIGN KEY (key_id) REFERENCES api_key(key_id)
  PRIMARY KEY (token_hash)

-- Pairs of as-of pins: whatever is read by one of them is read again to the row. Only ever released, never changed.
table snapshot
  snapshot_id uuid not null default uuidv7() -- UUID, version 7.
  name text -- What it is for, in the words of whoever made it; null where nobody said.
  events_as_of timestamp with time zone not null -- The instant at which events, members and time zones of locations are read.
  calendar_as_of timestamp with time zone not null -- The instant at which holidays and locations are read.
  created_by text not null -- Actor.
  created_at timestamp with time zone not null -- System time of its making; both instants were settled by then.
  released_by text -- Who ended the pin; null while it holds.
  released_at timestamp with time zone -- When retention stopped to keep what it needs; null while it holds.
  CHECK (((events_as_of <= created_at) AND (calendar_as_of <= created_at)))
  CHECK (((name <> ''::text) AND (length(name) <= 200)))
  CHECK (((released_at IS NULL) = (released_by IS NULL)))
  CHECK ((released_at >= created_at))
  PRIMARY KEY (snapshot_id)
  CREATE INDEX snapshot_pins ON public.snapshot USING btree (calendar_as_of) WHERE (released_at IS NULL)
  CREATE TRIGGER snapshot_guard BEFORE DELETE OR UPDATE ON public.snapshot FOR EACH ROW EXECUTE FUNCTION snapshot_guard()
  CREATE TRIGGER snapshot_keep BEFORE TRUNCATE ON public.snapshot FOR EACH STATEMENT EXECUTE FUNCTION snapshot_guard()

-- A holiday source that must not be asked before a given instant (quota, rate limit).
table source_pause
  source text not null -- Name of the source.
  paused_until timestamp with time zone not null -- When it may be asked again.
  code text not null -- Stable code: holiday.source_rate_limited (jobs wait) or holiday.source_quota_exhausted (jobs fail).
  reason text not null -- A sentence that is safe to show.
  PRIMARY KEY (source)

-- A request to bring locations up to date with their holiday source, and what came of it.
table sync
  sync_id uuid not null default uuidv7() -- UUID, version 7.
  sync_no integer not null generated always as identity -- Short number, rising with each request.
  trigger text not null -- What asked: api, schedule, start, or job (by hand from Bull Board).
  request_key text -- Names the slot or job that asked, so that asking twice is one sync; null for plain requests.
  requested_by text not null -- Actor.
  requested_at timestamp with time zone not null default clock_timestamp() -- When it was asked; only fetches begun later are used.
  source text not null -- The holiday source in force when it was asked.
  location_ids uuid[] not null -- The locations it is for.
  total integer not null generated always as (cardinality(location_ids)) stored -- How many locations it is for.
  years smallint[] not null -- The years it fetches.
  status text not null default 'queued'::text -- queued, running, succeeded, partial, failed or quarantined.
  changed integer not null default 0 -- Locations whose new version differs from the one before.
  unchanged integer not null default 0 -- Locations whose new version equals the one before.
  failed integer not null default 0 -- Locations that got no new version.
  quarantined integer not null default 0 -- Locations whose calendars answer was held back.
  progressed_at timestamp with time zone not null default clock_timestamp() -- When something last came of it.
  finished_at timestamp with time zone -- When every location had an outcome; null before.
  CHECK (((((changed + unchanged) + failed) + quarantined) <= total))
  CHECK (((finished_at IS NOT NULL) = ((((changed + unchanged) + failed) + quarantined) = total)))
  CHECK (((finished_at IS NULL) = (status = ANY (ARRAY['queued'::text, 'running'::text]))))
  CHECK ((cardinality(location_ids) > 0))
  CHECK ((cardinality(years) > 0))
  CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'partial'::text, 'failed'::text, 'quarantined'::text])))
  CHECK ((trigger = ANY (ARRAY['api'::text, 'schedule'::text, 'start'::text, 'job'::text])))
  PRIMARY KEY (sync_id)
  UNIQUE (request_key)
  UNIQUE (sync_no)
  CREATE INDEX sync_newest ON public.sync USING btree (sync_no DESC)
  CREATE INDEX sync_scheduled ON public.sync USING btree (sync_no DESC) WHERE (trigger = 'schedule'::text)
  CREATE INDEX sync_unfinished ON public.sync USING btree (progressed_at) WHERE (finished_at IS NULL)
  CREATE INDEX sync_unwell ON public.sync USING btree (sync_no DESC) WHERE (status = ANY (ARRAY['partial'::text, 'failed'::text, 'quarantined'::text]))

-- Why a location got no version from a sync.
table sync_failure
  sync_no integer not null -- The sync.
  location_id uuid not null -- The location.
  outcome text not null -- failed or quarantined.
  code text not null -- Stable code of the error.
  detail text not null -- A sentence that is safe to show.
  quarantine_id uuid -- The quarantine that was or is to be decided on; null for a plain failure.
  recorded_at timestamp with time zone not null default clock_timestamp() -- When it was recorded.
  CHECK (((outcome <> 'quarantined'::text) OR (quarantine_id IS NOT NULL)))
  CHECK ((outcome = ANY (ARRAY['failed'::text, 'quarantined'::text])))
  FOREIGN KEY (location_id) REFERENCES location(location_id)
  FOREIGN KEY (quarantine_id) REFERENCES quarantine(quarantine_id)
  FOREIGN KEY (sync_no) REFERENCES sync(sync_no)
  PRIMARY KEY (sync_no, location_id)
  CREATE INDEX sync_failure_newest ON public.sync_failure USING btree (location_id, recorded_at DESC)
  CREATE INDEX sync_failure_quarantine ON public.sync_failure USING btree (quarantine_id) WHERE (quarantine_id IS NOT NULL)

-- States of tickets that are not current.
table ticket_history
  ticket_id uuid not null -- The member.
  event_name text -- As in tickets.
  ticket_price numeric -- As in tickets.
  inferred boolean not null -- As in tickets.
  state_no integer not null -- As in tickets.
  batch_id bigint not null -- As in tickets.
  line bigint -- As in tickets.
  superseded_batch_id bigint not null -- The batch that took its place; the same as batch_id for a state that was never current.
  CHECK ((state_no >= 1))
  PRIMARY KEY (ticket_id, state_no)

-- Tickets: the current state of every one that a reference feed or an event named.
table tickets
  ticket_id uuid not null -- Unique identifier of the ticket.
  event_name text -- Name of the event that the ticket is for.
  ticket_price numeric -- Price of the ticket.
  inferred boolean not null default false -- True while nothing is known but that an event named it; a reference feed fills it in.
  state_no integer not null default 1 -- Counts the states of the member from 1.
  batch_id bigint not null -- The batch that brought this state; its committed_at is the system time.
  line bigint -- The line of the reference feed that brought it; null for an inferred member.
  CHECK ((line >= 1))
  CHECK ((state_no >= 1))
  PRIMARY KEY (ticket_id)

-- Time zones that this database server knows; a location in another one is counted in UTC.
table time_zone
  name text not null -- IANA name in lower case.
  CHECK ((name = lower(name)))
  PRIMARY KEY (name)

-- States of users that are not current.
table user_history
  user_id uuid not null -- The member.
  name text -- As in users.
  email text -- As in users.
  country text -- As in users.
  inferred boolean not null -- As in users.
  state_no integer not null -- As in users.
  batch_id bigint not null -- As in users.
  line bigint -- As in users.
  superseded_batch_id bigint not null -- The batch that took its place; the same as batch_id for a state that was never current.
  CHECK ((state_no >= 1))
  PRIMARY KEY (user_id, state_no)

-- Who buys: the current state of every user that a reference feed or an event named.
table users
  user_id uuid not null -- Unique identifier of the user.
  name text -- Name of the user; personal data.
  email text -- Email address of the user; personal data.
  country text -- Country of the user.
  inferred boolean not null default false -- True while nothing is known but that an event named it; a reference feed fills it in.
  state_no integer not null default 1 -- Counts the states of the member from 1.
  batch_id bigint not null -- The batch that brought this state; its committed_at is the system time.
  line bigint -- The line of the reference feed that brought it; null for an inferred member.
  CHECK ((line >= 1))
  CHECK ((state_no >= 1))
  PRIMARY KEY (user_id)

-- Workers that are alive.
table worker_heartbeat
  worker_id uuid not null -- One process.
  started_at timestamp with time zone not null default clock_timestamp() -- When it started.
  seen_at timestamp with time zone not null default clock_timestamp() -- When it last said so.
  PRIMARY KEY (worker_id)

CREATE OR REPLACE FUNCTION public.audit_append()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  ids bigint[];
  texts bytea[];
  entry bytea;
  hashes bytea[] := '{}';
  head audit_head;
begin
  if exists (select from audit_chain where audit_id = new.audit_id) then
    return null;
  end if;
  select array_agg(a.audit_id order by a.audit_id), array_agg(convert_to(audit_text(a), 'UTF8') order by a.audit_id)
    into ids, texts from audit a where a.audit_id >= new.audit_id and a.xmin = pg_current_xact_id()::xid;
  if ids[1] is distinct from new.audit_id then
    ids := array[new.audit_id];
    texts := array[convert_to(audit_text(new), 'UTF8')];
  end if;
  perform pg_advisory_xact_lock(2562623);
  select * into head from audit_head;
  foreach entry in array texts loop
    head.hash := sha256(head.hash || entry);
    hashes := hashes || head.hash;
  end loop;
  update audit_head set seq = seq + cardinality(hashes), hash = head.hash;
  insert into audit_chain (seq, audit_id, hash)
    select head.seq + place, audit_id, hash from unnest(ids, hashes) with ordinality as e (audit_id, hash, place);
  return null;
end $function$


CREATE OR REPLACE FUNCTION public.audit_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the audit is append-only' using errcode = 'insufficient_privilege';
end $function$


CREATE OR REPLACE FUNCTION public.audit_origin(chain_id uuid)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN audit_sha256(('almanac audit '::text || (chain_id)::text))


CREATE OR REPLACE FUNCTION public.audit_sha256(value text)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN sha256(convert_to(value, 'UTF8'::name))


CREATE OR REPLACE FUNCTION public.audit_text(entry audit)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (ROW((entry).audit_id, ((EXTRACT(epoch FROM (entry).recorded_at) * (1000000)::numeric))::bigint, (entry).actor, (entry).action, (entry).object_type, (entry).object_id, (entry).reason, ((entry).before)::text, ((entry).after)::text, encode((entry).before_hash, 'hex'::text), encode((entry).after_hash, 'hex'::text), (entry).request_id))::text


CREATE OR REPLACE FUNCTION public.event_schema_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  newest int;
begin
  if tg_op <> 'INSERT' then
    raise exception 'a version of a schema never changes' using errcode = 'integrity_constraint_violation';
  end if;
  insert into event_type (event_type, created_by, created_at)
    values (new.event_type, new.registered_by, new.registered_at) on conflict do nothing;
  perform from event_type where event_type = new.event_type for update;
  select coalesce(max(schema_version), 0) into newest from event_schema where event_type = new.event_type;
  if new.schema_version > newest + 1 then
    raise exception 'versions of a schema rise by one' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $function$


CREATE OR REPLACE FUNCTION public.event_schema_kept()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'a version of a schema never changes' using errcode = 'integrity_constraint_violation';
end $function$


-- Lets role almanac_bi read schema mart and nobody else; called by migrations, and by an administrator who made the role later.
CREATE OR REPLACE FUNCTION public.grant_mart()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  revoke all on schema mart from public;
  revoke all on all tables in schema mart from public;
  revoke all on all functions in schema mart from public;
  if exists (select from pg_roles where rolname = 'almanac_bi') then
    grant usage on schema mart to almanac_bi;
    grant select on all tables in schema mart to almanac_bi;
    grant execute on all functions in schema mart to almanac_bi;
  end if;
end $function$


CREATE OR REPLACE FUNCTION public.location_version_run_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$


-- The article that metadata names: a text of 1 to 200 characters, or a whole number as text; else null.
CREATE OR REPLACE FUNCTION mart.article_in(metadata jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE jsonb_typeof((metadata -> 'article_id'::text)) WHEN 'string'::text THEN CASE WHEN ((length((metadata ->> 'article_id'::text)) >= 1) AND (length((metadata ->> 'article_id'::text)) <= 200)) THEN (metadata ->> 'article_id'::text) ELSE NULL::text END WHEN 'number'::text THEN CASE WHEN ((trunc(((metadata -> 'article_id'::text))::numeric) = ((metadata -> 'article_id'::text))::numeric) AND (length((trunc(((metadata -> 'article_id'::text))::numeric))::text) <= 200)) THEN (trunc(((metadata -> 'article_id'::text))::numeric))::text ELSE NULL::text END ELSE NULL::text END


-- What kind of day each day is in one revision of a calendar: flags are null where nobody can know, distances reach a year.
CREATE OR REPLACE FUNCTION mart.calendar_days(of_calendar integer, of_revision integer, first_day date, last_day date)
 RETURNS TABLE(date date, weekday integer, is_weekend boolean, is_public_holiday boolean, is_school_holiday boolean, is_bridge_day boolean, holiday_names text[], public_holiday_names text[], days_to_next_holiday integer, days_since_previous_holiday integer)
 LANGUAGE sql
 STABLE PARALLEL SAFE
BEGIN ATOMIC
 WITH known AS (
          SELECT h.date,
             bool_or((h.type = 'public'::text)) AS is_public,
             bool_or((h.type = 'school'::text)) AS is_school,
             array_agg(DISTINCT (h.name COLLATE "C") ORDER BY (h.name COLLATE "C")) AS names,
             array_agg(DISTINCT (h.name COLLATE "C") ORDER BY (h.name COLLATE "C")) FILTER (WHERE (h.type = 'public'::text)) AS public_names
            FROM mart.calendar_holiday_days h
           WHERE ((h.calendar_id = calendar_days.of_calendar) AND (h.revisions @> calendar_days.of_revision) AND (h.type = ANY (ARRAY['public'::text, 'school'::text])) AND ((h.date >= (calendar_days.first_day - 366)) AND (h.date <= (calendar_days.last_day + 366))))
           GROUP BY h.date
         ), years AS (
          SELECT y.year,
             (y.coverage = 'full'::text) AS covered,
             y.knows_school_holidays AS school_known
            FROM mart.calendar_coverage y
           WHERE ((y.calendar_id = calendar_days.of_calendar) AND (y.revisions @> calendar_days.of_revision))
         ), days AS (
          SELECT (s.day)::date AS day,
             (EXTRACT(isodow FROM s.day))::integer AS isodow,
             COALESCE(k.is_public, false) AS is_public,
             COALESCE(y.covered, false) AS covered,
             COALESCE(k.is_school, false) AS is_school,
             COALESCE(y.school_known, false) AS school_known,
                 CASE
                     WHEN y.school_known THEN k.names
                     ELSE k.public_names
                 END AS names,
             k.public_names
            FROM ((generate_series(((calendar_days.first_day - 366))::timestamp without time zone, ((calendar_days.last_day + 366))::timestamp without time zone, '1 day'::interval) s(day)
              LEFT JOIN known k ON ((k.date = (s.day)::date)))
              LEFT JOIN years y ON (((y.year)::numeric = EXTRACT(year FROM s.day))))
         ), seen AS (
          SELECT d.day,
             d.isodow,
             d.is_public,
             d.covered,
             d.is_school,
             d.school_known,
             d.names,
             d.public_names,
                 CASE
                     WHEN ((d.isodow >= 6) OR d.is_public) THEN false
                     WHEN d.covered THEN true
                     ELSE NULL::boolean
                 END AS working,
             min(d.day) FILTER (WHERE d.is_public) OVER later AS next_public,
             min(d.day) FILTER (WHERE ((NOT d.is_public) AND (NOT d.covered))) OVER later AS next_gap,
             max(d.day) FILTER (WHERE d.is_public) OVER earlier AS last_public,
             max(d.day) FILTER (WHERE ((NOT d.is_public) AND (NOT d.covered))) OVER earlier AS last_gap
            FROM days d
           WINDOW later AS (ORDER BY d.day DESC), earlier AS (ORDER BY d.day)
         ), beside AS (
          SELECT s.day,
             s.isodow,
             s.is_public,
             s.covered,
             s.is_school,
             s.school_known,
             s.names,
             s.public_names,
             s.working,
             s.next_public,
             s.next_gap,
             s.last_public,
             s.last_gap,
             lag(s.working) OVER (ORDER BY s.day) AS working_before,
             lead(s.working) OVER (ORDER BY s.day) AS working_after
            FROM seen s
         )
  SELECT b.day,
     b.isodow,
     (b.isodow >= 6),
         CASE
             WHEN b.is_public THEN true
             WHEN b.covered THEN false
             ELSE NULL::boolean
         END AS "case",
         CASE
             WHEN (NOT b.school_known) THEN NULL::boolean
             WHEN b.is_school THEN true
             WHEN b.covered THEN false
             ELSE NULL::boolean
         END AS "case",
         CASE
             WHEN ((b.working = false) OR b.working_before OR b.working_after) THEN false
             WHEN (b.working AND (b.working_before = false) AND (b.working_after = false)) THEN true
             ELSE NULL::boolean
         END AS "case",
         CASE
             WHEN (b.is_public OR b.covered) THEN COALESCE(b.names, '{}'::text[])
             ELSE NULL::text[]
         END AS "case",
     COALESCE(b.public_names, '{}'::text[]) AS "coalesce",
         CASE
             WHEN (((b.next_public - b.day) <= 366) AND ((b.next_gap IS NULL) OR (b.next_gap > b.next_public))) THEN (b.next_public - b.day)
             ELSE NULL::integer
         END AS "case",
         CASE
             WHEN (((b.day - b.last_public) <= 366) AND ((b.last_gap IS NULL) OR (b.last_gap < b.last_public))) THEN (b.day - b.last_public)
             ELSE NULL::integer
         END AS "case"
    FROM beside b
   WHERE ((b.day >= calendar_days.first_day) AND (b.day <= calendar_days.last_day));
END


-- fact_events as it was known at an instant: of each event the version that was current then, event_date by the time zone known then. The same rows whenever it is asked again, once the instant is settled.
CREATE OR REPLACE FUNCTION mart.events_as_of(as_of timestamp with time zone)
 RETURNS SETOF mart.fact_events
 LANGUAGE sql
 STABLE PARALLEL SAFE
BEGIN ATOMIC
 SELECT v.event_id,
     v.event_type,
     v.event_timestamp,
     ((v.event_timestamp AT TIME ZONE COALESCE(s.known_time_zone, 'utc'::text)))::date AS timezone,
     v.visit_date,
     v.user_id,
     v.related_id,
     v.ticket_id,
     v.article_id,
     v.location_id,
     v.version,
     v.schema_version,
     v.amount,
     v.currency,
     v.article_price,
     v.quantity,
     v.article_count,
     v.ticket_price,
     v.payment_method,
     v.reason,
     v.barcode_type,
     v.scanner_location,
     v.recorded_at
    FROM (mart.fact_event_versions v
      LEFT JOIN mart.location_states s ON (((s.location_id = v.location_id) AND (s.recorded_at <= events_as_of.as_of) AND ((s.superseded_at IS NULL) OR (events_as_of.as_of < s.superseded_at)))))
   WHERE ((v.recorded_at <= events_as_of.as_of) AND ((v.superseded_at IS NULL) OR (events_as_of.as_of < v.superseded_at)));
END


-- fact_events_holidays with events as known at the first instant and holidays as known at the second one. The same rows whenever it is asked again, once the instants are settled.
CREATE OR REPLACE FUNCTION mart.events_holidays_as_of(events_as_of timestamp with time zone, calendar_as_of timestamp with time zone)
 RETURNS SETOF mart.fact_events_holidays
 LANGUAGE sql
 STABLE PARALLEL SAFE
BEGIN ATOMIC
 WITH pin AS (
          SELECT v.location_id,
             v.version,
             v.synced_at,
             v.calendar_id,
             v.revision,
             v.current_version,
             v.superseded_at
            FROM mart.location_versions v
           WHERE ((v.synced_at <= events_holidays_as_of.calendar_as_of) AND ((v.superseded_at IS NULL) OR (events_holidays_as_of.calendar_as_of < v.superseded_at)))
         )
  SELECT f.event_id,
     f.event_type,
     f.event_timestamp,
     f.event_date,
     f.visit_date,
     f.user_id,
     f.related_id,
     f.ticket_id,
     f.article_id,
     f.location_id,
     f.version,
     f.schema_version,
     f.amount,
     f.currency,
     f.article_price,
     f.quantity,
     f.article_count,
     f.ticket_price,
     f.payment_method,
     f.reason,
     f.barcode_type,
     f.scanner_location,
     f.recorded_at,
         CASE
             WHEN (f.visit_date IS NULL) THEN NULL::boolean
             WHEN day.is_public THEN true
             WHEN (y.coverage = 'full'::text) THEN false
             ELSE NULL::boolean
         END AS "case",
         CASE
             WHEN ((f.visit_date IS NULL) OR (y.knows_school_holidays IS NOT TRUE)) THEN NULL::boolean
             WHEN day.is_school THEN true
             WHEN (y.coverage = 'full'::text) THEN false
             ELSE NULL::boolean
         END AS "case",
         CASE
             WHEN (f.location_id IS NOT NULL) THEN (EXTRACT(isodow FROM f.visit_date) >= (6)::numeric)
             ELSE NULL::boolean
         END AS "case",
         CASE
             WHEN (day.is_public OR (y.coverage = 'full'::text)) THEN COALESCE(
             CASE
                 WHEN y.knows_school_holidays THEN day.names
                 ELSE day.public_names
             END, '{}'::text[])
             ELSE NULL::text[]
         END AS "case",
     p.version
    FROM (((mart.events_as_of(events_holidays_as_of.events_as_of) f(event_id, event_type, event_timestamp, event_date, visit_date, user_id, related_id, ticket_id, article_id, location_id, version, schema_version, amount, currency, article_price, quantity, article_count, ticket_price, payment_method, reason, barcode_type, scanner_location, recorded_at)
      LEFT JOIN pin p ON ((p.location_id = f.location_id)))
      LEFT JOIN ( SELECT c.calendar_id,
             c.revision,
             d.date,
             bool_or((d.type = 'public'::text)) AS is_public,
             bool_or((d.type = 'school'::text)) AS is_school,
             array_agg(DISTINCT (d.name COLLATE "C") ORDER BY (d.name COLLATE "C")) AS names,
             array_agg(DISTINCT (d.name COLLATE "C") ORDER BY (d.name COLLATE "C")) FILTER (WHERE (d.type = 'public'::text)) AS public_names
            FROM (( SELECT DISTINCT pin.calendar_id,
                     pin.revision
                    FROM pin) c
              JOIN mart.calendar_holiday_days d ON (((d.calendar_id = c.calendar_id) AND (d.revisions @> c.revision))))
           WHERE (d.type = ANY (ARRAY['public'::text, 'school'::text]))
           GROUP BY c.calendar_id, c.revision, d.date) day ON (((day.calendar_id = p.calendar_id) AND (day.revision = p.revision) AND (day.date = f.visit_date))))
      LEFT JOIN mart.calendar_coverage y ON (((y.calendar_id = p.calendar_id) AND ((y.year)::numeric = EXTRACT(year FROM f.visit_date)) AND (y.revisions @> p.revision))));
END


-- For training: each day of each location with its target, and features that use only what was known lead_days before, at known_at (the end of that day in UTC, or the instant of the read if that is sooner). What was not known then is null.
CREATE OR REPLACE FUNCTION mart.forecast_features(first_day date, last_day date, of_type text DEFAULT 'PaymentSuccessful'::text, by_basis text DEFAULT 'visit'::text, lead_days integer DEFAULT 7, of_locations uuid[] DEFAULT NULL::uuid[], events_as_of timestamp with time zone DEFAULT now(), calendar_as_of timestamp with time zone DEFAULT now())
 RETURNS TABLE(location_id uuid, date date, target bigint, target_amount numeric, target_currency text, known_at timestamp with time zone, weekday integer, month integer, is_weekend boolean, is_public_holiday boolean, is_bridge_day boolean, is_school_holiday boolean, holiday_names text[], days_to_next_holiday integer, days_since_previous_holiday integer, sold_ahead bigint, sold_1_day_before bigint, sold_7_days_before bigint, sold_14_days_before bigint, sold_28_days_before bigint, mean_7_days numeric, mean_28_days numeric, mean_same_weekday numeric)
 LANGUAGE sql
 STABLE PARALLEL SAFE
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
BEGIN ATOMIC
 WITH zones AS MATERIALIZED (
          SELECT s.location_id,
             s.known_time_zone AS zone,
             s.recorded_at AS begun,
             COALESCE(s.superseded_at, 'infinity'::timestamp with time zone) AS ended
            FROM mart.location_states s
         UNION ALL
          SELECT s.location_id,
             NULL::text,
             '-infinity'::timestamp with time zone,
             min(s.recorded_at) AS min
            FROM mart.location_states s
           GROUP BY s.location_id
         ), asked AS MATERIALIZED (
          SELECT l.location_id,
             (d_1.day)::date AS date,
             LEAST(((((((d_1.day)::date - forecast_features.lead_days) + 1))::timestamp without time zone AT TIME ZONE 'utc'::text) - '00:00:00.000001'::interval), forecast_features.events_as_of) AS known_at
            FROM (( SELECT DISTINCT s.location_id
                    FROM mart.location_states s
                   WHERE ((s.recorded_at <= forecast_features.events_as_of) AND ((forecast_features.of_locations IS NULL) OR (s.location_id = ANY (forecast_features.of_locations))))) l
              CROSS JOIN generate_series((forecast_features.first_day)::timestamp without time zone, (forecast_features.last_day)::timestamp without time zone, '1 day'::interval) d_1(day))
         ), facts AS MATERIALIZED (
          SELECT v_1.location_id,
             z_1.day,
             z_1.event_day,
             z_1.known,
             z_1.forgotten,
             v_1.amount,
             v_1.currency
            FROM ((mart.fact_event_versions v_1
              JOIN zones t_1 ON (((t_1.location_id = v_1.location_id) AND (t_1.begun < COALESCE(v_1.superseded_at, 'infinity'::timestamp with time zone)) AND (v_1.recorded_at < t_1.ended))))
              CROSS JOIN LATERAL ( SELECT ((v_1.event_timestamp AT TIME ZONE COALESCE(t_1.zone, 'utc'::text)))::date AS event_day,
                         CASE forecast_features.by_basis
                             WHEN 'visit'::text THEN v_1.visit_date
                             ELSE ((v_1.event_timestamp AT TIME ZONE COALESCE(t_1.zone, 'utc'::text)))::date
                         END AS day,
                     ((GREATEST(v_1.recorded_at, t_1.begun) AT TIME ZONE 'utc'::text))::date AS known,
                         CASE
                             WHEN (LEAST(v_1.superseded_at, t_1.ended) <= forecast_features.events_as_of) THEN ((LEAST(v_1.superseded_at, t_1.ended) AT TIME ZONE 'utc'::text))::date
                             ELSE NULL::date
                         END AS forgotten) z_1)
           WHERE ((v_1.event_type = forecast_features.of_type) AND ((forecast_features.of_locations IS NULL) OR (v_1.location_id = ANY (forecast_features.of_locations))) AND (v_1.recorded_at < COALESCE(v_1.superseded_at, 'infinity'::timestamp with time zone)) AND (GREATEST(v_1.recorded_at, t_1.begun) <= forecast_features.events_as_of))
         ), heard AS (
          SELECT f.location_id,
             f.known AS day,
             min(f.event_day) AS first_heard,
             max(f.event_day) AS last_heard
            FROM facts f
           GROUP BY f.location_id, f.known
         ), hearing AS MATERIALIZED (
          SELECT DISTINCT h.location_id,
             h.day,
             min(h.first_heard) OVER w AS first_heard,
             max(h.last_heard) OVER w AS last_heard
            FROM ( SELECT heard.location_id,
                     heard.day,
                     heard.first_heard,
                     heard.last_heard
                    FROM heard
                 UNION ALL
                  SELECT DISTINCT a.location_id,
                     ((a.known_at AT TIME ZONE 'utc'::text))::date AS timezone,
                     NULL::date AS date,
                     NULL::date AS date
                    FROM asked a) h
           WINDOW w AS (PARTITION BY h.location_id ORDER BY h.day)
         ), questions AS MATERIALIZED (
          SELECT a.location_id,
             a.date,
             a.known_at,
             ((a.known_at AT TIME ZONE 'utc'::text))::date AS known_day,
             h.first_heard,
             h.last_heard,
             (((a.known_at + '00:00:00.000001'::interval) AT TIME ZONE COALESCE(t_1.zone, 'utc'::text)))::date AS local_day
            FROM ((asked a
              LEFT JOIN hearing h ON (((h.location_id = a.location_id) AND (h.day = ((a.known_at AT TIME ZONE 'utc'::text))::date))))
              LEFT JOIN zones t_1 ON (((t_1.location_id = a.location_id) AND (t_1.begun <= a.known_at) AND (a.known_at < t_1.ended))))
         ), back AS MATERIALIZED (
          SELECT DISTINCT o_1.days
            FROM ( SELECT unnest(ARRAY[0, 1, 7, 14, 28]) AS unnest
                 UNION ALL
                  SELECT (GREATEST(forecast_features.lead_days, 1) + generate_series(0, 27))
                 UNION ALL
                  SELECT (7 * (((GREATEST(forecast_features.lead_days, 1) + 6) / 7) + generate_series(0, 3)))) o_1(days)
         ), steps AS (
          SELECT s.location_id,
             s.day,
             s.known,
             sum(s.events) AS events
            FROM ( SELECT f.location_id,
                     f.day,
                     f.known,
                     1 AS events
                    FROM facts f
                   WHERE (f.known IS DISTINCT FROM f.forgotten)
                 UNION ALL
                  SELECT f.location_id,
                     f.day,
                     f.forgotten,
                     '-1'::integer
                    FROM facts f
                   WHERE (f.known <> f.forgotten)) s
           WHERE ((s.day >= ((forecast_features.first_day - forecast_features.lead_days) - 60)) AND (s.day <= forecast_features.last_day))
           GROUP BY s.location_id, s.day, s.known
         ), counted AS (
          SELECT c.location_id,
             c.date,
             c.back,
             c.day,
             sum(c.events) OVER (PARTITION BY c.location_id, c.day ORDER BY c.known) AS events
            FROM ( SELECT s.location_id,
                     s.day,
                     s.known,
                     s.events,
                     NULL::date AS date,
                     NULL::integer AS back
                    FROM steps s
                 UNION ALL
                  SELECT q_1.location_id,
                     (q_1.date - b.days),
                     q_1.known_day,
                     0,
                     q_1.date,
                     b.days
                    FROM (questions q_1
                      CROSS JOIN back b)) c
         ), told AS (
          SELECT q_1.location_id,
             q_1.date,
             max(v_1.events) FILTER (WHERE ((v_1.back = 0) AND (forecast_features.by_basis = 'visit'::text) AND (q_1.first_heard IS NOT NULL))) AS sold_ahead,
             max(v_1.events) FILTER (WHERE ((v_1.back = 1) AND k.known)) AS back_1,
             max(v_1.events) FILTER (WHERE ((v_1.back = 7) AND k.known)) AS back_7,
             max(v_1.events) FILTER (WHERE ((v_1.back = 14) AND k.known)) AS back_14,
             max(v_1.events) FILTER (WHERE ((v_1.back = 28) AND k.known)) AS back_28,
             avg(v_1.events) FILTER (WHERE (((v_1.back >= a.days) AND (v_1.back <= (a.days + 6))) AND k.known)) AS mean_7,
             avg(v_1.events) FILTER (WHERE (((v_1.back >= a.days) AND (v_1.back <= (a.days + 27))) AND k.known)) AS mean_28,
             avg(v_1.events) FILTER (WHERE (((v_1.back % 7) = 0) AND (((v_1.back / 7) >= ((a.days + 6) / 7)) AND ((v_1.back / 7) <= (((a.days + 6) / 7) + 3))) AND k.known)) AS mean_weekday
            FROM (((questions q_1
              JOIN counted v_1 ON (((v_1.location_id = q_1.location_id) AND (v_1.date = q_1.date))))
              CROSS JOIN LATERAL ( SELECT GREATEST(forecast_features.lead_days, 1) AS days) a)
              CROSS JOIN LATERAL ( SELECT ((v_1.back > 0) AND (v_1.day < q_1.local_day) AND ((v_1.day >= q_1.first_heard) AND (v_1.day <= q_1.last_heard))) AS known) k)
           GROUP BY q_1.location_id, q_1.date
         ), targets AS (
          SELECT f.location_id,
             f.day,
             count(*) AS events,
             sum(f.amount) AS amount,
             count(DISTINCT f.currency) FILTER (WHERE (f.amount IS NOT NULL)) AS currencies,
             min(f.currency) FILTER (WHERE (f.amount IS NOT NULL)) AS currency
            FROM facts f
           WHERE ((f.forgotten IS NULL) AND ((f.day >= forecast_features.first_day) AND (f.day <= forecast_features.last_day)))
           GROUP BY f.location_id, f.day
         ), ends AS (
          SELECT h.location_id,
             min(h.first_heard) AS first_heard,
             max(h.last_heard) AS last_heard
            FROM heard h
           GROUP BY h.location_id
         ), versions AS (
          SELECT v_1.location_id,
             v_1.synced_at,
             v_1.superseded_at,
             v_1.calendar_id,
             v_1.revision
            FROM mart.location_versions v_1
           WHERE ((v_1.synced_at <= forecast_features.calendar_as_of) AND ((forecast_features.of_locations IS NULL) OR (v_1.location_id = ANY (forecast_features.of_locations))))
         ), turns AS (
          SELECT u.location_id,
             u.at,
             u.synced_at,
             u.superseded_at,
             u.calendar_id,
             u.revision,
             u.date,
             count(u.synced_at) OVER (PARTITION BY u.location_id ORDER BY u.at) AS turn
            FROM ( SELECT v_1.location_id,
                     v_1.synced_at AS at,
                     v_1.synced_at,
                     v_1.superseded_at,
                     v_1.calendar_id,
                     v_1.revision,
                     NULL::date AS date
                    FROM versions v_1
                 UNION ALL
                  SELECT q_1.location_id,
                     LEAST(q_1.known_at, forecast_features.calendar_as_of) AS "least",
                     NULL::timestamp with time zone,
                     NULL::timestamp with time zone,
                     NULL::integer,
                     NULL::integer,
                     q_1.date
                    FROM questions q_1) u
         ), pinned AS MATERIALIZED (
          SELECT p_1.location_id,
             p_1.date,
             p_1.calendar_id,
             p_1.revision
            FROM ( SELECT t_1.location_id,
                     t_1.date,
                     t_1.at,
                     max(t_1.superseded_at) OVER w AS superseded_at,
                     max(t_1.calendar_id) OVER w AS calendar_id,
                     max(t_1.revision) OVER w AS revision
                    FROM turns t_1
                   WHERE (t_1.turn > 0)
                   WINDOW w AS (PARTITION BY t_1.location_id, t_1.turn)) p_1
           WHERE ((p_1.date IS NOT NULL) AND ((p_1.superseded_at IS NULL) OR (p_1.at < p_1.superseded_at)))
         ), days AS MATERIALIZED (
          SELECT c.calendar_id,
             c.revision,
             d_1.date,
             d_1.weekday,
             d_1.is_weekend,
             d_1.is_public_holiday,
             d_1.is_school_holiday,
             d_1.is_bridge_day,
             d_1.holiday_names,
             d_1.public_holiday_names,
             d_1.days_to_next_holiday,
             d_1.days_since_previous_holiday
            FROM (( SELECT p_1.calendar_id,
                     p_1.revision,
                     min(p_1.date) AS first_date,
                     max(p_1.date) AS last_date
                    FROM pinned p_1
                   GROUP BY p_1.calendar_id, p_1.revision) c
              CROSS JOIN LATERAL mart.calendar_days(c.calendar_id, c.revision, c.first_date, c.last_date) d_1(date, weekday, is_weekend, is_public_holiday, is_school_holiday, is_bridge_day, holiday_names, public_holiday_names, days_to_next_holiday, days_since_previous_holiday))
         )
  SELECT q.location_id,
     q.date,
         CASE
             WHEN o.over THEN COALESCE(t.events, (0)::bigint)
             ELSE NULL::bigint
         END AS "case",
         CASE
             WHEN (o.over AND (t.currencies = 1)) THEN t.amount
             ELSE NULL::numeric
         END AS "case",
         CASE
             WHEN (o.over AND (t.currencies = 1)) THEN t.currency
             ELSE NULL::text
         END AS "case",
     q.known_at,
     (EXTRACT(isodow FROM q.date))::integer AS "extract",
     (EXTRACT(month FROM q.date))::integer AS "extract",
     (EXTRACT(isodow FROM q.date) >= (6)::numeric),
     d.is_public_holiday,
     d.is_bridge_day,
     d.is_school_holiday,
     d.holiday_names,
     d.days_to_next_holiday,
     d.days_since_previous_holiday,
     (v.sold_ahead)::bigint AS sold_ahead,
     (v.back_1)::bigint AS back_1,
     (v.back_7)::bigint AS back_7,
     (v.back_14)::bigint AS back_14,
     (v.back_28)::bigint AS back_28,
     round(v.mean_7, 4) AS round,
     round(v.mean_28, 4) AS round,
     round(v.mean_weekday, 4) AS round
    FROM (((((((questions q
      JOIN told v ON (((v.location_id = q.location_id) AND (v.date = q.date))))
      LEFT JOIN targets t ON (((t.location_id = q.location_id) AND (t.day = q.date))))
      LEFT JOIN ends e ON ((e.location_id = q.location_id)))
      LEFT JOIN zones z ON (((z.location_id = q.location_id) AND (z.begun <= forecast_features.events_as_of) AND (forecast_features.events_as_of < z.ended))))
      CROSS JOIN LATERAL ( SELECT (((q.date >= e.first_heard) AND (q.date <= e.last_heard)) AND (q.date < ((forecast_features.events_as_of AT TIME ZONE COALESCE(z.zone, 'utc'::text)))::date)) AS over) o)
      LEFT JOIN pinned p ON (((p.location_id = q.location_id) AND (p.date = q.date))))
      LEFT JOIN days d ON (((d.calendar_id = p.calendar_id) AND (d.revision = p.revision) AND (d.date = q.date))))
   ORDER BY q.date, q.location_id;
END


-- How much more is sold on holidays (of_days public, or bridge) than on ordinary days of the same location and weekday, up to two before and two after within five weeks; with a 95 % interval. in_currency: amounts instead of events.
CREATE OR REPLACE FUNCTION mart.holiday_lift(first_day date, last_day date, of_type text DEFAULT 'PaymentSuccessful'::text, by_basis text DEFAULT 'visit'::text, of_days text DEFAULT 'public'::text, of_holiday text DEFAULT NULL::text, in_currency text DEFAULT NULL::text, of_locations uuid[] DEFAULT NULL::uuid[], groups text[] DEFAULT '{total,location,holiday,location_holiday}'::text[], events_as_of timestamp with time zone DEFAULT now(), calendar_as_of timestamp with time zone DEFAULT now())
 RETURNS TABLE("group" text, location_id uuid, holiday text, event_type text, n integer, left_out integer, dates integer, matched_days integer, observed numeric, expected numeric, ratio numeric, low numeric, high numeric, level numeric, note text)
 LANGUAGE sql
 STABLE PARALLEL SAFE
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
BEGIN ATOMIC
 WITH days AS MATERIALIZED (
          SELECT d.location_id,
             d.date,
             d.is_public_holiday,
             d.is_bridge_day,
             d.is_school_holiday,
             d.public_holiday_names,
             d.complete,
             COALESCE(d.amount, (d.events)::numeric) AS value
            FROM mart.sales_days((holiday_lift.first_day - 35), (holiday_lift.last_day + 35), holiday_lift.of_type, holiday_lift.by_basis, holiday_lift.in_currency, holiday_lift.of_locations, holiday_lift.events_as_of, holiday_lift.calendar_as_of) d(location_id, date, weekday, is_weekend, is_public_holiday, is_school_holiday, is_bridge_day, public_holiday_names, events, amount, complete)
         ), special AS MATERIALIZED (
          SELECT d.location_id,
             d.date,
             d.value,
             d.complete,
                 CASE
                     WHEN (holiday_lift.of_days = 'bridge'::text) THEN '{"Bridge day"}'::text[]
                     WHEN (holiday_lift.of_holiday IS NULL) THEN d.public_holiday_names
                     ELSE ARRAY( SELECT x.x
                        FROM unnest(d.public_holiday_names) x(x)
                       WHERE (lower(x.x) = lower(holiday_lift.of_holiday)))
                 END AS names
            FROM days d
           WHERE (((d.date >= holiday_lift.first_day) AND (d.date <= holiday_lift.last_day)) AND
                 CASE holiday_lift.of_days
                     WHEN 'bridge'::text THEN d.is_bridge_day
                     ELSE d.is_public_holiday
                 END AND ((holiday_lift.of_holiday IS NULL) OR (holiday_lift.of_days = 'bridge'::text) OR (EXISTS ( SELECT
                    FROM unnest(d.public_holiday_names) x(x)
                   WHERE (lower(x.x) = lower(holiday_lift.of_holiday))))))
         ), ordinary AS (
          SELECT d.location_id,
             d.date,
             d.value
            FROM days d
           WHERE (d.complete AND (d.is_public_holiday = false) AND (d.is_bridge_day = false) AND (d.is_school_holiday IS NOT TRUE))
         ), near AS (
          SELECT s.location_id,
             s.date,
             o.date AS ordinary_date,
             o.value,
             w.side,
             row_number() OVER (PARTITION BY s.location_id, s.date, w.side ORDER BY w.weeks) AS place
            FROM ((special s
              CROSS JOIN ( SELECT side.side,
                     weeks.weeks
                    FROM unnest(ARRAY['-1'::integer, 1]) side(side),
                     generate_series(1, 5) weeks(weeks)) w)
              JOIN ordinary o ON (((o.location_id = s.location_id) AND (o.date = (s.date + ((7 * w.weeks) * w.side))))))
           WHERE s.complete
         ), matched AS (
          SELECT n.location_id,
             n.date,
             (count(*))::integer AS ordinary_days,
             ((avg(n.value) FILTER (WHERE (n.side = '-1'::integer)) + avg(n.value) FILTER (WHERE (n.side = 1))) / (2)::numeric) AS expected
            FROM near n
           WHERE (n.place <= 2)
           GROUP BY n.location_id, n.date
          HAVING (count(DISTINCT n.side) = 2)
         ), placed AS (
          SELECT g.name AS "group",
                 CASE
                     WHEN g.by_location THEN s.location_id
                     ELSE NULL::uuid
                 END AS location_id,
             g.holiday,
             s.location_id AS place,
             s.date,
             s.value,
             m.expected,
             m.ordinary_days
            FROM ((special s
              LEFT JOIN matched m ON (((m.location_id = s.location_id) AND (m.date = s.date))))
              CROSS JOIN LATERAL ( SELECT 'total'::text AS "?column?",
                     false AS "?column?",
                     NULL::text AS "?column?"
                 UNION ALL
                  SELECT 'location'::text,
                     true,
                     NULL::text
                 UNION ALL
                  SELECT 'holiday'::text,
                     false,
                     x.x
                    FROM unnest(s.names) x(x)
                 UNION ALL
                  SELECT 'location_holiday'::text,
                     true,
                     x.x
                    FROM unnest(s.names) x(x)) g(name, by_location, holiday))
           WHERE (g.name = ANY (holiday_lift.groups))
         ), dated AS (
          SELECT p."group",
             p.location_id,
             p.holiday,
             p.date,
             (count(p.expected))::integer AS compared,
             ((count(*) - count(p.expected)))::integer AS left_out,
             (COALESCE(sum(p.ordinary_days), (0)::bigint))::integer AS matched_days,
             sum(p.value) FILTER (WHERE (p.expected IS NOT NULL)) AS observed,
             sum(p.expected) AS expected
            FROM placed p
           GROUP BY p."group", p.location_id, p.holiday, p.date
         ), summed AS (
          SELECT d."group",
             d.location_id,
             d.holiday,
             (sum(d.compared))::integer AS compared,
             (sum(d.left_out))::integer AS left_out,
             (count(*) FILTER (WHERE (d.compared > 0)))::integer AS dates,
             (sum(d.matched_days))::integer AS matched_days,
             COALESCE(sum(d.observed), (0)::numeric) AS observed,
             COALESCE(sum(d.expected), (0)::numeric) AS expected,
             sum((d.observed ^ (2)::numeric)) AS observed_squares
            FROM dated d
           GROUP BY d."group", d.location_id, d.holiday
         ), left_one AS (
          SELECT s."group",
             s.location_id,
             s.holiday,
                 CASE
                     WHEN ((s.observed > d.observed) AND (s.expected > d.expected)) THEN ln(((s.observed - d.observed) / (s.expected - d.expected)))
                     ELSE NULL::numeric
                 END AS theta
            FROM (summed s
              JOIN dated d ON (((d."group" = s."group") AND (NOT (d.location_id IS DISTINCT FROM s.location_id)) AND (NOT (d.holiday IS DISTINCT FROM s.holiday)) AND (d.compared > 0))))
           WHERE (s.dates >= 5)
         ), jackknife AS (
          SELECT l."group",
             l.location_id,
             l.holiday,
                 CASE
                     WHEN (count(l.theta) = count(*)) THEN (((((count(*) - 1))::numeric * ((count(*) - 1))::numeric) / (count(*))::numeric) * var_samp(l.theta))
                     ELSE NULL::numeric
                 END AS variance
            FROM left_one l
           GROUP BY l."group", l.location_id, l.holiday
         ), spread AS (
          SELECT p."group",
             p.location_id,
             p.holiday,
             p.date,
             n.ordinary_date,
             sum(n.value) AS value,
             sum(p.expected) AS expected
            FROM ((placed p
              JOIN summed s ON (((s."group" = p."group") AND (NOT (s.location_id IS DISTINCT FROM p.location_id)) AND (NOT (s.holiday IS DISTINCT FROM p.holiday)) AND (s.dates < 5))))
              JOIN near n ON (((n.location_id = p.place) AND (n.date = p.date) AND (n.place <= 2))))
           WHERE (p.expected > (0)::numeric)
           GROUP BY p."group", p.location_id, p.holiday, p.date, n.ordinary_date
         ), spread_dates AS (
          SELECT r."group",
             r.location_id,
             r.holiday,
             r.date,
             (count(*))::integer AS days,
             sum((((r.value - r.expected) / r.expected) ^ (2)::numeric)) AS squares
            FROM spread r
           GROUP BY r."group", r.location_id, r.holiday, r.date
         ), pooled AS (
          SELECT r."group",
             r.location_id,
             r.holiday,
             (sum((r.days - 1)))::integer AS df,
             GREATEST((0)::numeric, ((sum(r.squares) / (NULLIF(sum((r.days - 1)), 0))::numeric) -
                 CASE
                     WHEN (holiday_lift.in_currency IS NULL) THEN (sum((((r.days - 1))::numeric / d.expected)) / (NULLIF(sum((r.days - 1)), 0))::numeric)
                     ELSE (0)::numeric
                 END)) AS extra,
             sum(((d.expected ^ (2)::numeric) / (r.days)::numeric)) AS expected_squares,
             sum((d.expected / (r.days)::numeric)) AS expected_chance
            FROM (spread_dates r
              JOIN dated d ON (((d."group" = r."group") AND (NOT (d.location_id IS DISTINCT FROM r.location_id)) AND (NOT (d.holiday IS DISTINCT FROM r.holiday)) AND (d.date = r.date))))
           GROUP BY r."group", r.location_id, r.holiday
         ), told AS (
          SELECT s."group",
             s.location_id,
             s.holiday,
             s.compared,
             s.left_out,
             s.dates,
             s.matched_days,
             s.observed,
             s.expected,
             s.observed_squares,
                 CASE
                     WHEN (s.dates >= 5) THEN (s.dates - 1)
                     ELSE p.df
                 END AS df,
                 CASE
                     WHEN ((s.observed > (0)::numeric) AND (s.expected > (0)::numeric)) THEN
                     CASE
                         WHEN (s.dates >= 5) THEN j.variance
                         ELSE ((((p.extra * s.observed_squares) +
                         CASE
                             WHEN (holiday_lift.in_currency IS NULL) THEN s.observed
                             ELSE (0)::numeric
                         END) / (s.observed ^ (2)::numeric)) + (((p.extra * p.expected_squares) +
                         CASE
                             WHEN (holiday_lift.in_currency IS NULL) THEN p.expected_chance
                             ELSE (0)::numeric
                         END) / (s.expected ^ (2)::numeric)))
                     END
                     ELSE NULL::numeric
                 END AS variance
            FROM ((summed s
              LEFT JOIN jackknife j ON (((j."group" = s."group") AND (NOT (j.location_id IS DISTINCT FROM s.location_id)) AND (NOT (j.holiday IS DISTINCT FROM s.holiday)))))
              LEFT JOIN pooled p ON (((p."group" = s."group") AND (NOT (p.location_id IS DISTINCT FROM s.location_id)) AND (NOT (p.holiday IS DISTINCT FROM s.holiday)) AND (p.df > 0))))
         ), bounded AS (
          SELECT t_1."group",
             t_1.location_id,
             t_1.holiday,
             t_1.compared,
             t_1.left_out,
             t_1.dates,
             t_1.matched_days,
             t_1.observed,
             t_1.expected,
             t_1.observed_squares,
             t_1.df,
             t_1.variance,
             ln((t_1.observed / t_1.expected)) AS theta,
             (mart.t_975(t_1.df) * sqrt(t_1.variance)) AS reach
            FROM told t_1
           WHERE (t_1.variance > (0)::numeric)
         )
  SELECT t."group",
     t.location_id,
     t.holiday,
     holiday_lift.of_type AS of_type,
     t.compared,
     t.left_out,
     t.dates,
     t.matched_days,
     round(t.observed, 2) AS round,
     round(t.expected, 2) AS round,
     round((t.observed / NULLIF(t.expected, (0)::numeric)), 4) AS round,
     round(exp((b.theta - LEAST(b.reach, (50)::numeric))), 4) AS round,
         CASE
             WHEN (b.reach <= (9)::numeric) THEN round(exp((b.theta + b.reach)), 4)
             ELSE NULL::numeric
         END AS "case",
     0.95,
         CASE
             WHEN (t.compared = 0) THEN 'No holiday of these could be compared: none is over, sold, and has ordinary days of its weekday within five weeks on both sides.'::text
             WHEN (t.expected = (0)::numeric) THEN 'Nothing was sold on the ordinary days.'::text
             WHEN (t.observed = (0)::numeric) THEN 'Nothing was sold on the holidays: there is no interval on a ratio scale.'::text
             WHEN (b.reach IS NULL) THEN 'Too little varies, or too few days are there, to say how sure the ratio is.'::text
             WHEN (b.reach > (9)::numeric) THEN 'The ordinary days differ so much that there is no upper bound worth telling.'::text
             WHEN (t.dates < 5) THEN 'Few dates: the interval is that of the spread among the ordinary days, and does not know how holidays differ.'::text
             ELSE NULL::text
         END AS "case"
    FROM (told t
      LEFT JOIN bounded b ON (((b."group" = t."group") AND (NOT (b.location_id IS DISTINCT FROM t.location_id)) AND (NOT (b.holiday IS DISTINCT FROM t.holiday)))))
   ORDER BY (array_position(ARRAY['total'::text, 'location'::text, 'holiday'::text, 'location_holiday'::text], t."group")), t.location_id, (t.holiday COLLATE "C");
END


-- A field of metadata where it is a whole number that fits; else null.
CREATE OR REPLACE FUNCTION mart.integer_in(metadata jsonb, field text)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE jsonb_typeof((metadata -> field)) WHEN 'number'::text THEN CASE WHEN (((((metadata -> field))::numeric >= ('-2147483648'::integer)::numeric) AND (((metadata -> field))::numeric <= (2147483647)::numeric)) AND (trunc(((metadata -> field))::numeric) = ((metadata -> field))::numeric)) THEN (((metadata -> field))::numeric)::integer ELSE NULL::integer END ELSE NULL::integer END


-- The bridge as it was known at an instant: of each location the version in force then. The same rows whenever it is asked again, once the instant is settled. A location whose version of then was pruned has none.
CREATE OR REPLACE FUNCTION mart.location_holidays_as_of(as_of timestamp with time zone)
 RETURNS SETOF mart.bridge_location_day_holidays
 LANGUAGE sql
 STABLE PARALLEL SAFE
BEGIN ATOMIC
 SELECT v.location_id,
     v.version,
     v.current_version,
     d.date,
     d.observed,
     d.holiday_id,
     d.name,
     d.local_name,
     d.type,
     d.nominal_date,
     v.synced_at
    FROM (mart.location_versions v
      JOIN mart.calendar_holiday_days d ON (((d.calendar_id = v.calendar_id) AND (d.revisions @> v.revision))))
   WHERE ((v.synced_at <= location_holidays_as_of.as_of) AND ((v.superseded_at IS NULL) OR (location_holidays_as_of.as_of < v.superseded_at)));
END


-- A field of metadata where it is a number, exact; else null.
CREATE OR REPLACE FUNCTION mart.number_in(metadata jsonb, field text)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE jsonb_typeof((metadata -> field)) WHEN 'number'::text THEN ((metadata -> field))::numeric ELSE NULL::numeric END


-- Each day of each location with what was sold for it (by visit) or on it (by event), as of two instants. complete: the location sold at all by then, sales are known up to that day, and it is over; a day without a sale is then a zero.
CREATE OR REPLACE FUNCTION mart.sales_days(first_day date, last_day date, of_type text, by_basis text, in_currency text, of_locations uuid[], events_as_of timestamp with time zone, calendar_as_of timestamp with time zone)
 RETURNS TABLE(location_id uuid, date date, weekday integer, is_weekend boolean, is_public_holiday boolean, is_school_holiday boolean, is_bridge_day boolean, public_holiday_names text[], events bigint, amount numeric, complete boolean)
 LANGUAGE sql
 STABLE PARALLEL SAFE
BEGIN ATOMIC
 WITH sold AS MATERIALIZED (
          SELECT e.location_id,
                 CASE sales_days.by_basis
                     WHEN 'visit'::text THEN e.visit_date
                     ELSE e.event_date
                 END AS date,
             count(*) AS events,
             sum(e.amount) FILTER (WHERE (e.currency = sales_days.in_currency)) AS amount
            FROM mart.events_as_of(sales_days.events_as_of) e(event_id, event_type, event_timestamp, event_date, visit_date, user_id, related_id, ticket_id, article_id, location_id, version, schema_version, amount, currency, article_price, quantity, article_count, ticket_price, payment_method, reason, barcode_type, scanner_location, recorded_at)
           WHERE ((e.event_type = sales_days.of_type) AND (e.location_id IS NOT NULL) AND ((sales_days.of_locations IS NULL) OR (e.location_id = ANY (sales_days.of_locations))) AND
                 CASE sales_days.by_basis
                     WHEN 'visit'::text THEN ((e.visit_date >= sales_days.first_day) AND (e.visit_date <= sales_days.last_day))
                     ELSE ((e.event_timestamp >= (((sales_days.first_day - 1))::timestamp without time zone AT TIME ZONE 'utc'::text)) AND (e.event_timestamp < (((sales_days.last_day + 2))::timestamp without time zone AT TIME ZONE 'utc'::text)) AND ((e.event_date >= sales_days.first_day) AND (e.event_date <= sales_days.last_day)))
                 END)
           GROUP BY e.location_id,
                 CASE sales_days.by_basis
                     WHEN 'visit'::text THEN e.visit_date
                     ELSE e.event_date
                 END
         ), span AS (
          SELECT e.location_id,
             min(
                 CASE sales_days.by_basis
                     WHEN 'visit'::text THEN e.visit_date
                     ELSE e.event_date
                 END) AS first_sale,
             LEAST(max(
                 CASE sales_days.by_basis
                     WHEN 'visit'::text THEN e.visit_date
                     ELSE e.event_date
                 END), max(e.event_date)) AS last_sale
            FROM mart.events_as_of(sales_days.events_as_of) e(event_id, event_type, event_timestamp, event_date, visit_date, user_id, related_id, ticket_id, article_id, location_id, version, schema_version, amount, currency, article_price, quantity, article_count, ticket_price, payment_method, reason, barcode_type, scanner_location, recorded_at)
           WHERE ((e.event_type = sales_days.of_type) AND (e.location_id IS NOT NULL) AND ((sales_days.of_locations IS NULL) OR (e.location_id = ANY (sales_days.of_locations))))
           GROUP BY e.location_id
         ), pins AS MATERIALIZED (
          SELECT v.location_id,
             v.calendar_id,
             v.revision,
             ((sales_days.events_as_of AT TIME ZONE COALESCE(l.known_time_zone, 'utc'::text)))::date AS today
            FROM (mart.location_versions v
              LEFT JOIN mart.location_states l ON (((l.location_id = v.location_id) AND (l.recorded_at <= sales_days.events_as_of) AND ((l.superseded_at IS NULL) OR (sales_days.events_as_of < l.superseded_at)))))
           WHERE ((v.synced_at <= sales_days.calendar_as_of) AND ((v.superseded_at IS NULL) OR (sales_days.calendar_as_of < v.superseded_at)) AND ((sales_days.of_locations IS NULL) OR (v.location_id = ANY (sales_days.of_locations))))
         ), days AS MATERIALIZED (
          SELECT c.calendar_id,
             c.revision,
             d_1.date,
             d_1.weekday,
             d_1.is_weekend,
             d_1.is_public_holiday,
             d_1.is_school_holiday,
             d_1.is_bridge_day,
             d_1.holiday_names,
             d_1.public_holiday_names,
             d_1.days_to_next_holiday,
             d_1.days_since_previous_holiday
            FROM (( SELECT DISTINCT p_1.calendar_id,
                     p_1.revision
                    FROM pins p_1) c
              CROSS JOIN LATERAL mart.calendar_days(c.calendar_id, c.revision, sales_days.first_day, sales_days.last_day) d_1(date, weekday, is_weekend, is_public_holiday, is_school_holiday, is_bridge_day, holiday_names, public_holiday_names, days_to_next_holiday, days_since_previous_holiday))
         )
  SELECT p.location_id,
     d.date,
     d.weekday,
     d.is_weekend,
     d.is_public_holiday,
     d.is_school_holiday,
     d.is_bridge_day,
     d.public_holiday_names,
     COALESCE(s.events, (0)::bigint) AS "coalesce",
         CASE
             WHEN (sales_days.in_currency IS NOT NULL) THEN COALESCE(s.amount, (0)::numeric)
             ELSE NULL::numeric
         END AS "case",
     COALESCE((((d.date >= n.first_sale) AND (d.date <= n.last_sale)) AND (d.date < p.today)), false) AS "coalesce"
    FROM (((pins p
      JOIN days d ON (((d.calendar_id = p.calendar_id) AND (d.revision = p.revision))))
      LEFT JOIN span n ON ((n.location_id = p.location_id)))
      LEFT JOIN sold s ON (((s.location_id = p.location_id) AND (s.date = d.date))));
END


-- One row a day over all locations: what was sold, whose public holiday it is, how many locations are complete (as in sales_days).
CREATE OR REPLACE FUNCTION mart.sales_series(first_day date, last_day date, of_type text DEFAULT 'PaymentSuccessful'::text, by_basis text DEFAULT 'visit'::text, in_currency text DEFAULT NULL::text, of_locations uuid[] DEFAULT NULL::uuid[], events_as_of timestamp with time zone DEFAULT now(), calendar_as_of timestamp with time zone DEFAULT now())
 RETURNS TABLE(date date, weekday integer, is_weekend boolean, events bigint, amount numeric, locations integer, complete_locations integer, holidays jsonb, bridge_locations uuid[], school_locations uuid[])
 LANGUAGE sql
 STABLE PARALLEL SAFE
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
BEGIN ATOMIC
 WITH days AS MATERIALIZED (
          SELECT d_1.location_id,
             d_1.date,
             d_1.weekday,
             d_1.is_weekend,
             d_1.is_public_holiday,
             d_1.is_school_holiday,
             d_1.is_bridge_day,
             d_1.public_holiday_names,
             d_1.events,
             d_1.amount,
             d_1.complete
            FROM mart.sales_days(sales_series.first_day, sales_series.last_day, sales_series.of_type, sales_series.by_basis, sales_series.in_currency, sales_series.of_locations, sales_series.events_as_of, sales_series.calendar_as_of) d_1(location_id, date, weekday, is_weekend, is_public_holiday, is_school_holiday, is_bridge_day, public_holiday_names, events, amount, complete)
         ), named AS (
          SELECT h.date,
             jsonb_agg(jsonb_build_object('holiday', h.name, 'location_ids', h.location_ids) ORDER BY (h.name COLLATE "C")) AS holidays
            FROM ( SELECT d_1.date,
                     x.name,
                     array_agg(d_1.location_id ORDER BY d_1.location_id) AS location_ids
                    FROM (days d_1
                      CROSS JOIN LATERAL unnest(d_1.public_holiday_names) x(name))
                   GROUP BY d_1.date, x.name) h
           GROUP BY h.date
         )
  SELECT d.date,
     min(d.weekday) AS min,
     bool_and(d.is_weekend) AS bool_and,
     (sum(d.events))::bigint AS sum,
     round(sum(d.amount), 2) AS round,
     (count(*))::integer AS count,
     (count(*) FILTER (WHERE d.complete))::integer AS count,
     COALESCE(n.holidays, '[]'::jsonb) AS "coalesce",
     COALESCE(array_agg(d.location_id ORDER BY d.location_id) FILTER (WHERE d.is_bridge_day), '{}'::uuid[]) AS "coalesce",
     COALESCE(array_agg(d.location_id ORDER BY d.location_id) FILTER (WHERE d.is_school_holiday), '{}'::uuid[]) AS "coalesce"
    FROM (days d
      LEFT JOIN named n ON ((n.date = d.date)))
   GROUP BY d.date, n.holidays
   ORDER BY d.date;
END


-- Whether the current role has the rights of almanac_personal_data.
CREATE OR REPLACE FUNCTION mart.sees_personal_data()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN COALESCE((SELECT pg_has_role(CURRENT_USER, r.oid, 'usage'::text) AS pg_has_role FROM pg_roles r WHERE (r.rolname = 'almanac_personal_data'::name)), false)


-- The present instant, after everything that could still appear at or before it has been committed. What is read as of it is the same ever after.
CREATE OR REPLACE FUNCTION mart.settled_now()
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
declare
  settled timestamptz;
begin
  perform pg_advisory_lock_shared(2562621);
  settled := clock_timestamp();
  perform pg_advisory_unlock_shared(2562621);
  return settled;
end $function$


-- dim_articles as a snapshot pins them, with the events.
CREATE OR REPLACE FUNCTION mart.snapshot_articles(snapshot uuid)
 RETURNS SETOF mart.dim_articles
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT a.article_id,
     a.article_name,
     a.price,
     a.currency,
     a.inferred,
     a.recorded_at
    FROM (mart.snapshots p
      JOIN mart.article_states a ON (((a.recorded_at <= p.events_as_of) AND ((a.superseded_at IS NULL) OR (p.events_as_of < a.superseded_at)))))
   WHERE ((p.snapshot_id = snapshot_articles.snapshot) AND mart.snapshot_is_known(snapshot_articles.snapshot));
END


-- fact_events as a snapshot pins them.
CREATE OR REPLACE FUNCTION mart.snapshot_events(snapshot uuid)
 RETURNS SETOF mart.fact_events
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT e.event_id,
     e.event_type,
     e.event_timestamp,
     e.event_date,
     e.visit_date,
     e.user_id,
     e.related_id,
     e.ticket_id,
     e.article_id,
     e.location_id,
     e.version,
     e.schema_version,
     e.amount,
     e.currency,
     e.article_price,
     e.quantity,
     e.article_count,
     e.ticket_price,
     e.payment_method,
     e.reason,
     e.barcode_type,
     e.scanner_location,
     e.recorded_at
    FROM (mart.snapshots p
      CROSS JOIN LATERAL mart.events_as_of(p.events_as_of) e(event_id, event_type, event_timestamp, event_date, visit_date, user_id, related_id, ticket_id, article_id, location_id, version, schema_version, amount, currency, article_price, quantity, article_count, ticket_price, payment_method, reason, barcode_type, scanner_location, recorded_at))
   WHERE ((p.snapshot_id = snapshot_events.snapshot) AND mart.snapshot_is_known(snapshot_events.snapshot));
END


-- fact_events_holidays as a snapshot pins events and calendars.
CREATE OR REPLACE FUNCTION mart.snapshot_events_holidays(snapshot uuid)
 RETURNS SETOF mart.fact_events_holidays
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT e.event_id,
     e.event_type,
     e.event_timestamp,
     e.event_date,
     e.visit_date,
     e.user_id,
     e.related_id,
     e.ticket_id,
     e.article_id,
     e.location_id,
     e.version,
     e.schema_version,
     e.amount,
     e.currency,
     e.article_price,
     e.quantity,
     e.article_count,
     e.ticket_price,
     e.payment_method,
     e.reason,
     e.barcode_type,
     e.scanner_location,
     e.recorded_at,
     e.is_public_holiday,
     e.is_school_holiday,
     e.is_weekend,
     e.holiday_names,
     e.calendar_version
    FROM (mart.snapshots p
      CROSS JOIN LATERAL mart.events_holidays_as_of(p.events_as_of, p.calendar_as_of) e(event_id, event_type, event_timestamp, event_date, visit_date, user_id, related_id, ticket_id, article_id, location_id, version, schema_version, amount, currency, article_price, quantity, article_count, ticket_price, payment_method, reason, barcode_type, scanner_location, recorded_at, is_public_holiday, is_school_holiday, is_weekend, holiday_names, calendar_version))
   WHERE ((p.snapshot_id = snapshot_events_holidays.snapshot) AND mart.snapshot_is_known(snapshot_events_holidays.snapshot));
END


-- True for the id of a snapshot, an error for any other.
CREATE OR REPLACE FUNCTION mart.snapshot_is_known(snapshot uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  perform from mart.snapshots s where s.snapshot_id = snapshot;
  if not found then
    raise exception 'there is no snapshot %', snapshot using errcode = 'no_data_found';
  end if;
  return true;
end $function$


-- The holidays of each location's days as a snapshot pins them.
CREATE OR REPLACE FUNCTION mart.snapshot_location_holidays(snapshot uuid)
 RETURNS SETOF mart.bridge_location_day_holidays
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT h.location_id,
     h.version,
     h.current_version,
     h.date,
     h.observed,
     h.holiday_id,
     h.holiday_name,
     h.local_name,
     h.type,
     h.nominal_date,
     h.synced_at
    FROM (mart.snapshots p
      CROSS JOIN LATERAL mart.location_holidays_as_of(p.calendar_as_of) h(location_id, version, current_version, date, observed, holiday_id, holiday_name, local_name, type, nominal_date, synced_at))
   WHERE ((p.snapshot_id = snapshot_location_holidays.snapshot) AND mart.snapshot_is_known(snapshot_location_holidays.snapshot));
END


-- dim_locations as a snapshot pins them, with the calendars.
CREATE OR REPLACE FUNCTION mart.snapshot_locations(snapshot uuid)
 RETURNS SETOF mart.dim_locations
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT s.location_id,
     s.country_code,
     s.subdivision_code,
     s.time_zone,
     s.active,
     v.version,
     v.synced_at,
     c.source,
     c.region
    FROM (((mart.snapshots p
      JOIN mart.location_states s ON (((s.recorded_at <= p.calendar_as_of) AND ((s.superseded_at IS NULL) OR (p.calendar_as_of < s.superseded_at)))))
      LEFT JOIN mart.location_versions v ON (((v.location_id = s.location_id) AND (v.synced_at <= p.calendar_as_of) AND ((v.superseded_at IS NULL) OR (p.calendar_as_of < v.superseded_at)))))
      LEFT JOIN mart.calendars c ON ((c.calendar_id = v.calendar_id)))
   WHERE ((p.snapshot_id = snapshot_locations.snapshot) AND mart.snapshot_is_known(snapshot_locations.snapshot));
END


-- dim_tickets as a snapshot pins them, with the events.
CREATE OR REPLACE FUNCTION mart.snapshot_tickets(snapshot uuid)
 RETURNS SETOF mart.dim_tickets
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT t.ticket_id,
     t.event_name,
     t.ticket_price,
     t.inferred,
     t.recorded_at
    FROM (mart.snapshots p
      JOIN mart.ticket_states t ON (((t.recorded_at <= p.events_as_of) AND ((t.superseded_at IS NULL) OR (p.events_as_of < t.superseded_at)))))
   WHERE ((p.snapshot_id = snapshot_tickets.snapshot) AND mart.snapshot_is_known(snapshot_tickets.snapshot));
END


-- dim_users as a snapshot pins them, with the events.
CREATE OR REPLACE FUNCTION mart.snapshot_users(snapshot uuid)
 RETURNS SETOF mart.dim_users
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT u.user_id,
     u.name,
     u.email,
     u.country,
     u.inferred,
     u.recorded_at
    FROM (mart.snapshots p
      JOIN mart.user_states u ON (((u.recorded_at <= p.events_as_of) AND ((u.superseded_at IS NULL) OR (p.events_as_of < u.superseded_at)))))
   WHERE ((p.snapshot_id = snapshot_users.snapshot) AND mart.snapshot_is_known(snapshot_users.snapshot));
END


-- The 97.5 % point of Student's t.
CREATE OR REPLACE FUNCTION mart.t_975(df integer)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN ((df >= 1) AND (df <= 12)) THEN (ARRAY[12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788])[df] WHEN (df > 12) THEN (((1.959964 + (2.372273 / (df)::numeric)) + (2.822500 / ((df)::numeric * (df)::numeric))) + (2.555850 / ((df)::numeric ^ (3)::numeric))) ELSE NULL::numeric END


-- A field of metadata where it is a text; else null.
CREATE OR REPLACE FUNCTION mart.text_in(metadata jsonb, field text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE jsonb_typeof((metadata -> field)) WHEN 'string'::text THEN (metadata ->> field) ELSE NULL::text END


-- The ticket that an event names: related_id of TicketIssued, TicketCancelled and BarcodeScanned; else null.
CREATE OR REPLACE FUNCTION mart.ticket_in(event_type text, related_id uuid)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (event_type = ANY (ARRAY['TicketIssued'::text, 'TicketCancelled'::text, 'BarcodeScanned'::text])) THEN related_id ELSE NULL::uuid END


CREATE OR REPLACE FUNCTION public.snapshot_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' and old.released_at is null
    and (new.snapshot_id, new.name, new.events_as_of, new.calendar_as_of, new.created_by, new.created_at)
      is not distinct from (old.snapshot_id, old.name, old.events_as_of, old.calendar_as_of, old.created_by, old.created_at)
  then
    return new;
  end if;
  raise exception 'a snapshot is never changed or deleted, only released' using errcode = 'integrity_constraint_violation';
end $function$

