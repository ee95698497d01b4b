// (a) What does the holiday query cost over HTTP? The real api process, asked for one location and one year, beside a
// process that only encodes the same body (the limit of cached answers) or reads it through a pool (uncached ones).
import { readFileSync } from "node:fs";
import autocannon from "autocannon";
import { type Mark, rounded, type Say, type Scale, table } from "./marks.ts";
import { alternate, median, medianRatio, type Pair } from "./measure.ts";
import { startScratchServer } from "./scratch-server.ts";
import { type ServerProcess, startProcess } from "./server-process.ts";
import { populate, syncAll, thisYear, type World } from "./world.ts";

interface Size {
  locations: number;
  calendars: number;
  rounds: number;
  seconds: number;
}

const sizes: Record<Scale, Size> = {
  full: { locations: 4_000, calendars: 300, rounds: 7, seconds: 3 },
  quick: { locations: 20, calendars: 5, rounds: 1, seconds: 1 },
};

const connections = 32;

export async function http(scale: Scale, say: Say): Promise<Mark[]> {
  const size = sizes[scale];
  const server = await startScratchServer(scale);
  const open: ServerProcess[] = [];
  try {
    const world = await populate(server.database, size);
    await syncAll(world, null, 1);
    await server.database.query("vacuum analyze");
    const database = { DATABASE_URL: server.url };
    const api = await startProcess("../apps/api/src/main.ts", {
      ...database,
      PORT: "0",
      ALMANAC_ANONYMOUS_ROLE: "reader",
      RATE_LIMIT: "off",
    });
    open.push(api);
    const path = holidaysPath(world.locationIds[0]!, `${thisYear}-01-01`, `${thisYear}-12-31`);
    const body = await (await fetch(api.url + path)).text();
    const limit = await startProcess("bare-server.ts", { ...database, BODY: body });
    open.push(limit);
    say(
      `one location, one year: ${body.length} bytes; ${connections} connections, ${size.rounds} rounds of ${size.seconds} s`,
    );
    return [
      ...(await compareCached({ api, limit, path, size, say })),
      ...(await compareUncached({ api, limit, world, size, say })),
    ];
  } finally {
    await Promise.all(open.map((each) => each.stop()));
    await server.close();
  }
}

function holidaysPath(locationId: string, from: string, to: string): string {
  return `/v1/locations/${locationId}/holidays?from=${from}&to=${to}`;
}

interface Load {
  perSecond: number;
  p99Ms: number;
  /** CPU of the server process for one request, in microseconds; not a number where /proc does not tell. */
  cpuUs: number;
}

/** Loads one server from this process, which does nothing else meanwhile. */
async function load(server: ServerProcess, seconds: number, pathOf: () => string): Promise<Load> {
  const cpuBefore = cpuSeconds(server.pid);
  const result = await autocannon({
    url: server.url,
    connections,
    duration: seconds,
    requests: [{ setupRequest: (request) => Object.assign(request, { path: pathOf() }) }],
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${server.url}: ${result.non2xx} answers were refusals, ${result.errors} requests had none`);
  }
  return {
    perSecond: result["2xx"] / result.duration,
    p99Ms: result.latency.p99,
    cpuUs: ((cpuSeconds(server.pid) - cpuBefore) / result["2xx"]) * 1e6,
  };
}

/** User and system time of a process; Linux counts it in hundredths of a second. */
function cpuSeconds(pid: number): number {
  if (process.platform !== "linux") return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

interface Comparison {
  api: ServerProcess;
  limit: ServerProcess;
  size: Size;
  say: Say;
}

/** The same question again and again: one from memory, one encoded anew. */
async function compareCached({ api, limit, path, size, say }: Comparison & { path: string }): Promise<Mark[]> {
  const pairs = await alternate(size.rounds, {
    ours: () => load(api, size.seconds, () => path),
    limit: () => load(limit, size.seconds, () => "/bare"),
  });
  tell("cached", "bare JSON route", pairs, say);
  return [
    {
      name: "A4 holiday query from the cache / bare JSON route, requests a second",
      value: medianRatio(pairs, (each) => each.perSecond),
      wants: "at least",
      limit: 0.6,
    },
  ];
}

/** No question twice: each location, and first and last days on which nothing depends. */
async function compareUncached({ api, limit, world, size, say }: Comparison & { world: World }): Promise<Mark[]> {
  const fresh = { api: questions(world), limit: questions(world) };
  const pairs = await alternate(size.rounds, {
    ours: () => load(api, size.seconds, () => holidaysPath(...fresh.api())),
    limit: () =>
      load(limit, size.seconds, () => {
        const [locationId, from, to] = fresh.limit();
        return `/pool/${locationId}?from=${from}&to=${to}`;
      }),
  });
  tell("uncached", "named statement through a pool", pairs, say);
  return [
    {
      name: "A4 holiday query, uncached / a named statement through a pool, requests a second",
      value: medianRatio(pairs, (each) => each.perSecond),
      wants: "at least",
      limit: 1.4,
    },
  ];
}

function questions({ locationIds }: World): () => [locationId: string, from: string, to: string] {
  const from = Temporal.PlainDate.from({ year: thisYear, month: 1, day: 1 });
  const to = Temporal.PlainDate.from({ year: thisYear, month: 12, day: 31 });
  // Nothing is celebrated in the seven days before and after.
  const ranges = Array.from({ length: 64 }, (_, place) => [
    from.subtract({ days: place % 8 }).toString(),
    to.subtract({ days: Math.floor(place / 8) }).toString(),
  ]);
  let asked = 0;
  return () => {
    const [first, last] = ranges[Math.floor(asked / locationIds.length) % ranges.length]!;
    const locationId = locationIds[asked % locationIds.length]!;
    asked += 1;
    return [locationId, first!, last!];
  };
}

function tell(which: string, beside: string, pairs: readonly Pair<Load>[], say: Say): void {
  const row = (name: string, loads: readonly Load[]) => [
    name,
    rounded(median(loads.map((each) => each.perSecond))),
    `${rounded(median(loads.map((each) => each.p99Ms)))} ms`,
    `${rounded(median(loads.map((each) => each.cpuUs)))} µs`,
  ];
  const ratio = (of: (each: Load) => number) => rounded(medianRatio(pairs, of));
  const rows = [
    row(
      `holiday query, ${which}`,
      pairs.map((pair) => pair.ours),
    ),
    row(
      beside,
      pairs.map((pair) => pair.limit),
    ),
    ["ratio", ratio((each) => each.perSecond), ratio((each) => each.p99Ms), ratio((each) => each.cpuUs)],
  ];
  say(`\n${table(["", "requests/s", "p99", "server CPU a request"], rows)}`);
}
