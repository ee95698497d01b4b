// Who asks: the outcome of authentication, and all that handlers may know about it.
import type { Role } from "@almanac/domain/access/roles";
import { AppError } from "@almanac/domain/errors";

export interface Principal {
  /** `none`: a call without a key where the anonymous role is off. */
  role: Role | "none";
  /** Null for the anonymous caller and the administrator's own key. */
  keyId: string | null;
  /** The locations that the key is limited to, in lower case; null: all of them. */
  locationIds: ReadonlySet<string> | null;
  /** For the audit: `key:<key_id>`, `admin-key`, `anonymous`. */
  actor: string;
  /** The browser's sign-in that the call came by; undefined for a key and for the anonymous caller. */
  signIn?: { expiresAt: string };
}

export function anonymous(role: Role | "none"): Principal {
  return { role, keyId: null, locationIds: null, actor: "anonymous" };
}

export function isAnonymous(principal: Principal): boolean {
  return principal.actor === "anonymous";
}

/** What is outside a key's locations is the same 404 as what is not there. */
export function mayAccess(principal: Principal, locationId: string): boolean {
  return principal.locationIds === null || principal.locationIds.has(locationId);
}

/** 404 `location.not_found`, for unknown locations and for those that the caller may not see. */
export function locationNotFound(locationId: string): AppError {
  return new AppError("not-found", { code: "location.not_found", detail: `There is no location ${locationId}.` });
}

/** The locations of a list: those asked for, else the caller's own; null for all. A foreign one refuses the list with 404. */
export function visibleLocations(principal: Principal, asked: readonly string[] | undefined): string[] | null {
  const foreign = asked?.find((locationId) => !mayAccess(principal, locationId));
  if (foreign !== undefined) {
    throw locationNotFound(foreign);
  }
  const own = principal.locationIds === null ? null : [...principal.locationIds];
  return asked === undefined ? own : [...asked];
}

/** 403 for a key that is limited to locations, where a call is about everything at once: files hold events of all places. */
export function requireUnlimited(principal: Principal): void {
  if (principal.locationIds !== null) {
    throw new AppError("forbidden", {
      code: "key.limited",
      detail: "This call is about events of all locations; the key is limited to some. POST /v1/events takes theirs.",
    });
  }
}
