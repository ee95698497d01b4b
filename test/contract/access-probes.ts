// One request for every operation of the permission table, about a given location: what it answers to who may ask, and
// what a key sees that is limited to other locations.
import type { OperationId } from "@almanac/api/access/permissions";

/** What exists beside the two tenants' locations, for calls that name something else. */
export interface Known {
  /** A sync of the one tenant's location alone, by location. */
  syncOf: ReadonlyMap<string, string>;
  /** A sync of both tenants' locations. */
  syncOfBoth: string;
  /** An event of the one tenant's location, by location. */
  eventOf: ReadonlyMap<string, string>;
  /** A snapshot that somebody made. */
  snapshotId: string;
  /** A load that has finished. */
  loadId: string;
  /** A reprocess run that has finished and changed nothing. */
  runId: string;
  /** A key that nobody uses. */
  keyId: string;
  /** A location of neither tenant. */
  elsewhere: string;
  /** The whole list, as it is. */
  locations: readonly object[];
  /** An id that is in use nowhere; another one each time. */
  freshId(): string;
}

export interface Probe {
  method: string;
  path(locationId: string, known: Known): string;
  body?(locationId: string, known: Known): unknown;
  headers?: Record<string, string>;
  /** The answer to a caller with the role and the location. */
  status: number;
  /**
   * To a key that is limited to other locations: `hidden` is the 404 of what is not there, `own` is an answer without
   * them, `refused` is 403 (the call is about all locations at once), `same` is the same answer: it shows none.
   */
  foreign: "hidden" | "own" | "refused" | "same";
  /** Events may name a place that nobody registered: to a key without limits it is one like any other. */
  takesUnregistered?: true;
}

const get = (path: Probe["path"], foreign: Probe["foreign"], status = 200): Probe => ({
  method: "GET",
  path,
  status,
  foreign,
});
const range = "from=2026-01-01&to=2026-12-31";

const steerRun = (verb: string, status: number): Probe => ({
  method: "POST",
  path: (_id, known) => `/v1/reprocess-runs/${known.runId}/${verb}`,
  status,
  foreign: "refused",
});

/** An event at a place. */
export const eventAt = (locationId: string, eventId: string) => ({
  event_id: eventId,
  event_type: "CheckoutStarted",
  event_timestamp: "2026-03-01T10:00:00Z",
  user_id: "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
  version: 1,
  metadata: {},
  location_id: locationId,
});

