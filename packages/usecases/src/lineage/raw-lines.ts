// The raw lines of a body, by their numbers: read in the raw zone up to the last one that is wanted. Lines of NDJSON are
// counted, not parsed (a gigabyte a second or so); other formats go through the gate.
import type { LoadView } from "@almanac/db/loads";
import { AppError } from "@almanac/domain/errors";
import { compileSchemas } from "@almanac/gate/schemas";
import type { Lake } from "@almanac/lake/lake";
import { type GatedLine, readLines } from "../load/read-lines.ts";

export interface RawLine {
  byteOffset: number | null;
  byteLength: number | null;
  /** The line as text, or its bytes where it is none. */
  raw: string | null;
  rawBytes: Buffer | null;
}

/** What may be read for one answer; `bytes` goes down. */
export interface RawBudget {
  bytes: number;
}

const longestLine = 16_777_216;
// Parsing is dearer than counting.
const mostParsed = 67_108_864;

/**
 * The lines that were found; those behind the budget's end, and all lines of a body that cannot be read, are left out. What
 * is damaged in front of them goes unnoticed: the hash of a body is known at its end only.
 */
export async function readRawLines(
  lake: Lake,
  load: LoadView,
  lines: ReadonlySet<number>,
  budget: RawBudget,
): Promise<Map<number, RawLine>> {
  const found = new Map<number, RawLine>();
  try {
    if (load.mediaType === "application/x-ndjson") await countLines(lake, load, lines, { budget, found });
    else if (load.bytes <= mostParsed) await gateLines(lake, load, lines, found);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  return found;
}

interface Finding {
  budget: RawBudget;
  found: Map<number, RawLine>;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

async function countLines(
  lake: Lake,
  load: LoadView,
  lines: ReadonlySet<number>,
  { budget, found }: Finding,
): Promise<void> {
  const last = Math.max(...lines);
  const body = await lake.open(load.rawUri, { sha256: Buffer.from(load.contentSha256, "hex"), bytes: load.bytes });
  let line = 1;
  let offset = 0;
  let begin = 0;
  let parts: Buffer[] = [];
  const take = () => {
    if (lines.has(line)) found.set(line, lineOf(Buffer.concat(parts), begin));
    parts = [];
  };
  try {
    for await (const block of body as AsyncIterable<Buffer>) {
      for (let from = 0; ;) {
        const end = block.indexOf(lineFeed, from);
        const isWanted = lines.has(line) && offset + from - begin <= longestLine;
        if (isWanted) parts.push(block.subarray(from, end === -1 ? undefined : end));
        if (end === -1) break;
        take();
        line += 1;
        from = end + 1;
        begin = offset + from;
        if (line > last) return;
      }
      offset += block.length;
      budget.bytes -= block.length;
      if (budget.bytes <= 0) return;
    }
    if (offset > begin) take();
  } finally {
    body.destroy();
  }
}

function lineOf(bytes: Buffer, begin: number): RawLine {
  const isMarked = begin === 0 && bytes.subarray(0, 3).equals(byteOrderMark);
  const start = isMarked ? byteOrderMark.length : 0;
  const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
  return { byteOffset: begin + start, byteLength: end - start, ...textOf(bytes.subarray(start, end)) };
}

function textOf(bytes: Buffer): Pick<RawLine, "raw" | "rawBytes"> {
  try {
    return { raw: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), rawBytes: null };
  } catch {
    return { raw: null, rawBytes: Buffer.from(bytes) };
  }
}

async function gateLines(
  lake: Lake,
  load: LoadView,
  lines: ReadonlySet<number>,
  found: Map<number, RawLine>,
): Promise<void> {
  const last = Math.max(...lines);
  // By no schema: every type is unknown then, and every line a reject that has its text.
  const reading = { schemas: compileSchemas([]), lineCapBytes: longestLine };
  for await (const block of readLines(lake, load, reading)) {
    for (const line of block) {
      if (lines.has(line.line)) found.set(line.line, rawOf(line));
    }
    if ((block.at(-1)?.line ?? 0) >= last) return;
  }
}

function rawOf(line: GatedLine): RawLine {
  const { byteOffset, byteLength } = line;
  if ("reject" in line) {
    return {
      byteOffset,
      byteLength,
      raw: line.raw,
      rawBytes: line.rawBytes === null ? null : Buffer.from(line.rawBytes),
    };
  }
  return { byteOffset, byteLength, raw: "raw" in line ? line.raw() : null, rawBytes: null };
}
