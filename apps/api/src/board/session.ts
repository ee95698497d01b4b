// Signing in with a browser: an API key is exchanged for a cookie of 12 hours that only /jobs gets. The table holds the
// token's hash; the sign-in ends with its key.
import { createHash, randomBytes } from "node:crypto";
import { deleteSignIn, insertSignIn } from "@almanac/db/access/sign-ins";
import { recordAudit } from "@almanac/db/audit";
import type { Database, Tx } from "@almanac/db/database";
import { AppError } from "@almanac/domain/errors";
import type { Authenticator } from "../access/authenticate.ts";
import { readCredentials, requireSameOrigin } from "../access/credentials.ts";
import { allows } from "../access/permissions.ts";
import { anonymous, type Principal } from "../access/principal.ts";
import { addressOf } from "../http/admit.ts";
import { bytes, type BytesAnswer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import type { HttpContext } from "../http/exchange.ts";
import type { RateLimit } from "../http/rate-limit.ts";
import { Refusal } from "../http/refusal.ts";
import type { PageRoute } from "../http/router.ts";
import { signInPage } from "./sign-in-page.ts";

export const signInPath = "/jobs/sign-in";
const signOutPath = "/jobs/sign-out";
const hours = 12;
const cookieName = "almanac_jobs";

export interface Session {
  /** An operator, or `none` for a page that should lead to the sign-in; 401 and 403 for everything else. */
  admit(c: HttpContext): Promise<Principal>;
  pages: PageRoute[];
}

export interface SessionDeps {
  database: Database;
  authenticator: Authenticator;
  rateLimit: RateLimit | null;
  trustedProxies: number;
}

export function createSession(deps: SessionDeps): Session {
  const { authenticator, database } = deps;

  async function identify(c: HttpContext): Promise<Principal | null> {
    const headers = c.req.raw.headers;
    const credentials = readCredentials(headers.get("authorization"));
    if (credentials !== null && !credentials.ambient) {
      return authenticator.byKey(credentials.key);
    }
    if (c.req.method !== "GET" && c.req.method !== "HEAD") {
      requireSameOrigin(headers);
    }
    if (credentials !== null) {
      return authenticator.byKey(credentials.key);
    }
    const token = tokenOf(headers);
    return token === null ? null : authenticator.bySignIn(token);
  }

  async function signIn(c: HttpContext, _nobody: Principal, requestId: string): Promise<BytesAnswer<number>> {
    requireSameOrigin(c.req.raw.headers);
    await deps.rateLimit?.take(addressOf(c, deps));
    const form = new URLSearchParams(Buffer.from(await readBody(c.req.raw, 10_000)).toString("utf8"));
    const principal = await keyHolder(authenticator, (form.get("key") ?? "").trim());
    if (principal === null || !mayOperate(principal)) {
      return signInPage(401, "That is no key of an operator.", null);
    }
    const token = randomBytes(32).toString("base64url");
    const tokenHash = authenticator.signInHash(token, principal);
    await database.transaction(async (tx) => {
      await insertSignIn(tx, { tokenHash, keyId: principal.keyId, hours });
      await note(tx, principal, { action: "sign_in.created", requestId });
    });
    return redirect("/jobs", cookie(c, token, hours * 3_600));
  }

  async function signOut(c: HttpContext, _nobody: Principal, requestId: string): Promise<BytesAnswer<number>> {
    requireSameOrigin(c.req.raw.headers);
    const token = tokenOf(c.req.raw.headers);
    const principal = token === null ? null : await authenticator.bySignIn(token);
    if (token !== null) {
      const hashes = [createHash("sha256").update(token).digest()];
      const own = principal === null ? [] : [authenticator.signInHash(token, principal)];
      await database.transaction(async (tx) => {
        let isEnded = false;
        for (const hash of [...hashes, ...own]) isEnded = (await deleteSignIn(tx, hash)) || isEnded;
        if (isEnded) await note(tx, principal, { action: "sign_in.ended", requestId });
      });
    }
    return redirect(signInPath, cookie(c, "", 0));
  }

  return {
    async admit(c) {
      const principal = await identify(c);
      if (principal === null) {
        return wantsPage(c) ? anonymous("none") : refuseUnknown();
      }
      if (!mayOperate(principal)) {
        throw new AppError("forbidden", {
          code: "role.too_low",
          detail: "The jobs are for operators whose key is not limited to some locations.",
        });
      }
      return principal;
    },
    pages: [
      {
        operationId: "getSignIn",
        method: "get",
        path: signInPath,
        async handle(c) {
          const token = tokenOf(c.req.raw.headers);
          return signInPage(200, null, token === null ? null : await authenticator.bySignIn(token));
        },
      },
      { operationId: "signIn", method: "post", path: signInPath, handle: signIn },
      { operationId: "signOut", method: "post", path: signOutPath, handle: signOut },
    ],
  };
}

/** Who is signed in, or was until the key ended; never by which token. */
function note(tx: Tx, principal: Principal | null, what: { action: string; requestId: string }): Promise<void> {
  const actor = principal?.actor ?? "anonymous";
  return recordAudit(tx, { ...what, actor, objectType: "sign_in", objectId: actor });
}

/** The board shows every location's jobs: a key that is limited to some may not see it. */
function mayOperate(principal: Principal): boolean {
  return allows(principal.role, "operator") && principal.locationIds === null;
}

async function keyHolder(authenticator: Authenticator, key: string): Promise<Principal | null> {
  try {
    return key === "" ? null : await authenticator.byKey(key);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.category === "unauthenticated") {
      return null;
    }
    throw thrown;
  }
}

function refuseUnknown(): never {
  throw new Refusal("unauthenticated", {
    code: "key.missing",
    detail: `Sign in at ${signInPath}, or send an operator's API key.`,
    headers: { "www-authenticate": 'Bearer realm="almanac", Basic realm="almanac", charset="UTF-8"' },
  });
}

function wantsPage(c: HttpContext): boolean {
  return c.req.method === "GET" && (c.req.raw.headers.get("accept") ?? "").includes("text/html");
}

function redirect(location: string, setCookie: string): BytesAnswer<number> {
  return bytes(303, null, null, { headers: { location, "set-cookie": setCookie } });
}

function cookie(c: HttpContext, token: string, seconds: number): string {
  const https = c.req.url.startsWith("https:") || c.req.raw.headers.get("x-forwarded-proto") === "https";
  return `${cookieName}=${token}; Path=/jobs; Max-Age=${seconds}; HttpOnly; SameSite=Strict${https ? "; Secure" : ""}`;
}

function tokenOf(headers: Headers): string | null {
  const cookies = headers.get("cookie") ?? "";
  return new RegExp(`(?:^|;\\s*)${cookieName}=([\\w-]{43})(?:;|$)`).exec(cookies)?.[1] ?? null;
}
