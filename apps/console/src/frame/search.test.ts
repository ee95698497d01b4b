import fc from "fast-check";
import { expect, test } from "vitest";
import { dayOf, listOf, oneOf, parseSearch, stringifySearch, textOf } from "./search.ts";

test("what is written into the URL is read from it again", () => {
  const name = fc.constantFrom("from", "location_id", "q", "status");
  const value = fc.oneof(fc.string({ minLength: 1 }), fc.array(fc.string({ minLength: 1 }), { minLength: 2 }));
  fc.assert(
    fc.property(fc.dictionary(name, value), (search) => {
      const text = stringifySearch(search);
      expect(text === "" || text.startsWith("?")).toBe(true);
      expect(parseSearch(text.slice(1))).toEqual({ ...search });
    }),
  );
});

test("what is empty is not written", () => {
  expect(stringifySearch({ q: "", from: undefined, to: null, type: [], status: "failed" })).toBe("?status=failed");
});

test("a text that is none, or not one of the choices, is as if it was not there", () => {
  expect([textOf(undefined), textOf(""), textOf(["a", "b"])]).toEqual([undefined, undefined, "a"]);
  expect([listOf("a"), listOf(["a", "b"]), listOf("")]).toEqual([["a"], ["a", "b"], undefined]);
  expect([oneOf("visit", ["visit", "event"]), oneOf("other", ["visit", "event"])]).toEqual(["visit", undefined]);
  expect([dayOf("2026-04-27"), dayOf("27-04-2026")]).toEqual(["2026-04-27", undefined]);
});
