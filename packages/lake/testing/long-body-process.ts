// A process for tests that measures its memory over a short and a long body, each put and read back. Arguments: the
// long one's megabytes; nothing more for a folder of its own, or a bucket's URL and settings.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLake } from "../src/open.ts";
import { filedAs, lines } from "./bodies.ts";

const [megabytes, url, settings] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "almanac-long-"));
const lake = openLake(url ?? `file:${folder}`, settings === undefined ? {} : { s3: JSON.parse(settings) as object });
const block = lines(20_000);

async function* body(length: number, mark: number): AsyncGenerator<Uint8Array> {
  yield Buffer.of(mark);
  for (let left = length; left > 0;) {
    for (let from = 0; from < block.length && left > 0; from += 65_536) {
      const chunk = block.subarray(from, from + Math.min(65_536, left));
      left -= chunk.length;
      yield chunk;
    }
  }
}

async function throughTheLake(length: number, mark: number): Promise<number> {
  const stored = await lake.putRaw(body(length, mark), filedAs);
  for await (const _ of await lake.open(stored.uri, stored));
  return process.resourceUsage().maxRSS * 1024;
}

const short = await throughTheLake(40_000_000, 1);
const long = await throughTheLake(Number(megabytes) * 1_000_000, 2);
await lake.close();
rmSync(folder, { recursive: true, force: true });
process.stdout.write(JSON.stringify({ grownBytes: long - short, mostBytes: long }));
