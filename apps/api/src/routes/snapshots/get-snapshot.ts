// GET /v1/snapshots/{snapshot_id}: one snapshot.
import { findSnapshot } from "@almanac/db/snapshots";
import type { SnapshotId } from "@almanac/domain/ids";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { snapshotNotFound } from "../../snapshot/pins.ts";
import { exampleRun, exampleSnapshot, presentWithRuns, snapshotPath, snapshotWithRunsSchema } from "./present.ts";

export function getSnapshot({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "getSnapshot",
    method: "get",
    path: "/v1/snapshots/{snapshot_id}",
    tag: "Snapshots",
    summary: "One snapshot",
    params: snapshotPath,
    answers: {
      200: {
        description: "The snapshot.",
        schema: snapshotWithRunsSchema,
        example: { ...exampleSnapshot, runs: [exampleRun] },
      },
    },
    problems: { 404: ["snapshot.not_found"] },
    async handle({ params }) {
      const snapshot = await findSnapshot(database, params.snapshot_id as SnapshotId);
      if (snapshot === null) {
        throw snapshotNotFound(params.snapshot_id);
      }
      return json(200, await presentWithRuns(database, snapshot));
    },
  });
}
