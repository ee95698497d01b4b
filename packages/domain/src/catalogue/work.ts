// Which datasets does work read and write that no job does: calls, what a worker does by itself, and migrations. The flows
// of jobs stand beside the queue's catalogue (packages/queue/src/flows.ts). Together they are the graph that the data
// catalogue and OpenLineage tell.
import type { PersonalData } from "./notes.ts";

/** A piece of work, by the datasets that it moves data from and to. Rows that it only steers itself by are left out. */
export interface Flow {
  summary: string;
  reads: readonly string[];
  writes: readonly string[];
}

/** Places of data outside of the database: name → what it is. */
export interface Place {
  kind: "lake_zone" | "source";
  description: string;
  refresh: string;
  personalData: PersonalData;
}

export const places: Readonly<Record<string, Place>> = {
  "lake.raw": {
    kind: "lake_zone",
    description: "Bodies of loads and posts as they were received, compressed, named by their content; never changed.",
    refresh: "with each load and each post of events, before anything is parsed",
    personalData: "direct",
  },
  "lake.manifests": {
    kind: "lake_zone",
    description: "Of each load who sent what, when, and by which schemas it was judged: what a rebuild goes by.",
    refresh: "with each load and each post of events",
    personalData: "pseudonym",
  },
  "lake.audit": {
    kind: "lake_zone",
    description: "Signed anchors of the audit's chain: what it said at an instant, out of the database's reach.",
    refresh: "with each audit-anchor job that finds the chain longer",
    personalData: "none",
  },
  "lake.journal": {
    kind: "lake_zone",
    description: "The batches in the order of their commits, with their instants: what a rebuild repeats.",
    refresh: "some seconds after a batch has committed",
    personalData: "none",
  },
  "source.callers": {
    kind: "source",
    description:
      "Whoever calls the api: tills and shops that send events, feeds of members, people who keep locations.",
    refresh: "with each call",
    personalData: "direct",
  },
  "source.drop_folder": {
    kind: "source",
    description: "The folder or prefix whose files become loads, where LOAD_INBOX names one.",
    refresh: "whenever somebody puts a file there",
    personalData: "direct",
  },
  "source.holidays": {
    kind: "source",
    description: "The holiday source of HOLIDAY_SOURCE: date-holidays on this machine, or HolidayAPI.",
    refresh: "asked for each year of a calendar that a sync finds stale",
    personalData: "none",
  },
};

const eventTables = ["events", "event_history", "users", "tickets", "articles"] as const;

/** By the name under which the catalogue shows it. */
export const otherWork: Readonly<Record<string, Flow>> = {
  "accept a load": {
    summary: "Take a body into the raw zone and write its manifest (POST /v1/loads, PUT /v1/dimensions, replays)",
    reads: ["source.callers"],
    writes: ["lake.raw", "lake.manifests", "load"],
  },
  "post events": {
    summary: "Take in a few events at once (POST /v1/events)",
    reads: ["source.callers", "event_schema"],
    writes: ["lake.raw", "lake.manifests", "load", "load_lane", "batch", "reject", ...eventTables],
  },
  "write the journal": {
    summary: "Write committed batches down in the lake",
    reads: ["batch", "load"],
    writes: ["lake.journal", "lake.manifests", "journal"],
  },
  "register schemas": {
    summary: "Register event types and versions of their schemas, compared with those before",
    reads: ["source.callers"],
    writes: ["event_type", "event_schema", "audit"],
  },
  "request a reprocess run": {
    summary: "Ask for events to be interpreted anew, by a call or because a schema was registered",
    reads: ["source.callers", "event_schema"],
    writes: ["reprocess_run", "audit"],
  },
  "keep locations": {
    summary: "Add, change and deactivate locations",
    reads: ["source.callers"],
    writes: ["location", "location_state", "calendar", "region_resolution", "read_epoch", "audit"],
  },
  "request a sync": {
    summary: "Write down which locations are to be synced, by whom it was asked and for which years",
    reads: ["source.callers", "location_state"],
    writes: ["sync", "audit"],
  },
  "decide a quarantine": {
    summary: "Approve or reject an answer that was held back",
    reads: ["quarantine"],
    writes: [
      "calendar_revision",
      "calendar_coverage",
      "calendar_year",
      "holiday",
      "location_version_run",
      "quarantine",
      "sync",
      "sync_failure",
      "read_epoch",
      "audit",
    ],
  },
  "chain the audit": {
    summary: "Put a transaction's entries into the chain at its end",
    reads: ["audit"],
    writes: ["audit_chain", "audit_head"],
  },
  "pin a snapshot": {
    summary: "Keep two instants under an id, or let them go",
    reads: ["source.callers"],
    writes: ["snapshot", "audit"],
  },
  "keep keys": {
    summary: "Make and revoke API keys and sign-in links; sign in and out",
    reads: ["source.callers"],
    writes: ["api_key", "sign_in", "sign_in_link", "audit"],
  },
  "remember answers": {
    summary: "Keep the answers that a repeated Idempotency-Key gets again",
    reads: ["source.callers"],
    writes: ["idempotent_request"],
  },
  "say that a worker lives": { summary: "A sign of life every few seconds", reads: [], writes: ["worker_heartbeat"] },
  "tell OpenLineage": {
    summary: "Send what loads, syncs and reprocess runs came to, where OPENLINEAGE_URL says where to",
    reads: ["load", "load_lane", "sync", "reprocess_run", "reprocess_range"],
    writes: ["openlineage_sender", "openlineage_told"],
  },
  migrate: {
    summary: "Bring the schema to its newest state, with what it brings along",
    reads: [],
    writes: ["almanac_migration", "event_schema", "event_type", "mart.dim_dates", "school_holiday_source", "time_zone"],
  },
};
