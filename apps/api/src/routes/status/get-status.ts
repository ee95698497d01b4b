// GET /v1/status: is everything fresh and correct? One call for the overview, and for whoever mends what is not.
import { longestSilenceSeconds, type StatusFacts } from "@almanac/domain/status/facts";
import { findingsOf } from "@almanac/domain/status/findings";
import type { z } from "@hono/zod-openapi";
import { version } from "../../about.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleStatus, statusSchema } from "./present.ts";
import { type Known, readKnown } from "./read-status.ts";

export function getStatus(deps: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "getStatus",
    method: "get",
    path: "/v1/status",
    tag: "Operations",
    summary: "Is everything fresh and correct?",
    description:
      "Each role is told what it may know elsewhere; what it may not is null, and makes no finding. Every finding says what mends it.",
    answers: { 200: { description: "What was found.", schema: statusSchema, example: exampleStatus } },
    async handle({ principal }) {
      return json(200, present(await readKnown(deps, principal)));
    },
  });
}

function present(known: Known): z.input<typeof statusSchema> {
  const { sees, facts, queue, isNewest, workers, locations, loads, runs, quarantines, scheduled, audit } = known;
  const isWorked = (workers[0]?.secondsAgo ?? Infinity) <= longestSilenceSeconds;
  const lastOf = (name: string) =>
    name === "holiday-sync-all" ? scheduled?.sync : name === "reprocess-run" ? scheduled?.run : null;
  return {
    ready: isNewest && isWorked && queue !== null,
    checked_at: facts.now,
    version,
    locations:
      locations === null
        ? null
        : {
            active: locations.active,
            inactive: locations.inactive,
            quarantined: locations.states.quarantined.count,
            failing: locations.states.failing.count,
            never_synced: locations.states.never_synced.count,
            stale: locations.states.stale.count,
            in_sync: locations.states.in_sync.count,
            oldest_synced_at: locations.oldestSyncedAt,
          },
    schedules:
      !sees.operations || queue === null
        ? null
        : queue.schedules.map(({ key, name, cron, tz, next_at }) => ({
            name: key,
            cron,
            time_zone: tz,
            next_at: next_at ?? null,
            last_at: lastOf(name)?.at ?? null,
            last_outcome: lastOf(name)?.outcome ?? null,
          })),
    workers: sees.operations
      ? workers.map((each) => ({ worker_id: each.workerId, started_at: each.startedAt, seen_at: each.seenAt }))
      : null,
    queues:
      !sees.operations || queue === null
        ? null
        : queue.counts.map(({ name, waiting, active, delayed, failed }) => ({
            name,
            waiting,
            active,
            delayed,
            failed,
          })),
    loads:
      loads === null
        ? null
        : {
            unfinished: loads.unfinished,
            finished_24h: loads.finished24h,
            failed_24h: loads.failed24h,
            partial_24h: loads.partial24h,
            open_rejects: loads.openRejects,
            newest_finished_at: loads.newestFinishedAt,
          },
    runs:
      runs === null ? null : { unfinished: runs.unfinished, proposed: runs.proposed.count, failed: runs.failed.count },
    quarantines: quarantines === null ? null : { open: quarantines.count },
    audit: audit === null ? null : { anchored_at: audit.anchoredAt, entries: audit.entries },
    database: sees.operations ? { size_bytes: facts.sizeBytes, migrated: isNewest } : null,
    findings: findingsOf(factsOf(known)),
  };
}

function factsOf(known: Known): StatusFacts {
  const { sees, facts, queue, syncSchedule, isNewest, workers, locations, pauses, quarantines, loads, runs } = known;
  return {
    now: facts.now,
    database: { isMigrated: isNewest || !sees.operations },
    queue: sees.operations ? { isReachable: queue !== null } : null,
    workers: sees.operations
      ? { seenAt: workers[0]?.seenAt ?? null, secondsAgo: workers[0]?.secondsAgo ?? null }
      : null,
    locations: locations?.states ?? null,
    syncSchedule: sees.operations && queue !== null ? { isOn: syncSchedule !== null } : null,
    pauses,
    quarantines,
    loads,
    runs,
    audit: known.audit,
    keys: known.keys,
  };
}
