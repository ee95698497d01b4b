import { describe, expect, it } from "vitest";
import { judged, object, steps, version } from "./compatibility.judged.ts";
import { checkCompatibility, refusedFill } from "./compatibility.ts";
import type { JsonObject, JsonValue } from "./exact-json.ts";

const text: JsonObject = { type: "string" };
const scanned = object({ scanner_location: { type: "string", maxLength: 200 } });
const typed = { type: "string", enum: ["QR", "EAN"] };

describe("backward: a schema that follows on another", () => {
  it("takes the brief's new field, optional or with a default", () => {
    const properties = { scanner_location: { type: "string", maxLength: 200 }, barcode_type: typed };
    expect(judged(scanned, object(properties))).toEqual(["compatible"]);
    const required = object(properties, { required: ["barcode_type"] });
    expect(judged(scanned, required)).toEqual(["incompatible", "required_added /json_schema/required/0"]);
    const filled = steps({ op: "default", path: "/barcode_type", value: "QR" });
    expect(judged(scanned, required, filled)).toEqual(["compatible"]);
    const wrong = steps({ op: "default", path: "/barcode_type", value: "PDF" });
    expect(judged(scanned, required, wrong)).toEqual([
      "incompatible",
      "enum_shortened /json_schema/properties/barcode_type/enum",
    ]);
  });

  it("names the field, the version and what is wrong", () => {
    const newer = object({ a: { type: "integer" } });
    const { reasons } = checkCompatibility("backward", [version(3, object({ a: { type: "number" } }))], newer, []);
    expect(reasons).toEqual([
      {
        code: "compatibility.type_narrowed",
        pointer: "/json_schema/properties/a/type",
        detail: "/a of version 3, held against the new schema: it may be a number that is no integer.",
      },
    ]);
  });

  it.each<[JsonValue, JsonValue, string[]]>([
    [{ type: "integer" }, { type: "number" }, []],
    [{ type: "integer" }, { type: ["integer", "null"] }, []],
    [{ type: ["string", "null"] }, { type: "string" }, ["type_narrowed /type"]],
    [{}, { type: "string" }, Array.from({ length: 5 }, () => "type_narrowed /type")],
    [{}, {}, []],
    [{}, true, []],
    [false, { type: "string" }, []],
    [{ type: "string" }, false, ["type_narrowed /type"]],
    [{ enum: ["a", "b"] }, { enum: ["b", "a", "c"] }, []],
    [{ enum: ["a", "b"] }, { enum: ["a"] }, ["enum_shortened /enum"]],
    [{ enum: ["a", "b"] }, { type: "string" }, []],
    [{ enum: ["a", 1] }, { type: "string" }, ["type_narrowed /type"]],
    [{ enum: [1, 2.0] }, { type: "integer" }, []],
    [{ enum: [1.5] }, { type: "integer" }, ["type_narrowed /type"]],
    [{ enum: ["long"] }, { type: "string", maxLength: 3 }, ["length_narrowed /maxLength"]],
    [{ enum: ["𝄞𝄞"] }, { type: "string", maxLength: 2 }, []],
    [{ const: { x: [1] } }, { type: "object", properties: { x: { items: { type: "integer" } } } }, []],
    [{ const: "a" }, { const: "b" }, ["enum_shortened /const"]],
    [{ type: "string" }, { enum: ["a"] }, ["enum_added /enum"]],
    [{ type: "boolean" }, { enum: [true, false] }, []],
    [{ type: "boolean" }, { enum: [true] }, ["enum_added /enum"]],
    [{ type: "string", enum: ["a", 1] }, { type: "string" }, []],
    [{ type: "number", minimum: 0 }, { type: "number", minimum: 0 }, []],
    [{ type: "number", minimum: 0 }, { type: "number", exclusiveMinimum: 0 }, ["bound_narrowed /exclusiveMinimum"]],
    [{ type: "integer", minimum: 1 }, { type: "integer", exclusiveMinimum: 0 }, []],
    [{ type: "integer", exclusiveMinimum: 0 }, { type: "integer", minimum: 1 }, []],
    [{ type: "number" }, { type: "number", maximum: 5 }, ["bound_narrowed /maximum"]],
    [{ type: "number", maximum: 5 }, { type: "number", maximum: 4 }, ["bound_narrowed /maximum"]],
    [{ type: "number", maximum: 9, exclusiveMaximum: 4 }, { type: "number", maximum: 4 }, []],
    [{ type: "string", minLength: 2 }, { type: "string", minLength: 1, maxLength: 9 }, ["length_narrowed /maxLength"]],
    [{ type: "string", minLength: 2 }, { type: "string", minLength: 3 }, ["length_narrowed /minLength"]],
    [{ type: "string", pattern: "^a" }, { type: "string", pattern: "^a" }, []],
    [{ type: "string", pattern: "^a", minLength: 1 }, { type: "string", pattern: "^a" }, []],
    [{ type: "string", pattern: "^ab" }, { type: "string", pattern: "^a" }, ["unproven /pattern"]],
    [{ type: "string" }, { type: "string", format: "date" }, ["unproven /format"]],
    [{ type: "string", format: "date" }, { type: "string" }, []],
    [{ type: "integer", multipleOf: 4 }, { type: "integer", multipleOf: 2 }, ["unproven /multipleOf"]],
    [{ type: "array", items: { type: "integer" } }, { type: "array", items: { type: "number" } }, []],
    [
      { type: "array" },
      { type: "array", items: { type: "null" } },
      Array.from({ length: 5 }, () => "type_narrowed /items/type"),
    ],
    [{ type: "array", maxItems: 0 }, { type: "array", items: { type: "null" } }, []],
    [{ type: "array", maxItems: 3 }, { type: "array", maxItems: 2 }, ["length_narrowed /maxItems"]],
    [{ type: "array" }, { type: "array", uniqueItems: false }, []],
    [{ type: "array" }, { type: "array", uniqueItems: true }, ["unproven /uniqueItems"]],
    [object({ a: text }), object({ a: text }, { additionalProperties: false }), []],
    [object({ a: text }), object({}, { additionalProperties: false }), ["field_refused /additionalProperties"]],
    [object({ a: text }), object({}, { additionalProperties: text }), []],
    [object({ a: text }), object({}), []],
    [object({}), object({ a: text }), []],
    [object({ a: text }), object({ b: text }), ["field_renamed /properties"]],
    [object({ a: text }, { required: ["a"] }), object({ a: text }), []],
    [object({ a: text }), object({ a: text }, { required: ["a"] }), ["required_added /required/0"]],
    [object({}, { required: ["a"] }), object({ a: {} }, { required: ["a"] }), []],
    [
      object({}, { additionalProperties: text }),
      object({ a: { type: "integer" } }),
      ["type_narrowed /properties/a/type"],
    ],
    [
      object({}, { additionalProperties: text }),
      object({}, { additionalProperties: false }),
      ["type_narrowed /additionalProperties/type"],
    ],
    [object({}, { additionalProperties: {} }), object({ a: text }), []],
    [{ anyOf: [text, { type: "null" }] }, { anyOf: [text, { type: "null" }] }, []],
    [{ anyOf: [text, { type: "null" }] }, { anyOf: [{ type: "null" }, text] }, ["unproven /anyOf", "unproven "]],
    [{ anyOf: [text] }, {}, []],
    [{ $ref: "#/x" }, { $ref: "#/x", title: "new" }, ["unproven /$ref", "unproven "]],
    [{ type: "string", not: { const: "x" } }, text, []],
    [text, { type: "string", not: { const: "x" } }, ["unproven /not"]],
    [{ type: "string", description: "old" }, { type: "string", title: "new", "x-pii": "name" }, []],
  ])("a field %j → %j: %j", (older, newer, reasons) => {
    const told = judged(object({ f: older }), object({ f: newer }));
    const places = reasons.map((reason) => reason.replace(/ /, " /json_schema/properties/f"));
    const verdict =
      reasons.length === 0
        ? "compatible"
        : reasons.every((one) => one.startsWith("unproven"))
          ? "unproven"
          : "incompatible";
    expect(told).toEqual([verdict, ...places]);
  });

  it("is told a rename only where nothing says what became of the field", () => {
    const older = object({ scanner_location: text });
    const newer = object({ scanner: text });
    expect(judged(older, newer)).toEqual(["incompatible", "field_renamed /json_schema/properties"]);
    expect(judged(older, newer, steps({ op: "rename", path: "/scanner_location", to: "scanner" }))).toEqual([
      "compatible",
    ]);
    expect(judged(older, newer, steps({ op: "drop", path: "/scanner_location", allow_loss: true }))).toEqual([
      "compatible",
    ]);
    expect(judged(older, newer, steps({ op: "default", path: "/scanner", value: "" }))).toEqual(["compatible"]);
    expect(judged(object({ in: older }), object({ in: newer }))).toEqual([
      "incompatible",
      "field_renamed /json_schema/properties/in/properties",
    ]);
  });

  it("is identical however little of it can be compared", () => {
    const schema = { $ref: "#/$defs/a", $defs: { a: { oneOf: [{ type: "object" }] } } };
    expect(judged(schema, schema)).toEqual(["compatible"]);
    expect(judged(schema, { ...schema, title: "T" })[0]).toBe("unproven");
  });
});

