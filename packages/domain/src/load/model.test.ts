import fc from "fast-check";
import { expect, test } from "vitest";
import type { EventFacts } from "../event/event.ts";
import type { EventId } from "../ids.ts";
import { type EventVersions, takeEvent, takeEvents } from "./model.ts";

function eventOf(id: number, version: number, metadata = `{"n":${version}}`): EventFacts {
  return {
    eventId: `00000000-0000-4000-8000-${String(id).padStart(12, "0")}` as EventId,
    version,
    eventType: "PaymentSuccessful",
    eventTimeUs: 1_700_000_000_000_000,
    userId: "00000000-0000-4000-8000-00000000000a",
    relatedId: null,
    locationId: null,
    visitDate: null,
    schemaVersion: 1,
    metadata,
    extra: null,
    received: null,
  };
}

function outcomes(...events: EventFacts[]): string[] {
  const versions: EventVersions = new Map();
  return events.map((event) => takeEvent(versions, event));
}

test("a higher version updates, a lower one that is new is stale, a known one is a duplicate or a conflict", () => {
  expect(
    outcomes(eventOf(1, 1), eventOf(1, 3), eventOf(1, 2), eventOf(1, 3), eventOf(1, 2, `{"n":7}`), eventOf(2, 9)),
  ).toEqual(["inserted", "updated", "stale", "duplicate", "conflict", "inserted"]);
});

test("the order of keys and the schema's version make no other content", () => {
  const twin = { ...eventOf(1, 1, `{ "b": {"d": 1, "c": 2}, "a": 1 }`), schemaVersion: 2 };
  expect(outcomes(eventOf(1, 1, `{"a":1,"b":{"c":2,"d":1}}`), twin)).toEqual(["inserted", "duplicate"]);
  expect(outcomes(eventOf(1, 1), { ...eventOf(1, 1), extra: `{"x":1}` })).toEqual(["inserted", "conflict"]);
});

const lines = fc.array(
  fc.record({ id: fc.nat(4), version: fc.integer({ min: 1, max: 5 }) }).map(({ id, version }) => eventOf(id, version)),
  { maxLength: 40 },
);

const states = (versions: EventVersions) =>
  [...versions]
    .map(([id, known]) => [id, [...known.keys()].sort((a, b) => a - b)])
    .sort((a, b) => (a[0]! < b[0]! ? -1 : 1));

test("without conflicts the order of arrival makes no difference to what is known", () => {
  fc.assert(
    fc.property(lines, fc.infiniteStream(fc.nat()), (events, dice) => {
      const shuffled = events
        .map((event) => ({ event, place: dice.next().value as number }))
        .sort((a, b) => a.place - b.place)
        .map(({ event }) => event);
      const [one, other]: EventVersions[] = [new Map(), new Map()];
      takeEvents(one!, events);
      takeEvents(other!, shuffled);
      expect(states(one!)).toEqual(states(other!));
    }),
  );
});

test("taking lines twice changes nothing: all of them are duplicates or conflicts", () => {
  fc.assert(
    fc.property(lines, (events) => {
      const versions: EventVersions = new Map();
      takeEvents(versions, events);
      const before = states(versions);
      expect(takeEvents(versions, events)).toMatchObject({ inserted: 0, updated: 0, stale: 0 });
      expect(states(versions)).toEqual(before);
    }),
  );
});

test("what defaults filled in is no content: a line is what was received", () => {
  const filled = (received: string): EventFacts => ({ ...eventOf(1, 1, `{"n":1,"type":"QR"}`), received });
  expect(outcomes(eventOf(1, 1), filled(`{"n":1}`), eventOf(1, 1, `{"n":1,"type":"QR"}`), filled(`{"n":2}`))).toEqual([
    "inserted",
    "duplicate",
    "conflict",
    "conflict",
  ]);
});
