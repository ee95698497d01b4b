// Checkout traffic that never happened, the same for the same seed: sessions day by day over real holidays, in the order
// of time, with a stated share of everything that goes wrong in files, and what a load of it must come to. Millions of
// lines in constant memory: visits that lie ahead are two numbers each.
import { createDisorder, defaultShares, type Disorder, noDisorder, type SampleTruth, type Shares } from "./disorder.ts";
import { csvHeader, type Draft, metadataOf, type Rendering, type SampleFormat, writeLine } from "./lines.ts";
import { createTraffic, type TrafficOptions } from "./traffic.ts";

export interface SampleOptions extends TrafficOptions {
  format?: SampleFormat;
  /** What is not named has its default; `"none"`: every line is an event that is new. */
  shares?: Partial<Shares> | "none";
  /** `reordered`: the same content in other bytes. */
  rendering?: Rendering;
  /** The same events again: of a share of them (drawn by their ids) that version, and nothing else. */
  restate?: { version: number; share: number };
}

export interface Sample {
  /** Blocks of about 64 KiB that end with a line; once. */
  blocks(): Generator<Uint8Array<ArrayBuffer>>;
  /** The same, giving way to whatever else the process has to do. */
  body(): AsyncGenerator<Uint8Array<ArrayBuffer>>;
  /** What a load into an empty database must come to; complete once all blocks are out. Of a restatement: its lines. */
  readonly truth: SampleTruth;
}

const blockLength = 0x10000;

/** Prepares the sample: asks for the holidays, writes nothing yet. Throws RangeError for days or numbers that are none. */
export async function generateSample(options: SampleOptions): Promise<Sample> {
  const { seed, events, format = "ndjson", rendering = "plain", restate } = options;
  const traffic = await createTraffic(options);
  let text = "";
  const write = (line: string) => {
    text += line;
  };
  const shares = options.shares === "none" ? noDisorder : { ...defaultShares, ...options.shares };
  const asArray = createArrayWriter(write);
  const lineWriter = format === "json" ? asArray : write;
  const disorder = createDisorder({ seed, shares, format, rendering, write: lineWriter });
  const take = restate === undefined ? disorder.take : restating(disorder, restate, { format, rendering, lineWriter });

  function* blocks() {
    if (format === "csv") write(csvHeader);
    if (format === "json") write("[\n");
    const running = traffic.run(events, take);
    while (running.next().done !== true) {
      if (text.length >= blockLength) {
        yield Buffer.from(text, "latin1");
        text = "";
      }
    }
    disorder.end();
    if (format === "json") write("\n]\n");
    if (text !== "") yield Buffer.from(text, "latin1");
    text = "";
  }

  return {
    blocks,
    async *body() {
      for (const block of blocks()) {
        yield block;
        await new Promise((resolve) => void setImmediate(resolve));
      }
    },
    truth: disorder.truth,
  };
}

/** Elements instead of lines: a comma before each but the first. */
function createArrayWriter(write: (text: string) => void): (line: string) => void {
  let isFirst = true;
  return (line) => {
    write(isFirst ? line.slice(0, -1) : `,\n${line.slice(0, -1)}`);
    isFirst = false;
  };
}

interface Output {
  format: SampleFormat;
  rendering: Rendering;
  lineWriter: (line: string) => void;
}

function restating(
  { truth }: Disorder,
  { version, share }: { version: number; share: number },
  { format, rendering, lineWriter }: Output,
) {
  return (draft: Draft) => {
    if (Number.parseInt(draft.eventId.slice(0, 8), 16) >= share * 0x100000000) return;
    truth.total += 1;
    truth.types[draft.eventType] = (truth.types[draft.eventType] ?? 0) + 1;
    lineWriter(writeLine(draft, version, metadataOf(draft, version - 1), format, rendering));
  };
}
