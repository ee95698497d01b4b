// The next events of a key range: read, interpreted, and committed together with how far the range is.
import { commitChunk } from "@almanac/db/reprocess/chunk";
import type { RangeClaim } from "@almanac/db/reprocess/claims";
import { readEvents, type ScannedEvent } from "@almanac/db/reprocess/read";
import type { RunView } from "@almanac/db/reprocess/runs";
import { articleIdOf } from "@almanac/domain/dimension/named";
import { type Failure, interpret, type Interpreter } from "@almanac/domain/reprocess/interpret";
import { type RangeTally, tallyChange, tallyFailure } from "@almanac/domain/reprocess/tally";
import type { WorkDeps } from "./deps.ts";

/** What a chunk repeats in a rebuild; without it the chunk is new. */
export interface JournalledChunk {
  committedAt: string;
  fromLine: number;
  toLine: number;
}

export interface ChunkRequest {
  run: RunView;
  range: RangeClaim;
  /** Null for a run that takes another one back: the database knows what each event was. */
  interpreter: Interpreter | null;
  /** Null: all of the range, which is a chunk of the journal. */
  limit: number | null;
  journalled?: JournalledChunk;
}

/** Takes one chunk; gives the range as it stands then, or null when it is done. Throws what `commitChunk` throws. */
export async function takeChunk(
  deps: Pick<WorkDeps, "database" | "reached">,
  { run, range, interpreter, limit, journalled }: ChunkRequest,
): Promise<RangeClaim | null> {
  const events = await readEvents(deps.database, run, range, limit);
  await deps.reached?.("range-read");
  const isLast = limit !== null && events.length < limit;
  const uptoId = limit === null || isLast ? range.uptoId : events.at(-1)!.eventId;
  const sorted = sortOut(events, interpreter, range.tally);
  await deps.reached?.("upcast");
  const counts = await commitChunk(deps.database, {
    run,
    runId: run.runId,
    rangeNo: range.rangeNo,
    fence: range.fence,
    afterId: range.afterId,
    scanned: range.scanned,
    uptoId,
    isLast,
    ...sorted,
    tally: range.tally,
    journalled,
    reached: deps.reached,
  });
  if (isLast) return null;
  return { ...range, afterId: uptoId, scanned: range.scanned + counts.changed + counts.unchanged + counts.failed };
}

/** What each event comes to; the tally is changed in place. */
function sortOut(events: readonly ScannedEvent[], interpreter: Interpreter | null, tally: RangeTally) {
  if (interpreter === null) {
    return { changed: events.map((event) => ({ ...event, metadata: null })), unchanged: 0, failed: [], articleIds: [] };
  }
  const changed: (ScannedEvent & { metadata: string })[] = [];
  const failed: (ScannedEvent & { failure: Failure })[] = [];
  const articleIds = new Set<string>();
  for (const event of events) {
    const found = interpret(event, interpreter);
    if (found.is === "failed") {
      failed.push({ ...event, failure: found.failure });
      tallyFailure(tally, { ...event, failure: found.failure });
    } else if (found.is === "changed") {
      const { metadata, before, after } = found;
      changed.push({ ...event, metadata });
      tallyChange(tally, { ...event, before, after, schemaVersion: [event.schemaVersion, interpreter.version] });
      const articleId = articleIdOf(metadata);
      if (articleId !== null && articleId !== articleIdOf(event.today ?? event.received)) articleIds.add(articleId);
    }
  }
  return { changed, unchanged: events.length - changed.length - failed.length, failed, articleIds: [...articleIds] };
}
