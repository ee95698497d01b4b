// Which datasets does each job read and write? Beside the catalogue of jobs, and as complete as it: a job that is not
// declared here does not compile. The data catalogue and OpenLineage tell it as lineage.
import type { Flow } from "@almanac/domain/catalogue/work";
import { type JobName, policies } from "./catalogue.ts";

const calendars = ["calendar", "calendar_coverage", "calendar_revision", "calendar_year", "holiday"] as const;

const moves: Record<JobName, Omit<Flow, "summary">> = {
  "holiday-sync": {
    reads: ["source.holidays", "sync", "location_state", "region_resolution"],
    writes: [
      ...calendars,
      "location_version_run",
      "quarantine",
      "source_pause",
      "sync",
      "sync_failure",
      "read_epoch",
      "region_resolution",
    ],
  },
  // Its children do the work.
  "holiday-sync-all": { reads: ["location_state"], writes: ["sync", "audit"] },
  prune: {
    reads: ["location_version_run", "calendar_revision", "snapshot"],
    writes: ["location_version_run", "calendar_revision", "calendar_coverage", "holiday", "audit"],
  },
  "event-load": {
    reads: ["lake.raw", "load", "event_schema"],
    writes: [
      "events",
      "event_history",
      "users",
      "user_history",
      "tickets",
      "ticket_history",
      "articles",
      "article_history",
      "reject",
      "batch",
      "load_lane",
      "load",
    ],
  },
  "inbox-sweep": {
    reads: ["source.drop_folder"],
    writes: ["lake.raw", "lake.manifests", "load", "inbox_file"],
  },
  "lake-verify": { reads: ["lake.raw"], writes: [] },
  "audit-anchor": { reads: ["audit_head", "audit_chain"], writes: ["lake.audit"] },
  "reprocess-run": {
    reads: ["events", "event_schema", "reject"],
    writes: ["reprocess_run", "reprocess_range", "load", "lake.manifests", "audit"],
  },
  "reprocess-range": {
    reads: ["events", "event_schema", "reprocess_run"],
    writes: ["events", "event_history", "batch", "reprocess_range", "reprocess_failure"],
  },
  reconcile: { reads: ["load", "sync", "reprocess_run"], writes: [] },
};

/** By the name of the job. */
export const jobFlows: Readonly<Record<JobName, Flow>> = Object.fromEntries(
  Object.entries(moves).map(([name, flow]) => [name, { summary: policies[name as JobName].summary, ...flow }]),
) as Record<JobName, Flow>;
