// A patch turns what the version before said into what this one says.
import type { EventView } from "@almanac/db/events";
import fc from "fast-check";
import { applyPatch, type Operation } from "rfc6902";
import { expect, test } from "vitest";
import { patchText } from "./patch.ts";

function event(metadata: string, given: Partial<EventView> = {}): EventView {
  return {
    eventId: "0d4c2f6e-8c11-4b43-8f57-0f3c9a1d2e4b",
    version: 1,
    eventType: "PaymentSuccessful",
    eventTimestamp: "2026-03-01T10:00:00.000000Z",
    userId: "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    relatedId: null,
    locationId: null,
    visitDate: null,
    schemaVersion: 1,
    metadata,
    extra: null,
    recordedAt: "2026-03-01T10:00:01.000000Z",
    supersededAt: null,
    loadId: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
    line: 1,
    ...given,
  } as EventView;
}

test("nothing before is no patch; nothing changed is an empty one", () => {
  const one = event('{"a": 1}');
  expect(patchText(undefined, one)).toBe("null");
  expect(patchText(one, event('{"a": 1.0}', { version: 2, line: 9 }))).toBe("[]");
});

test("fields and metadata alike, by pointer; numbers keep their digits", () => {
  const before = event('{"total_amount": 49, "deep": {"a/b": 9007199254740992}}');
  const after = event('{"total_amount": 49.50, "deep": {"a/b": 9007199254740993}, "tip": 1e400}', {
    visitDate: "2026-12-26",
  });
  expect(patchText(before, after)).toBe(
    JSON.stringify([
      { op: "replace", path: "/visit_date", value: "2026-12-26" },
      { op: "add", path: "/metadata/tip", value: "@" },
      { op: "replace", path: "/metadata/total_amount", value: 49.5 },
      { op: "replace", path: "/metadata/deep/a~1b", value: "#" },
    ])
      .replace('"@"', "1e400")
      .replace('"#"', "9007199254740993"),
  );
});

test("long lists are replaced, not compared element by element", () => {
  const list = (from: number) => Array.from({ length: 20_000 }, (_, place) => place + from);
  const [before, after] = [event(JSON.stringify({ list: list(0) })), event(JSON.stringify({ list: list(1) }))];
  expect(JSON.parse(patchText(before, after))).toEqual([{ op: "replace", path: "/metadata/list", value: list(1) }]);
  expect(patchText(before, before)).toBe("[]");
});

test("lists in lists are compared as far as a patch may cost, then replaced", () => {
  const lists = (from: number, count: number) =>
    Array.from({ length: count }, (_row, row) =>
      Array.from({ length: count }, (_cell, cell) => (row * 7 + cell + from) % 9),
    );
  const patched = (count: number) =>
    JSON.parse(
      patchText(event(JSON.stringify({ list: lists(1, count) })), event(JSON.stringify({ list: lists(2, count) }))),
    ) as Operation[];
  expect(patched(100)).toEqual([{ op: "replace", path: "/metadata/list", value: lists(2, 100) }]);
  expect(patched(5).every(({ path }) => path.startsWith("/metadata/list/"))).toBe(true);
});

test("applied to the version before it gives this one, whatever changed", () => {
  const objects = fc.dictionary(
    fc.string().filter((key) => key !== "__proto__"),
    fc.jsonValue(),
    { maxKeys: 6 },
  );
  fc.assert(
    fc.property(objects, objects, (from, to) => {
      const [before, after] = [JSON.stringify(from), JSON.stringify(to)];
      fc.pre(!/\\u0000|__proto__|-0/.test(before + after));
      const document = { metadata: JSON.parse(before) as unknown };
      const operations = JSON.parse(patchText(event(before), event(after))) as Operation[];
      expect(applyPatch(document, operations).filter((failure) => failure !== null)).toEqual([]);
      expect(document.metadata).toEqual(JSON.parse(after));
    }),
  );
});
