// The calls about locations.
import type { ApiDeps } from "../../deps.ts";
import type { AnyRoute } from "../../http/route.ts";
import { syncDeps } from "../sync-deps.ts";
import { postLocation } from "./add-location.ts";
import { patchLocation } from "./change-location.ts";
import { deleteLocation } from "./deactivate-location.ts";
import { getLocation } from "./get-location.ts";
import { listLocations } from "./list-locations.ts";
import { putLocations } from "./replace-locations.ts";

export function locationRoutes(deps: ApiDeps): AnyRoute[] {
  const changes = { sync: syncDeps(deps), source: deps.source };
  return [
    listLocations(deps),
    getLocation(deps),
    putLocations(changes),
    postLocation(deps, changes),
    patchLocation(deps, changes),
    deleteLocation(deps, changes),
  ];
}
