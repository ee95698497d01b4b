// May this call happen at all? Authentication, the caller's rate limit and the permission, in that order.
import { AppError } from "@almanac/domain/errors";
import type { Authenticator } from "../access/authenticate.ts";
import { readCredentials, requireSameOrigin } from "../access/credentials.ts";
import { allows, type Permission } from "../access/permissions.ts";
import type { Principal } from "../access/principal.ts";
import type { Exchange, HttpContext } from "./exchange.ts";
import type { RateLimit } from "./rate-limit.ts";

export interface AdmissionDeps {
  authenticator: Authenticator;
  rateLimit: RateLimit | null;
  trustedProxies: number;
}

/** The principal of the call; 401, 403 or 429. A bad key is refused even where no key would do. */
export async function admit(
  c: HttpContext,
  deps: AdmissionDeps,
  permission: Permission,
  state: Exchange,
): Promise<Principal> {
  if (permission === "public") {
    return deps.authenticator.anonymous;
  }
  const principal = await identify(c, deps, state);
  state.actor = principal.actor;
  await count(deps, principal.keyId ?? (principal.actor === "anonymous" ? addressOf(c, deps) : principal.actor), state);
  if (!allows(principal.role, permission)) {
    throw principal.actor === "anonymous" ? keyNeeded() : roleTooLow(principal, permission);
  }
  return principal;
}

async function identify(c: HttpContext, deps: AdmissionDeps, state: Exchange): Promise<Principal> {
  try {
    const credentials = readCredentials(c.req.raw.headers.get("authorization"));
    if (credentials === null) {
      return deps.authenticator.anonymous;
    }
    if (credentials.ambient && c.req.method !== "GET" && c.req.method !== "HEAD") {
      requireSameOrigin(c.req.raw.headers);
    }
    const principal = deps.authenticator.byKey(credentials.key);
    return principal instanceof Promise ? await principal : principal;
  } catch (refused) {
    // Guessing keys is slowed down like any other caller without one.
    await count(deps, addressOf(c, deps), state);
    throw refused;
  }
}

async function count({ rateLimit }: AdmissionDeps, caller: string, state: Exchange): Promise<void> {
  if (rateLimit === null) {
    return;
  }
  Object.assign(state.headers, await rateLimit.take(caller));
}

/** Behind n trusted proxies the n-th address from the right is the first one that the caller cannot make up. */
export function addressOf(c: HttpContext, { trustedProxies }: { trustedProxies: number }): string {
  const direct = c.env?.incoming?.socket.remoteAddress ?? "unknown";
  if (trustedProxies === 0) {
    return direct;
  }
  const hops = (c.req.raw.headers.get("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
  return hops.at(-trustedProxies) || direct;
}

export function keyNeeded(): AppError {
  return new AppError("unauthenticated", { code: "key.missing", detail: "This call needs an API key." });
}

export function roleTooLow(principal: Principal, needed: Permission): AppError {
  return new AppError("forbidden", {
    code: "role.too_low",
    detail: `This call needs the role ${needed}; the key has the role ${principal.role}.`,
  });
}
