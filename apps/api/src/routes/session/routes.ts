// Who calls, and browsers that are signed in: a key or a one-time link against a cookie that every call takes.
import type { Authenticator } from "../../access/authenticate.ts";
import type { ApiDeps } from "../../deps.ts";
import type { AnyRoute } from "../../http/route.ts";
import { createSession } from "./create-session.ts";
import { createSignInLink } from "./create-sign-in-link.ts";
import { endSession } from "./end-session.ts";
import { getSession } from "./get-session.ts";

export interface SessionDeps extends Pick<ApiDeps, "database"> {
  authenticator: Authenticator;
}

export function sessionRoutes(deps: SessionDeps): AnyRoute[] {
  return [getSession(deps), createSession(deps), endSession(deps), createSignInLink(deps)];
}
