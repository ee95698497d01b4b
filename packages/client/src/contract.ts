// What does the api take and answer? Written by `npm run client` from its OpenAPI document: types alone.

// Aliases: `hc` looks for a schema by an index signature, which an interface does not have.
type Json<Status extends number, Output> = { output: Output; outputFormat: "json"; status: Status };
/** Not JSON: its text is taken as it is. */
type Text<Status extends number> = { output: string; outputFormat: "text"; status: Status };
type Call<Input, Answer> = Answer extends unknown ? Answer & { input: Input } : never;

export type Holidays = {
  location_id: string;
  active: boolean;
  version: number;
  synced_at: string;
  source: string;
  region: string;
  from: string;
  to: string;
  as_of?: string;
  snapshot?: SnapshotPins;
  coverage?: Coverage;
  data: Holiday[];
};

export type SnapshotPins = { snapshot_id: string; events_as_of: string; calendar_as_of: string };

export type Coverage = {
  complete: false;
  from: string | null;
  to: string | null;
  years: Record<string, "full" | "partial" | "unavailable" | "unknown">;
  missing: number[];
};

export type Holiday = {
  holiday_id: string;
  date: string;
  observed_date: string | null;
  end_date: string | null;
  name: string;
  local_name: string;
  type: "public" | "bank" | "school" | "optional" | "observance";
};

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  request_id: string;
  errors: ProblemItem[];
};

export type ProblemItem = { pointer: string; code: string; detail: string };

export type HolidaysOfMany = { data: Holidays[] };

export type HolidaysQuery = {
  location_ids: string[];
  from: string;
  to: string;
  as_of?: string;
  snapshot?: string;
  type?: ("public" | "bank" | "school" | "optional" | "observance")[] | string;
  basis?: "both" | "observed" | "nominal";
  language?: string;
};

export type Days = {
  location_id: string;
  active: boolean;
  version: number;
  synced_at: string;
  source: string;
  region: string;
  from: string;
  to: string;
  as_of?: string;
  snapshot?: SnapshotPins;
  coverage?: Coverage;
  data: Day[];
};

export type Day = {
  date: string;
  weekday: number;
  is_weekend: boolean;
  is_public_holiday: boolean | null;
  is_school_holiday: boolean | null;
  is_bridge_day: boolean | null;
  holiday_names: string[];
  days_to_next_holiday: number | null;
  days_since_previous_holiday: number | null;
};

export type VersionPage = { data: Version[]; next_cursor: string | null };

export type Version = {
  version: number;
  synced_at: string;
  sync_id: string;
  outcome: "changed" | "unchanged";
  source: string;
  region: string;
  changes: Changes;
};

export type Changes = { added: number; removed: number; moved: number; renamed: number };

export type Diff = {
  location_id: string;
  from: { version: number; synced_at: string; region: string; as_of?: string };
  to: { version: number; synced_at: string; region: string; as_of?: string };
  added: { holiday_id: string; before: null; after: Holiday }[];
  removed: { holiday_id: string; before: Holiday; after: null }[];
  moved: { holiday_id: string; before: Holiday; after: Holiday }[];
  renamed: { holiday_id: string; before: Holiday; after: Holiday }[];
};

export type LocationPage = { data: Location[]; next_cursor: string | null };

export type Location = {
  location_id: string;
  country_code: string;
  subdivision_code: string;
  time_zone: string | null;
  active: boolean;
  version: number | null;
  last_synced_at: string | null;
  last_sync_outcome: "changed" | "unchanged" | "failed" | "quarantined" | null;
  last_error: { code: string; detail: string; at: string } | null;
  resolved_region: string | null;
};

export type LocationCounts = {
  added: number;
  updated: number;
  reactivated: number;
  deactivated: number;
  unchanged: number;
  sync_id?: string | null;
};

export type LocationList = {
  locations: { location_id: string; country_code: string; subdivision_code: string; time_zone?: string | null }[];
};

export type ChangedLocation = Location & { sync_id?: string | null };

export type NewLocation = {
  location_id: string;
  country_code: string;
  subdivision_code: string;
  time_zone?: string | null;
};

export type LocationChange = {
  country_code?: string;
  subdivision_code?: string;
  active?: boolean;
  time_zone?: string | null;
};

export type SyncHeader = {
  sync_id: string;
  status: "queued" | "running" | "succeeded" | "partial" | "failed" | "quarantined";
  trigger: "api" | "schedule" | "start" | "job";
  requested_by: string;
  requested_at: string;
  finished_at: string | null;
  source: string;
  years: number[];
  counts: { total: number; changed: number; unchanged: number; failed: number; quarantined: number };
};

export type SyncRequest = { location_ids?: string[] | null; years?: number[] | null };

export type SyncPage = { data: SyncHeader[]; next_cursor: string | null };

export type Sync = SyncHeader & {
  locations: {
    location_id: string;
    outcome: "queued" | "changed" | "unchanged" | "failed" | "quarantined";
    version: number | null;
    changes: Changes | null;
    error: { code: string; detail: string } | null;
    quarantine_id: string | null;
  }[];
  quarantines: {
    quarantine_id: string;
    status: "open" | "approved" | "rejected" | "superseded";
    reasons: { code: string; year: number | null; detail: string; counts: Record<string, number> }[];
  }[];
};

export type QuarantinePage = { data: Quarantine[]; next_cursor: string | null };

