import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { articleIdOf, ticketEventTypes } from "../dimension/named.ts";
import type { EventId } from "../ids.ts";
import type { EventFacts, LinePlace } from "./event.ts";
import { PackedEvent, PackedEvents } from "./packed.ts";
import { hashUuid, uuidText, writeUuid } from "./uuid.ts";

const text = fc.string({ unit: "grapheme", maxLength: 30 });
const instant = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2200, 11, 31) }).map((ms) => ms * 1000 + 123);
const date = fc
  .date({ min: new Date("1900-01-01"), max: new Date("2200-12-31"), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const json = fc.dictionary(text, fc.jsonValue(), { maxKeys: 3 }).map((value) => JSON.stringify(value));

const facts: fc.Arbitrary<EventFacts> = fc.record({
  eventId: fc.uuid().map((id) => id as EventId),
  version: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  eventType: fc.oneof(fc.constantFrom(...ticketEventTypes), text),
  eventTimeUs: instant,
  userId: fc.uuid(),
  relatedId: orNull(fc.uuid()),
  locationId: orNull(fc.uuid()),
  visitDate: orNull(date),
  schemaVersion: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  metadata: fc.oneof(json, fc.constant('{"article_id": "98765"}')),
  extra: orNull(json),
  received: orNull(json),
});
const place: fc.Arbitrary<LinePlace> = fc.record({
  line: fc.integer({ min: 1, max: 2 ** 40 }),
  byteOffset: orNull(fc.integer({ min: 0, max: 2 ** 40 })),
  byteLength: orNull(fc.integer({ min: 0, max: 2 ** 30 })),
});
const lines = fc.array(fc.tuple(facts, place), { maxLength: 150 });

function packed(events: readonly (readonly [EventFacts, LinePlace])[], into = new PackedEvents()): PackedEvents {
  for (const [event, at] of events) into.add(event, at, { textOf: ({ line }) => `${event.eventId} in ${line}` });
  return into;
}

function unpacked(events: PackedEvents) {
  return Array.from({ length: events.count }, (_, n) => [events.factsOf(n), events.placeOf(n), events.textOf(n)]);
}

describe("packed events", () => {
  it("are what they were, however many, and once more when they are taken over or their room is used again", () => {
    const into = new PackedEvents();
    const copies = new PackedEvents();
    fc.assert(
      fc.property(lines, (events) => {
        into.clear();
        copies.clear();
        const wanted = events.map(([event, at]) => [event, at, `${event.eventId} in ${at.line}`]);
        expect(unpacked(packed(events, into))).toEqual(wanted);
        for (let n = into.count - 1; n >= 0; n -= 1) copies.take(into, n);
        into.clear();
        expect(unpacked(copies)).toEqual(wanted.toReversed());
      }),
      { numRuns: 60 },
    );
  });

  it("tell the ids of a user and a ticket without being unpacked", () => {
    fc.assert(
      fc.property(facts, place, (event, at) => {
        const events = new PackedEvents();
        events.take(packed([[event, at]]), 0);
        expect(events.articleId(0)).toBe(articleIdOf(event.metadata));
        expect(uuidText(events.bytes, events.userAt(0))).toBe(event.userId);
        const isTicket = ticketEventTypes.includes(event.eventType) && event.relatedId !== null;
        expect(events.ticketAt(0) === -1 ? null : uuidText(events.bytes, events.ticketAt(0))).toBe(
          isTicket ? event.relatedId : null,
        );
      }),
    );
  });

  it("name the article that their metadata names", () => {
    const events = packed([
      [{ ...sample(), metadata: '{"article_id": 12345678901234567890}' }, somewhere],
      [{ ...sample(), metadata: '{"article_id": "a"}' }, somewhere],
      [{ ...sample(), metadata: "{}" }, somewhere],
    ]);
    expect([0, 1, 2].map((n) => events.articleId(n))).toEqual(["12345678901234567890", "a", null]);
  });

  it("are each an event with its line", () => {
    const event = new PackedEvent(packed([[sample(), somewhere]]), 0);
    expect({ ...somewhere, event: sample(), raw: `${sample().eventId} in 7` }).toEqual({
      line: event.line,
      byteOffset: event.byteOffset,
      byteLength: event.byteLength,
      event: event.event,
      raw: event.raw(),
    });
  });
});

const somewhere: LinePlace = { line: 7, byteOffset: null, byteLength: 12 };

function sample(): EventFacts {
  return fc.sample(facts, { numRuns: 1, seed: 1 })[0]!;
}

describe("a UUID in bytes", () => {
  it("is hashed as the characters of its text are, which tells a line its lane for ever", () => {
    const bytes = new Uint8Array(17);
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        expect(writeUuid(bytes, 1, uuid)).toBe(17);
        expect(uuidText(bytes, 1)).toBe(uuid);
        let sum = 0x811c_9dc5;
        for (const character of uuid) sum = Math.imul(sum ^ character.charCodeAt(0), 0x0100_0193);
        expect(hashUuid(bytes, 1)).toBe(sum >>> 0);
      }),
    );
  });
});
