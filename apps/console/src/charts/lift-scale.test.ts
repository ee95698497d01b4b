import fc from "fast-check";
import { expect, test } from "vitest";
import { liftScale } from "./lift-scale.ts";

test("once is always on it, twice and half lie equally far from it", () => {
  const { ticks, place } = liftScale([{ ratio: 1.8, low: 1.6, high: 2.1 }]);
  expect(ticks).toEqual([0.5, 1, 2, 4]);
  expect([place(0.5), place(4)]).toEqual([0, 1]);
  expect(place(2) - place(1)).toBeCloseTo(place(1) - place(0.5));
});

test("without numbers it is there all the same; none and endless stand at the edges", () => {
  const { ticks, place } = liftScale([{ ratio: null, low: null, high: null }]);
  expect(ticks).toEqual([0.5, 1, 2]);
  expect([place(0), place(1_000)]).toEqual([0, 1]);
});

test("a higher ratio never stands lower", () => {
  const number = fc.double({ min: 0, max: 40, noNaN: true });
  fc.assert(
    fc.property(number, number, number, (low, ratio, high) => {
      const { place } = liftScale([{ ratio, low, high }]);
      const places = [low, ratio, high].toSorted((a, b) => a - b).map(place);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }),
  );
});
