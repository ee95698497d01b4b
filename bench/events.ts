// (d) How fast do events load? A file of the sample through everything (raw zone, gate, schemas, merge, counters) beside a
// bare COPY of ready rows into the same indexed table; the same events again in other bytes, with updates, and the same
// file; the memory of the process that loads; then others' ways, posts in hundreds, and reads as of an instant.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { walOf } from "./counters.ts";
import { copyReadyRows, createLimitTable, writeEvents, writeReadyRows, writeUpdates } from "./event-files.ts";
import type { LoadReport } from "./event-loader.ts";
import { measurePosts } from "./event-posts.ts";
import { measureReads } from "./event-reads.ts";
import { bytes, type BenchmarkOptions, type Mark, rounded, type Say, type Scale, table } from "./marks.ts";
import { median } from "./measure.ts";
import { measureOthers } from "./orm-rows.ts";
import { type ScratchServer, startScratchServer, withClient } from "./scratch-server.ts";

export interface EventsSize {
  events: number;
  /** Of the file whose load's memory is compared: enough to fill the lanes. */
  small: number;
  rounds: number;
  /** Events for those who take long, and for those who take very long. */
  slice: { bulk: number; single: number };
  posts: { seconds: number; each: number; connections: number };
  /** Rows of the table that as-of reads look into. */
  stored: number;
}

function sizeOf(scale: Scale, asked: number | undefined): EventsSize {
  if (scale === "quick") {
    const posts = { seconds: 1, each: 50, connections: 2 };
    return { events: asked ?? 1_000, small: 500, rounds: 1, slice: { bulk: 500, single: 50 }, posts, stored: 2_000 };
  }
  const events = asked ?? 200_000;
  const posts = { seconds: 10, each: 100, connections: 8 };
  return {
    events,
    small: Math.min(Math.round(0.75 * events), 150_000),
    rounds: 3,
    slice: { bulk: 20_000, single: 3_000 },
    posts,
    stored: 5 * events,
  };
}

/** The share of updates of the file with updates. */
const updatedShare = 0.3;

export async function events(scale: Scale, say: Say, options: BenchmarkOptions = {}): Promise<Mark[]> {
  const size = sizeOf(scale, options.events);
  const server = await startScratchServer(scale);
  const folder = mkdtempSync(join(tmpdir(), "almanac-bench-events-"));
  const removeFiles = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeFiles);
  try {
    await server.run("create extension pg_walinspect");
    const loads = await measureLoads(server, folder, size, say);
    return [
      ...loads.marks,
      ...(await measureOthers(server, { ...loads, size, say })),
      ...(await measurePosts(server, size, say)),
      ...(await measureReads(server, size, say)),
    ];
  } finally {
    await server.close();
    removeFiles();
    process.off("exit", removeFiles);
  }
}

interface Files {
  first: string;
  otherwise: string;
  updates: string;
  small: string;
  ready: string;
}

interface Round {
  limitMs: number;
  first: LoadReport;
  again: LoadReport;
  identical: LoadReport;
  updates: LoadReport;
  /** Of the same events in other bytes. */
  wal: { records: number; pageImages: number };
}

async function measureLoads(server: ScratchServer, folder: string, size: EventsSize, say: Say) {
  const file = (name: string) => join(folder, name);
  const files: Files = {
    first: file("first.ndjson"),
    otherwise: file("otherwise.ndjson"),
    updates: file("updates.ndjson"),
    small: file("small.ndjson"),
    ready: file("ready.copy"),
  };
  await writeEvents(files.first, size.events);
  await writeEvents(files.otherwise, size.events, { rendering: "reordered" });
  await writeUpdates(files.updates, size.events, updatedShare);
  await writeEvents(files.small, size.small);

  // The first run makes the ready rows, warms the machine up, and tells the memory of a small load.
  const warmUp = await server.copy("warm_up");
  const small = await load(warmUp, folder, files.small);
  await withClient(warmUp, (client) => client.query("truncate events"));
  expectRows(await load(warmUp, folder, files.first), { inserted: size.events });
  await writeReadyRows(warmUp, files.ready);
  await server.run("drop database warm_up with (force)");

  const rounds: Round[] = [];
  for (let round = 0; round < size.rounds; round += 1) {
    const url = await server.copy(`round_${round}`);
    rounds.push(await measureRound(url, join(folder, `lake-${round}`), files, size, round % 2 === 0));
    await server.run(`drop database round_${round} with (force)`);
    rmSync(join(folder, `lake-${round}`), { recursive: true });
    const { limitMs, first } = rounds.at(-1)!;
    say(
      `round ${round + 1}: ${perSecond(size.events, limitMs)} ready rows/s; ${perSecond(size.events, tookMs(first))} events/s first`,
    );
  }
  reportLoads(rounds, size, say);
  const marks = marksOf(rounds, small, size);
  return { marks, ratio: marks[0]!.value, events: files.first, ready: files.ready };
}

