import { uuidText } from "@almanac/domain/event/uuid";
import fc from "fast-check";
import { expect, test } from "vitest";
import { UuidSet } from "./uuid-set.ts";

/** The ids of a binary array, as texts. */
function textsOf(set: UuidSet): string[] {
  const array = set.toArray();
  expect([array.readInt32BE(12), array.length]).toEqual([set.size, 20 + 20 * set.size]);
  return Array.from({ length: set.size }, (_, n) => uuidText(array, 24 + 20 * n));
}

const bytesOf = (uuid: string) => Uint8Array.from(Buffer.from(uuid.replaceAll("-", ""), "hex"));

test("holds each id once, the one of zeros too, in the order in which they came, however many", () => {
  const some = fc.constantFrom("00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001");
  fc.assert(
    fc.property(fc.array(fc.oneof(some, fc.uuid()), { maxLength: 400 }), fc.uuid(), (ids, other) => {
      const set = new UuidSet();
      for (const id of ids) set.add(bytesOf(id), 0);
      expect(textsOf(set)).toEqual([...new Set(ids)]);
      for (const id of [...ids, other]) {
        expect(set.has(Uint8Array.of(9, ...bytesOf(id)), 1)).toBe(ids.includes(id));
      }
      const all = new UuidSet();
      all.add(bytesOf(other), 0);
      all.addAll(set);
      expect(textsOf(all)).toEqual([...new Set([other, ...ids])]);
      all.clear();
      expect([all.size, all.has(bytesOf(other), 0), textsOf(all)]).toEqual([0, false, []]);
    }),
    { numRuns: 50 },
  );
});
