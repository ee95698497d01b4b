// Which version takes a line that names none, and what defaults add to it: in every format, and nothing else is touched.
import { parseExact } from "@almanac/domain/schema/exact-json";
import { composeUpcast, fillOf } from "@almanac/domain/schema/upcast";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventLine, gated } from "../../testing/gating.ts";
import { anySteps, documentOf } from "../../testing/schemas.ts";
import { compileSchemas } from "../schemas.ts";
import { Fill } from "./fill.ts";

const text = { type: "string" };
const scanned = (schemaVersion: number, jsonSchema: object, ...upcast: object[]) =>
  ({ eventType: "BarcodeScanned", schemaVersion, jsonSchema, upcast }) as Parameters<typeof compileSchemas>[0][number];

const schemas = compileSchemas([
  scanned(1, { properties: { gate: text } }),
  scanned(
    2,
    { properties: { gate: text, barcode_type: { enum: ["QR", "EAN"] }, reader: { properties: { firmware: text } } } },
    { op: "default", path: "/barcode_type", value: "QR" },
    { op: "default", path: "/reader/firmware", value: "unknown" },
  ),
  scanned(
    3,
    { required: ["gate"], properties: { gate: text, barcode_type: { enum: ["QR", "EAN"] } } },
    { op: "function", name: "minor_units", path: "/price" },
    { op: "default", path: "/n", value: "\u00009007199254740993" },
  ),
]);

async function taken(metadata: string, schema_version?: number, escape = false) {
  let line = eventLine(1, { event_type: "BarcodeScanned", schema_version, metadata: 0 });
  line = line.replace('"metadata":0', `"metadata":${metadata}`);
  // An escape in a field leads another way through the gate.
  if (escape) line = line.replace('"BarcodeScanned"', '"Barcode\\u0053canned"');
  const [only] = await gated("application/x-ndjson", line, { schemas });
  if (only === undefined || !("event" in only)) return only?.reject;
  const { event } = only;
  return [event.schemaVersion, event.metadata, event.received];
}

describe.each([false, true])("a line of a type with several versions (by way of texts: %s)", (escape) => {
  it("that names no version is judged by the newest that takes it", async () => {
    expect(await taken('{"gate":"N","barcode_type":"EAN","n":1,"reader":{"firmware":"2"}}', undefined, escape)).toEqual(
      [3, '{"gate":"N","barcode_type":"EAN","n":1,"reader":{"firmware":"2"}}', null],
    );
    expect(await taken('{"barcode_type":"EAN","reader":{"firmware":"2"}}', undefined, escape)).toEqual([
      2,
      '{"barcode_type":"EAN","reader":{"firmware":"2"}}',
      null,
    ]);
    expect(await taken('{"barcode_type":"PDF"}', undefined, escape)).toEqual([1, '{"barcode_type":"PDF"}', null]);
    expect(await taken('{"gate":1}', undefined, escape)).toMatchObject({
      code: "event.schema_violation",
      pointer: "/metadata/gate",
    });
    expect(await taken('{"barcode_type":1,"gate":null}', undefined, escape)).toMatchObject({
      // What the newest has against it.
      pointer: "/metadata/gate",
    });
  });

  it("that names one is judged by that alone", async () => {
    expect(await taken('{"gate":"N","barcode_type":"EAN"}', 1, escape)).toEqual([
      1,
      '{"gate":"N","barcode_type":"EAN"}',
      null,
    ]);
    expect(await taken("{}", 3, escape)).toMatchObject({ pointer: "/metadata/gate" });
    expect(await taken("{}", 4, escape)).toMatchObject({ code: "event.schema_version_unknown" });
  });

  it("gets what the defaults of its version give, and keeps what was received", async () => {
    const received = '{"gate" : "N"}';
    expect(await taken(received, 2, escape)).toEqual([
      2,
      '{"gate" : "N","barcode_type":"QR","reader":{"firmware":"unknown"}}',
      received,
    ]);
    expect(await taken("{ }", 2, escape)).toEqual([2, '{ "barcode_type":"QR","reader":{"firmware":"unknown"}}', "{ }"]);
    expect(await taken('{"reader":{"x":1.10},"barcode_type":"EAN"}', 2, escape)).toEqual([
      2,
      '{"reader":{"x":1.1,"firmware":"unknown"},"barcode_type":"EAN"}',
      '{"reader":{"x":1.10},"barcode_type":"EAN"}',
    ]);
  });

  it("keeps the digits of its numbers and of the defaults'", async () => {
    const received = '{"gate":"N","big":1e400,"reader":{"firmware":"2"}}';
    expect(await taken(received, undefined, escape)).toEqual([
      3,
      '{"gate":"N","big":1e400,"reader":{"firmware":"2"},"barcode_type":"QR","n":9007199254740993}',
      received,
    ]);
    expect(await taken('{"gate":"N","big":9007199254740993,"reader":{}}', undefined, escape)).toMatchObject({
      1: '{"gate":"N","big":9007199254740993,"reader":{"firmware":"unknown"},"barcode_type":"QR","n":9007199254740993}',
    });
  });
});

it("what lies below a value that is no object is not filled", () => {
  const fill = new Fill({ a: { b: 1 } });
  expect(fill.over({ a: 5 }, '{"a":5}')).toBeNull();
  expect(fill.over({ a: null }, '{"a":null}')).toBeNull();
  expect(fill.over({ a: [] }, '{"a":[]}')).toBeNull();
  expect(fill.over({ "": 1 }, '{"":1}')).toBe('{"":1,"a":{"b":1}}');
});

it("fills as defaults would, whatever else steps do: what is there stays, what is given is there", () => {
  fc.assert(
    fc.property(anySteps, documentOf({ type: "object", additionalProperties: { title: "any" } }), (steps, document) => {
      const given = fillOf([{ schemaVersion: 2, steps }], 2);
      const received = JSON.stringify(document);
      const value: unknown = JSON.parse(received);
      const filled = new Fill(given).over(value, received);
      const defaults = Object.entries(given).map(([key, one]) => ({
        op: "default" as const,
        path: `/${key}`,
        value: one,
      }));
      const wanted = composeUpcast([{ schemaVersion: 2, steps: defaults }], 1, 2).apply(value as object as never);
      expect("failure" in wanted).toBe(false);
      // One level of it; what lies deeper is filled as well.
      if ("metadata" in wanted) expect(parseExact(filled ?? received)).toMatchObject(wanted.metadata);
    }),
  );
});
