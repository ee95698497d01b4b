import type { JsonObject, JsonValue } from "@almanac/domain/schema/exact-json";
import { describe, expect, it } from "vitest";
import { compileSchemas } from "../schemas.ts";
import { checkSchema } from "./check.ts";
import { isPlain, patternEngine } from "./pattern.ts";

function told(schema: JsonValue): string[] {
  return checkSchema(schema, "/json_schema").map(({ code, pointer }) => `${code} ${pointer}`);
}

function judge(jsonSchema: JsonObject, metadata: unknown) {
  return compileSchemas([{ eventType: "E", schemaVersion: 1, jsonSchema }])
    .find("E")
    ?.versions.get(1)?.(metadata);
}

/** Each level refers to the next one twice. */
const doubling = {
  $ref: "#/$defs/d0",
  $defs: Object.fromEntries([
    ...Array.from({ length: 12 }, (_, at) => [
      `d${at}`,
      { allOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] },
    ]),
    ["d12", {}],
  ]),
};

describe("a schema that is registered", () => {
  it("may be whatever the standard has", () => {
    const schema: JsonObject = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: "https://almanac.example/E",
      title: "E",
      type: "object",
      required: ["a"],
      properties: {
        a: { $ref: "#/$defs/text" },
        b: {
          anyOf: [{ type: "null" }, { type: "array", items: { type: "integer" }, uniqueItems: true, maxItems: 10 }],
        },
        c: { type: "string", format: "date", "x-pii": "name" },
      },
      $defs: { text: { type: "string", pattern: "^[A-Z]{3}$" } },
      unevaluatedProperties: true,
    };
    expect(told(schema)).toEqual([]);
    expect(told({})).toEqual([]);
    expect(told({ type: ["object", "null"] })).toEqual([]);
  });

  it.each<[JsonValue, string[]]>([
    [[], ["schema.no_object /json_schema"]],
    [true, ["schema.no_object /json_schema"]],
    [{ type: "string" }, ["schema.no_object /json_schema/type"]],
    [{ type: "text" }, ["schema.word_invalid /json_schema/type"]],
    [
      { required: "a", properties: { b: { minimum: "3", type: ["x"] } } },
      [
        "schema.word_invalid /json_schema/properties/b/type",
        "schema.word_invalid /json_schema/properties/b/type/0",
        "schema.word_invalid /json_schema/properties/b/minimum",
        "schema.word_invalid /json_schema/required",
      ],
    ],
    [{ properties: { "a/b": 1 } }, ["schema.word_invalid /json_schema/properties/a~1b"]],
    [{ $schema: "http://json-schema.org/draft-07/schema#" }, ["schema.dialect_unknown /json_schema/$schema"]],
    [{ $async: true }, ["schema.word_refused /json_schema/$async"]],
    [
      { properties: { a: { nullable: true, type: "string" } } },
      ["schema.word_refused /json_schema/properties/a/nullable"],
    ],
    [{ properties: { a: { $id: "x" } } }, ["schema.word_refused /json_schema/properties/a/$id"]],
    [{ $dynamicRef: "#x" }, ["schema.word_refused /json_schema/$dynamicRef"]],
    [{ properties: { a: { pattern: "(" } } }, ["schema.pattern_refused /json_schema/properties/a/pattern"]],
    [{ properties: { a: { pattern: "^(?=x)" } } }, ["schema.pattern_refused /json_schema/properties/a/pattern"]],
    [{ properties: { a: { pattern: "(a)\\1" } } }, ["schema.pattern_refused /json_schema/properties/a/pattern"]],
    [{ patternProperties: { "(?!a)": {} } }, ["schema.pattern_refused /json_schema/patternProperties/(?!a)"]],
    [
      { properties: { a: { pattern: "a".repeat(1_001) } } },
      ["schema.pattern_refused /json_schema/properties/a/pattern"],
    ],
    [{ properties: { a: { $ref: "#/$defs/x" } } }, ["schema.ref_unknown /json_schema/properties/a/$ref"]],
    [{ properties: { a: { $ref: "https://example.com/x" } } }, ["schema.ref_unknown /json_schema/properties/a/$ref"]],
    [{ $ref: "#" }, ["schema.ref_circle /json_schema"]],
    [{ properties: { a: { $ref: "#" } } }, ["schema.ref_circle /json_schema"]],
    [
      { $ref: "#/$defs/a", $defs: { a: { anyOf: [{ $ref: "#/$defs/b" }] }, b: { $ref: "#/$defs/a" } } },
      ["schema.ref_circle /json_schema/$defs/a"],
    ],
    [doubling, ["schema.too_much_work /json_schema"]],
    [{ properties: { a: { uniqueItems: true } } }, ["schema.too_much_work /json_schema/properties/a/uniqueItems"]],
    [
      { properties: { a: { uniqueItems: true, maxItems: 1_001 } } },
      ["schema.too_much_work /json_schema/properties/a/uniqueItems"],
    ],
    [
      { properties: { a: { maximum: "\u00009007199254740993" } } },
      ["schema.number_inexact /json_schema/properties/a/maximum"],
    ],
    [{ description: "x".repeat(100_001) }, ["schema.too_large /json_schema"]],
  ])("%.100j: %j", (schema, problems) => {
    expect(told(schema)).toEqual(problems);
  });

  it("says where and why", () => {
    expect(checkSchema({ properties: { a: { type: "text", minLength: -1 } } }, "/json_schema")).toEqual([
      {
        pointer: "/json_schema/properties/a/type",
        code: "schema.word_invalid",
        detail: 'It must be one of ["array","boolean","integer","null","number","object","string"], or must be array.',
      },
      { pointer: "/json_schema/properties/a/minLength", code: "schema.word_invalid", detail: "It must be >= 0." },
    ]);
  });
});

