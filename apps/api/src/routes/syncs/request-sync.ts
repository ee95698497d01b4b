// POST /v1/syncs: bring locations up to date with their holiday source.
import { readLocationFacts } from "@almanac/db/locations";
import type { SyncView } from "@almanac/db/syncs";
import { firstYear, lastYear } from "@almanac/domain/dates";
import { AppError } from "@almanac/domain/errors";
import type { LocationId } from "@almanac/domain/ids";
import { requestSync, type RequestSyncDeps } from "@almanac/usecases/request-sync";
import { z } from "@hono/zod-openapi";
import { mayAccess, type Principal } from "../../access/principal.ts";
import { json } from "../../http/answer.ts";
import { uuid } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleSyncHeader, presentSyncHeader, syncHeaderSchema } from "./present.ts";

const body = z
  .strictObject({
    location_ids: z
      .array(uuid)
      .min(1)
      .max(20_000)
      .nullish()
      .openapi({ description: "Without it, every active location (of the key)." }),
    years: z
      .array(z.int().min(firstYear).max(lastYear))
      .min(1)
      .max(50)
      .nullish()
      .openapi({ description: "Without it, the configured window around this year." }),
  })
  .openapi("SyncRequest");

export function postSync(deps: RequestSyncDeps): AnyRoute {
  return defineRoute({
    operationId: "requestSync",
    method: "post",
    path: "/v1/syncs",
    tag: "Syncs",
    summary: "Request a sync",
    description:
      "Each location that succeeds gets exactly one version, changed or not. Follow the sync at its Location.",
    body: { schema: body, optional: true, example: { years: [2026, 2027] } },
    answers: {
      202: {
        description: "It is stored and will be done.",
        schema: syncHeaderSchema,
        example: { ...exampleSyncHeader, status: "queued" as const, finished_at: null },
        headers: { Location: "Where to follow it." },
      },
    },
    problems: { 404: ["location.not_found"], 409: ["location.inactive", "sync.no_locations"] },
    async handle({ body: asked, principal, requestId, keepAnswer }) {
      const answerOf = (sync: SyncView) =>
        json(202, presentSyncHeader(sync), { headers: { location: `/v1/syncs/${sync.syncId}` } });
      const { sync } = await requestSync(deps, {
        trigger: "api",
        requestKey: null,
        requestedBy: principal.actor,
        locationIds: await allowed(deps, principal, (asked.location_ids ?? null) as LocationId[] | null),
        years: asked.years ?? null,
        requestId,
        onStored: (tx, stored) => keepAnswer(tx, answerOf(stored)),
      });
      return answerOf(sync);
    },
  });
}

/** For a limited key: what it asks for must be its own, and without a list it means all of its own. */
async function allowed(
  { database }: RequestSyncDeps,
  principal: Principal,
  asked: readonly LocationId[] | null,
): Promise<readonly LocationId[] | null> {
  if (principal.locationIds === null) {
    return asked;
  }
  if (asked === null) {
    const own = await readLocationFacts(database, [...principal.locationIds] as LocationId[]);
    const active = own.filter((location) => location.active).map((location) => location.locationId);
    if (active.length === 0) {
      throw new AppError("conflict", { code: "sync.no_locations", detail: "There is no active location to sync." });
    }
    return active;
  }
  const errors = asked.flatMap((locationId, place) =>
    mayAccess(principal, locationId)
      ? []
      : [
          {
            pointer: `/location_ids/${place}`,
            code: "location.not_found",
            detail: `There is no location ${locationId}.`,
          },
        ],
  );
  if (errors[0] !== undefined) {
    throw new AppError("not-found", { code: "location.not_found", detail: errors[0].detail, errors });
  }
  return asked;
}