async function measureRound(
  url: string,
  lake: string,
  files: Files,
  size: EventsSize,
  limitFirst: boolean,
): Promise<Round> {
  mkdirSync(lake);
  await createLimitTable(url);
  const limit = () => copyReadyRows(url, files.ready);
  const before = limitFirst ? await limit() : undefined;
  const first = expectRows(await load(url, lake, files.first), { inserted: size.events });
  const limitMs = before ?? (await limit());
  let again: LoadReport | undefined;
  const wal = await withClient(url, (client) =>
    walOf(client, async () => {
      again = expectRows(await load(url, lake, files.otherwise), { duplicate: size.events });
    }),
  );
  const identical = await load(url, lake, files.first);
  if (!identical.alreadyLoaded) throw new Error("the same bytes were not the same load");
  const updates = await load(url, lake, files.updates);
  return { limitMs, first, again: again!, identical, updates, wal };
}

function expectRows(report: LoadReport, expected: Partial<LoadReport["rows"]>): LoadReport {
  for (const [name, count] of Object.entries(expected)) {
    const is = report.rows[name as keyof LoadReport["rows"]];
    if (is !== count) throw new Error(`${name}: ${is} rows instead of ${count}`);
  }
  return report;
}

/** Loads a file in a process of its own. */
async function load(url: string, lake: string, path: string): Promise<LoadReport> {
  const child = fork(fileURLToPath(new URL("event-loader.ts", import.meta.url)), [url, `file:${lake}`, path], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let report: LoadReport | undefined;
  child.once("message", (message) => void (report = message as LoadReport));
  await once(child, "exit");
  if (report?.status !== "succeeded") throw new Error(`${path} was not loaded: ${report?.status}`);
  return report;
}

function tookMs({ acceptMs, runMs }: LoadReport): number {
  return acceptMs + runMs;
}

function perSecond(count: number, ms: number): string {
  return rounded(count / (ms / 1000));
}

function reportLoads(rounds: readonly Round[], size: EventsSize, say: Say): void {
  const middle = (of: (round: Round) => number) => median(rounds.map(of));
  const row = (name: string, of: (round: Round) => LoadReport) => [
    name,
    perSecond(
      middle((round) => of(round).rows.total),
      middle((round) => tookMs(of(round))),
    ),
    `${rounded(middle((round) => of(round).acceptMs) / 1000)} s`,
    `${rounded(middle((round) => of(round).runMs) / 1000)} s`,
    `${rounded(middle((round) => (of(round).cpuMs * 1000) / of(round).rows.total))} µs`,
    bytes(Math.max(...rounds.map((round) => of(round).peakBytes))),
  ];
  const { first, wal } = rounds[0]!;
  say(`\n${rounded(size.events)} events of ${rounded(first.bytes / size.events)} bytes, ${size.rounds} rounds`);
  say(
    table(
      ["load", "lines/s", "taken in", "run", "CPU a line", "peak"],
      [
        row("first", ({ first }) => first),
        row("other bytes", ({ again }) => again),
        row(`${updatedShare * 100} % updates`, ({ updates }) => updates),
      ],
    ),
  );
  say(`other bytes: ${bytes(wal.records)} of WAL and ${bytes(wal.pageImages)} of page images`);
}

function marksOf(rounds: readonly Round[], small: LoadReport, size: EventsSize): Mark[] {
  const ratio = (of: (round: Round) => LoadReport) =>
    median(rounds.map((round) => round.limitMs / size.events / (tookMs(of(round)) / of(round).rows.total)));
  const peaks = rounds.flatMap(({ first, again, updates }) => [first, again, updates].map((each) => each.peakBytes));
  const changed = rounds.map(({ again: { rows } }) => rows.total - rows.duplicate);
  return [
    {
      name: "B1 first load, everything included / COPY of ready rows, rows a second",
      value: ratio(({ first }) => first),
      wants: "at least",
      limit: 1,
    },
    {
      name: "B3 the same events in other bytes / first load, rows a second",
      value: median(rounds.map(({ first, again }) => tookMs(first) / tookMs(again))),
      wants: "at least",
      limit: 1,
    },
    { name: "B3 rows that it changed", value: Math.max(...changed), wants: "at most", limit: 0 },
    {
      name: "B3 its WAL, page images apart, a line",
      value: median(rounds.map(({ wal }) => wal.records / size.events)),
      wants: "at most",
      limit: 5,
      unit: "B",
    },
    {
      name: "B3 identical bytes, for 400 MB",
      value: median(rounds.map(({ identical }) => (identical.acceptMs / 1000) * (400e6 / identical.bytes))),
      wants: "at most",
      limit: 2,
      unit: "s",
    },
    {
      name: "B3 identical bytes, answered after the last byte",
      value: median(rounds.map(({ identical }) => identical.answerMs)),
      wants: "at most",
      limit: 50,
      unit: "ms",
    },
    {
      name: `B4 file with ${updatedShare * 100} % updates / COPY of ready rows, rows a second`,
      value: ratio(({ updates }) => updates),
      wants: "at least",
      limit: 0.8,
    },
    { name: "B5 peak memory of a load", value: Math.max(...peaks) / 1e6, wants: "at most", limit: 256, unit: "MB" },
    {
      name: "B5 peak memory of a load / of a smaller one",
      value: Math.max(...peaks) / small.peakBytes,
      wants: "at most",
      limit: 1.25,
    },
  ];
}
