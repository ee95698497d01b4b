// Who may do what? One row per operation: the least role that may call it. Deny by default: an operation that is not
// in this table, or a row without an operation, stops the start (see http/router.ts).
import { type Role, roleAtLeast } from "@almanac/domain/access/roles";

/** `public` needs no key and looks at none. */
export type Permission = Role | "public";

export const permissions = {
  // The outside of the house
  getHealth: "public",
  getReadiness: "public",
  getOpenApi: "public",
  getLanding: "public",
  getDocs: "public",
  getDocsFile: "public",
  getMetrics: "reader",
  // Bull Board
  getSignIn: "public",
  signIn: "public",
  signOut: "public",
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
  // Keys
  createKey: "admin",
  listKeys: "admin",
  getKey: "admin",
  revokeKey: "admin",
} as const satisfies Record<string, Permission>;

export type OperationId = keyof typeof permissions;

export function allows(role: Role | "none", needed: Permission): boolean {
  return needed === "public" || roleAtLeast(role, needed);
}
