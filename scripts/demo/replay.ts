// The demo's history, from the first day to the present: every step is done by the product's own use cases, on the day on
// which it would have been done.
import type { Database } from "@almanac/db/database";
import type { Dataset } from "@almanac/domain/load/media";
import type { Lake } from "@almanac/lake/lake";
import { acceptLoad } from "@almanac/usecases/accept-load";
import { runLoad, runLoadDefaults } from "@almanac/usecases/run-load";
import { seedLocations } from "@almanac/worker/seed";
import { type ReplayClock, turnBackClock } from "./clock.ts";
import { historySource } from "./history-source.ts";
import { noQueue, replaySync } from "./replay-sync.ts";
import { dearer, feedOf, monthsOfSales, type SalesOptions } from "./sales.ts";
import { firstInstant, type Step, timeline } from "./timeline.ts";

/** Who asked for what the replay does: shown with every sync and load, and in the audit. */
const actor = "demo";
const salesActor = "demo (synthetic sales)";

export interface ReplayOptions {
  /** An empty database that nobody else uses. */
  databaseUrl: string;
  lake: Lake;
  /** Different events; 0 replays the calendars alone. */
  events: number;
  onStep?: (step: Step) => void;
}

/** What the replay has done. */
export interface Replayed {
  syncs: number;
  loads: number;
}

export async function replayHistory({ databaseUrl, lake, events, onStep }: ReplayOptions): Promise<Replayed> {
  const now = Temporal.Now.instant();
  const sales = { events, to: now.toZonedDateTimeISO("UTC").toPlainDate().subtract({ days: 1 }) };
  const files = new Map<string, Buffer<ArrayBuffer>>();
  if (events > 0) for await (const { month, body } of monthsOfSales(sales)) files.set(month, body);
  const clock = await turnBackClock(databaseUrl, firstInstant);
  const replayed = { syncs: 0, loads: 0 };
  try {
    await seedLocations(clock);
    const source = historySource(clock.now);
    for (const step of timeline(now, [...files.keys()])) {
      await clock.goTo(step.at);
      onStep?.(step);
      if (step.kind === "scheduled-sync" || step.kind === "announced-sync") {
        const trigger = step.kind === "scheduled-sync" ? "schedule" : "api";
        await replaySync({ ...clock, source }, { trigger, requestedBy: actor });
        replayed.syncs += 1;
      } else {
        await takeIn({ clock, lake }, await fileOf(step, files, sales));
        replayed.loads += 1;
      }
    }
  } finally {
    await clock.end();
  }
  return replayed;
}

interface SalesFile {
  dataset: Dataset;
  fileName: string;
  body: Buffer<ArrayBuffer>;
}

async function fileOf(
  step: Extract<Step, { kind: "sales" | "feed" }>,
  files: ReadonlyMap<string, Buffer<ArrayBuffer>>,
  sales: SalesOptions,
): Promise<SalesFile> {
  if (step.kind === "sales") {
    const body = files.get(step.month)!;
    return { dataset: "events", fileName: `synthetic-sales-${step.month}.ndjson`, body };
  }
  const { dataset, isSecond } = step;
  const feed = await feedOf(dataset, sales);
  const fileName = `synthetic-${dataset}${isSecond ? "-dearer" : ""}.ndjson`;
  return { dataset, fileName, body: isSecond ? dearer(feed) : feed };
}

async function takeIn(
  { clock, lake }: { clock: Pick<ReplayClock, "now"> & { database: Database }; lake: Lake },
  { dataset, fileName, body }: SalesFile,
): Promise<void> {
  const { database, now } = clock;
  const accepted = await acceptLoad(
    { database, lake, now, ...noQueue },
    {
      body: once(body),
      dataset,
      channel: "inbox",
      fileName,
      mediaType: "application/x-ndjson",
      timeZone: null,
      requestedBy: salesActor,
    },
  );
  const { signal } = new AbortController();
  await runLoad({ database, lake, now, settings: runLoadDefaults }, { loadId: accepted.load.loadId, signal });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
