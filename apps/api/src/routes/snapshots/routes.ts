// The calls about snapshots.
import type { ApiDeps } from "../../deps.ts";
import type { AnyRoute } from "../../http/route.ts";
import type { SnapshotLookup } from "../../snapshot/pins.ts";
import { createSnapshot } from "./create-snapshot.ts";
import { diffSnapshots } from "./diff-snapshots.ts";
import { getSnapshot } from "./get-snapshot.ts";
import { listSnapshots } from "./list-snapshots.ts";
import { releaseSnapshot } from "./release-snapshot.ts";

export function snapshotRoutes(deps: ApiDeps, snapshots: SnapshotLookup): AnyRoute[] {
  return [
    createSnapshot(deps),
    listSnapshots(deps),
    getSnapshot(deps),
    releaseSnapshot(deps),
    diffSnapshots({ database: deps.database, snapshots }),
  ];
}
