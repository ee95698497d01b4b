// Events of a stretch of lines, packed: numbers in typed arrays, everything else as bytes of a row. A load of millions of
// lines makes no object that outlives its block, so that nothing is left for the collector; what was packed once is copied
// from array to array until it is sent.
import { articleIdOf, isTicketEvent } from "../dimension/named.ts";
import type { EventId } from "../ids.ts";
import { dayAtStart, dayText } from "./civil.ts";
import type { EventFacts, LinePlace } from "./event.ts";
import {
  RowReader,
  uuidBytes,
  writeDay,
  writeInstant,
  writeInt32,
  writeJson,
  writeLength,
  writeNull,
  writeText,
} from "./row-bytes.ts";
import { uuidText, writeUuid } from "./uuid.ts";

/** Where the text of a line can be had, for the few lines whose text is asked for. */
export interface LineTexts {
  textOf(place: LinePlace): string;
}

/** What a packed event has beside its row. */
export interface PackedLine extends LinePlace {
  /** Whether its related_id is a ticket, and the article that it names. */
  namesTicket: boolean;
  articleId: string | null;
  texts: LineTexts;
}

/** Fields of fixed width and the lengths of the others: no row is longer by more. */
export const mostFixedBytes = 160;

const none = -1;
const fewEvents = 64;
const fewBytes = 32 * 1024;
/** What a stretch of long lines needed is given back. */
const mostKeptBytes = 2 * 1024 * 1024;

export class PackedEvents {
  count = 0;
  /** The ids one after the other, 16 bytes each. */
  ids = new Uint8Array(fewEvents * uuidBytes);
  versions = new Int32Array(fewEvents);
  lines = new Float64Array(fewEvents);
  /**
   * The rows one after the other: type, instant, user, related, version, metadata, location, visit, schema, extra,
   * received.
   */
  bytes: Uint8Array<ArrayBuffer>;
  private starts = new Int32Array(fewEvents + 1);
  private byteOffsets = new Float64Array(fewEvents);
  private byteLengths = new Int32Array(fewEvents);
  private tickets = new Uint8Array(fewEvents);
  private readonly articles: (string | null)[] = [];
  /** The texts of the lines: few, because they are those of blocks, and which ones each line has. */
  private readonly texts: LineTexts[] = [];
  private textPlaces = new Int32Array(fewEvents);

  constructor(bytes = fewBytes) {
    this.bytes = new Uint8Array(bytes);
  }

  /** Forgets all events; what they lay in serves again. */
  clear(): void {
    this.count = 0;
    this.texts.length = 0;
    if (this.bytes.length > mostKeptBytes) this.bytes = new Uint8Array(fewBytes);
  }

  /** Makes room for an event whose row has so many bytes at the most; answers where its row begins. */
  open(mostBytes: number): number {
    if (this.count === this.lines.length) this.widen();
    const start = this.starts[this.count]!;
    if (start + mostBytes > this.bytes.length) {
      this.bytes = wider(this.bytes, Math.max(2 * this.bytes.length, start + mostBytes));
    }
    return start;
  }

  /** Takes in the event whose row was written up to a place, and whose id was written. */
  close(end: number, version: number, line: PackedLine): void {
    const place = this.count;
    this.versions[place] = version;
    this.lines[place] = line.line;
    this.byteOffsets[place] = line.byteOffset ?? none;
    this.byteLengths[place] = line.byteLength ?? none;
    this.tickets[place] = line.namesTicket ? 1 : 0;
    this.articles[place] = line.articleId;
    this.keepTexts(place, line.texts);
    this.starts[place + 1] = end;
    this.count = place + 1;
  }

  /** Packs an event. */
  add(event: EventFacts, place: LinePlace, texts: LineTexts): void {
    // UTF-8 takes at the most three bytes for a UTF-16 unit.
    const texty =
      event.eventType.length + event.metadata.length + (event.extra?.length ?? 0) + (event.received?.length ?? 0);
    let at = this.open(mostFixedBytes + 3 * texty);
    const { bytes } = this;
    writeUuid(this.ids, uuidBytes * this.count, event.eventId);
    at = writeText(bytes, at, event.eventType);
    at = writeInstant(bytes, at, event.eventTimeUs);
    at = writeId(bytes, at, event.userId);
    at = writeId(bytes, at, event.relatedId);
    at = writeInt32(bytes, at, event.version);
    at = writeJson(bytes, at, event.metadata);
    at = writeId(bytes, at, event.locationId);
    at = event.visitDate === null ? writeNull(bytes, at) : writeDay(bytes, at, dayAtStart(event.visitDate) ?? 0);
    at = writeInt32(bytes, at, event.schemaVersion);
    at = event.extra === null ? writeNull(bytes, at) : writeJson(bytes, at, event.extra);
    at = event.received === null ? writeNull(bytes, at) : writeJson(bytes, at, event.received);
    const { line, byteOffset, byteLength } = place;
    const namesTicket = isTicketEvent(event.eventType);
    const articleId = articleIdOf(event.metadata);
    this.close(at, event.version, { line, byteOffset, byteLength, namesTicket, articleId, texts });
  }

