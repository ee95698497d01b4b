// What the events of a body are, line by line: the one way in for every load.
import { AppError } from "@almanac/domain/errors";
import { localClock } from "@almanac/domain/event/local-clock";
import { PackedEvent, PackedEvents } from "@almanac/domain/event/packed";
import type { MediaType } from "@almanac/domain/load/media";
import { CloudEventReader } from "./event/cloud-event.ts";
import { CsvEventReader } from "./event/csv-event.ts";
import type { EventReader } from "./event/found.ts";
import { JsonEventReader } from "./event/json-event.ts";
import type { Judgement } from "./event/judge.ts";
import { packEvent } from "./event/judge.ts";
import type { RejectedLine, Span, Splitter } from "./records.ts";
import { rejectRecord } from "./records.ts";
import type { EventSchemas } from "./schemas.ts";
import { defaultLineCapBytes, gateRecords } from "./split/body.ts";
import { CsvSplitter } from "./split/csv.ts";
import { ElementSplitter } from "./split/elements.ts";
import { LineSplitter } from "./split/lines.ts";

export interface GateOptions {
  mediaType: MediaType;
  /** IANA time zone of timestamps without an offset; null: such timestamps are rejected. */
  timeZone: string | null;
  schemas: EventSchemas;
  /** Longest line that is read, 1 MiB without it; longer ones are rejects. */
  lineCapBytes?: number;
  /** After how many milliseconds of work the event loop gets a turn, 1 without it. */
  yieldEveryMs?: number;
  /** What the events of the next block are packed into: something new without it, so that every block stays as it is. */
  packInto?: () => PackedEvents;
}

/** A line that is an event: a place in the packed events of its block. */
export type GatedEvent = PackedEvent;

/** Told apart by `"event" in line`. */
export type GatedLine = GatedEvent | RejectedLine;

/**
 * The lines of a body, an item for each block of it (64 KiB at the most, and what the block before left over), so that
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
  const capBytes = options.lineCapBytes ?? defaultLineCapBytes;
  switch (options.mediaType) {
    case "application/x-ndjson":
      return yield* gate(body, new LineSplitter(capBytes), new JsonEventReader(), judgement, options);
    case "application/json":
      return yield* gate(body, new ElementSplitter(capBytes), new JsonEventReader(), judgement, options);
    case "application/cloudevents+json":
    case "application/cloudevents-batch+json":
      return yield* gate(body, new ElementSplitter(capBytes), new CloudEventReader(), judgement, options);
    case "text/csv": {
      const reader = new CsvEventReader();
      const splitter = new CsvSplitter(capBytes, (names) => reader.takeHeader(names));
      return yield* gate(body, splitter, reader, judgement, options);
    }
    case "application/vnd.apache.parquet":
      throw new AppError("fault", { code: "gate.not_a_stream", detail: "Parquet is read from its end: gateParquet." });
  }
}

function gate<Record extends Span>(
  body: AsyncIterable<Uint8Array>,
  splitter: Splitter<Record>,
  reader: EventReader<Record>,
  judgement: Judgement,
  options: GateOptions,
): AsyncGenerator<readonly GatedLine[]> {
  return gateRecords(body, splitter, options.yieldEveryMs, (text) => {
    // A row is about as long as its line.
    const packed = options.packInto?.() ?? new PackedEvents(text.bytes.length);
    return (record): GatedLine => {
      const broken = reader.read(text, record);
      if (broken !== null) {
        const rejected = rejectRecord(text, record, broken);
        return reader.hasCells === true ? { ...rejected, eventId: named(reader) } : rejected;
      }
      const { line, start, end } = record;
      const place = { line, byteOffset: text.offset + start, byteLength: end - start };
      const reject = packEvent(packed, reader, { place, texts: text.lines }, judgement);
      if (reject === null) return new PackedEvent(packed, packed.count - 1);
      const reason = { ...reject, pointer: reader.pointer(reject.pointer) };
      return { ...rejectRecord(text, record, reason), eventId: named(reader) };
    };
  });
}

function named({ found: { eventId } }: EventReader<never>): string | null {
  return typeof eventId === "string" ? eventId : null;
}