describe("modes", () => {
  const v1 = version(1, object({ a: { enum: ["x", "y"] } }));
  const v2 = version(2, object({ a: { enum: ["y"] } }), steps({ op: "map", path: "/a", values: { x: "y" } }));

  it("forward holds documents of the new schema against the old one, with pointers into the new one", () => {
    expect(judged(object({ a: { enum: ["x"] } }), object({ a: { enum: ["x", "y"] } }), [], "forward")).toEqual([
      "incompatible",
      "enum_shortened /json_schema/properties/a",
    ]);
    expect(judged(object({ a: { enum: ["x", "y"] } }), object({ a: { enum: ["x"] } }), [], "forward")).toEqual([
      "compatible",
    ]);
    expect(judged(object({ a: text }, { required: ["a"] }), object({ a: text }), [], "forward")).toEqual([
      "incompatible",
      "required_added /json_schema",
    ]);
    expect(judged(object({ a: text }), object({ b: text }), [], "forward")).toEqual([
      "incompatible",
      "field_renamed /json_schema/properties",
    ]);
  });

  it("full asks for both", () => {
    const [wide, narrow] = [object({ a: { enum: ["x", "y"] } }), object({ a: { enum: ["x"] } })];
    expect(judged(wide, narrow, [], "full")[0]).toBe("incompatible");
    expect(judged(narrow, wide, [], "full")[0]).toBe("incompatible");
    expect(judged(narrow, narrow, [], "full")).toEqual(["compatible"]);
  });

  it("transitive ones look at every version, through all the steps between", () => {
    const back = object({ a: { enum: ["y"] }, b: text });
    expect(checkCompatibility("backward_transitive", [v1, v2], back, []).verdict).toBe("compatible");
    const other = version(2, object({ a: { enum: ["y"] } }));
    expect(checkCompatibility("backward", [v1, other], back, []).verdict).toBe("compatible");
    expect(checkCompatibility("backward_transitive", [v1, other], back, [])).toMatchObject({
      verdict: "incompatible",
      reasons: [{ detail: expect.stringContaining("version 1") }],
    });
    expect(
      checkCompatibility("forward_transitive", [v1, version(2, object({ a: text }))], object({ a: text }), []).verdict,
    ).toBe("incompatible");
    expect(checkCompatibility("full_transitive", [v1, v2], back, []).verdict).toBe("compatible");
  });

  it("none asks for nothing", () => {
    expect(judged(object({ a: text }), object({ a: { type: "null" } }), [], "none")).toEqual(["compatible"]);
  });

  it("a first version follows on nothing", () => {
    expect(checkCompatibility("full_transitive", [], object({}), [])).toEqual({ verdict: "compatible", reasons: [] });
  });
});

