// The calls about syncs.
import type { ApiDeps } from "../../deps.ts";
import type { AnyRoute } from "../../http/route.ts";
import { syncDeps } from "../sync-deps.ts";
import { approveSync, rejectSync } from "./decide-sync.ts";
import { getSync } from "./get-sync.ts";
import { listSyncs } from "./list-syncs.ts";
import { postSync } from "./request-sync.ts";

export function syncRoutes(deps: ApiDeps): AnyRoute[] {
  const sync = syncDeps(deps);
  return [postSync(sync), listSyncs(deps), getSync(deps), approveSync(sync), rejectSync(sync)];
}