  /** Packs an event of others once more. */
  take(others: PackedEvents, place: number): void {
    const start = others.starts[place]!;
    const end = others.starts[place + 1]!;
    const at = this.open(end - start);
    const own = this.count;
    this.bytes.set(others.bytes.subarray(start, end), at);
    for (let n = 0; n < uuidBytes; n += 1) this.ids[uuidBytes * own + n] = others.ids[uuidBytes * place + n]!;
    this.versions[own] = others.versions[place]!;
    this.lines[own] = others.lines[place]!;
    this.byteOffsets[own] = others.byteOffsets[place]!;
    this.byteLengths[own] = others.byteLengths[place]!;
    this.tickets[own] = others.tickets[place]!;
    this.articles[own] = others.articles[place]!;
    this.keepTexts(own, others.texts[others.textPlaces[place]!]!);
    this.starts[own + 1] = at + end - start;
    this.count = own + 1;
  }

  /** Where the row of an event begins and ends in `bytes`. */
  rowStart(place: number): number {
    return this.starts[place]!;
  }

  rowEnd(place: number): number {
    return this.starts[place + 1]!;
  }

  /** Where the user's id lies in `bytes`: behind the type and the instant. */
  userAt(place: number): number {
    const start = this.starts[place]!;
    return start + 20 + ((this.bytes[start + 2]! << 8) | this.bytes[start + 3]!);
  }

  /** Where the id of the ticket that it names lies in `bytes`; -1 where it names none. */
  ticketAt(place: number): number {
    if (this.tickets[place] === 0) return -1;
    const at = this.userAt(place) + uuidBytes;
    return this.bytes[at] === 0xff ? -1 : at + 4;
  }

  eventIdOf(place: number): EventId {
    return uuidText(this.ids, uuidBytes * place) as EventId;
  }

  articleId(place: number): string | null {
    return this.articles[place]!;
  }

  placeOf(place: number): LinePlace {
    const byteOffset = this.byteOffsets[place]!;
    const byteLength = this.byteLengths[place]!;
    return {
      line: this.lines[place]!,
      byteOffset: byteOffset === none ? null : byteOffset,
      byteLength: byteLength === none ? null : byteLength,
    };
  }

  /** The line's own text. */
  textOf(place: number): string {
    return this.texts[this.textPlaces[place]!]!.textOf(this.placeOf(place));
  }

  /** An event unpacked. */
  factsOf(place: number): EventFacts {
    const row = new RowReader(this.bytes, this.rowStart(place));
    const uuid = () => {
      const at = row.skip();
      return at === -1 ? null : uuidText(this.bytes, at);
    };
    const eventType = row.text()!;
    const eventTimeUs = row.instant();
    const userId = uuid()!;
    const relatedId = uuid();
    const version = row.int32();
    const metadata = row.json()!;
    const locationId = uuid();
    const visitDay = row.day();
    return {
      eventId: this.eventIdOf(place),
      version,
      eventType,
      eventTimeUs,
      userId,
      relatedId,
      locationId,
      visitDate: visitDay === null ? null : dayText(visitDay),
      schemaVersion: row.int32(),
      metadata,
      extra: row.json(),
      received: row.json(),
    };
  }

  /** Lines that follow each other mostly have their texts in one place. */
  private keepTexts(place: number, texts: LineTexts): void {
    if (this.texts.at(-1) !== texts) this.texts.push(texts);
    this.textPlaces[place] = this.texts.length - 1;
  }

  private widen(): void {
    const room = 2 * this.lines.length;
    this.ids = wider(this.ids, room * uuidBytes);
    this.tickets = wider(this.tickets, room);
    this.versions = widerWords(this.versions, room);
    this.byteLengths = widerWords(this.byteLengths, room);
    this.textPlaces = widerWords(this.textPlaces, room);
    this.starts = widerWords(this.starts, room + 1);
    this.lines = widerNumbers(this.lines, room);
    this.byteOffsets = widerNumbers(this.byteOffsets, room);
  }
}

/** One event of a packed stretch: nothing but its place, valid as long as the stretch is. */
export class PackedEvent implements LinePlace {
  readonly events: PackedEvents;
  readonly place: number;

  constructor(events: PackedEvents, place: number) {
    this.events = events;
    this.place = place;
  }

  get line(): number {
    return this.events.lines[this.place]!;
  }

  get byteOffset(): number | null {
    return this.events.placeOf(this.place).byteOffset;
  }

  get byteLength(): number | null {
    return this.events.placeOf(this.place).byteLength;
  }

  get event(): EventFacts {
    return this.events.factsOf(this.place);
  }

  /** The line's own text, for a conflict's reject. */
  raw(): string {
    return this.events.textOf(this.place);
  }
}

function writeId(bytes: Uint8Array, at: number, uuid: string | null): number {
  return uuid === null ? writeNull(bytes, at) : writeUuid(bytes, writeLength(bytes, at, uuidBytes), uuid);
}

function wider(from: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const to = new Uint8Array(length);
  to.set(from);
  return to;
}

function widerWords(from: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(length);
  to.set(from);
  return to;
}

function widerNumbers(from: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(length);
  to.set(from);
  return to;
}