it("what defaults give is right by their own schema, whatever else it asks for", () => {
  const newer = object({ a: typed, b: object({ c: text, d: text }, { required: ["d"] }) }, { required: ["z"] });
  const told = (fill: JsonObject) => refusedFill(fill, newer).map(({ code, pointer }) => `${code} ${pointer}`);
  expect(told({})).toEqual([]);
  expect(told({ a: "QR", x: 1 })).toEqual([]);
  expect(told({ a: 1 })).toEqual(["compatibility.type_narrowed /json_schema/properties/a/type"]);
  expect(told({ b: { c: "x" } })).toEqual(["compatibility.required_added /json_schema/properties/b/required/0"]);
});

it("a hundred steps that pass values back and forth are followed as far as there are kinds of values", () => {
  const older = object({ a: object({ b: { enum: ["x", 1, true] }, z: text }), c: { type: ["string", "null"] } });
  const upcast = steps(
    { op: "default", path: "/a/z", value: "" },
    ...Array.from({ length: 33 }, (): JsonObject[] => [
      { op: "move", path: "/a/b", to: "/c", allow_loss: true },
      { op: "cast", path: "/c", type: "string", allow_loss: true },
      { op: "move", path: "/c", to: "/a/b", allow_loss: true },
    ]).flat(),
  );
  expect(
    judged(older, object({ a: object({ b: {}, z: text }, { required: ["z"] }) }, { required: ["a"] }), upcast),
  ).toEqual(["compatible"]);
});