export type Quarantine = {
  quarantine_id: string;
  status: "open" | "approved" | "rejected" | "superseded";
  source: string;
  region: string;
  years: number[];
  reasons: { code: string; year: number | null; detail: string; counts: Record<string, number> }[];
  fetched_at: string;
  held_at: string;
  decided_by: string | null;
  decided_at: string | null;
  location_ids: string[];
  sync_id: string | null;
};

export type HeldQuarantine = Quarantine & {
  is_overtaken: boolean;
  changes: {
    added: { holiday_id: string; before: null; after: Holiday }[];
    removed: { holiday_id: string; before: Holiday; after: null }[];
    moved: { holiday_id: string; before: Holiday; after: Holiday }[];
    renamed: { holiday_id: string; before: Holiday; after: Holiday }[];
  };
};

export type AcceptedLoad = Load & { already_loaded: boolean };

export type LoadRows = {
  total: number;
  inserted: number;
  updated: number;
  duplicate: number;
  stale: number;
  conflict: number;
  rejected: number;
};

export type Load = {
  load_id: string;
  status: "queued" | "running" | "succeeded" | "partial" | "failed";
  dataset: "events" | "users" | "tickets" | "articles";
  channel: "upload" | "inbox" | "post" | "replay";
  content_sha256: string;
  media_type:
    | "application/x-ndjson"
    | "application/json"
    | "text/csv"
    | "application/vnd.apache.parquet"
    | "application/cloudevents+json"
    | "application/cloudevents-batch+json";
  bytes: number;
  stored_bytes: number;
  raw_uri: string;
  file_name: string | null;
  time_zone: string | null;
  replay_of: string | null;
  replay_only: "rejects" | "all" | null;
  requested_by: string;
  requested_at: string;
  started_at: string | null;
  finished_at: string | null;
  progress: number;
  rows: LoadRows;
  cancel_requested: boolean;
  error: { code: string; detail: string } | null;
};

export type LoadPage = { data: Load[]; next_cursor: string | null };

export type RejectPage = { data: Reject[]; next_cursor: string | null };

export type Reject = {
  line: number;
  code: string;
  pointer: string;
  detail: string;
  raw: string | null;
  raw_base64: string | null;
  byte_offset: number | null;
  byte_length: number | null;
  state: "open" | "replayed" | "mended";
  replayed_by: string | null;
  mended_by: { load_id: string; line: number; version: number } | null;
};

export type RejectGroups = { data: RejectGroup[] };

export type RejectGroup = {
  code: string;
  pointer: string;
  count: number;
  first_line: number;
  last_line: number;
  samples: Reject[];
};

export type RejectLineage = StoriedReject & { loads: LineageLoad[] };

export type Retaking = {
  load_id: string;
  replay_of: string;
  requested_by: string;
  requested_at: string;
  outcome: "pending" | "rejected" | "written" | "known";
  code: string | null;
  version: number | null;
};

export type LineageLoad = {
  load_id: string;
  dataset: "events" | "users" | "tickets" | "articles";
  channel: "upload" | "inbox" | "post" | "replay";
  status: "queued" | "running" | "succeeded" | "partial" | "failed";
  media_type:
    | "application/x-ndjson"
    | "application/json"
    | "text/csv"
    | "application/vnd.apache.parquet"
    | "application/cloudevents+json"
    | "application/cloudevents-batch+json";
  file_name: string | null;
  content_sha256: string;
  bytes: number;
  raw_object: string;
  requested_by: string;
  requested_at: string;
  received_at: string;
  finished_at: string | null;
  replay_of: string | null;
  replay_only: "rejects" | "all" | null;
  schemas: Record<string, number> | null;
};

export type StoriedReject = {
  line: number;
  code: string;
  pointer: string;
  detail: string;
  raw: string | null;
  raw_base64: string | null;
  byte_offset: number | null;
  byte_length: number | null;
  load_id: string;
  event_id: string | null;
  taken_again: Retaking[];
};

export type ReplayRequest = { only?: "rejects" | "all"; time_zone?: string | null };

export type PostedEvents = { load_id: string; results: EventResult[] };

export type EventResult = {
  event_id: string | null;
  version: number | null;
  outcome: "inserted" | "updated" | "duplicate" | "stale" | "conflict" | "rejected";
  errors: { pointer: string; code: string; detail: string }[];
};

export type EventPage = {
  data: Event[];
  next_cursor: string | null;
  as_of: string | null;
  snapshot: SnapshotPins | null;
};

export type Event = {
  event_id: string;
  event_type: string;
  event_timestamp: string;
  user_id: string;
  related_id: string | null;
  version: number;
  revision: number;
  location_id: string | null;
  visit_date: string | null;
  schema_version: number;
  recorded_at: string;
  superseded_at: string | null;
  received_at: string;
  load_id: string;
  line: number;
  run_id: string | null;
  metadata: Record<string, unknown>;
  received: Record<string, unknown> | null;
  extra: Record<string, unknown> | null;
};

export type PinnedEvent = Event & { snapshot?: SnapshotPins };

export type EventVersionPage = { data: EventVersion[]; next_cursor: string | null; snapshot?: SnapshotPins };

export type EventVersion = Event & { patch: PatchOperation[] | null };

export type PatchOperation = {
  op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  path: string;
  from?: string;
  value?: unknown;
};

export type EventLineage = {
  event_id: string;
  is_whole: boolean;
  loads: LineageLoad[] | null;
  runs: LineageRun[];
  rejects: StoriedReject[] | null;
  members: LineageMember[];
  interpretations: Interpretation[];
};

