// DELETE /v1/snapshots/{snapshot_id}: ends the pin. Nothing is deleted: retention may from now on take what only this
// snapshot needed.
import { recordAudit } from "@almanac/db/audit";
import { stampHistory } from "@almanac/db/history";
import { releaseSnapshot as release } from "@almanac/db/snapshots";
import type { SnapshotId } from "@almanac/domain/ids";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { snapshotNotFound } from "../../snapshot/pins.ts";
import { exampleSnapshot, presentSnapshot, snapshotPath, snapshotSchema } from "./present.ts";

export function releaseSnapshot({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "releaseSnapshot",
    method: "delete",
    path: "/v1/snapshots/{snapshot_id}",
    tag: "Snapshots",
    summary: "Release a snapshot",
    description: [
      "Also for one that is released already. It can still be read by: its answers stay the same until retention takes what",
      "they need, and are 404 `version.pruned` then, never another state's.",
    ].join("\n"),
    params: snapshotPath,
    answers: {
      200: {
        description: "The snapshot, released.",
        schema: snapshotSchema,
        example: {
          ...exampleSnapshot,
          released_by: exampleSnapshot.created_by,
          released_at: "2027-01-31T08:00:00.000000Z",
        },
      },
    },
    problems: { 404: ["snapshot.not_found"] },
    async handle({ params, principal, requestId }) {
      const snapshotId = params.snapshot_id as SnapshotId;
      const snapshot = await database.transaction(async (tx) => {
        const stamp = await stampHistory(tx);
        const released = await release(tx, stamp, { snapshotId, releasedBy: principal.actor });
        if (released === null) {
          throw snapshotNotFound(snapshotId);
        }
        if (released.releasedNow) {
          await recordAudit(tx, {
            actor: principal.actor,
            action: "snapshot.released",
            objectType: "snapshot",
            objectId: snapshotId,
            after: { released_at: released.snapshot.releasedAt },
            requestId,
          });
        }
        return released.snapshot;
      });
      return json(200, presentSnapshot(snapshot));
    },
  });
}