export const probes: Record<OperationId, Probe> = {
  getHealth: get(() => "/healthz", "same"),
  getReadiness: get(() => "/readyz", "same"),
  getOpenApi: get(() => "/openapi.json", "same"),
  getConsole: get(() => "/", "same"),
  getConsoleScreen: get(() => "/holidays/compare", "same"),
  // There is no build in a test.
  getConsoleFile: get(() => "/assets/index-0.js", "same", 404),
  getDocs: get(() => "/docs", "same"),
  getDocsFile: get(() => "/docs/start.js", "same"),
  getMetrics: get(() => "/metrics", "same"),
  getSession: get(() => "/v1/session", "same"),
  searchRuns: get(() => "/v1/runs", "refused"),
  getStatus: get(() => "/v1/status", "own"),
  // Everybody may try to sign in; this one brings no key.
  createSession: { method: "POST", path: () => "/v1/session", body: () => ({}), status: 422, foreign: "same" },
  endSession: { method: "DELETE", path: () => "/v1/session", status: 200, foreign: "same" },
  createSignInLink: { method: "POST", path: () => "/v1/sign-in-links", status: 201, foreign: "same" },
  board: get(() => "/jobs/api/queues", "refused"),
  boardHome: get(() => "/jobs", "refused"),
  getHolidays: get((id) => `/v1/locations/${id}/holidays?${range}`, "hidden"),
  getHolidaysOfMany: get((id) => `/v1/holidays?location_id=${id}&${range}`, "hidden"),
  queryHolidays: {
    method: "POST",
    path: () => "/v1/holidays/query",
    body: (id) => ({ location_ids: [id], from: "2026-01-01", to: "2026-12-31" }),
    status: 200,
    foreign: "hidden",
  },
  getDays: get((id) => `/v1/locations/${id}/days?${range}`, "hidden"),
  listVersions: get((id) => `/v1/locations/${id}/versions`, "hidden"),
  getDiff: get((id) => `/v1/locations/${id}/diff?from_version=1&to_version=2`, "hidden"),
  listLocations: get(() => "/v1/locations", "own"),
  getLocation: get((id) => `/v1/locations/${id}`, "hidden"),
  replaceLocations: {
    method: "PUT",
    path: () => "/v1/locations?allow_mass_deactivation=true",
    body: (_id, known) => ({ locations: known.locations }),
    status: 200,
    foreign: "same",
  },
  addLocation: {
    method: "POST",
    path: () => "/v1/locations",
    body: (_id, known) => ({ location_id: known.freshId(), country_code: "NL", subdivision_code: "NL-NH" }),
    status: 201,
    foreign: "same",
  },
  changeLocation: {
    method: "PATCH",
    path: (id) => `/v1/locations/${id}`,
    body: () => ({ time_zone: "Europe/Amsterdam" }),
    status: 200,
    foreign: "hidden",
  },
  deactivateLocation: {
    method: "DELETE",
    path: (_id, known) => `/v1/locations/${known.elsewhere}`,
    status: 200,
    foreign: "hidden",
  },
  listSyncs: get(() => "/v1/syncs?limit=1000", "own"),
  getSync: get((id, known) => `/v1/syncs/${known.syncOf.get(id)}`, "hidden"),
  requestSync: {
    method: "POST",
    path: () => "/v1/syncs",
    body: (id) => ({ location_ids: [id] }),
    status: 202,
    foreign: "hidden",
  },
  // Nothing is held back: whoever may decide is told so.
  approveSync: {
    method: "POST",
    path: (id, known) => `/v1/syncs/${known.syncOf.get(id)}/approve`,
    status: 409,
    foreign: "hidden",
  },
  rejectSync: {
    method: "POST",
    path: (id, known) => `/v1/syncs/${known.syncOf.get(id)}/reject`,
    status: 409,
    foreign: "hidden",
  },
  listQuarantines: get(() => "/v1/quarantines", "refused"),
  getQuarantine: get((_id, known) => `/v1/quarantines/${known.freshId()}`, "refused", 404),
  createLoad: {
    method: "POST",
    path: () => "/v1/loads",
    headers: { "content-type": "application/x-ndjson" },
    body: (id, known) => JSON.stringify(eventAt(id, known.freshId())),
    status: 202,
    foreign: "refused",
  },
  putDimension: {
    method: "PUT",
    path: () => "/v1/dimensions/articles",
    headers: { "content-type": "text/csv" },
    body: (_id, known) => `article_id,article_name\n${known.freshId()},Day ticket\n`,
    status: 202,
    foreign: "refused",
  },
  listLoads: get(() => "/v1/loads", "refused"),
  getLoad: get((_id, known) => `/v1/loads/${known.loadId}`, "refused"),
  watchLoad: get((_id, known) => `/v1/loads/${known.loadId}/progress`, "refused"),
  listRejects: get((_id, known) => `/v1/loads/${known.loadId}/rejects`, "refused"),
  listRejectGroups: get((_id, known) => `/v1/loads/${known.loadId}/rejects/groups`, "refused"),
  getReject: get((_id, known) => `/v1/loads/${known.loadId}/rejects/1`, "refused", 404),
  replayLoad: {
    method: "POST",
    path: (_id, known) => `/v1/loads/${known.loadId}/replay`,
    body: () => ({ only: "all" }),
    status: 202,
    foreign: "refused",
  },
  // It has finished: whoever may stop it is told so.
  cancelLoad: {
    method: "POST",
    path: (_id, known) => `/v1/loads/${known.loadId}/cancel`,
    status: 409,
    foreign: "refused",
  },
  postEvents: {
    method: "POST",
    path: () => "/v1/events",
    body: (id, known) => eventAt(id, known.freshId()),
    status: 200,
    foreign: "hidden",
    takesUnregistered: true,
  },
  listEvents: get(() => "/v1/events?limit=1000", "own"),
  getEvent: get((id, known) => `/v1/events/${known.eventOf.get(id)}`, "hidden"),
  listEventVersions: get((id, known) => `/v1/events/${known.eventOf.get(id)}/versions`, "hidden"),
  getEventLineage: get((id, known) => `/v1/events/${known.eventOf.get(id)}/lineage`, "hidden"),
  getDailyInsights: {
    ...get((id) => `/v1/insights/daily?location_id=${id}&${range}`, "hidden"),
    takesUnregistered: true,
  },
  getHolidayLift: {
    ...get((id) => `/v1/insights/holiday-lift?location_id=${id}&${range}`, "hidden"),
    takesUnregistered: true,
  },
  getSalesSeries: {
    ...get((id) => `/v1/insights/series?location_id=${id}&${range}`, "hidden"),
    takesUnregistered: true,
  },
  getFeatures: {
    ...get((id) => `/v1/insights/features?location_id=${id}&from=2026-03-01&to=2026-03-02`, "hidden"),
    takesUnregistered: true,
  },
  listSchemas: get(() => "/v1/schemas", "same"),
  getSchema: get(() => "/v1/schemas/BarcodeScanned", "same"),
  registerSchema: {
    method: "POST",
    path: (_id, known) => `/v1/schemas/Probed.${known.freshId()}/versions`,
    body: () => ({ json_schema: { type: "object" } }),
    status: 201,
    foreign: "refused",
  },
  checkSchema: {
    method: "POST",
    path: () => "/v1/schemas/BarcodeScanned/versions/check",
    body: () => ({ json_schema: { type: "object" } }),
    status: 200,
    foreign: "refused",
  },
  changeEventType: {
    method: "PATCH",
    path: () => "/v1/schemas/BarcodeScanned",
    body: () => ({ owner: "gates" }),
    status: 200,
    foreign: "refused",
  },
  requestReprocess: {
    method: "POST",
    path: () => "/v1/reprocess-runs",
    body: () => ({ event_type: "BarcodeScanned" }),
    status: 202,
    foreign: "refused",
  },
  listReprocessRuns: get(() => "/v1/reprocess-runs", "refused"),
  getReprocessRun: get((_id, known) => `/v1/reprocess-runs/${known.runId}`, "refused"),
  // It has finished and changed nothing: whoever may steer it is told so.
  publishReprocessRun: steerRun("publish", 409),
  pauseReprocessRun: steerRun("pause", 409),
  resumeReprocessRun: steerRun("resume", 409),
  cancelReprocessRun: steerRun("cancel", 409),
  revertReprocessRun: steerRun("revert", 409),
  listDatasets: get(() => "/v1/catalog", "same"),
  getDataset: get(() => "/v1/catalog/mart.fact_events", "same"),
  getCataloguePage: get(() => "/catalog?q=ticket", "same"),
  getDatasetPage: get(() => "/catalog/events", "same"),
  getCatalogueFile: get(() => "/catalog/files/style.css", "same"),
  listAudit: get(() => "/v1/audit", "refused"),
  verifyAudit: get(() => "/v1/audit/verify", "refused"),
  createKey: {
    method: "POST",
    path: () => "/v1/keys",
    body: () => ({ name: "probe", role: "reader" }),
    status: 201,
    foreign: "same",
  },
  // Two instants and a name: nothing of any place.
  createSnapshot: { method: "POST", path: () => "/v1/snapshots", body: () => ({}), status: 201, foreign: "same" },
  listSnapshots: get(() => "/v1/snapshots", "same"),
  getSnapshot: get((_id, known) => `/v1/snapshots/${known.snapshotId}`, "same"),
  diffSnapshots: {
    ...get(
      (id, known) => `/v1/snapshots/${known.snapshotId}/diff/${known.snapshotId}?location_id=${id}&${range}`,
      "hidden",
    ),
    takesUnregistered: true,
  },
  releaseSnapshot: {
    method: "DELETE",
    path: (_id, known) => `/v1/snapshots/${known.snapshotId}`,
    status: 200,
    foreign: "same",
  },
  listKeys: get(() => "/v1/keys", "same"),
  getKey: get((_id, known) => `/v1/keys/${known.keyId}`, "same"),
  revokeKey: { method: "DELETE", path: (_id, known) => `/v1/keys/${known.keyId}`, status: 200, foreign: "same" },
};
