// (e) What does it cost to interpret stored events anew? Scans that get `barcode_type` by a second schema version: a preview
// and a run that publishes, beside the first load of the same events in the same round; the same run again, which has nothing
// to do; and posts while a run is under way.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDatabase } from "@almanac/db/database";
import type { RunMode, Selection } from "@almanac/domain/reprocess/run";
import { openLake } from "@almanac/lake/open";
import { requestReprocess } from "@almanac/usecases/reprocess/request-run";
import type { Client } from "pg";
import { walOf } from "./counters.ts";
import type { LoadReport } from "./event-loader.ts";
import type { ReprocessReport } from "./event-reprocessor.ts";
import { type BenchmarkOptions, bytes, type Mark, rounded, type Say, type Scale, table } from "./marks.ts";
import { median } from "./measure.ts";
import { postsBeside } from "./reprocess-posts.ts";
import { scanLines } from "./scans.ts";
import { startScratchServer, withClient } from "./scratch-server.ts";

export interface ReprocessSize {
  events: number;
  rounds: number;
  /** Posts of so many events, one each so many milliseconds; so many of them while nothing else runs. */
  posts: { each: number; everyMs: number; quiet: number };
}

function sizeOf(scale: Scale, asked: number | undefined): ReprocessSize {
  return scale === "quick"
    ? { events: asked ?? 600, rounds: 1, posts: { each: 5, everyMs: 20, quiet: 20 } }
    : { events: asked ?? 200_000, rounds: 3, posts: { each: 100, everyMs: 100, quiet: 200 } };
}

interface Round {
  first: LoadReport;
  preview: ReprocessReport;
  publish: ReprocessReport;
  again: ReprocessReport;
  /** Of the run that has nothing to do. */
  wal: { records: number; pageImages: number };
  written: number;
}

export async function reprocess(scale: Scale, say: Say, options: BenchmarkOptions = {}): Promise<Mark[]> {
  const size = sizeOf(scale, options.events);
  const server = await startScratchServer(scale);
  const folder = mkdtempSync(join(tmpdir(), "almanac-bench-reprocess-"));
  const removeFiles = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeFiles);
  try {
    await server.run("create extension pg_walinspect");
    const path = join(folder, "scans.ndjson");
    writeFileSync(path, scanLines(size.events));
    const rounds: Round[] = [];
    for (let round = 0; round < size.rounds; round += 1) {
      const name = `reprocess_${round}`;
      const url = await server.copy(name);
      rounds.push(await measureRound(url, join(folder, name), path, size));
      await server.run(`drop database ${name} with (force)`);
      const { first, publish } = rounds.at(-1)!;
      say(
        `round ${round + 1}: ${perSecond(first.acceptMs + first.runMs, size)} events/s loaded first, ${perSecond(publish.runMs, size)} published`,
      );
    }
    report(rounds, size, say);
    const url = await server.copy("beside");
    const lake = join(folder, "beside");
    mkdirSync(lake);
    await load(url, lake, path);
    await register(url);
    const beside = await postsBeside(url, lake, size.posts, async () =>
      run(url, lake, await ask(url, lake, "publish")),
    );
    say(
      `posts of ${size.posts.each} events, one each ${size.posts.everyMs} ms: p50 ${rounded(beside.quiet.p50)} ms, p99 ${rounded(beside.quiet.p99)} ms; during a run p50 ${rounded(beside.during.p50)} ms, p99 ${rounded(beside.during.p99)} ms (${beside.during.posts} posts, ${perSecond(beside.runMs, size)} events/s published)`,
    );
    return [...marksOf(rounds), latency(beside)];
  } finally {
    await server.close();
    removeFiles();
    process.off("exit", removeFiles);
  }
}

async function measureRound(url: string, lake: string, path: string, size: ReprocessSize): Promise<Round> {
  mkdirSync(lake);
  const first = await load(url, lake, path);
  await register(url);
  const preview = expectRows(await run(url, lake, await ask(url, lake, "preview")), { changed: size.events });
  const publish = expectRows(await run(url, lake, await ask(url, lake, "publish")), { changed: size.events });
  let again: ReprocessReport | undefined;
  const { wal, written } = await withClient(url, async (client) => {
    const before = await rowsWritten(client);
    const wal = await walOf(client, async () => {
      again = expectRows(await run(url, lake, await ask(url, lake, "publish", "all")), { unchanged: size.events });
    });
    return { wal, written: (await rowsWritten(client)) - before };
  });
  return { first, preview, publish, again: again!, wal, written };
}

function expectRows(report: ReprocessReport, expected: Partial<ReprocessReport["rows"]>): ReprocessReport {
  for (const [name, count] of Object.entries(expected)) {
    const is = report.rows[name as keyof ReprocessReport["rows"]];
    if (is !== count) throw new Error(`${name}: ${is} events instead of ${count}`);
  }
  return report;
}

