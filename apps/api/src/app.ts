// The whole HTTP side as one value: give it its dependencies, get something that answers requests.
import { createAuthenticator } from "./access/authenticate.ts";
import type { ApiDeps } from "./deps.ts";
import { createMetrics } from "./http/metrics.ts";
import { createRateLimit } from "./http/rate-limit.ts";
import type { AnyRoute } from "./http/route.ts";
import { type ApiApp, createRouter } from "./http/router.ts";
import { everyRoute } from "./routes/routes.ts";

/** Throws when a route has no permission, or a permission has no route. */
export function createApp(deps: ApiDeps, routes: readonly AnyRoute[] = everyRoute(deps)): ApiApp {
  const { database, log, settings, shutdown } = deps;
  const authenticator = createAuthenticator({
    database,
    adminKey: settings.adminKey,
    anonymousRole: settings.anonymousRole,
  });
  return createRouter(routes, [], {
    database,
    log,
    shutdown,
    authenticator,
    metrics: createMetrics(),
    rateLimit: settings.rateLimit === null ? null : createRateLimit(settings.rateLimit),
    trustedProxies: settings.trustedProxies,
  });
}
