// Events that are posted: a load of one chunk, merged within the caller's transaction, with an outcome for each line.
import type { LoadId } from "@almanac/domain/ids";
import type { Tx } from "../database.ts";
import { inferMembers } from "../dimension/infer.ts";
import { stampHistory } from "../history.ts";
import { writeRejects } from "../load/rejects.ts";
import type { EventChunk, LineOutcome } from "./chunk.ts";
import { chooseHeads } from "./heads.ts";
import { conflictRows, mergeStage, planOf } from "./merge.ts";
import { keysNamed, parametersOf } from "./named.ts";
import { mergeSettings, postRows, postSource } from "./stage.ts";
import { outcomeOf, tally } from "./tally.ts";

/** A body that was posted, gated. */
export interface PostedEvents extends Pick<EventChunk, "events" | "rejects"> {
  /** A load of channel `post`, inserted in the same transaction. */
  loadId: LoadId;
  /** The version of each type's schema that it was judged by. */
  schemas?: Record<string, number>;
}

const plan = planOf("post", postSource);

/**
 * Merges what was posted, finishes its load, and tells what each line came to, by rising line. Takes the history lock:
 * call it as late in the transaction as can be.
 */
export async function mergePost(tx: Tx, posted: PostedEvents): Promise<LineOutcome[]> {
  const { events, rejects } = posted;
  const results = (await tx.client.query(
    `${mergeSettings}; select nextval('batch_id_seq') as batch_id`,
  )) as unknown as {
    rows: { batch_id: string }[];
  }[];
  const batchId = results.at(-1)!.rows[0]!.batch_id;
  const heads = chooseHeads(events);
  const lines = Array.from(events.lines.subarray(0, events.count));
  const findings = await mergeStage(tx, plan, {
    batchId,
    count: events.count,
    heads: heads.sorted.length,
    told: lines,
    steps: { insert: lines.length > 0, update: lines.length > 0 ? "update" : null },
    rows: postRows(events, heads.isHead),
  });
  const conflicts = conflictRows(events, findings);
  await inferMembers(tx, batchId, parametersOf(keysNamed(events, findings)));
  await writeRejects(tx, posted.loadId, [...rejects, ...conflicts]);
  const { counts, outcomes } = tally(events, heads, findings);
  counts.rejected = rejects.length;
  const told: LineOutcome[] = [
    ...lines.map((line) => ({ line, outcome: outcomes.get(line) ?? outcomeOf(line, findings) })),
    ...rejects.map(({ line }) => ({ line, outcome: "rejected" as const })),
  ].sort((a, b) => a.line - b.line);
  if (told.length > 0) {
    await stampHistory(tx);
    await tx.query({
      name: "close_post",
      text: `with stamp as (
          select greatest(clock_timestamp(), (
            select committed_at + interval '1 microsecond' from batch order by committed_at desc, batch_id desc limit 1
          )) as at
        ), written as (
          insert into batch (batch_id, load_id, lane, from_line, to_line, committed_at)
          select $2, $1, 0, $3, $4, at from stamp
        ), counted as (
          insert into load_lane (load_id, lane, position, byte_position, inserted, updated, duplicate, stale, conflict,
            rejected)
          select $1, 0, $4, bytes, $5, $6, $7, $8, $9, $10 from load where load_id = $1
        )
        update load set started_at = at, finished_at = at, updated_at = at, schemas = $11,
          status = case when $9 + $10 > 0 then 'partial' else 'succeeded' end
        from stamp where load_id = $1`,
      values: [
        posted.loadId,
        batchId,
        told[0]!.line,
        told.at(-1)!.line,
        counts.inserted,
        counts.updated,
        counts.duplicate,
        counts.stale,
        counts.conflict,
        counts.rejected,
        posted.schemas === undefined ? null : JSON.stringify(posted.schemas),
      ],
    });
  } else {
    await tx.query(
      `update load set started_at = clock_timestamp(), finished_at = clock_timestamp(), status = 'succeeded'
       where load_id = $1`,
      [posted.loadId],
    );
  }
  return told;
}
