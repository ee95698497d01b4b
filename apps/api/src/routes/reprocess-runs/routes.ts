// The calls about reprocess runs: stored events, interpreted anew.
import type { ApiDeps } from "../../deps.ts";
import type { AnyRoute } from "../../http/route.ts";
import { getReprocessRun } from "./get-run.ts";
import { listReprocessRuns } from "./list-runs.ts";
import { requestReprocess } from "./request-run.ts";
import { revertReprocessRun } from "./revert-run.ts";
import { runDeps } from "./run-deps.ts";
import { steeringRoutes } from "./steer-run.ts";

export function reprocessRoutes(deps: ApiDeps): AnyRoute[] {
  const run = runDeps(deps);
  return [
    requestReprocess(run),
    listReprocessRuns(deps),
    getReprocessRun(deps),
    ...steeringRoutes(run),
    revertReprocessRun(run),
  ];
}
