// The whole HTTP side as one value: give it its dependencies, get something that answers requests.
import { type Authenticator, createAuthenticator } from "./access/authenticate.ts";
import { boardPages } from "./board/board.ts";
import { sharedFacts } from "./catalogue/facts.ts";
import { cataloguePages } from "./catalogue/page/pages.ts";
import { consolePages } from "./console/pages.ts";
import type { ApiDeps } from "./deps.ts";
import { docsPages } from "./docs/pages.ts";
import { createMetrics, type RequestMetrics } from "./http/metrics.ts";
import { createRateLimit } from "./http/rate-limit.ts";
import type { AnyRoute } from "./http/route.ts";
import { type ApiApp, createRouter } from "./http/router.ts";
import { everyRoute } from "./routes/routes.ts";

export interface AppOptions {
  /** What is served beside the pages; default: every route. */
  routes?: (deps: ApiDeps, metrics: RequestMetrics, authenticator: Authenticator) => readonly AnyRoute[];
}

/** Throws when a route has no permission, or a permission has no route. */
export function createApp(deps: ApiDeps, { routes = everyRoute }: AppOptions = {}): ApiApp {
  const { database, log, settings, shutdown } = deps;
  const { adminKey, anonymousRole, trustedProxies } = settings;
  const authenticator = createAuthenticator({ database, adminKey, anonymousRole });
  const rateLimit = settings.rateLimit === null ? null : createRateLimit(settings.rateLimit);
  const metrics = createMetrics();
  const app: ApiApp = createRouter(
    routes(deps, metrics, authenticator),
    [
      ...docsPages(() => app),
      ...cataloguePages(sharedFacts(database)),
      ...boardPages(database, deps.queues),
      ...consolePages(settings.consoleDir),
    ],
    { database, log, shutdown, authenticator, metrics, rateLimit, trustedProxies, idleMs: settings.bodyIdleMs },
  );
  return app;
}
