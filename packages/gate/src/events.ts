import { isReject } from "@almanac/domain/event/envelope";
// What the events of a body are, line by line: the one way in for every load.
import type { EventFacts, LinePlace } from "@almanac/domain/event/event";
import { localClock } from "@almanac/domain/event/local-clock";
import type { MediaType } from "@almanac/domain/load/media";
import { JsonEventReader } from "./event/json-event.ts";
import type { Judgement } from "./event/judge.ts";
import { judgeEvent } from "./event/judge.ts";
import type { Region, RejectedLine, Span, Splitter } from "./records.ts";
import { notUtf8, RegionText, rejectRecord } from "./records.ts";
import type { EventSchemas } from "./schemas.ts";
import { blocksOf, pace } from "./split/body.ts";
import { LineSplitter } from "./split/lines.ts";

export interface GateOptions {
  mediaType: MediaType;
  /** IANA time zone of timestamps without an offset; null: such timestamps are rejected. */
  timeZone: string | null;
  schemas: EventSchemas;
  /** Longest line that is read, 1 MiB without it; longer ones are rejects. */
  lineCapBytes?: number;
  /** After how many milliseconds of work the event loop gets a turn, 8 without it. */
  yieldEveryMs?: number;
}

/** A line that is an event. */
export interface GatedEvent extends LinePlace {
  event: EventFacts;
  /** The line's own text, for a conflict's reject. */
  raw(): string;
}

/** Told apart by `"event" in line`. */
export type GatedLine = GatedEvent | RejectedLine;

const defaultLineCapBytes = 1024 * 1024;
const defaultYieldEveryMs = 8;

/**
 * The lines of a body, an item for each block of it (256 KiB at the most, and what the block before left over), so that
 * nothing is awaited for a line. Never throws because of a bad line.
 */
export async function* gateEvents(
  body: AsyncIterable<Uint8Array>,
  options: GateOptions,
): AsyncGenerator<readonly GatedLine[]> {
  const judgement: Judgement = {
    schemas: options.schemas,
    clock: options.timeZone === null ? null : localClock(options.timeZone),
  };
  const reader = new JsonEventReader();
  const splitter: Splitter = new LineSplitter(options.lineCapBytes ?? defaultLineCapBytes);
  const breathe = pace(options.yieldEveryMs ?? defaultYieldEveryMs);
  for await (const { bytes, offset } of blocksOf(body)) {
    const region = splitter.push(bytes, offset);
    if (region !== null) yield gateRegion(region, reader, judgement);
    await breathe();
  }
  const rest = splitter.end();
  if (rest !== null) yield gateRegion(rest, reader, judgement);
}

function gateRegion(region: Region, reader: JsonEventReader, judgement: Judgement): GatedLine[] {
  const text = new RegionText(region);
  return region.records.map((record) => ("reject" in record ? record : gateLine(text, record, reader, judgement)));
}

function gateLine(text: RegionText, span: Span, reader: JsonEventReader, judgement: Judgement): GatedLine {
  if (!text.isUtf8(span.start, span.end)) return notUtf8(text, span);
  const broken = reader.read(text, span);
  if (broken !== null) return rejectRecord(text, span, broken);
  const judged = judgeEvent(reader.found, reader.metadata, reader.extra, judgement);
  return isReject(judged) ? rejectRecord(text, span, judged) : new TakenLine(judged, text, span);
}

/** Holds on to the region's text, not to its bytes; the text is held by the event's own strings anyway. */
class TakenLine implements GatedEvent {
  readonly event: EventFacts;
  readonly line: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  private readonly latin: string;
  private readonly start: number;

  constructor(event: EventFacts, text: RegionText, span: Span) {
    this.event = event;
    this.line = span.line;
    this.byteOffset = text.offset + span.start;
    this.byteLength = span.end - span.start;
    this.latin = text.latin;
    this.start = span.start;
  }

  raw(): string {
    return Buffer.from(this.latin.slice(this.start, this.start + this.byteLength), "latin1").toString("utf8");
  }
}