export type LineageRun = {
  run_id: string;
  event_type: string;
  trigger: string;
  mode: string;
  status: string;
  requested_by: string;
  requested_at: string;
  finished_at: string | null;
  reason: string | null;
  to_version: number | null;
  upcasts?: unknown;
  reverts: string | null;
  failure: { version: number; revision: number; code: string; pointer: string; detail: string } | null;
};

export type LineageMember = {
  dataset: "users" | "tickets" | "articles";
  id: string;
  inferred: boolean;
  state: number;
  recorded_at: string;
  load_id: string | null;
  line: number | null;
};

export type Interpretation = Event & {
  is_current: boolean;
  judged_by: number;
  batch: { batch_id: number; committed_at: string; lane: number; from_line: number; to_line: number };
  raw: RawLine;
};

export type RawLine = {
  byte_offset: number | null;
  byte_length: number | null;
  text: string | null;
  base64: string | null;
} | null;

export type DailyInsightPage = {
  data: DailyInsight[];
  next_cursor: string | null;
  as_of: string | null;
  snapshot: SnapshotPins | null;
};

export type DailyInsight = {
  date: string;
  location_id: string | null;
  event_type: string;
  currency: string | null;
  events: number;
  users: number;
  amount: string | null;
  is_public_holiday: boolean | null;
  is_school_holiday: boolean | null;
  is_weekend: boolean | null;
  holiday_names: string[] | null;
};

export type HolidayLifts = { data: HolidayLift[]; as_of: string | null; snapshot: SnapshotPins | null; sql: string };

export type HolidayLift = {
  group: "total" | "location" | "holiday" | "location_holiday";
  location_id: string | null;
  holiday: string | null;
  event_type: string;
  n: number;
  left_out: number;
  dates: number;
  matched_days: number;
  observed: string;
  expected: string;
  ratio: string | null;
  low: string | null;
  high: string | null;
  level: string;
  note: string | null;
};

export type SalesSeries = { data: SalesDay[]; as_of: string | null; snapshot: SnapshotPins | null; sql: string };

export type SalesDay = {
  date: string;
  weekday: number;
  is_weekend: boolean;
  events: number;
  amount: string | null;
  locations: number;
  complete_locations: number;
  holidays: { holiday: string; location_ids: string[] }[];
  bridge_locations: string[];
  school_locations: string[];
};

export type FeaturePage = {
  data: Features[];
  next_cursor: string | null;
  as_of: string | null;
  snapshot: SnapshotPins | null;
  sql: string;
};

export type Features = {
  location_id: string;
  date: string;
  target: number | null;
  target_amount: string | null;
  target_currency: string | null;
  known_at: string;
  weekday: number;
  month: number;
  is_weekend: boolean;
  is_public_holiday: boolean | null;
  is_bridge_day: boolean | null;
  is_school_holiday: boolean | null;
  holiday_names: string[] | null;
  days_to_next_holiday: number | null;
  days_since_previous_holiday: number | null;
  sold_ahead: number | null;
  sold_1_day_before: number | null;
  sold_7_days_before: number | null;
  sold_14_days_before: number | null;
  sold_28_days_before: number | null;
  mean_7_days: number | null;
  mean_28_days: number | null;
  mean_same_weekday: number | null;
};

export type EventTypeList = { data: EventType[]; next_cursor: null };

export type EventType = {
  event_type: string;
  owner: string | null;
  description: string | null;
  compatibility:
    | "backward"
    | "backward_transitive"
    | "forward"
    | "forward_transitive"
    | "full"
    | "full_transitive"
    | "none";
  on_new_version: "propose" | "publish";
  created_by: string;
  created_at: string;
  schema_version: number;
  versions: SchemaVersion[];
};

export type SchemaVersion = {
  schema_version: number;
  json_schema: Record<string, unknown>;
  fields: SchemaField[];
  compatibility:
    | "backward"
    | "backward_transitive"
    | "forward"
    | "forward_transitive"
    | "full"
    | "full_transitive"
    | "none";
  upcast: UpcastStep[];
  upcast_sha256: string | null;
  approved_by: string | null;
  approval_reasons: SchemaReason[] | null;
  registered_by: string;
  registered_at: string;
};

export type SchemaField = {
  pointer: string;
  types: string[];
  required: boolean;
  description: string | null;
  pii: string | boolean | null;
  unit: string | null;
};

export type UpcastStep = {
  op: "default" | "rename" | "move" | "copy" | "cast" | "map" | "split" | "drop" | "function";
  path?: string;
  [name: string]: unknown;
};

export type SchemaReason = { pointer: string; code: string; detail: string };

export type RegisteredSchema = SchemaVersion & { event_type: string; run_id: string | null };

export type SchemaRegistration = {
  json_schema: Record<string, unknown>;
  upcast?: UpcastStep[];
  compatibility?:
    | "backward"
    | "backward_transitive"
    | "forward"
    | "forward_transitive"
    | "full"
    | "full_transitive"
    | "none";
  owner?: string | null;
  description?: string | null;
  on_new_version?: "propose" | "publish";
};

export type SchemaCheck = {
  event_type: string;
  schema_version: number;
  registered: boolean;
  compatibility:
    | "backward"
    | "backward_transitive"
    | "forward"
    | "forward_transitive"
    | "full"
    | "full_transitive"
    | "none";
  compatible: boolean;
  verdict: "compatible" | "incompatible" | "unproven";
  reasons: SchemaReason[];
  stored: {
    checked: number;
    refused: number;
    complete: boolean;
    samples: { event_id: string; schema_version: number; code: string; pointer: string; detail: string }[];
  };
};