/** The brief's example: the second version fills what the first did not have. */
async function register(url: string): Promise<void> {
  const steps = JSON.stringify([{ op: "default", path: "/barcode_type", value: "QR" }]);
  await withClient(url, async (client) => {
    await client.query(
      `insert into event_schema (event_type, schema_version, json_schema, upcast, upcast_sha256, registered_by)
       values ('BarcodeScanned', 2, '{"properties": {"barcode_type": {"type": "string"}}}', $1, sha256($2), 'bench')`,
      [steps, steps],
    );
    await client.query("analyze");
  });
}

async function ask(url: string, lakeUrl: string, mode: RunMode, selection: Selection = "outdated"): Promise<string> {
  const database = await openDatabase({ url, poolSize: 1 });
  const lake = openLake(`file:${lakeUrl}`);
  try {
    const { runId } = await requestReprocess(
      { database, lake, queues: { enqueue: async () => "" }, onWakeFailed: () => undefined },
      { eventType: "BarcodeScanned", selection, mode, trigger: "job", reason: null, requestedBy: "bench" },
    );
    return runId;
  } finally {
    await Promise.all([database.close(), lake.close()]);
  }
}

function load(url: string, lake: string, path: string): Promise<LoadReport> {
  return reportOf<LoadReport>("event-loader.ts", [url, `file:${lake}`, path]);
}

function run(url: string, lake: string, runId: string): Promise<ReprocessReport> {
  return reportOf<ReprocessReport>("event-reprocessor.ts", [url, `file:${lake}`, runId]);
}

async function reportOf<Report extends { status: string }>(program: string, args: string[]): Promise<Report> {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), args, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let report: Report | undefined;
  child.once("message", (message) => void (report = message as Report));
  await once(child, "exit");
  if (report?.status !== "succeeded") throw new Error(`${program} came to ${report?.status}`);
  return report;
}

/** Rows that were ever inserted or updated in events and their history. */
async function rowsWritten(client: Client): Promise<number> {
  await client.query("select pg_stat_force_next_flush()");
  const { rows } = await client.query<{ count: number }>(
    `select sum(n_tup_ins + n_tup_upd)::float8 as count from pg_stat_user_tables
     where relname in ('events', 'event_history')`,
  );
  return rows[0]!.count;
}

function perSecond(ms: number, { events }: ReprocessSize): string {
  return rounded(events / (ms / 1000));
}

function report(rounds: readonly Round[], size: ReprocessSize, say: Say): void {
  const middle = (of: (round: Round) => number) => median(rounds.map(of));
  const row = (name: string, ms: (round: Round) => number, cpu: (round: Round) => number) => [
    name,
    perSecond(middle(ms), size),
    `${rounded(middle(ms) / 1000)} s`,
    `${rounded((middle(cpu) * 1000) / size.events)} µs`,
  ];
  say(
    `\n${rounded(size.events)} scans of ${rounded(rounds[0]!.first.bytes / size.events)} bytes, ${size.rounds} rounds`,
  );
  say(
    table(
      ["", "events/s", "took", "CPU an event"],
      [
        row(
          "first load",
          ({ first }) => first.acceptMs + first.runMs,
          ({ first }) => first.cpuMs,
        ),
        row(
          "preview",
          ({ preview }) => preview.runMs,
          ({ preview }) => preview.cpuMs,
        ),
        row(
          "publish",
          ({ publish }) => publish.runMs,
          ({ publish }) => publish.cpuMs,
        ),
        row(
          "nothing to change",
          ({ again }) => again.runMs,
          ({ again }) => again.cpuMs,
        ),
      ],
    ),
  );
  const { wal } = rounds[0]!;
  say(`nothing to change: ${bytes(wal.records)} of WAL and ${bytes(wal.pageImages)} of page images`);
}

function marksOf(rounds: readonly Round[]): Mark[] {
  return [
    {
      name: "B6 published / first load of the same events, events a second",
      value: median(rounds.map(({ first, publish }) => (first.acceptMs + first.runMs) / publish.runMs)),
      wants: "at least",
      limit: 0.5,
    },
    {
      name: "B6 time of a preview / of publishing",
      value: median(rounds.map(({ preview, publish }) => preview.runMs / publish.runMs)),
      wants: "at most",
      limit: 0.5,
    },
    {
      name: "B6 rows written for unchanged events",
      value: Math.max(...rounds.map(({ written }) => written)),
      wants: "at most",
      limit: 0,
    },
    {
      name: "B6 WAL of a run over unchanged events, page images apart, an event",
      value: median(rounds.map(({ wal, again }) => wal.records / again.rows.scanned)),
      wants: "at most",
      limit: 5,
      unit: "B",
    },
  ];
}

function latency({ quiet, during }: Awaited<ReturnType<typeof postsBeside>>): Mark {
  return {
    name: "B6 p99 of posts during a run / of posts alone",
    value: during.p99 / quiet.p99,
    wants: "at most",
    limit: 2,
  };
}
