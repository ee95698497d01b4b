// The journal: which batches committed, in their order and with their instants, written into the raw zone behind the
// database's back. With the manifests it is what a rebuild repeats.
import type { Database } from "@almanac/db/database";
import { holdJournal, type JournalBatch, moveJournal, readBatchesAfter } from "@almanac/db/journal";
import { findLoad, readPostPlan } from "@almanac/db/loads";
import type { EventId, LoadId, RunId } from "@almanac/domain/ids";
import type { Lake } from "@almanac/lake/lake";
import { z } from "zod";
import { writeManifest } from "./manifest.ts";
import type { LoadPlan } from "./plan.ts";

const place = {
  batch_id: z.int(),
  lane: z.int().min(0),
  from_line: z.int().min(1),
  to_line: z.int().min(1),
  committed_at: z.string(),
};
const eventId = z.uuid().transform((id) => id as EventId);

const loadLine = z.object({ ...place, load_id: z.uuid().transform((id) => id as LoadId) });
const runLine = z.object({
  ...place,
  run_id: z.uuid().transform((id) => id as RunId),
  after_id: eventId.nullable(),
  upto_id: eventId,
});
const lineSchema = z.union([loadLine, runLine]);

/** One batch of a load, as the journal tells it. */
export type LoadLine = z.output<typeof loadLine>;
/** One batch of a reprocess run. */
export type RunLine = z.output<typeof runLine>;
/** One batch. Told apart by `"load_id" in`. */
export type JournalLine = LoadLine | RunLine;

export const journalPrefix = "journal/";
const batchesAnObject = 5_000;
const manifestsAtOnce = 8;

export interface JournalDeps {
  database: Database;
  lake: Pick<Lake, "putNamed" | "getNamed">;
}

/** Writes down the batches that committed since the last time, an object at most; returns how many. One exporter at a time. */
export async function exportJournal({ database, lake }: JournalDeps): Promise<number> {
  return database.transaction(async (tx) => {
    const mark = await holdJournal(tx);
    const batches = await readBatchesAfter(tx, mark, batchesAnObject);
    if (batches.length === 0) return 0;
    await keepManifests({ database, lake }, batches);
    for (let no = mark.exportedNo + 1; ; no += 1) {
      const written = await writeObject(lake, no, batches);
      if (written === null) continue;
      await moveJournal(tx, { no, last: written.at(-1)! });
      return written.length;
    }
  });
}

/** The object's name; names in order are the journal in order. */
function nameOf(no: number): string {
  return `${journalPrefix}${String(no).padStart(12, "0")}.ndjson`;
}

/**
 * What now stands under the number: these batches, or those that an exporter wrote which died before it said so. Null when
 * it is the journal of another database, a former one of this zone.
 */
async function writeObject(
  lake: JournalDeps["lake"],
  no: number,
  batches: readonly JournalBatch[],
): Promise<readonly JournalBatch[] | null> {
  const text = batches.map((batch) => `${JSON.stringify(lineOf(batch))}\n`).join("");
  if (await lake.putNamed(nameOf(no), Buffer.from(text))) return batches;
  const there = parseJournal((await lake.getNamed(nameOf(no))) ?? new Uint8Array());
  const isOurs = there.every((line, place) => sameBatch(line, batches[place]));
  return isOurs && there.length > 0 ? batches.slice(0, there.length) : null;
}

function lineOf(batch: JournalBatch): JournalLine {
  const { batchId: batch_id, lane, fromLine: from_line, toLine: to_line, committedAt: committed_at } = batch;
  const place = { lane, from_line, to_line, committed_at };
  return "loadId" in batch
    ? { batch_id, load_id: batch.loadId, ...place }
    : { batch_id, run_id: batch.runId, ...place, after_id: batch.afterId, upto_id: batch.uptoId };
}

function sameBatch(line: JournalLine, batch: JournalBatch | undefined): boolean {
  if (batch === undefined || line.committed_at !== batch.committedAt) return false;
  return "load_id" in line
    ? "loadId" in batch && line.load_id === batch.loadId
    : "runId" in batch && line.run_id === batch.runId;
}

/** The batches of one journal object. */
export function parseJournal(bytes: Uint8Array): JournalLine[] {
  const lines = Buffer.from(bytes).toString().split("\n");
  return lines.filter((line) => line !== "").map((line) => lineSchema.parse(JSON.parse(line)));
}

const known = new WeakMap<object, Set<LoadId>>();

/** A process may die between a load's row and its manifest; whatever the journal names has one. */
async function keepManifests({ database, lake }: JournalDeps, batches: readonly JournalBatch[]): Promise<void> {
  const sure = known.getOrInsertComputed(lake, () => new Set());
  // A run's plan is in the lake before its first batch.
  const loadIds = batches.flatMap((batch) => ("loadId" in batch ? [batch.loadId] : []));
  const unsure = [...new Set(loadIds)].filter((loadId) => !sure.has(loadId));
  if (unsure.length === 0) return;
  for (let from = 0; from < unsure.length; from += manifestsAtOnce) {
    await Promise.all(
      unsure.slice(from, from + manifestsAtOnce).map(async (loadId) => {
        const load = (await findLoad(database, loadId))!;
        await writeManifest(lake, load, await postPlanOf(database, loadId));
        sure.add(loadId);
      }),
    );
  }
  if (sure.size > 10_000) sure.clear();
}

/** Posts have their plan in the manifest: the one that they were judged by, whatever was registered since. */
async function postPlanOf(database: Database, loadId: LoadId): Promise<LoadPlan | null> {
  const plan = await readPostPlan(database, loadId);
  return plan === null ? null : { lanes: 1, line_max_bytes: plan.lineMaxBytes, schemas: plan.schemas };
}
