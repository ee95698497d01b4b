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
  CREATE INDEX load_replays ON public.load USING btree (replay_of) WHERE (replay_of IS NOT NULL)
  CREATE INDEX load_unfinished ON public.load USING btree (load_no) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]))
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
  CREATE INDEX sync_unfinished ON public.sync USING btree (progressed_at) WHERE (finished_at IS NULL)

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