describe("a pattern", () => {
  it.each(["^[A-Z]{3}$", "^\\d{4}-\\d{2}$", "^[a-z]+$", "^QR|EAN$".replace("|", "-"), "^[A-Za-z0-9_.]*x{2}$"])(
    "%s is left to the engine of the language, which has nothing to go back for",
    (pattern) => {
      expect(isPlain(pattern)).toBe(true);
    },
  );

  it.each(["^(a+)+$", "^a*a*$", "a+$", "^a|b$", "^.*$", "^\\s+$", "^[a-z]+[a-z]+$", "^a{1,2}{3}$", "a{2}$"])(
    "%s is not",
    (pattern) => {
      expect(isPlain(pattern)).toBe(false);
    },
  );

  it("cannot stop the gate: a million characters are read once, whatever the pattern would go back for", () => {
    const text = `${"a".repeat(1_000_000)}!`;
    for (const pattern of ["^(a+)+$", "(a|aa)+$", "(.*a){20}b", "^(\\w+\\s?)*$"]) {
      expect(judge({ properties: { a: { pattern } } }, { a: text })).toMatchObject({ pointer: "/metadata/a" });
    }
  });

  it("means what it says, characters beyond the basic plane and neighbours of the same schema included", () => {
    const schema = { properties: { a: { pattern: "^(x|𝄞.)+$" }, b: { pattern: "^(x|y)+$" } } };
    expect(judge(schema, { a: "𝄞𝄞x", b: "xy" })).toBeNull();
    expect(judge(schema, { a: "𝄞" })).toMatchObject({ pointer: "/metadata/a" });
    expect(judge(schema, { b: "𝄞𝄞" })).toMatchObject({ pointer: "/metadata/b" });
    expect(patternEngine("^\\p{L}+$", "u").test("straße")).toBe(true);
  });
});

describe("a format", () => {
  it("is refused for texts that are too long to be one", () => {
    const uri = { properties: { a: { format: "uri" } } };
    expect(judge(uri, { a: "https://almanac.example/x" })).toBeNull();
    expect(judge(uri, { a: `https://almanac.example/${"x".repeat(9_000)}` })).not.toBeNull();
  });

  it("that the standard does not have says nothing", () => {
    expect(judge({ properties: { a: { format: "url" } } }, { a: "no such thing" })).toBeNull();
    expect(
      judge({ properties: { a: { formatMinimum: "2026-01-01", format: "date" } } }, { a: "2025-01-01" }),
    ).toBeNull();
  });
});
