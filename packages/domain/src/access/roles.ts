// Who may do what a role may: the five roles and which contains which.

/** From the least to the most; `ingester` stands beside the line reader - analyst - operator, under admin only. */
export const roles = ["reader", "analyst", "ingester", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

const contains: Readonly<Record<Role, readonly Role[]>> = {
  reader: ["reader"],
  analyst: ["reader", "analyst"],
  ingester: ["ingester"],
  operator: ["reader", "analyst", "operator"],
  admin: roles,
};

/** Reads a role's name; null for anything else. */
export function parseRole(text: string): Role | null {
  return roles.find((role) => role === text) ?? null;
}

/** Whether a caller with the role `actual` (`none`: no role at all) may do what asks for `required`. */
export function roleAtLeast(actual: Role | "none", required: Role): boolean {
  return actual !== "none" && contains[actual].includes(required);
}
