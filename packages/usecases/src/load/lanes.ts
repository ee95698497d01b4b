// Which lane does a line go to, and when is a lane's chunk full? All lines of an event are in one lane, in file order.
import type { GatedLine } from "./read-lines.ts";

/** A chunk of long lines is closed earlier: this bounds the memory. */
const mostChunkBytes = 8 * 1_048_576;

/** By the event's id; a line without one by its number. The same for ever: a resumed load counts on it. */
export function laneOf(line: GatedLine, lanes: number): number {
  if (lanes === 1) return 0;
  return "event" in line ? hash(line.event.eventId) % lanes : line.line % lanes;
}

/** FNV-1a over the characters. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) {
    sum = Math.imul(sum ^ text.charCodeAt(place), 0x01000193);
  }
  return sum >>> 0;
}

/** Lines of one lane that are committed together. */
export interface Chunk {
  lines: GatedLine[];
  bytes: number;
}

export function newChunk(): Chunk {
  return { lines: [], bytes: 0 };
}

/** Adds a line; true when the chunk is full with it. */
export function addLine(chunk: Chunk, line: GatedLine, mostLines: number): boolean {
  chunk.lines.push(line);
  chunk.bytes += line.byteLength ?? 400;
  return chunk.lines.length >= mostLines || chunk.bytes >= mostChunkBytes;
}
