// What comments cannot say in a form that machines read: who owns a table, when it gets new, which columns hold personal
// data, units, and where a column leads without a foreign key. Views take all of it from what they read.

/** Who may be found by a value: nobody, a person by joining other data, whoever the sender wrote of, a person at once. */
export const personalDataClasses = ["none", "pseudonym", "possible", "direct"] as const;
export type PersonalData = (typeof personalDataClasses)[number];

/** The part of the product that answers for a dataset; event types name their own owner. */
export type Owner = "holidays" | "events" | "access" | "operations" | "analysis";

export interface ColumnNote {
  personalData?: PersonalData;
  /** Shown as *** to whoever has not the role for personal data. */
  isMasked?: true;
  unit?: string;
  /** `relation.column`. */
  references?: string;
}

export interface RelationNote {
  owner: Owner;
  /** When it gets new rows, in words. */
  refresh: string;
  columns?: Readonly<Record<string, ColumnNote>>;
}

const open: ColumnNote = { personalData: "possible" };
const harmless: ColumnNote = { personalData: "none" };
const direct: ColumnNote = { personalData: "direct" };
const masked: ColumnNote = { personalData: "direct", isMasked: true };

const whoDid: ColumnNote = { personalData: "pseudonym" };
const bytes: ColumnNote = { unit: "bytes" };
const ofCurrency: ColumnNote = { unit: "the currency of `currency`" };
const batch: ColumnNote = { references: "batch.batch_id" };

/** Columns that mean the same wherever they are. */
export const columnNotes: Readonly<Record<string, ColumnNote>> = {
  actor: whoDid,
  approved_by: whoDid,
  created_by: whoDid,
  decided_by: whoDid,
  registered_by: whoDid,
  released_by: whoDid,
  requested_by: whoDid,
  user_id: { personalData: "pseudonym", references: "users.user_id" },
  location_id: { references: "location.location_id" },
  batch_id: batch,
  superseded_batch_id: batch,
  amount: ofCurrency,
  article_price: ofCurrency,
  price: ofCurrency,
  ticket_price: ofCurrency,
  byte_length: bytes,
  byte_offset: bytes,
  byte_position: bytes,
  bytes,
  line_max_bytes: bytes,
  stored_bytes: bytes,
};

const eachSync = "with each sync that finds something new";
const eachLoad = "with each load and each post of events";
const eachEvent = "with each load, each post of events and each reprocess run that changes something";
const eachFeed = "with each feed, and with events that name somebody unknown";
const eachRun = "with each reprocess run";
const migrations = "by migrations alone";

