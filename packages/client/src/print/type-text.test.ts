import { expect, test } from "vitest";
import { typeText } from "./type-text.ts";

test.each([
  [{ type: "string", format: "uuid" }, "string"],
  [{ type: ["integer", "null"] }, "number | null"],
  [{ enum: ["a", "b", null] }, '"a" | "b" | null'],
  [{ const: false, type: "boolean" }, "false"],
  [{ $ref: "#/components/schemas/Load" }, "Load"],
  [{ type: "array", items: { type: ["string", "null"] } }, "(string | null)[]"],
  [{ type: "array", prefixItems: [{ type: "string" }, { type: "number" }] }, "[string, number]"],
  [{ anyOf: [{ type: "string" }, { type: "null" }, { type: "string" }] }, "string | null"],
  [{ oneOf: [{ $ref: "#/components/schemas/Load" }, { type: "boolean" }] }, "Load | boolean"],
  [
    { allOf: [{ $ref: "#/components/schemas/Load" }, { type: "object", properties: { a: {} }, required: ["a"] }] },
    '(Load) & ({ "a": unknown })',
  ],
  [{ allOf: [{ $ref: "#/components/schemas/Load" }, { type: ["object", "null"] }] }, "(Load) | null"],
  [
    { type: "object", properties: { a: { type: "number" }, b: {} }, required: ["a"], additionalProperties: {} },
    '{ "a": number; "b"?: unknown; [name: string]: unknown }',
  ],
  [{ type: "object", additionalProperties: { type: "integer" } }, "Record<string, number>"],
  [{ type: "object" }, "Record<string, unknown>"],
  [{}, "unknown"],
])("%j", (schema, text) => {
  expect(typeText(schema)).toBe(text);
});

test("what it does not know is an error, not a guess", () => {
  expect(() => typeText({ type: "file" })).toThrow('"file" is no type');
  expect(() => typeText({ $ref: "#/elsewhere" })).toThrow("cannot be the name of a type");
});