export type SchemaCandidate = {
  json_schema: Record<string, unknown>;
  upcast?: UpcastStep[];
  compatibility?:
    | "backward"
    | "backward_transitive"
    | "forward"
    | "forward_transitive"
    | "full"
    | "full_transitive"
    | "none";
};

export type EventTypeChange = {
  owner?: string | null;
  description?: string | null;
  compatibility?:
    | "backward"
    | "backward_transitive"
    | "forward"
    | "forward_transitive"
    | "full"
    | "full_transitive"
    | "none";
  on_new_version?: "propose" | "publish";
};

export type ReprocessRunHeader = {
  run_id: string;
  status: "queued" | "running" | "paused" | "succeeded" | "partial" | "failed" | "cancelled";
  mode: "preview" | "publish";
  event_type: string;
  only: "outdated" | "failed" | "all";
  from: string | null;
  to: string | null;
  load_id: string | null;
  event_ids: number | null;
  trigger: "api" | "schema" | "schedule" | "job";
  reverts: string | null;
  to_version: number | null;
  upcasts: { schema_version: number; sha256: string | null }[] | null;
  reason: string | null;
  requested_by: string;
  requested_at: string;
  settled_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  progress: number;
  rows: ReprocessRows;
  rejects: { would_pass: number | null; replayed: number | null; passed: number | null };
  error: { code: string; detail: string } | null;
};

export type ReprocessRows = { scanned: number; changed: number; unchanged: number; failed: number };

export type ReprocessRequest = {
  event_type: string;
  from?: string;
  to?: string;
  load_id?: string | null;
  event_ids?: string[] | null;
  only?: "outdated" | "failed" | "all";
  mode?: "preview" | "publish";
  reason?: string | null;
};

export type ReprocessRunPage = { data: ReprocessRunHeader[]; next_cursor: string | null };

export type ReprocessRun = ReprocessRunHeader & {
  fields: { pointer: string; added: number; removed: number; replaced: number }[];
  sample: {
    event_id: string;
    version: number;
    patch: { op: "add" | "remove" | "replace"; path: string; value?: unknown }[];
  }[];
  failures: {
    reasons: { code: string; pointer: string; count: number }[];
    sample: { event_id: string; version: number; code: string; pointer: string; detail: string }[];
  };
};

export type ReprocessReason = { reason?: string | null };

export type CatalogDatasetList = { data: CatalogDataset[]; next_cursor: null };

export type CatalogDataset = {
  name: string;
  schema: string;
  kind: "table" | "view" | "event_type" | "lake_zone" | "source";
  description: string;
  owner: string;
  personal_data: "none" | "pseudonym" | "possible" | "direct";
  columns: CatalogColumn[];
  freshness: { refresh: string; newest_at: string | null };
  row_count: number | null;
  row_count_is_estimate: boolean | null;
  quality: { checked: number; refused: number; reject_rate: number | null; last_check: string | null } | null;
  upstream: CatalogNeighbour[];
  downstream: CatalogNeighbour[];
};

export type CatalogColumn = {
  name: string;
  type: string;
  nullable: boolean;
  description: string | null;
  unit: string | null;
  personal_data: "none" | "pseudonym" | "possible" | "direct";
  masked: boolean;
  key: boolean;
  references: string | null;
};

export type CatalogNeighbour = { dataset: string; by: string[]; columns: string[] | null };

export type AuditPage = { data: AuditEntry[]; next_cursor: string | null };

export type AuditEntry = {
  audit_id: number;
  seq: number;
  recorded_at: string;
  actor: string;
  action: string;
  object_type: string;
  object_id: string;
  reason: string | null;
  before?: unknown;
  after?: unknown;
  before_hash: string | null;
  after_hash: string | null;
  hash: string;
  request_id: string | null;
};

export type AuditCheck = {
  valid: boolean;
  checked: number;
  first_bad: {
    seq: number | null;
    audit_id: number | null;
    reason: "missing" | "changed" | "unchained" | "head_differs" | "anchor_differs";
  } | null;
  head: { chain_id: string; seq: number; hash: string };
  anchors: {
    state: "on" | "off";
    checked: number;
    newest_seq: number | null;
    valid: boolean | null;
    first_bad: {
      name: string;
      seq: number | null;
      reason: "unreadable" | "key_unknown" | "hash_differs" | "chain_unknown";
    } | null;
    signed_by: string[];
  };
};

export type SnapshotWithRuns = Snapshot & {
  runs: {
    run_id: string;
    event_type: string;
    schema_version: number | null;
    reverts: string | null;
    is_whole: boolean;
  }[];
};

export type Snapshot = SnapshotPins & {
  name: string | null;
  created_by: string;
  created_at: string;
  released_by: string | null;
  released_at: string | null;
};

export type NewSnapshot = { name?: string | null; events_as_of?: string; calendar_as_of?: string };

export type SnapshotPage = { data: Snapshot[]; next_cursor: string | null };

export type SnapshotDiff = {
  data: ChangedFigure[];
  next_cursor: string | null;
  before: SnapshotPins;
  after: SnapshotPins;
  from: string | null;
  to: string | null;
  basis: "event" | "visit";
  events: SnapshotDiffEvents;
  totals: ChangedTotal[] | null;
  holidays: SnapshotHolidayChanges;
};

