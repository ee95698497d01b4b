// Merges the rows of a stage into events and their history, within a transaction. Correct whatever others merge at the
// same time: rows are locked in the order of their ids, and only a higher version replaces one.
import { AppError } from "@almanac/domain/errors";
import type { Reject } from "@almanac/domain/event/event";
import type { Tx } from "../database.ts";
import type { RejectRow } from "../load/rejects.ts";
import type { GatedEventLike } from "./chunk.ts";
import type { ChunkHeads } from "./heads.ts";
import { laneSource } from "./stage.ts";
import { mergeStatement, settleStatement } from "./statements.ts";
import type { MergeFindings } from "./tally.ts";

/** The two statements with the names under which a connection keeps them; a post's take its rows as the last parameter. */
export interface MergePlan {
  merge: { name: string; text: string };
  settle: { name: string; text: string };
  rows?: string;
}

export const lanePlan: MergePlan = {
  merge: { name: "merge_lane", text: mergeStatement(laneSource) },
  settle: { name: "settle_lane", text: settleStatement(laneSource) },
};

// A row that is still open after a pass lost to another transaction, which has committed since; it cannot lose again.
const mostPasses = 3;

/**
 * Merges `count` staged events as batch `batchId`; `told` are the lines to tell about even if they became current.
 * `reached` is awaited between the two statements.
 */
export async function mergeStage(
  tx: Tx,
  plan: MergePlan,
  batch: { batchId: string; count: number; told: readonly number[] },
  reached?: (point: "merge") => void | Promise<void>,
): Promise<MergeFindings> {
  const rows = plan.rows === undefined ? [] : [plan.rows];
  const merged = await tx.query<{ written: number; updated: number; told: [number, number | null][] | null }>({
    ...plan.merge,
    values: [batch.batchId, batch.told, ...rows],
  });
  const { written, updated, told } = merged.rows[0]!;
  await reached?.("merge");
  const settled = new Map<number, "conflict" | "stale">();
  // A first load of nothing but new events is through here.
  for (let isOpen = written < batch.count, pass = 0; isOpen; pass += 1) {
    if (pass === mostPasses) {
      throw new AppError("fault", { code: "internal", detail: "", message: `batch ${batch.batchId} does not settle` });
    }
    const judged = await tx.query<{ line: number; outcome: "conflict" | "stale" | "open" }>({
      ...plan.settle,
      values: [batch.batchId, ...rows],
    });
    for (const row of judged.rows) {
      if (row.outcome !== "open") settled.set(row.line, row.outcome);
    }
    isOpen = judged.rows.some((row) => !settled.has(row.line));
  }
  return { written, updated, told: new Map(told), settled };
}

/** Lines that the merge must tell about: those of events that a chunk repeats. */
export function linesToTell(events: readonly GatedEventLike[], heads: ChunkHeads): number[] {
  return [...heads.repeated.values()].flatMap((places) => places.map((place) => events[place]!.line));
}

/** A conflict is kept as a reject: never chosen silently, never lost. */
export function conflictRows(events: readonly GatedEventLike[], findings: MergeFindings): RejectRow[] {
  return events
    .filter((gated) => findings.settled.get(gated.line) === "conflict")
    .map((gated) => ({
      line: gated.line,
      byteOffset: gated.byteOffset,
      byteLength: gated.byteLength,
      reject: conflictOf(gated),
      raw: gated.raw(),
      rawBytes: null,
    }));
}

/** Why a line is a conflict. */
export function conflictOf(gated: GatedEventLike): Reject {
  return {
    code: "event.conflict",
    pointer: "",
    detail: `Version ${gated.event.version} of this event is known with other content; the first one stays.`,
  };
}
