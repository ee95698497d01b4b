// Merges the rows of a stage into events and their history, within a transaction. Correct whatever others merge at the
// same time: rows are locked in the order of their ids, and only a higher version replaces one.
import { AppError } from "@almanac/domain/errors";
import type { Reject } from "@almanac/domain/event/event";
import type { PackedEvents } from "@almanac/domain/event/packed";
import type { Tx } from "../database.ts";
import type { RejectRow } from "../load/rejects.ts";
import type { ChunkHeads } from "./heads.ts";
import { insertStatement, type MergeParts, raiseStatement, settleStatement, updateStatement } from "./statements.ts";
import { type MergeFindings, noFindings } from "./tally.ts";

/** The statements with the names under which a connection keeps them. */
export type MergePlan = Record<"insert" | "update" | "raise" | "settle", { name: string; text: string }>;

/** The statements over one kind of stage; `rows` is the parameter of posts, which has another number in each. */
export function planOf(kind: string, source: (parameter: string) => string, parts?: MergeParts): MergePlan {
  return {
    insert: { name: `insert_${kind}`, text: insertStatement(source("$3"), parts) },
    update: { name: `update_${kind}`, text: updateStatement(source("$3"), parts) },
    raise: { name: `raise_${kind}`, text: raiseStatement(source("$3"), parts) },
    settle: { name: `settle_${kind}`, text: settleStatement(source("$2")) },
  };
}

export interface StagedBatch {
  batchId: string;
  /** Rows on the stage. */
  count: number;
  /** Heads among them. */
  heads: number;
  /** Lines to tell about even if they became current. */
  told: readonly number[];
  /** Steps that are known to have nothing to do are left out; `raise` is an update whose heads are known to be newer. */
  steps: { insert: boolean; update: "update" | "raise" | null };
  /** The rows, where they are a parameter. */
  rows?: string;
}

// A row that is still open after a pass lost to another transaction, which has committed since; it cannot lose again.
const mostPasses = 3;

/** Merges staged events; `reached` is awaited before what was not written is judged. */
export async function mergeStage(
  tx: Tx,
  plan: MergePlan,
  batch: StagedBatch,
  reached?: (point: "merge") => void | Promise<void>,
): Promise<MergeFindings> {
  const findings = noFindings();
  const rows = batch.rows === undefined ? [] : [batch.rows];
  const write = async (step: "insert" | "update" | "raise") => {
    const { rows: results } = await tx.query<{ written: number; told: [number, number | null][] | null }>({
      ...plan[step],
      values: [batch.batchId, batch.told, ...rows],
    });
    const { written, told } = results[0]!;
    findings.written += written;
    if (step !== "insert") findings.updated += written;
    for (const [line, before] of told ?? []) findings.told.set(line, before);
  };
  if (batch.steps.insert) await write("insert");
  // A first load of nothing but new events is through here.
  if (batch.steps.update !== null && findings.written < batch.heads) await write(batch.steps.update);
  await reached?.("merge");
  let isOpen = findings.written < batch.count;
  for (let pass = 0; isOpen; pass += 1) {
    if (pass === mostPasses) {
      throw new AppError("fault", { code: "internal", detail: "", message: `batch ${batch.batchId} does not settle` });
    }
    const judged = await tx.query<{ line: number; outcome: "conflict" | "stale" | "open" }>({
      ...plan.settle,
      values: [batch.batchId, ...rows],
    });
    for (const row of judged.rows) {
      if (row.outcome !== "open") findings.settled.set(row.line, row.outcome);
    }
    isOpen = judged.rows.some((row) => !findings.settled.has(row.line));
  }
  return findings;
}

/** Lines that the merge must tell about: those of events that a chunk repeats. */
export function linesToTell(events: PackedEvents, heads: ChunkHeads): number[] {
  return heads.repeated.flatMap((places) => places.map((place) => events.lines[place]!));
}

/** A conflict is kept as a reject: never chosen silently, never lost. */
export function conflictRows(events: PackedEvents, findings: MergeFindings): RejectRow[] {
  const rows: RejectRow[] = [];
  if (findings.settled.size === 0) return rows;
  for (let place = 0; place < events.count; place += 1) {
    if (findings.settled.get(events.lines[place]!) !== "conflict") continue;
    const reject = conflictOf(events.versions[place]!);
    const eventId = events.eventIdOf(place);
    rows.push({ ...events.placeOf(place), reject, raw: events.textOf(place), rawBytes: null, eventId });
  }
  return rows;
}

/** Why a line is a conflict. */
function conflictOf(version: number): Reject {
  return {
    code: "event.conflict",
    pointer: "",
    detail: `Version ${version} of this event is known with other content; the first one stays.`,
  };
}
