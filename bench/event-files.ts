// The files of the events benchmark: a sample of new events, the same in other bytes, one in which some are updates, and
// rows that are ready for COPY, which are the limit.
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { generateSample, type SampleOptions } from "@almanac/sample/generate";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { timed } from "./measure.ts";
import { withClient } from "./scratch-server.ts";

const year = { from: "2026-01-01", to: "2026-12-31" };

async function sampleOf(options: Pick<SampleOptions, "seed" | "events"> & Partial<SampleOptions>) {
  return generateSample({ ...year, shares: "none", ...options });
}

/** New events of that seed; or the same content in other bytes. */
export async function writeEvents(
  path: string,
  events: number,
  { seed = 1, rendering = "plain" }: Pick<Partial<SampleOptions>, "seed" | "rendering"> = {},
): Promise<void> {
  const sample = await sampleOf({ seed, events, rendering });
  await pipeline(Readable.from(sample.blocks()), createWriteStream(path));
}

/** A file of about as many lines as `writeEvents` wrote: a share of its events again as version 2, the others new. */
export async function writeUpdates(path: string, events: number, share: number): Promise<void> {
  const fresh = await sampleOf({ seed: 2, events: Math.round(events * (1 - share)) });
  const again = await sampleOf({ seed: 1, events, restate: { version: 2, share } });
  await pipeline(Readable.from(mixed(fresh.blocks(), again.blocks(), share)), createWriteStream(path));
}

/** Takes turns between both, `share` of the second, until both have ended. */
function* mixed<Block>(first: Generator<Block>, second: Generator<Block>, share: number): Generator<Block> {
  let owed = 0;
  let next = first.next();
  let other = second.next();
  while (next.done !== true || other.done !== true) {
    owed += share;
    const isOther = other.done !== true && (owed >= 1 || next.done === true);
    if (isOther) owed -= 1;
    const taken = isOther ? other : next;
    if (taken.done !== true) yield taken.value;
    if (isOther) other = second.next();
    else if (next.done !== true) next = first.next();
  }
}

/** All current events as COPY takes them, in the order in which they came. */
export async function writeReadyRows(url: string, path: string): Promise<void> {
  await withClient(url, async (client) => {
    const rows = client.query(copyTo("copy (select * from events order by line) to stdout"));
    await pipeline(rows, createWriteStream(path));
  });
}

/** An empty table like `events`, with the same indexes and checks. */
export async function createLimitTable(url: string): Promise<void> {
  await withClient(url, (client) =>
    client.query("drop table if exists ready_events; create table ready_events (like events including all)"),
  );
}

/** COPY of ready rows over one connection: milliseconds. The rows must be new to the table. */
export async function copyReadyRows(url: string, path: string): Promise<number> {
  return withClient(url, (client) =>
    timed(async () => {
      const rows = client.query(copyFrom("copy ready_events from stdin"));
      await pipeline(createReadStream(path, { highWaterMark: 262_144 }), rows);
    }),
  );
}
