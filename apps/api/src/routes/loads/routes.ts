// The calls about loads: what was taken in, and what became of it.
import type { ApiDeps } from "../../deps.ts";
import type { RequestMetrics } from "../../http/metrics.ts";
import type { AnyRoute } from "../../http/route.ts";
import { getReject } from "../lineage/get-reject.ts";
import { cancelLoad } from "./cancel-load.ts";
import { createLoad } from "./create-load.ts";
import { getLoad } from "./get-load.ts";
import { groupRejectsRoute } from "./group-rejects.ts";
import { listLoads } from "./list-loads.ts";
import { listRejects } from "./list-rejects.ts";
import { loadDeps } from "./load-deps.ts";
import { putDimension } from "./put-dimension.ts";
import { replayLoad } from "./replay-load.ts";
import { watchLoad } from "./watch-load.ts";

export function loadRoutes(deps: ApiDeps, metrics: RequestMetrics): AnyRoute[] {
  const load = loadDeps(deps);
  const intake = { ...load, metrics, mostBytes: deps.settings.loadMaxBytes };
  return [
    createLoad(intake),
    listLoads(deps),
    getLoad(deps),
    watchLoad(deps),
    listRejects(deps),
    groupRejectsRoute(deps),
    getReject(deps),
    replayLoad(load),
    cancelLoad(deps),
    putDimension(intake),
  ];
}