/** Every table; of the views those that change what they read. */
export const relationNotes: Readonly<Record<string, RelationNote>> = {
  almanac_migration: { owner: "operations", refresh: migrations, columns: { name: harmless } },
  api_key: {
    owner: "access",
    refresh: "when a key is made, used or revoked",
    columns: { name: open, secret_hash: harmless },
  },
  article_history: { owner: "events", refresh: eachFeed, columns: { article_name: harmless } },
  articles: { owner: "events", refresh: eachFeed, columns: { article_name: harmless } },
  audit: {
    owner: "operations",
    refresh: "with each change of state",
    columns: { reason: open, before: open, after: open, before_hash: harmless, after_hash: harmless },
  },
  audit_chain: { owner: "operations", refresh: "with each change of state", columns: { hash: harmless } },
  audit_head: { owner: "operations", refresh: "with each change of state", columns: { hash: harmless } },
  batch: { owner: "events", refresh: eachLoad },
  calendar: { owner: "holidays", refresh: "when a region is needed for the first time" },
  calendar_coverage: { owner: "holidays", refresh: eachSync },
  calendar_revision: { owner: "holidays", refresh: eachSync },
  calendar_year: { owner: "holidays", refresh: "with each fetch of a year" },
  event_history: {
    owner: "events",
    refresh: eachEvent,
    columns: { metadata: open, extra: open, received: open },
  },
  event_schema: {
    owner: "events",
    refresh: "when a schema is registered",
    columns: { json_schema: harmless, upcast: harmless, upcast_sha256: harmless, approval_reasons: harmless },
  },
  event_type: {
    owner: "events",
    refresh: "when a type is registered or changed",
    columns: { owner: harmless, description: harmless },
  },
  events: {
    owner: "events",
    refresh: eachEvent,
    columns: { metadata: open, extra: open, received: open },
  },
  holiday: {
    owner: "holidays",
    refresh: eachSync,
    columns: { name: harmless, local_name: harmless, names: harmless },
  },
  idempotent_request: {
    owner: "access",
    refresh: "with each write that has an Idempotency-Key; rows last a day",
    // Sealed with the caller's own key.
    columns: { owner: whoDid, body_hash: harmless, headers: harmless, body: open },
  },
  inbox_file: { owner: "events", refresh: "with each sweep of the drop folder" },
  journal: { owner: "operations", refresh: "some seconds after a batch has committed" },
  load: {
    owner: "events",
    refresh: eachLoad,
    columns: { file_name: open, content_sha256: harmless, schemas: harmless, raw_uri: harmless },
  },
  load_lane: { owner: "events", refresh: eachLoad },
  location: { owner: "holidays", refresh: "when a location is added" },
  location_state: { owner: "holidays", refresh: "when a location changes" },
  location_version_run: { owner: "holidays", refresh: "with each sync that succeeds" },
  openlineage_sender: { owner: "operations", refresh: "some seconds after a load or sync has moved" },
  openlineage_told: { owner: "operations", refresh: "some seconds after a load or sync has moved" },
  quarantine: {
    owner: "holidays",
    refresh: "when a source answers strangely",
    columns: { years: harmless, reasons: harmless },
  },
  read_epoch: { owner: "holidays", refresh: "with each change of what a read may show" },
  region_resolution: { owner: "holidays", refresh: "when a region is needed for the first time" },
  reprocess_failure: { owner: "events", refresh: eachRun, columns: { detail: open } },
  reprocess_range: {
    owner: "events",
    refresh: eachRun,
    // Its patches show what stands in events.
    columns: { fields: harmless, failures: harmless, sample: open },
  },
  reprocess_run: {
    owner: "events",
    refresh: eachRun,
    columns: { reason: open, upcasts: harmless, rejects: harmless },
  },
  reject: { owner: "events", refresh: eachLoad, columns: { detail: open, raw: direct, raw_bytes: direct } },
  school_holiday_source: { owner: "holidays", refresh: migrations },
  sign_in: { owner: "access", refresh: "when a browser signs in", columns: { token_hash: harmless } },
  sign_in_link: {
    owner: "access",
    refresh: "when somebody asks for a sign-in link, and when it is used",
    columns: { token_hash: harmless },
  },
  snapshot: { owner: "analysis", refresh: "when somebody pins or releases one", columns: { name: open } },
  source_pause: { owner: "holidays", refresh: "when a source asks for a pause", columns: { reason: harmless } },
  sync: { owner: "holidays", refresh: "with each request of a sync", columns: { request_key: harmless } },
  sync_failure: { owner: "holidays", refresh: "with each location that a sync fails for" },
  ticket_history: { owner: "events", refresh: eachFeed, columns: { event_name: harmless } },
  tickets: { owner: "events", refresh: eachFeed, columns: { event_name: harmless } },
  time_zone: { owner: "holidays", refresh: migrations, columns: { name: harmless } },
  user_history: { owner: "events", refresh: eachFeed, columns: { name: direct, email: direct } },
  users: { owner: "events", refresh: eachFeed, columns: { name: direct, email: direct } },
  worker_heartbeat: { owner: "operations", refresh: "every few seconds" },
  "mart.dim_dates": {
    owner: "analysis",
    refresh: migrations,
    columns: { month_name: harmless, weekday_name: harmless },
  },
  "mart.dim_users": { owner: "analysis", refresh: "with every read", columns: { name: masked, email: masked } },
  "mart.fact_event_versions": { owner: "analysis", refresh: "with every read", columns: { reason: open } },
  "mart.fact_events": { owner: "analysis", refresh: "with every read", columns: { reason: open } },
  "mart.snapshots": { owner: "analysis", refresh: "with every read", columns: { name: open } },
  "mart.user_states": { owner: "analysis", refresh: "with every read", columns: { name: masked, email: masked } },
};

/** Fields of metadata that a schema says nothing else about; what is meant is in its description. */
export const metadataNotes: Readonly<Record<string, ColumnNote>> = {
  article_price: ofCurrency,
  ticket_price: ofCurrency,
  total_amount: ofCurrency,
};

/** The class that says most. */
export function strongestClass(classes: Iterable<PersonalData>): PersonalData {
  let strongest: PersonalData = "none";
  for (const each of classes) {
    if (personalDataClasses.indexOf(each) > personalDataClasses.indexOf(strongest)) {
      strongest = each;
    }
  }
  return strongest;
}
