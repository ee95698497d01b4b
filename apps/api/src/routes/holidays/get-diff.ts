// GET /v1/locations/{location_id}/diff: what changed between two states of a location.
import { readHolidaysAt } from "@almanac/db/calendars";
import { diffHolidays } from "@almanac/domain/holiday/diff";
import type { LocationId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { locationNotFound, mayAccess } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { diffShape, exampleDiff, presentDiff } from "../../holiday/diff-json.ts";
import { selectorOf } from "../../holiday/question.ts";
import type { HolidayReads } from "../../holiday/reads.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { locationPath, pointInTime, refuse, wholeOf } from "./fields.ts";

const query = z
  .object({
    from_version: wholeOf("The state to compare with."),
    to_version: wholeOf("The state to compare."),
    from_as_of: pointInTime("The state to compare with: what we knew then."),
    to_as_of: pointInTime("The state to compare: what we knew then."),
  })
  .superRefine((asked, check) => {
    const given = Object.keys(asked).filter((name) => asked[name as keyof typeof asked] !== undefined);
    const paired =
      given.length === 2 &&
      (given.every((name) => name.endsWith("version")) || given.every((name) => name.endsWith("as_of")));
    if (!paired) {
      refuse(check, "from_version", "diff.ambiguous", "Give from_version and to_version, or from_as_of and to_as_of.");
    }
  });

const stateSchema = z.object({
  version: z.int(),
  synced_at: z.string().openapi({ format: "date-time" }),
  region: z.string(),
  as_of: z.string().optional().openapi({ format: "date-time" }),
});
const diffSchema = z
  .object({
    location_id: z.uuid(),
    from: stateSchema,
    to: stateSchema,
    ...diffShape,
  })
  .openapi("Diff");

const example = {
  location_id: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
  from: { version: 2, synced_at: "2026-11-21T03:00:03.921102Z", region: "GB-ENG" },
  to: { version: 3, synced_at: "2026-11-22T03:00:04.113204Z", region: "GB-ENG" },
  ...exampleDiff,
};

export function getDiff({ database }: ApiDeps, { reads }: { reads: HolidayReads }): AnyRoute {
  return defineRoute({
    operationId: "getDiff",
    method: "get",
    path: "/v1/locations/{location_id}/diff",
    tag: "Holidays",
    summary: "What changed between two states",
    description: "Holidays of all types and years, in the order of their dates; a holiday is in one list at the most.",
    params: locationPath,
    query,
    answers: { 200: { description: "The differences.", schema: diffSchema, example } },
    problems: {
      404: ["location.not_found", "version.not_found", "version.pruned"],
      422: ["diff.ambiguous", "as_of.future"],
    },
    async handle({ params, query: asked, principal }) {
      const locationId = params.location_id as LocationId;
      if (!mayAccess(principal, locationId)) {
        throw locationNotFound(locationId);
      }
      const from = await reads.pin(
        locationId,
        selectorOf({ version: asked.from_version, as_of: asked.from_as_of }),
        "?from_as_of",
      );
      const to = await reads.pin(
        locationId,
        selectorOf({ version: asked.to_version, as_of: asked.to_as_of }),
        "?to_as_of",
      );
      const [before, after] = await Promise.all([readHolidaysAt(database, from.pin), readHolidaysAt(database, to.pin)]);
      return json(200, {
        location_id: locationId,
        from: stateOf(from),
        to: stateOf(to),
        ...presentDiff(diffHolidays(before, after)),
      });
    },
  });
}

function stateOf({ pin, facts, asOf }: Awaited<ReturnType<HolidayReads["pin"]>>): z.input<typeof stateSchema> {
  const state = { version: pin.version, synced_at: pin.syncedAt, region: facts.region };
  return asOf === null ? state : { ...state, as_of: asOf };
}
