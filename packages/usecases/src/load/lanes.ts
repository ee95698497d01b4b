// Which lane does a line go to, and when is a lane's chunk full? All lines of an event are in one lane, in file order.
import { PackedEvent, PackedEvents } from "@almanac/domain/event/packed";
import { uuidBytes } from "@almanac/domain/event/row-bytes";
import { hashUuid } from "@almanac/domain/event/uuid";
import type { GatedMember } from "@almanac/gate/members";
import type { RejectedLine } from "@almanac/gate/records";
import type { GatedLine } from "./read-lines.ts";

/** A chunk of long lines is closed earlier: this bounds the memory. */
const mostChunkBytes = 8 * 1_048_576;

/** By the event's id; a line without one by its number. The same for ever: a resumed load counts on it. */
export function laneOf(line: GatedLine, lanes: number): number {
  if (lanes === 1) return 0;
  if (!(line instanceof PackedEvent)) return line.line % lanes;
  return hashUuid(line.events.ids, uuidBytes * line.place) % lanes;
}

/** Lines of one lane that are committed together. Its events are copies: the blocks that they came in are let go. */
export class Chunk {
  readonly events = new PackedEvents();
  members: GatedMember[] = [];
  rejects: RejectedLine[] = [];
  count = 0;
  fromLine = 0;
  toLine = 0;
  /** Bytes of the body before the end of its last line; null where the format has no such thing. */
  toByte: number | null = null;
  private bytes = 0;

  /** Adds a line; true when the chunk is full with it. */
  add(line: GatedLine, mostLines: number): boolean {
    if (line instanceof PackedEvent) this.events.take(line.events, line.place);
    else if ("member" in line) this.members.push(line);
    else this.rejects.push(line);
    const { byteOffset, byteLength } = line;
    if (this.count === 0) this.fromLine = line.line;
    this.toLine = line.line;
    this.toByte = byteOffset === null ? null : byteOffset + (byteLength ?? 0);
    this.count += 1;
    this.bytes += byteLength ?? 400;
    return this.count >= mostLines || this.bytes >= mostChunkBytes;
  }

  /** Empty again. */
  clear(): void {
    this.events.clear();
    this.members = [];
    this.rejects = [];
    this.count = 0;
    this.bytes = 0;
  }
}