export type ChangedFigure = {
  date: string;
  location_id: string | null;
  event_type: string;
  currency: string | null;
  is_public_holiday: boolean | null;
  is_school_holiday: boolean | null;
  events: ChangedCount;
  users: ChangedCount;
  amount: ChangedAmount;
};

export type ChangedCount = {
  before: number;
  after: number;
  difference: number;
  events_corrected: { total: number; added: number; corrected: number; reprocessed: number; rezoned: number };
  calendar_changed: number;
  events_alone: number;
  calendar_alone: number;
};

export type ChangedAmount = {
  before: string | null;
  after: string | null;
  difference: string;
  events_corrected: { total: string; added: string; corrected: string; reprocessed: string; rezoned: string };
  calendar_changed: string;
  events_alone: string | null;
  calendar_alone: string | null;
};

export type SnapshotDiffEvents = { added: number; corrected: number; reprocessed: number; rezoned: number } | null;

export type ChangedTotal = {
  event_type: string;
  currency: string | null;
  is_public_holiday: boolean | null;
  events: ChangedCount;
  amount: ChangedAmount;
};

export type SnapshotHolidayChanges = {
  data: {
    locations: number;
    location_ids: string[];
    before: { source: string; region: string } | null;
    after: { source: string; region: string } | null;
    added: { holiday_id: string; before: null; after: Holiday }[];
    removed: { holiday_id: string; before: Holiday; after: null }[];
    moved: { holiday_id: string; before: Holiday; after: Holiday }[];
    renamed: { holiday_id: string; before: Holiday; after: Holiday }[];
  }[];
  unknown_locations: number;
  truncated: boolean;
} | null;

export type Session = {
  actor: string;
  role: "reader" | "analyst" | "ingester" | "operator" | "admin" | "none";
  key_id: string | null;
  name: string | null;
  location_ids: string[] | null;
  via: "anonymous" | "key" | "session";
  expires_at: string | null;
  anonymous_role: "reader" | "analyst" | "ingester" | "operator" | "admin" | "none";
  permissions: string[];
};

export type NewSession = { key?: string; link?: string };

export type SignInLink = { link: string; expires_at: string };

export type NewSignInLink = { valid_minutes?: number };

export type CreatedApiKey = ApiKey & { key: string };

export type ApiKey = {
  key_id: string;
  name: string;
  role: "reader" | "analyst" | "ingester" | "operator" | "admin";
  prefix: string;
  location_ids: string[] | null;
  created_by: string;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
};

export type NewApiKey = {
  name: string;
  role: "reader" | "analyst" | "ingester" | "operator" | "admin";
  location_ids?: string[] | null;
  expires_at?: string;
};

export type ApiKeyPage = { data: ApiKey[]; next_cursor: string | null };

export type Status = {
  ready: boolean;
  checked_at: string;
  version: string;
  locations: {
    active: number;
    inactive: number;
    quarantined: number;
    failing: number;
    never_synced: number;
    stale: number;
    in_sync: number;
    oldest_synced_at: string | null;
  } | null;
  schedules:
    | {
        name: string;
        cron: string;
        time_zone: string;
        next_at: string | null;
        last_at: string | null;
        last_outcome: string | null;
      }[]
    | null;
  workers: { worker_id: string; started_at: string; seen_at: string }[] | null;
  queues: { name: string; waiting: number; active: number; delayed: number; failed: number }[] | null;
  loads: {
    unfinished: number;
    finished_24h: number;
    failed_24h: number;
    partial_24h: number;
    open_rejects: number;
    newest_finished_at: string | null;
  } | null;
  runs: { unfinished: number; proposed: number; failed: number } | null;
  quarantines: { open: number } | null;
  audit: { anchored_at: string | null; entries: number } | null;
  database: { size_bytes: number; migrated: boolean } | null;
  findings: Finding[];
};

export type Finding = {
  severity: "problem" | "warning" | "note";
  code: string;
  detail: string;
  count: number;
  mending: { detail: string; screen: string | null; command: string | null };
};

export type WorkPage = { data: Work[]; next_cursor: string | null };

export type Work = {
  kind: "sync" | "load" | "feed" | "replay" | "post" | "reprocess";
  id: string;
  status: "queued" | "running" | "succeeded" | "partial" | "failed" | "quarantined" | "paused" | "cancelled";
  requested_at: string;
  started_at: string | null;
  finished_at: string | null;
  requested_by: string;
  title: string;
  detail: string;
  counts: Record<string, number>;
  error: { code: string; detail: string } | null;
};

export type Health = { status: "alive"; demo: boolean };

export type Readiness = {
  status: "ready" | "not_ready";
  checks: { name: "database" | "migrations" | "queue" | "worker"; ok: boolean; reason: string | null }[];
};

