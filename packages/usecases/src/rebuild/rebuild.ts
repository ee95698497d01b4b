// Making the database again from the raw zone alone: what was accepted (manifests), in the order and with the instants in
// which it was committed (journal), then what no journal tells of. The result is equal, table by table (compare.ts).
import { recordAudit } from "@almanac/db/audit";
import { readAuditHead } from "@almanac/db/audit/chain";
import type { Database } from "@almanac/db/database";
import { type EventSchemaView, restoreEventSchema } from "@almanac/db/event-schemas";
import { insertLoad, listLoads } from "@almanac/db/loads";
import { restoreJournalMark } from "@almanac/db/rebuild/restore";
import { AppError } from "@almanac/domain/errors";
import type { LoadId, RunId } from "@almanac/domain/ids";
import type { Lake } from "@almanac/lake/lake";
import { findFormerChains } from "../audit/anchor.ts";
import { readEnd } from "../load/end-marks.ts";
import { journalPrefix, type JournalLine, type LoadLine, parseJournal } from "../load/journal.ts";
import { parseSchema, schemaPrefix } from "../load/keep-schemas.ts";
import { type Manifest, manifestPrefix, parseManifest } from "../load/manifest.ts";
import { type LoadPlan, readPlan } from "../load/plan.ts";
import { endAsFailed, runLoad, type RunLoadSettings } from "../load/run-load.ts";
import { type LoadReplayer, openReplayer } from "./load-replayer.ts";
import { openRunReplayer, type RunReplayer } from "./run-replayer.ts";

export interface RebuildDeps {
  /** Migrated, and without any load. */
  database: Database;
  lake: Lake;
  now: () => Temporal.Instant;
  settings: RunLoadSettings;
  /** Told about every now and then. */
  onProgress?: (progress: RebuildSummary) => void;
}

export interface RebuildSummary {
  loads: number;
  /** Reprocess runs that publish. */
  runs: number;
  /** Batches repeated from the journal. */
  batches: number;
  batchesInJournal: number;
  /** Loads of which the journal does not tell the end: their lines were loaded anew. */
  continued: number;
  failed: number;
}

// Loads that were loaded at the same time are read at the same time; more than this many are read again from the start.
const mostOpen = 4;
const tellEvery = 100;

/** Throws `rebuild.not_empty` (conflict) for a database that has loads, `rebuild.diverged` and what the lake throws. */
export async function rebuild(deps: RebuildDeps): Promise<RebuildSummary> {
  const { database, lake } = deps;
  if ((await listLoads(database, { limit: 1 })).length > 0) {
    throw new AppError("conflict", {
      code: "rebuild.not_empty",
      detail: "The database has loads already: a rebuild takes an empty one.",
    });
  }
  await restoreSchemas(deps);
  const manifests = await restoreLoads(deps);
  const left = await countBatches(lake);
  const batchesInJournal = [...left.values()].reduce((sum, count) => sum + count, 0);
  const runs = await openRunReplayer(database, lake);
  const counts = { loads: manifests.size, runs: runs.runs() };
  const summary: RebuildSummary = { ...counts, batches: 0, batchesInJournal, continued: 0, failed: 0 };
  const unfinished = await repeatJournal(deps, { manifests, left, runs, summary });
  await runs.endOthers();
  for (const manifest of unfinished.values()) {
    await endLoad(deps, manifest, summary);
  }
  await noteRebuild(deps, summary);
  deps.onProgress?.(summary);
  return summary;
}

/** The audit is not in the lake: it begins anew, and says which audits of this lake have ended with their databases. */
async function noteRebuild({ database, lake }: RebuildDeps, summary: RebuildSummary): Promise<void> {
  const { chainId } = await readAuditHead(database);
  const former = await findFormerChains(lake, chainId);
  await database.transaction((tx) =>
    recordAudit(tx, {
      actor: "rebuild",
      action: "database.rebuilt",
      objectType: "database",
      objectId: chainId,
      after: {
        loads: summary.loads,
        batches: summary.batches,
        continued: summary.continued,
        failed: summary.failed,
        former_chains: former.map((chain) => ({ chain_id: chain.chainId, newest_seq: chain.newestSeq })),
      },
    }),
  );
}

async function restoreSchemas({ database, lake }: RebuildDeps): Promise<void> {
  const schemas: EventSchemaView[] = [];
  for await (const { name } of lake.list(schemaPrefix)) schemas.push(parseSchema(await read(lake, name)));
  // Versions have no gap; names in the zone sort as text.
  schemas.sort((a, b) => a.schemaVersion - b.schemaVersion);
  for (const schema of schemas) await restoreEventSchema(database, schema);
}

/** Inserts every accepted load in the order of acceptance. A load that repeats the bytes of another is not one. */
async function restoreLoads({ database, lake }: RebuildDeps): Promise<Map<LoadId, Manifest>> {
  const all: Manifest[] = [];
  for await (const { name } of lake.list(manifestPrefix)) {
    all.push(parseManifest(await read(lake, name)));
  }
  all.sort((a, b) =>
    a.requested_at < b.requested_at ? -1 : a.requested_at > b.requested_at ? 1 : a.load_no - b.load_no,
  );
  const restored = new Map<LoadId, Manifest>();
  for (const manifest of all) {
    const { isNew } = await database.transaction((tx) => insertLoad(tx, loadOf(manifest)));
    if (isNew) restored.set(manifest.load_id, manifest);
  }
  return restored;
}

