// A reprocess run that is struck: the same body each time, in a database and a lake of its own, and everything that must not
// depend on how often somebody died over it.
import { type Database, openDatabase } from "@almanac/db/database";
import type { RunId } from "@almanac/domain/ids";
import { openLake } from "@almanac/lake/open";
import { acceptLoad } from "@almanac/usecases/accept-load";
import { requestReprocess } from "@almanac/usecases/reprocess/request-run";
import { runLoad } from "@almanac/usecases/run-load";
import { ndjson, once } from "./loads.ts";
import { runHere } from "./run-here.ts";
import { fillsBarcodeType, registerVersion, scans } from "./runs.ts";

export const struckLoad = { lanes: 2, chunkLines: 40, lineMaxBytes: 1_048_576 };
export const struckRun = { chunkEvents: 12, rangeEvents: 30 };

/** Points of a run in their order, each with an occurrence in the midst of a run, and one in the midst of what is left. */
export const runPoints: readonly [point: string, times: number, next: number][] = [
  ["run-claimed", 1, 1],
  ["run-settled", 1, 1],
  ["run-kept", 1, 1],
  ["run-planned", 1, 1],
  ["range-claimed", 2, 2],
  ["range-read", 3, 2],
  ["upcast", 4, 2],
  ["staged", 3, 1],
  ["written", 5, 2],
  ["history", 2, 1],
  ["before-commit", 4, 2],
  ["after-commit", 3, 1],
  ["range-done", 2, 1],
  ["replays-asked", 1, 1],
  ["finishing", 1, 1],
  ["finished", 1, 1],
  ["run-before-ack", 1, 1],
];

/** Lines of a type that has one version: most are filled by the second, some are, some clash, some name it too early. */
export function struckLines(): string {
  const clashing = { scanner_location: "North", gate: "South" };
  return ndjson(
    scans(130).map((event, place) => {
      const own = { ...event, event_type: "Scan" };
      if (place % 13 === 5) return { ...own, metadata: { gate: "South", barcode_type: "EAN" } };
      if (place % 13 === 8) return { ...own, metadata: clashing };
      return place % 13 === 11 ? { ...own, schema_version: 2 } : own;
    }),
  );
}

/** On an empty database; `close` drops it at the end. */
export async function struckPlace(
  { url, close }: { url: string; close: () => Promise<void> },
  lakeUrl: string,
  body: string,
) {
  const database = await openDatabase({ url, onConnectionError: () => undefined });
  const lake = openLake(lakeUrl);
  const now = () => Temporal.Now.instant();
  const idle = { queues: { enqueue: () => Promise.resolve("") }, onWakeFailed: () => undefined };
  return {
    at: { url, lakeUrl },
    database,
    /** Loads the body, registers the second version and asks for a run over what is outdated. */
    async ask(): Promise<RunId> {
      await registerVersion(database, "Scan", 1);
      const { load } = await acceptLoad(
        { database, lake, now, ...idle },
        {
          body: once(Buffer.from(body)),
          dataset: "events",
          channel: "upload",
          mediaType: "application/x-ndjson",
          timeZone: null,
          requestedBy: "test",
        },
      );
      const { signal } = new AbortController();
      await runLoad({ database, lake, now, settings: struckLoad }, { loadId: load.loadId, signal });
      await registerVersion(database, "Scan", 2, {
        steps: [...fillsBarcodeType, { op: "rename", path: "/scanner_location", to: "/gate" }],
      });
      const order = { eventType: "Scan", selection: "outdated", mode: "publish", trigger: "api" } as const;
      const run = await requestReprocess({ database, lake, ...idle }, { ...order, reason: null, requestedBy: "test" });
      return run.runId;
    },
    run: (runId: RunId) => runHere({ database, lake, now, load: struckLoad, settings: struckRun }, runId),
    async [Symbol.asyncDispose]() {
      await lake.close();
      await database.close();
      await close();
    },
  };
}

/** All that a run leaves, but for ids and instants that are drawn anew each time. */
export async function leftBy(database: Database, runId: RunId): Promise<Record<string, unknown>> {
  const { rows } = await database.query<Record<string, unknown>>(
    `select (select jsonb_agg(to_jsonb(e) - 'batch_id' order by event_id) from events e) as events,
       (select jsonb_agg(to_jsonb(h) - 'batch_id' - 'superseded_batch_id' order by event_id, version, revision)
        from event_history h) as history,
       (select jsonb_agg(to_jsonb(f) - 'run_id' order by event_id) from reprocess_failure f) as failures,
       (select jsonb_agg(to_jsonb(g) - 'run_id' - 'fence' - 'updated_at' order by range_no) from reprocess_range g) as ranges,
       (select count(*) from load where channel = 'replay') as replays,
       -- A chunk that was committed is not done again.
       (select jsonb_agg(jsonb_build_array(lane, from_line, to_line, after_id, upto_id) order by lane, from_line)
        from batch where run_id = $1) as batches`,
    [runId],
  );
  return rows[0] ?? {};
}