/** The schema of `hc`: path → method → what goes in and what comes out. */
export type Contract = {
  "/v1/locations/:location_id/holidays": {
    $get: Call<
      {
        param: { location_id: string };
        query: {
          from: string;
          to: string;
          version?: number;
          as_of?: string;
          snapshot?: string;
          type?: string;
          basis?: "both" | "observed" | "nominal";
          language?: string;
          format?: "json" | "csv" | "ics";
        };
      },
      Json<200, Holidays> | Text<200> | Json<400 | 401 | 403 | 404 | 406 | 409 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/holidays": {
    $get: Call<
      {
        query: {
          location_id: string[];
          from: string;
          to: string;
          as_of?: string;
          snapshot?: string;
          type?: string;
          basis?: "both" | "observed" | "nominal";
          language?: string;
        };
      },
      Json<200, HolidaysOfMany> | Json<400 | 401 | 403 | 404 | 409 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/holidays/query": {
    $post: Call<
      { header?: { "Idempotency-Key"?: string }; json: HolidaysQuery },
      Json<200, HolidaysOfMany> | Json<400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/locations/:location_id/days": {
    $get: Call<
      {
        param: { location_id: string };
        query: { from: string; to: string; version?: number; as_of?: string; snapshot?: string };
      },
      Json<200, Days> | Json<400 | 401 | 403 | 404 | 409 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/locations/:location_id/versions": {
    $get: Call<
      { param: { location_id: string }; query?: { outcome?: "changed"; limit?: number; cursor?: string } },
      Json<200, VersionPage> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/locations/:location_id/diff": {
    $get: Call<
      {
        param: { location_id: string };
        query?: { from_version?: number; to_version?: number; from_as_of?: string; to_as_of?: string };
      },
      Json<200, Diff> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/locations": {
    $get: Call<
      {
        query?: {
          active?: boolean;
          outcome?: "changed" | "unchanged" | "failed" | "quarantined" | "never";
          limit?: number;
          cursor?: string;
        };
      },
      Json<200, LocationPage> | Json<400 | 401 | 403 | 422 | 429 | 500 | 503, Problem>
    >;
    $put: Call<
      {
        query?: { allow_mass_deactivation?: boolean; sync?: boolean };
        header?: { "Idempotency-Key"?: string };
        json: LocationList;
      },
      Json<200, LocationCounts> | Json<400 | 401 | 403 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
    $post: Call<
      { query?: { sync?: boolean }; header?: { "Idempotency-Key"?: string }; json: NewLocation },
      Json<201, ChangedLocation> | Json<400 | 401 | 403 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/locations/:location_id": {
    $get: Call<
      { param: { location_id: string } },
      Json<200, Location> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
    $patch: Call<
      {
        param: { location_id: string };
        query?: { sync?: boolean };
        header?: { "Idempotency-Key"?: string };
        json: LocationChange;
      },
      Json<200, ChangedLocation> | Json<400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
    $delete: Call<
      { param: { location_id: string }; header?: { "Idempotency-Key"?: string } },
      Json<200, Location> | Json<400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/syncs": {
    $post: Call<
      { header?: { "Idempotency-Key"?: string }; json?: SyncRequest },
      Json<202, SyncHeader> | Json<400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
    $get: Call<
      {
        query?: {
          status?: "queued" | "running" | "succeeded" | "partial" | "failed" | "quarantined";
          trigger?: "api" | "schedule" | "start" | "job";
          location_id?: string;
          limit?: number;
          cursor?: string;
        };
      },
      Json<200, SyncPage> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/syncs/:sync_id": {
    $get: Call<
      { param: { sync_id: string }; query?: { wait?: number } },
      Json<200, Sync> | Json<202, Sync> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/syncs/:sync_id/approve": {
    $post: Call<
      { param: { sync_id: string }; header?: { "Idempotency-Key"?: string } },
      Json<200, Sync> | Json<400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/syncs/:sync_id/reject": {
    $post: Call<
      { param: { sync_id: string }; header?: { "Idempotency-Key"?: string } },
      Json<200, Sync> | Json<400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/quarantines": {
    $get: Call<
      { query?: { status?: "open" | "approved" | "rejected" | "superseded"; limit?: number; cursor?: string } },
      Json<200, QuarantinePage> | Json<400 | 401 | 403 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/quarantines/:quarantine_id": {
    $get: Call<
      { param: { quarantine_id: string } },
      Json<200, HeldQuarantine> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/loads": {
    $post: Call<
      {
        query?: { time_zone?: string };
        header: {
          "Content-Type": "application/x-ndjson" | "text/csv" | "application/json" | "application/vnd.apache.parquet";
          "Idempotency-Key"?: string;
        };
      },
      | Json<200, AcceptedLoad>
      | Json<202, AcceptedLoad>
      | Json<400 | 401 | 403 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
    $get: Call<
      {
        query?: {
          status?: "queued" | "running" | "succeeded" | "partial" | "failed";
          dataset?: "events" | "users" | "tickets" | "articles";
          channel?: ("upload" | "inbox" | "post" | "replay")[];
          q?: string;
          limit?: number;
          cursor?: string;
        };
      },
      Json<200, LoadPage> | Json<400 | 401 | 403 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/loads/:load_id": {
    $get: Call<
      { param: { load_id: string }; query?: { wait?: number } },
      Json<200, Load> | Json<202, Load> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/loads/:load_id/progress": {
    $get: Call<
      { param: { load_id: string } },
      Text<200> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/loads/:load_id/rejects": {
    $get: Call<
      {
        param: { load_id: string };
        query?: {
          format?: "json" | "ndjson" | "csv";
          code?: string;
          pointer?: string;
          limit?: number;
          cursor?: string;
        };
      },
      Json<200, RejectPage> | Text<200> | Json<400 | 401 | 403 | 404 | 406 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/loads/:load_id/rejects/groups": {
    $get: Call<
      { param: { load_id: string } },
      Json<200, RejectGroups> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/loads/:load_id/rejects/:line": {
    $get: Call<
      { param: { load_id: string; line: number } },
      Json<200, RejectLineage> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/loads/:load_id/replay": {
    $post: Call<
      { param: { load_id: string }; header?: { "Idempotency-Key"?: string }; json?: ReplayRequest },
      Json<202, Load> | Json<400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/loads/:load_id/cancel": {
    $post: Call<
      { param: { load_id: string }; header?: { "Idempotency-Key"?: string } },
      Json<202, Load> | Json<400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/dimensions/:name": {
    $put: Call<
      {
        param: { name: "users" | "tickets" | "articles" };
        header: { "Content-Type": "application/x-ndjson" | "text/csv"; "Idempotency-Key"?: string };
      },
      | Json<200, AcceptedLoad>
      | Json<202, AcceptedLoad>
      | Json<400 | 401 | 403 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/events": {
    $post: Call<
      {
        header: {
          "Content-Type": "application/json" | "application/cloudevents+json" | "application/cloudevents-batch+json";
          "Idempotency-Key"?: string;
        };
      },
      Json<200, PostedEvents> | Json<400 | 401 | 403 | 404 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
    $get: Call<
      {
        query?: {
          event_type?: string;
          from?: string;
          to?: string;
          user_id?: string;
          related_id?: string;
          location_id?: string;
          as_of?: string;
          snapshot?: string;
          limit?: number;
          cursor?: string;
        };
      },
      Json<200, EventPage> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/events/:event_id": {
    $get: Call<
      { param: { event_id: string }; query?: { version?: number; as_of?: string; snapshot?: string } },
      Json<200, PinnedEvent> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/events/:event_id/versions": {
    $get: Call<
      { param: { event_id: string }; query?: { snapshot?: string; limit?: number; cursor?: string } },
      Json<200, EventVersionPage> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/events/:event_id/lineage": {
    $get: Call<
      { param: { event_id: string }; query?: { raw?: boolean } },
      Json<200, EventLineage> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/insights/daily": {
    $get: Call<
      {
        query: {
          from: string;
          to: string;
          location_id?: string[];
          event_type?: string;
          basis?: "event" | "visit";
          as_of?: string;
          snapshot?: string;
          limit?: number;
          cursor?: string;
        };
      },
      Json<200, DailyInsightPage> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/insights/holiday-lift": {
    $get: Call<
      {
        query: {
          from: string;
          to: string;
          location_id?: string[];
          event_type?: string;
          basis?: "event" | "visit";
          as_of?: string;
          snapshot?: string;
          days?: "public" | "bridge";
          holiday?: string;
          currency?: string;
          group_by?: ("total" | "location" | "holiday" | "location_holiday")[];
          format?: "json" | "csv";
        };
      },
      Json<200, HolidayLifts> | Text<200> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/insights/series": {
    $get: Call<
      {
        query: {
          from: string;
          to: string;
          location_id?: string[];
          event_type?: string;
          basis?: "event" | "visit";
          as_of?: string;
          snapshot?: string;
          currency?: string;
          format?: "json" | "csv";
        };
      },
      Json<200, SalesSeries> | Text<200> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/insights/features": {
    $get: Call<
      {
        query: {
          from: string;
          to: string;
          location_id?: string[];
          event_type?: string;
          basis?: "event" | "visit";
          as_of?: string;
          snapshot?: string;
          lead_days?: number;
          format?: "json" | "csv" | "parquet";
          limit?: number;
          cursor?: string;
        };
      },
      Json<200, FeaturePage> | Text<200> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/schemas": { $get: Call<{}, Json<200, EventTypeList> | Json<400 | 401 | 403 | 422 | 429 | 500 | 503, Problem>> };
  "/v1/schemas/:event_type": {
    $get: Call<
      { param: { event_type: string } },
      Json<200, EventType> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
    $patch: Call<
      { param: { event_type: string }; header?: { "Idempotency-Key"?: string }; json: EventTypeChange },
      Json<200, EventType> | Json<400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/schemas/:event_type/versions": {
    $post: Call<
      {
        param: { event_type: string };
        query?: { approve?: boolean };
        header?: { "Idempotency-Key"?: string };
        json: SchemaRegistration;
      },
      | Json<200, RegisteredSchema>
      | Json<201, RegisteredSchema>
      | Json<400 | 401 | 403 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/schemas/:event_type/versions/check": {
    $post: Call<
      { param: { event_type: string }; header?: { "Idempotency-Key"?: string }; json: SchemaCandidate },
      Json<200, SchemaCheck> | Json<400 | 401 | 403 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/reprocess-runs": {
    $post: Call<
      { header?: { "Idempotency-Key"?: string }; json: ReprocessRequest },
      Json<202, ReprocessRunHeader> | Json<400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
    $get: Call<
      {
        query?: {
          event_type?: string;
          status?: "queued" | "running" | "paused" | "succeeded" | "partial" | "failed" | "cancelled";
          mode?: "preview" | "publish";
          limit?: number;
          cursor?: string;
        };
      },
      Json<200, ReprocessRunPage> | Json<400 | 401 | 403 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/reprocess-runs/:run_id": {
    $get: Call<
      { param: { run_id: string }; query?: { wait?: number } },
      Json<200, ReprocessRun> | Json<202, ReprocessRun> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/reprocess-runs/:run_id/publish": {
    $post: Call<
      { param: { run_id: string }; header?: { "Idempotency-Key"?: string }; json?: ReprocessReason },
      Json<202, ReprocessRunHeader> | Json<400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/reprocess-runs/:run_id/pause": {
    $post: Call<
      { param: { run_id: string }; header?: { "Idempotency-Key"?: string }; json?: ReprocessReason },
      Json<200, ReprocessRunHeader> | Json<400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/reprocess-runs/:run_id/resume": {
    $post: Call<
      { param: { run_id: string }; header?: { "Idempotency-Key"?: string }; json?: ReprocessReason },
      Json<202, ReprocessRunHeader> | Json<400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/reprocess-runs/:run_id/cancel": {
    $post: Call<
      { param: { run_id: string }; header?: { "Idempotency-Key"?: string }; json?: ReprocessReason },
      Json<200, ReprocessRunHeader> | Json<400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/reprocess-runs/:run_id/revert": {
    $post: Call<
      { param: { run_id: string }; header?: { "Idempotency-Key"?: string }; json?: ReprocessReason },
      Json<202, ReprocessRunHeader> | Json<400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/catalog": {
    $get: Call<
      { query?: { format?: "json" | "markdown" | "dbt" } },
      Json<200, CatalogDatasetList> | Text<200> | Json<400 | 401 | 403 | 406 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/catalog/:dataset": {
    $get: Call<
      { param: { dataset: string }; query?: { format?: "json" | "markdown" } },
      Json<200, CatalogDataset> | Text<200> | Json<400 | 401 | 403 | 404 | 406 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/audit": {
    $get: Call<
      {
        query?: {
          object?: string;
          actor?: string;
          action?: string;
          from?: string;
          to?: string;
          limit?: number;
          cursor?: string;
        };
      },
      Json<200, AuditPage> | Json<400 | 401 | 403 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/audit/verify": {
    $get: Call<{}, Json<200, AuditCheck> | Json<400 | 401 | 403 | 422 | 429 | 500 | 503, Problem>>;
  };
  "/v1/snapshots": {
    $post: Call<
      { header?: { "Idempotency-Key"?: string }; json?: NewSnapshot },
      Json<201, SnapshotWithRuns> | Json<400 | 401 | 403 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
    $get: Call<
      { query?: { limit?: number; cursor?: string } },
      Json<200, SnapshotPage> | Json<400 | 401 | 403 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/snapshots/:snapshot_id": {
    $get: Call<
      { param: { snapshot_id: string } },
      Json<200, SnapshotWithRuns> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
    $delete: Call<
      { param: { snapshot_id: string }; header?: { "Idempotency-Key"?: string } },
      Json<200, Snapshot> | Json<400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/snapshots/:a/diff/:b": {
    $get: Call<
      {
        param: { a: string; b: string };
        query?: {
          from?: string;
          to?: string;
          location_id?: string[];
          event_type?: string;
          basis?: "event" | "visit";
          limit?: number;
          cursor?: string;
        };
      },
      Json<200, SnapshotDiff> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/session": {
    $get: Call<{}, Json<200, Session> | Json<400 | 401 | 422 | 429 | 500 | 503, Problem>>;
    $post: Call<
      { json: NewSession },
      Json<200, Session> | Json<400 | 401 | 403 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
    $delete: Call<{}, Json<200, Session> | Json<400 | 401 | 403 | 409 | 413 | 422 | 429 | 500 | 503, Problem>>;
  };
  "/v1/sign-in-links": {
    $post: Call<
      { header?: { "Idempotency-Key"?: string }; json?: NewSignInLink },
      Json<201, SignInLink> | Json<400 | 401 | 403 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/keys": {
    $post: Call<
      { header?: { "Idempotency-Key"?: string }; json: NewApiKey },
      Json<201, CreatedApiKey> | Json<400 | 401 | 403 | 409 | 413 | 415 | 422 | 429 | 500 | 503, Problem>
    >;
    $get: Call<
      { query?: { limit?: number; cursor?: string } },
      Json<200, ApiKeyPage> | Json<400 | 401 | 403 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/keys/:key_id": {
    $get: Call<
      { param: { key_id: string } },
      Json<200, ApiKey> | Json<400 | 401 | 403 | 404 | 422 | 429 | 500 | 503, Problem>
    >;
    $delete: Call<
      { param: { key_id: string }; header?: { "Idempotency-Key"?: string } },
      Json<200, ApiKey> | Json<400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/v1/status": { $get: Call<{}, Json<200, Status> | Json<400 | 401 | 403 | 422 | 429 | 500 | 503, Problem>> };
  "/v1/runs": {
    $get: Call<
      {
        query?: {
          kind?: ("sync" | "load" | "feed" | "replay" | "post" | "reprocess")[];
          status?: (
            | "queued"
            | "running"
            | "succeeded"
            | "partial"
            | "failed"
            | "quarantined"
            | "paused"
            | "cancelled"
          )[];
          q?: string;
          from?: string;
          to?: string;
          limit?: number;
          cursor?: string;
        };
      },
      Json<200, WorkPage> | Json<400 | 401 | 403 | 422 | 429 | 500 | 503, Problem>
    >;
  };
  "/healthz": { $get: Call<{}, Json<200, Health> | Json<400 | 422 | 500 | 503, Problem>> };
  "/readyz": { $get: Call<{}, Json<200, Readiness> | Json<503, Readiness> | Json<400 | 422 | 500, Problem>> };
  "/metrics": { $get: Call<{}, Text<200> | Json<400 | 401 | 403 | 422 | 429 | 500 | 503, Problem>> };
};