function loadOf(manifest: Manifest) {
  return {
    loadId: manifest.load_id,
    dataset: manifest.dataset,
    channel: manifest.channel,
    replayOf: manifest.replay_of,
    replayOnly: manifest.replay_only,
    contentSha256: Buffer.from(manifest.content_sha256, "hex"),
    mediaType: manifest.media_type,
    bytes: manifest.bytes,
    storedBytes: manifest.stored_bytes,
    rawUri: manifest.raw_uri,
    fileName: manifest.file_name,
    timeZone: manifest.time_zone,
    lineMaxBytes: manifest.plan?.line_max_bytes ?? null,
    requestedBy: manifest.requested_by,
    requestedAt: manifest.requested_at,
  };
}

/** How many batches the journal has of each load and run. */
async function countBatches(lake: Lake): Promise<Map<LoadId | RunId, number>> {
  const counts = new Map<LoadId | RunId, number>();
  for await (const { batches } of readJournal(lake)) {
    for (const batch of batches) counts.set(ownerOf(batch), (counts.get(ownerOf(batch)) ?? 0) + 1);
  }
  return counts;
}

function ownerOf(batch: JournalLine): LoadId | RunId {
  return "load_id" in batch ? batch.load_id : batch.run_id;
}

async function* readJournal(lake: Lake): AsyncGenerator<{ no: number; batches: JournalLine[] }> {
  for await (const { name } of lake.list(journalPrefix)) {
    const no = Number(/(\d+)\.ndjson$/.exec(name)?.[1]);
    yield { no, batches: parseJournal(Buffer.from(await read(lake, name))) };
  }
}

interface Repeating {
  manifests: Map<LoadId, Manifest>;
  /** Batches that are still to come, by their load or run. */
  left: Map<LoadId | RunId, number>;
  runs: RunReplayer;
  summary: RebuildSummary;
}

/** Repeats every batch in the order of the commits; gives the loads that are not finished by it. */
async function repeatJournal(deps: RebuildDeps, { manifests, left, runs, summary }: Repeating) {
  const { database, lake } = deps;
  const unfinished = new Map(manifests);
  const open = new Map<LoadId, LoadReplayer>();
  let newest: { no: number; committedAt: string } | null = null;
  const close = async (loadId: LoadId) => {
    await open.get(loadId)?.close();
    open.delete(loadId);
  };
  const repeatOfLoad = async (batch: LoadLine, manifest: Manifest, isLast: boolean) => {
    const replayer = open.get(batch.load_id) ?? (await openReplayer(deps, manifest, await planOf(lake, manifest)));
    // The one that was used last is the last to be closed.
    open.delete(batch.load_id);
    open.set(batch.load_id, replayer);
    await replayer.repeat(batch);
    if (isLast) {
      if (!(await hasFailed(lake, batch.load_id)) && (await replayer.finish())) unfinished.delete(batch.load_id);
      await close(batch.load_id);
    }
    if (open.size > mostOpen) await close(open.keys().next().value!);
  };
  try {
    for await (const { no, batches } of readJournal(lake)) {
      for (const batch of batches) {
        const others = left.get(ownerOf(batch))! - 1;
        left.set(ownerOf(batch), others);
        if ("run_id" in batch) {
          await runs.repeat(batch);
          if (others === 0) await runs.end(batch.run_id);
        } else {
          const manifest = manifests.get(batch.load_id);
          // Another load has the same bytes: what this one brought is there.
          if (manifest === undefined) continue;
          await repeatOfLoad(batch, manifest, others === 0);
        }
        newest = { no, committedAt: batch.committed_at };
        summary.batches += 1;
        if (summary.batches % tellEvery === 0) deps.onProgress?.(summary);
      }
    }
  } finally {
    for (const loadId of open.keys()) await close(loadId);
  }
  const mark = newest;
  if (mark !== null) await database.transaction((tx) => restoreJournalMark(tx, mark));
  return unfinished;
}

async function hasFailed(lake: Lake, loadId: LoadId): Promise<boolean> {
  return (await readEnd(lake, loadId))?.state === "failed";
}

/** A load that has batches was judged by something; the plan says by what. */
async function planOf(lake: Lake, manifest: Manifest): Promise<LoadPlan> {
  const plan = manifest.plan ?? (await readPlan(lake, manifest.load_id));
  if (plan === null) {
    throw new AppError("fault", {
      code: "rebuild.no_plan",
      detail: `The raw zone does not say by what load ${manifest.load_id} was judged.`,
    });
  }
  return plan;
}

/** What the journal does not finish: failed ones are failed again, the others are loaded to their end. */
async function endLoad(deps: RebuildDeps, manifest: Manifest, summary: RebuildSummary): Promise<void> {
  const end = await readEnd(deps.lake, manifest.load_id);
  if (end?.state === "failed") {
    await endAsFailed(deps, manifest.load_id, null, end);
    summary.failed += 1;
    return;
  }
  await runLoad(deps, { loadId: manifest.load_id, signal: new AbortController().signal });
  summary.continued += 1;
  deps.onProgress?.(summary);
}

async function read(lake: Lake, name: string): Promise<string> {
  return Buffer.from((await lake.getNamed(name)) ?? new Uint8Array()).toString();
}
