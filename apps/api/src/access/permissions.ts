// Who may do what? One row per operation: the least role that may call it. Deny by default: an operation that is not
// in this table, or a row without an operation, stops the start (see http/router.ts).

export const roles = ["reader", "analyst", "ingester", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

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
  // Keys
  createKey: "admin",
  listKeys: "admin",
  getKey: "admin",
  revokeKey: "admin",
} as const satisfies Record<string, Permission>;

export type OperationId = keyof typeof permissions;

const contained: Record<Role, ReadonlySet<Role>> = {
  reader: new Set(["reader"]),
  analyst: new Set(["analyst", "reader"]),
  ingester: new Set(["ingester"]),
  operator: new Set(["operator", "analyst", "reader"]),
  admin: new Set(roles),
};

/** Roles contain each other: admin ⊇ operator ⊇ analyst ⊇ reader, admin ⊇ ingester. */
export function allows(role: Role | "none", needed: Permission): boolean {
  return needed === "public" || (role !== "none" && contained[role].has(needed));
}
