import { describe, expect, it } from "vitest";
import { compileSchemas } from "./schemas.ts";

function judge(jsonSchema: object, metadata: unknown) {
  return compileSchemas([{ eventType: "E", schemaVersion: 1, jsonSchema }])
    .find("E")
    ?.versions.get(1)?.(metadata);
}

describe("schemas of event types", () => {
  it("are found by type, the newest being the one with the highest version", () => {
    const rows = [2, 10, 1].map((schemaVersion) => ({ eventType: "E", schemaVersion, jsonSchema: {} }));
    const schemas = compileSchemas(rows);
    expect(schemas.find("E")?.newest).toBe(10);
    expect([...(schemas.find("E")?.versions.keys() ?? [])]).toEqual([2, 10, 1]);
    expect(schemas.find("F")).toBeUndefined();
  });

  it("may have the same $id in every version", () => {
    const rows = [1, 2].map((schemaVersion) => ({
      eventType: "E",
      schemaVersion,
      jsonSchema: { $id: "https://almanac.example/E", minProperties: schemaVersion },
    }));
    const versions = compileSchemas(rows).find("E")?.versions;
    expect(versions?.get(1)?.({ a: 1 })).toBeNull();
    expect(versions?.get(2)?.({ a: 1 })).not.toBeNull();
  });

  it.each([
    [{ required: ["a/b"] }, {}, "/metadata/a~1b", "metadata/a~1b is missing."],
    [{ properties: { a: { type: "number" } } }, { a: "x" }, "/metadata/a", "metadata/a must be number."],
    [{ properties: { a: { items: { minimum: 3 } } } }, { a: [3, 2] }, "/metadata/a/1", "metadata/a/1 must be >= 3."],
    [
      { properties: { a: { enum: ["QR", "EAN"] } } },
      { a: 1 },
      "/metadata/a",
      'metadata/a must be one of ["QR","EAN"].',
    ],
    [{ properties: { a: { const: 1 } } }, { a: 2 }, "/metadata/a", "metadata/a must be 1."],
    [{ additionalProperties: false }, { b: 2 }, "/metadata/b", "metadata/b is not allowed."],
    [
      { properties: { at: { format: "date" } } },
      { at: "2026-02-30" },
      "/metadata/at",
      'metadata/at must match format "date".',
    ],
    [{ minProperties: 1 }, {}, "/metadata", "metadata must NOT have fewer than 1 properties."],
  ])("say where metadata is not what %j says", (jsonSchema, metadata, pointer, detail) => {
    expect(judge(jsonSchema, metadata)).toEqual({ code: "event.schema_violation", pointer, detail });
  });

  it("look at an object's own fields alone", () => {
    expect(judge({ properties: { constructor: { type: "string" } } }, {})).toBeNull();
    expect(judge({ required: ["toString"] }, {})).not.toBeNull();
  });

  it("know the draft of 2020-12", () => {
    expect(judge({ prefixItems: [{}], dependentRequired: { a: ["b"] } }, { a: 1 })).toMatchObject({
      pointer: "/metadata/b",
    });
    expect(judge({ properties: { a: { unevaluatedProperties: false } } }, { a: { b: 1 } })).toMatchObject({
      pointer: "/metadata/a/b",
    });
  });

  it("that are none are a fault of ours, not of the line", () => {
    expect(() => judge({ type: "nonsense" }, {})).toThrow(
      expect.objectContaining({ category: "fault", code: "schema.invalid" }),
    );
  });
});
