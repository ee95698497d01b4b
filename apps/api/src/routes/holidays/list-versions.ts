// GET /v1/locations/{location_id}/versions: every version of a location, newest first.
import { findLocation } from "@almanac/db/locations";
import { listVersions as listRows, type VersionView } from "@almanac/db/pins";
import type { LocationId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { locationNotFound, mayAccess } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { cursor, limit } from "../../http/fields.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { changesSchema } from "../syncs/present.ts";
import { locationPath } from "./fields.ts";

const versionSchema = z
  .object({
    version: z.int(),
    synced_at: z.string().openapi({ format: "date-time", description: "When it became what we knew." }),
    sync_id: z.uuid(),
    outcome: z
      .enum(["changed", "unchanged"])
      .openapi({ description: "Against the version before; the first is `changed`." }),
    source: z.string(),
    region: z.string(),
    changes: changesSchema,
  })
  .openapi("Version");

const exampleVersion = {
  version: 3,
  synced_at: "2026-11-22T03:00:04.113204Z",
  sync_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  outcome: "unchanged" as const,
  source: "offline",
  region: "GB-ENG",
  changes: { added: 0, removed: 0, moved: 0, renamed: 0 },
};

export function listVersions({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listVersions",
    method: "get",
    path: "/v1/locations/{location_id}/versions",
    tag: "Holidays",
    summary: "Versions of a location, newest first",
    params: locationPath,
    query: z.object({
      outcome: z.enum(["changed"]).optional().openapi({
        description: "The syncs at which the location's holidays became other ones: the stops of an as-of slider.",
      }),
      limit,
      cursor,
    }),
    answers: {
      200: {
        description: "One page; empty before the first successful sync.",
        schema: pageOf(versionSchema).openapi("VersionPage"),
        example: { data: [exampleVersion], next_cursor: null },
      },
    },
    problems: { 404: ["location.not_found"] },
    async handle({ params, query, principal }) {
      const locationId = params.location_id as LocationId;
      const before = decodeCursor(query.cursor, z.int().min(1).max(2_147_483_647));
      if (!mayAccess(principal, locationId) || (await findLocation(database, locationId)) === null) {
        throw locationNotFound(locationId);
      }
      const rows = await listRows(database, {
        locationId,
        before,
        limit: query.limit + 1,
        changedOnly: query.outcome === "changed",
      });
      return json(
        200,
        page(rows, query.limit, presentVersion, (row) => row.version),
      );
    },
  });
}

function presentVersion(view: VersionView): z.input<typeof versionSchema> {
  const { added, removed, moved, renamed } = view.changes;
  return {
    version: view.version,
    synced_at: view.syncedAt,
    sync_id: view.syncId,
    outcome: view.version === 1 || added + removed + moved + renamed > 0 ? "changed" : "unchanged",
    source: view.source,
    region: view.region,
    changes: view.changes,
  };
}
