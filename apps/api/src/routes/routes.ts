// Every declared route of the api, in the order in which the document shows them.
import type { Authenticator } from "../access/authenticate.ts";
import { sharedFacts } from "../catalogue/facts.ts";
import type { ApiDeps } from "../deps.ts";
import type { RequestMetrics } from "../http/metrics.ts";
import type { AnyRoute } from "../http/route.ts";
import { createSnapshotLookup } from "../snapshot/pins.ts";
import { listAudit } from "./audit/list-audit.ts";
import { verifyAudit } from "./audit/verify-audit.ts";
import { catalogueRoutes } from "./catalogue/routes.ts";
import { eventRoutes } from "./events/routes.ts";
import { holidayRoutes } from "./holidays/routes.ts";
import { createKey } from "./keys/create-key.ts";
import { getKey } from "./keys/get-key.ts";
import { listKeys } from "./keys/list-keys.ts";
import { revokeKey } from "./keys/revoke-key.ts";
import { loadRoutes } from "./loads/routes.ts";
import { locationRoutes } from "./locations/routes.ts";
import { getHealth } from "./operations/get-health.ts";
import { getMetrics } from "./operations/get-metrics.ts";
import { getReadiness } from "./operations/get-readiness.ts";
import { getQuarantine } from "./quarantines/get-quarantine.ts";
import { listQuarantines } from "./quarantines/list-quarantines.ts";
import { reprocessRoutes } from "./reprocess-runs/routes.ts";
import { searchRuns } from "./runs/search-runs.ts";
import { schemaRoutes } from "./schemas/routes.ts";
import { sessionRoutes } from "./session/routes.ts";
import { snapshotRoutes } from "./snapshots/routes.ts";
import { getStatus } from "./status/get-status.ts";
import { syncRoutes } from "./syncs/routes.ts";

export function everyRoute(deps: ApiDeps, metrics: RequestMetrics, authenticator: Authenticator): AnyRoute[] {
  const snapshots = createSnapshotLookup(deps.reader ?? deps.database);
  return [
    ...holidayRoutes(deps, snapshots),
    ...locationRoutes(deps),
    ...syncRoutes(deps),
    listQuarantines(deps),
    getQuarantine(deps),
    ...loadRoutes(deps, metrics),
    ...eventRoutes(deps, metrics, snapshots),
    ...schemaRoutes(deps),
    ...reprocessRoutes(deps),
    ...catalogueRoutes(sharedFacts(deps.database)),
    listAudit(deps),
    verifyAudit(deps),
    ...snapshotRoutes(deps, snapshots),
    ...sessionRoutes({ database: deps.database, authenticator }),
    createKey(deps),
    listKeys(deps),
    getKey(deps),
    revokeKey(deps),
    getStatus(deps),
    searchRuns(deps),
    getHealth(deps),
    getReadiness(deps),
    getMetrics(metrics),
  ];
}
