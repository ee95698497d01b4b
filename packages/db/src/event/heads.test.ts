import { eventOf, linesOf } from "@almanac/db/testing/events";
import type { EventId } from "@almanac/domain/ids";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseHeads } from "./heads.ts";

test("of each event the first line of its highest version may become current, and heads are sorted by id", () => {
  const { isHead, sorted, repeated } = chooseHeads(
    linesOf([eventOf(5, 1), eventOf(2, 3), eventOf(5, 2), eventOf(1, 1), eventOf(2, 1), eventOf(5, 2), eventOf(2, 3)]),
  );
  expect([...isHead]).toEqual([0, 1, 1, 1, 0, 0, 0]);
  expect(sorted).toEqual([3, 1, 2]);
  expect(repeated).toEqual([
    [0, 2, 5],
    [1, 4, 6],
  ]);
});

test("heads are in the order of their texts, whether ids begin alike or not", () => {
  const id = fc.tuple(fc.constantFrom("00000000", "7fffffff", "80000000", "ffffffff"), fc.uuid(), fc.boolean());
  fc.assert(
    fc.property(fc.uniqueArray(id.map(([begin, uuid, isOwn]) => (isOwn ? uuid : begin + uuid.slice(8)))), (ids) => {
      const events = linesOf(ids.map((eventId) => ({ ...eventOf(1, 1), eventId: eventId as EventId })));
      const { sorted, repeated } = chooseHeads(events);
      expect(sorted.map((place) => ids[place])).toEqual(ids.toSorted());
      expect(repeated).toEqual([]);
    }),
  );
});
