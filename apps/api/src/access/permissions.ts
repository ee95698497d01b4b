// Who may do what? One row per operation: the least role that may call it, or the least roles where two lines of roles
// may (an ingester stands beside the readers). Deny by default: an operation that is not in this table, or a row without an
// operation, stops the start (see http/router.ts).
import { type Role, roleAtLeast } from "@almanac/domain/access/roles";

/** `public` needs no key and looks at none; `anyone` needs none either, but wants to know whose it is. */
export type Permission = Role | readonly Role[] | "public" | "anyone";

// Who sends loads must see what became of them, and so must who analyses the data.
const follow = ["analyst", "ingester"] as const;
// Mending what was sent wrong is its sender's work; stopping what runs is also an operator's.
const steer = ["ingester", "operator"] as const;

export const permissions = {
  // The outside of the house
  getHealth: "public",
  getReadiness: "public",
  getOpenApi: "public",
  getConsole: "public",
  getConsoleScreen: "public",
  getConsoleFile: "public",
  getDocs: "public",
  getDocsFile: "public",
  getMetrics: "reader",
  // Who one is; every key may open a session and hand itself on to another browser by a link.
  getSession: "anyone",
  createSession: "anyone",
  endSession: "anyone",
  createSignInLink: ["reader", "ingester"],
  // Everybody is told what they may know elsewhere (routes/status/read-status.ts).
  getStatus: ["reader", "ingester"],
  // Bull Board
  board: "operator",
  boardHome: "operator",
  // Holidays
  getHolidays: "reader",
  getHolidaysOfMany: "reader",
  queryHolidays: "reader",
  getDays: "reader",
  listVersions: "reader",
  getDiff: "reader",
  // Locations
  listLocations: "reader",
  getLocation: "reader",
  replaceLocations: "admin",
  addLocation: "admin",
  changeLocation: "admin",
  deactivateLocation: "admin",
  // Syncs
  listSyncs: "reader",
  getSync: "reader",
  requestSync: "operator",
  approveSync: "operator",
  rejectSync: "operator",
  listQuarantines: "operator",
  getQuarantine: "operator",
  // Loads and events
  createLoad: "ingester",
  putDimension: "ingester",
  listLoads: follow,
  getLoad: follow,
  watchLoad: follow,
  listRejects: follow,
  listRejectGroups: follow,
  getReject: follow,
  replayLoad: steer,
  cancelLoad: steer,
  postEvents: "ingester",
  listEvents: "analyst",
  getEvent: "analyst",
  listEventVersions: "analyst",
  getEventLineage: "analyst",
  getDailyInsights: "analyst",
  getHolidayLift: "analyst",
  getSalesSeries: "analyst",
  getFeatures: "analyst",
  // Pins of both
  createSnapshot: "analyst",
  listSnapshots: "analyst",
  getSnapshot: "analyst",
  releaseSnapshot: "analyst",
  diffSnapshots: "analyst",
  // What an event must look like is for everybody who sends or reads them.
  listSchemas: ["reader", "ingester"],
  getSchema: ["reader", "ingester"],
  // Who sends events may ask what a schema would refuse; what is refused is an operator's decision.
  checkSchema: follow,
  registerSchema: "operator",
  changeEventType: "operator",
  searchRuns: "operator",
  // Reprocessing
  listReprocessRuns: "analyst",
  getReprocessRun: "analyst",
  requestReprocess: "operator",
  publishReprocessRun: "operator",
  pauseReprocessRun: "operator",
  resumeReprocessRun: "operator",
  cancelReprocessRun: "operator",
  revertReprocessRun: "operator",
  // The catalogue: what there is and what it means. Its measures are for analysts (routes/catalogue/routes.ts).
  listDatasets: "reader",
  getDataset: "reader",
  getCataloguePage: "reader",
  getDatasetPage: "reader",
  getCatalogueFile: "public",
  // The audit shows what everybody does.
  listAudit: "operator",
  verifyAudit: "operator",
  // Keys
  createKey: "admin",
  listKeys: "admin",
  getKey: "admin",
  revokeKey: "admin",
} as const satisfies Record<string, Permission>;

export type OperationId = keyof typeof permissions;

export function allows(role: Role | "none", needed: Permission): boolean {
  return isOpen(needed) || rolesOf(needed).some((least) => roleAtLeast(role, least));
}

/** The least roles that may; none for what needs no key. */
export function rolesOf(needed: Permission): readonly Role[] {
  if (isOpen(needed)) {
    return [];
  }
  return typeof needed === "string" ? [needed] : needed;
}

/** What a role may call, in the order of the table. */
export function operationsOf(role: Role | "none"): OperationId[] {
  return (Object.keys(permissions) as OperationId[]).filter((operationId) => allows(role, permissions[operationId]));
}

function isOpen(needed: Permission): needed is "public" | "anyone" {
  return needed === "public" || needed === "anyone";
}
