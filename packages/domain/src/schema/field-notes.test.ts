import { expect, it } from "vitest";
import { fieldNotes } from "./field-notes.ts";

it("the fields of a schema say what they are, whose data and in which unit", () => {
  const schema = {
    type: "object",
    required: ["amount"],
    properties: {
      amount: { type: "number", "x-unit": "currency", description: "What was paid." },
      holder: {
        type: ["object", "null"],
        properties: { name: { type: "string", "x-pii": "name" }, "a/b": true, seen: { "x-pii": true, "x-units": "s" } },
      },
    },
  };
  const none = { types: [], isRequired: false, description: null, pii: null, unit: null };
  expect(fieldNotes(schema)).toEqual([
    {
      ...none,
      pointer: "/amount",
      types: ["number"],
      isRequired: true,
      description: "What was paid.",
      unit: "currency",
    },
    { ...none, pointer: "/holder", types: ["object", "null"] },
    { ...none, pointer: "/holder/name", types: ["string"], pii: "name" },
    { ...none, pointer: "/holder/a~1b" },
    { ...none, pointer: "/holder/seen", pii: true, unit: "s" },
  ]);
});
