import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type JsonObject, type JsonValue, parseExact, writeExact } from "../schema/exact-json.ts";
import type { UpcastStep } from "../schema/step.ts";
import { composeUpcast, fillOf } from "../schema/upcast.ts";
import { interpret, type Interpreter } from "./interpret.ts";
import { patchOf } from "./patch.ts";
import { emptyTally, mergeTallies, tallyChange, tallyFailure } from "./tally.ts";

const by = (steps: readonly UpcastStep[], own: Partial<Interpreter> = {}): Interpreter => {
  const chain = [
    { schemaVersion: 1, steps: [] },
    { schemaVersion: 2, steps },
  ];
  return {
    version: 2,
    defaultsOf: (version) => fillOf(chain, version),
    upcastFrom: (from) => composeUpcast(chain, from, 2),
    judge: () => null,
    ...own,
  };
};
const fills: UpcastStep[] = [{ op: "default", path: "/barcode_type", value: "QR" }];
const asReceived = (received: string) => ({ received, receivedVersion: 1, today: null });

describe("an interpretation", () => {
  test("is made of what was received, whatever was made of it before", () => {
    const stored = { ...asReceived('{"gate": 1}'), today: '{"gate": 1, "barcode_type": "EAN"}' };
    expect(interpret(stored, by(fills))).toMatchObject({
      is: "changed",
      metadata: '{"gate":1,"barcode_type":"QR"}',
      before: { barcode_type: "EAN" },
    });
  });

  test("is none where nothing changes, where it is there already, and where the event is newer than the run", () => {
    expect(interpret(asReceived('{"barcode_type": "EAN"}'), by(fills))).toEqual({ is: "unchanged" });
    const there = { ...asReceived("{}"), today: '{"barcode_type": "QR"}' };
    expect(interpret(there, by(fills))).toEqual({ is: "unchanged" });
    expect(interpret({ ...asReceived("{}"), receivedVersion: 3 }, by(fills))).toEqual({ is: "unchanged" });
  });

  test("keeps what defaults gave to a line that was judged by their version", () => {
    const filled = { received: "{}", receivedVersion: 2, today: '{"barcode_type": "QR"}' };
    expect(interpret(filled, by(fills))).toEqual({ is: "unchanged" });
  });

  test("fails with the step's reason, or with the schema's, at its place in the event", () => {
    const clashes: UpcastStep[] = [{ op: "rename", path: "/a", to: "/b" }];
    expect(interpret(asReceived('{"a": 1, "b": 2}'), by(clashes))).toMatchObject({
      is: "failed",
      failure: { code: "upcast.target_exists", pointer: "/metadata/b" },
    });
    const failure = { code: "event.schema_violation", pointer: "/metadata/barcode_type", detail: "no" };
    expect(interpret(asReceived("{}"), by(fills, { judge: () => failure }))).toEqual({ is: "failed", failure });
  });

  test("keeps every digit, and is judged by numbers", () => {
    const judged: unknown[] = [];
    const judge = (metadata: unknown) => {
      judged.push(metadata);
      return null;
    };
    const found = interpret(asReceived('{"n": 12345678901234567890.125, "m": 1e400}'), by(fills, { judge }));
    expect(found).toMatchObject({ metadata: expect.stringContaining('"n":12345678901234567890125e-3') as string });
    expect(found).toMatchObject({ metadata: expect.stringMatching(/"m":1e\+?400/) as string });
    expect(judged).toEqual([{ n: 1.2345678901234567e19, m: Infinity, barcode_type: "QR" }]);
  });
});

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
const object = fc.dictionary(fc.string({ maxLength: 4 }), json, { maxKeys: 4 }) as fc.Arbitrary<JsonObject>;

describe("a patch", () => {
  test("is empty for equal objects alone, and makes the second of the first", () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const normal = (value: JsonObject) => parseExact(writeExact(value)) as JsonObject;
        const [one, other] = [normal(before), normal(after)];
        expect(patched(one, patchOf(one, other))).toEqual(other);
        expect(patchOf(one, one)).toEqual([]);
      }),
    );
  });

  test("names places by JSON pointers and takes lists as wholes", () => {
    expect(
      patchOf({ "a/b": { "~": 1 }, list: [1, 2], gone: null }, { "a/b": { "~": 2 }, list: [1], new: 1 }, "/metadata"),
    ).toEqual([
      { op: "remove", path: "/metadata/gone" },
      { op: "replace", path: "/metadata/a~1b/~0", value: 2 },
      { op: "replace", path: "/metadata/list", value: [1] },
      { op: "add", path: "/metadata/new", value: 1 },
    ]);
  });
});

/** Applies a patch of this module's own kind. */
function patched(value: JsonObject, operations: ReturnType<typeof patchOf>): JsonObject {
  const copy = structuredClone(value) as Record<string, JsonValue>;
  for (const operation of operations) {
    const keys = operation.path
      .slice(1)
      .split("/")
      .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = keys.pop()!;
    let at = copy;
    for (const key of keys) at = at[key] as Record<string, JsonValue>;
    if (operation.op === "remove") delete at[last];
    else
      Object.defineProperty(at, last, { value: operation.value, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

describe("a tally", () => {
  test("stays small over any number of events, fields and reasons, and is the same in parts", () => {
    const tallies = [emptyTally(), emptyTally()];
    for (let n = 0; n < 600; n += 1) {
      const tally = tallies[n % 2]!;
      const event = { eventId: `${n}`, version: 1 };
      tallyChange(tally, { ...event, before: {}, after: { [`field${n}`]: n }, schemaVersion: [1, 2] });
      tallyFailure(tally, { ...event, failure: { code: "no", pointer: `/metadata/${n}`, detail: "" } });
    }
    const all = mergeTallies(tallies);
    const added = Object.values(all.fields).reduce((sum, counts) => sum + counts.added, 0);
    const failed = Object.values(all.failures).reduce((sum, count) => sum + count, 0);
    expect([added, failed]).toEqual([600, 600]);
    expect(Object.keys(all.fields).length).toBeLessThanOrEqual(201);
    expect(Object.keys(all.failures).length).toBeLessThanOrEqual(101);
    expect(all.sample).toHaveLength(20);
  });

  test("keeps no patch that is longer than a page", () => {
    const tally = emptyTally();
    tallyChange(tally, {
      eventId: "1",
      version: 1,
      before: {},
      after: { note: "x".repeat(5_000) },
      schemaVersion: [1, 2],
    });
    expect(tally).toMatchObject({ fields: { "/metadata/note": { added: 1 } }, sample: [] });
  });
});
