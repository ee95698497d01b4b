// Reference feeds for tests of what becomes of members: loads made through the stores, without bytes and without a gate.
import { createHash, randomUUID } from "node:crypto";
import type { Database } from "@almanac/db/database";
import { claimLoad, finishLoad } from "@almanac/db/load-claims";
import { insertLoad } from "@almanac/db/loads";
import { openMemberLane } from "@almanac/db/members";
import type { Dimension, MemberFacts } from "@almanac/domain/dimension/member";
import type { OutcomeCounts } from "@almanac/domain/event/event";
import type { LoadId } from "@almanac/domain/ids";
import type { Dataset } from "@almanac/domain/load/media";

/** A load that a worker has claimed, with one lane. */
export async function claimedLoad(database: Database, dataset: Dataset): Promise<{ loadId: LoadId; fence: number }> {
  const loadId = randomUUID() as LoadId;
  await database.transaction((tx) =>
    insertLoad(tx, {
      loadId,
      dataset,
      channel: "upload",
      contentSha256: createHash("sha256").update(loadId).digest(),
      mediaType: "application/x-ndjson",
      bytes: 0,
      storedBytes: 0,
      rawUri: `raw/${loadId}`,
      timeZone: null,
      requestedBy: "test",
    }),
  );
  const claim = await claimLoad(database, loadId, { lanes: 1, schemas: {} });
  return { loadId, fence: claim!.fence };
}

/** Loads a feed in chunks of members, one line each, and finishes it; returns what each chunk came to. */
export async function writeFeed(
  database: Database,
  dimension: Dimension,
  chunks: readonly (readonly MemberFacts[])[],
): Promise<OutcomeCounts[]> {
  const { loadId, fence } = await claimedLoad(database, dimension);
  const lane = await openMemberLane(database, { loadId, lane: 0, fence, position: 0, dimension });
  const counts: OutcomeCounts[] = [];
  let line = 0;
  for (const members of chunks) {
    const fromLine = line + 1;
    counts.push(
      await lane.merge({
        members: members.map((member) => ({ line: (line += 1), member })),
        rejects: [],
        fromLine,
        toLine: line,
        toByte: null,
      }),
    );
  }
  await lane.close();
  await finishLoad(database, loadId, fence, { total: line });
  return counts;
}
