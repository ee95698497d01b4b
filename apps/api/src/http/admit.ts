// May this call happen at all? Authentication, the caller's rate limit and the permission, in that order.
import { AppError } from "@almanac/domain/errors";
import type { Authenticator } from "../access/authenticate.ts";
import { readCredentials, requireSameOrigin } from "../access/credentials.ts";
import { allows, type Permission, rolesOf } from "../access/permissions.ts";
import { isAnonymous, type Principal } from "../access/principal.ts";
import { sessionTokenOf } from "../access/session-cookie.ts";
import type { Exchange, HttpContext } from "./exchange.ts";
import type { RateLimit } from "./rate-limit.ts";

export interface AdmissionDeps {
  authenticator: Authenticator;
  rateLimit: RateLimit | null;
  trustedProxies: number;
}

/** The principal of the call, at once where it is known; 401, 403 or 429. A bad key is refused even where none would do. */
export function admit(
  c: HttpContext,
  deps: AdmissionDeps,
  permission: Permission,
  state: Exchange,
): Principal | Promise<Principal> {
  if (permission === "public") {
    return deps.authenticator.anonymous;
  }
  if (deps.rateLimit !== null) {
    return admitCounted(c, deps, deps.rateLimit, permission, state);
  }
  const principal = identify(c, deps.authenticator);
  return principal instanceof Promise
    ? principal.then((known) => permitted(known, permission, state))
    : permitted(principal, permission, state);
}

async function admitCounted(
  c: HttpContext,
  deps: AdmissionDeps,
  rateLimit: RateLimit,
  permission: Permission,
  state: Exchange,
): Promise<Principal> {
  const address = addressOf(c, deps);
  let principal: Principal;
  try {
    principal = await identify(c, deps.authenticator);
  } catch (refused) {
    // Guessing keys is slowed down like any other caller without one.
    Object.assign(state.headers, await rateLimit.take(address));
    throw refused;
  }
  const caller = principal.keyId ?? (isAnonymous(principal) ? address : principal.actor);
  Object.assign(state.headers, await rateLimit.take(caller));
  return permitted(principal, permission, state);
}

/** By the key that was sent, else by the browser's sign-in; whose sign-in has ended is nobody in particular. */
function identify(c: HttpContext, authenticator: Authenticator): Principal | Promise<Principal> {
  const { headers } = c.req.raw;
  const credentials = readCredentials(headers.get("authorization"));
  if (credentials === null) {
    const token = sessionTokenOf(headers.get("cookie"));
    return token === null ? authenticator.anonymous : identifyBrowser(c, authenticator, token);
  }
  if (credentials.ambient && !isSafe(c.req.method)) {
    requireSameOrigin(headers);
  }
  return authenticator.byKey(credentials.key);
}

async function identifyBrowser(c: HttpContext, authenticator: Authenticator, token: string): Promise<Principal> {
  if (!isSafe(c.req.method)) {
    requireSameOrigin(c.req.raw.headers);
  }
  return (await authenticator.bySignIn(token)) ?? authenticator.anonymous;
}

function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function permitted(principal: Principal, needed: Permission, state: Exchange): Principal {
  state.actor = principal.actor;
  if (allows(principal.role, needed)) {
    return principal;
  }
  if (isAnonymous(principal)) {
    throw keyMissing();
  }
  throw new AppError("forbidden", {
    code: "role.too_low",
    detail: `This call needs the role ${rolesOf(needed).join(" or ")}; the key has the role ${principal.role}.`,
  });
}

/** 401 for a call that came without any. */
export function keyMissing(): AppError {
  return new AppError("unauthenticated", { code: "key.missing", detail: "This call needs an API key." });
}

/** Behind n trusted proxies the n-th address from the right is the first one that the caller cannot make up. */
function addressOf(c: HttpContext, { trustedProxies }: { trustedProxies: number }): string {
  const direct = c.env?.incoming?.socket.remoteAddress ?? "unknown";
  if (trustedProxies === 0) {
    return direct;
  }
  const hops = (c.req.raw.headers.get("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
  return hops.at(-trustedProxies) || direct;
}
