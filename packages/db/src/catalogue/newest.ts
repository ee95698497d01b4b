// By what does a table know how new it is? One expression a table, each answered by an index or by few rows.

const newestBatch = "select committed_at from batch order by committed_at desc, batch_id desc limit 1";

/** Members come with feeds and, unknown until then, with events: what a dimension knows is as new as the newest of both. */
const newestBatchOf = (...datasets: string[]) =>
  `select b.committed_at from batch b join load l on l.load_id = b.load_id
   where l.dataset in (${datasets.map((dataset) => `'${dataset}'`).join(", ")})
   order by b.committed_at desc, b.batch_id desc limit 1`;

/** Loads of events, and runs that interpreted some anew. */
const newestOfEvents = `select b.committed_at from batch b left join load l on l.load_id = b.load_id
  where b.load_id is null or l.dataset = 'events' order by b.committed_at desc, b.batch_id desc limit 1`;

const newestRevision = "select max(recorded_at) from calendar_revision";
const newestSync = "select requested_at from sync order by sync_no desc limit 1";

/** Table → an expression of one instant, null while the table is empty. */
export const newestInstants: Readonly<Record<string, string>> = {
  almanac_migration: "select max(executed_at) from almanac_migration",
  api_key: "select max(created_at) from api_key",
  article_history: newestBatchOf("events", "articles"),
  articles: newestBatchOf("events", "articles"),
  audit: "select recorded_at from audit order by audit_id desc limit 1",
  audit_chain: `select a.recorded_at from (select audit_id from audit_chain order by seq desc limit 1) c
    join audit a on a.audit_id = c.audit_id`,
  batch: newestBatch,
  calendar: "select max(created_at) from calendar",
  calendar_coverage: newestRevision,
  calendar_revision: newestRevision,
  calendar_year: "select max(finished_at) from calendar_year",
  event_history: newestOfEvents,
  event_schema: "select max(registered_at) from event_schema",
  event_type: "select max(created_at) from event_type",
  events: newestOfEvents,
  holiday: newestRevision,
  idempotent_request: "select max(created_at) from idempotent_request",
  inbox_file: "select max(seen_at) from inbox_file",
  journal: "select exported_until from journal",
  load: "select requested_at from load order by load_no desc limit 1",
  load_lane: newestBatch,
  location: "select max(created_at) from location",
  location_state: "select max(lower(recorded)) from location_state",
  // Its own rows have the newest instant of a run only inside of an array.
  location_version_run: "select max(finished_at) from (select finished_at from sync order by sync_no desc limit 100) s",
  openlineage_told: "select max(told_at) from openlineage_told",
  quarantine: "select max(recorded_at) from quarantine",
  region_resolution: "select max(created_at) from calendar",
  reprocess_failure: `select r.requested_at
    from (select run_id from reprocess_failure order by run_id desc limit 1) f join reprocess_run r on r.run_id = f.run_id`,
  reprocess_range: "select updated_at from reprocess_range order by run_id desc, range_no desc limit 1",
  reprocess_run: "select requested_at from reprocess_run order by run_no desc limit 1",
  reject: `select coalesce(l.finished_at, l.started_at, l.requested_at)
    from (select load_id from reject order by load_id desc limit 1) r join load l on l.load_id = r.load_id`,
  sign_in: "select max(created_at) from sign_in",
  sign_in_link: "select max(created_at) from sign_in_link",
  snapshot: "select max(created_at) from snapshot",
  sync: newestSync,
  sync_failure: "select recorded_at from sync_failure order by sync_no desc limit 1",
  ticket_history: newestBatchOf("events", "tickets"),
  tickets: newestBatchOf("events", "tickets"),
  user_history: newestBatchOf("events", "users"),
  users: newestBatchOf("events", "users"),
  worker_heartbeat: "select max(seen_at) from worker_heartbeat",
};

/** Tables that know no instant: what a migration filled, counters, and pauses that look ahead. */
export const timelessTables: ReadonlySet<string> = new Set([
  "audit_head",
  "mart.dim_dates",
  "openlineage_sender",
  "read_epoch",
  "school_holiday_source",
  "source_pause",
  "time_zone",
]);
