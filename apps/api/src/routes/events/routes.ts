// The calls about events: a few in, any of them out, counted by the day.
import type { ApiDeps } from "../../deps.ts";
import type { RequestMetrics } from "../../http/metrics.ts";
import type { AnyRoute } from "../../http/route.ts";
import type { SnapshotLookup } from "../../snapshot/pins.ts";
import { getDailyInsights } from "../insights/get-daily-insights.ts";
import { getFeatures } from "../insights/get-features.ts";
import { getHolidayLift } from "../insights/get-holiday-lift.ts";
import { getSalesSeries } from "../insights/get-sales-series.ts";
import { getEventLineage } from "../lineage/get-event-lineage.ts";
import { getEvent } from "./get-event.ts";
import { listEventVersions } from "./list-event-versions.ts";
import { listEvents } from "./list-events.ts";
import { postEvents } from "./post-events.ts";

export function eventRoutes(deps: ApiDeps, metrics: RequestMetrics, snapshots: SnapshotLookup): AnyRoute[] {
  const pinned = { database: deps.database, snapshots };
  return [
    postEvents(deps, metrics),
    listEvents(pinned),
    getEvent(pinned),
    listEventVersions(pinned),
    getEventLineage(deps),
    getDailyInsights(pinned),
    getHolidayLift(pinned),
    getSalesSeries(pinned),
    getFeatures(pinned),
  ];
}
