// A schema as callers send it.
import type { JsonValue } from "@almanac/domain/schema/exact-json";
import { z } from "@hono/zod-openapi";
import type { Candidate } from "../../schema/candidate.ts";
import { mode } from "./present.ts";

// As the document has it: read as Unicode.
const namePattern = String.raw`^[\p{L}\p{N}][\p{L}\p{N} ._:/-]*$`;
const name = new RegExp(namePattern, "u");

/** A name that a new type may have: a word, or several with dots, as CloudEvents have them. */
export const newEventTypePath = z.object({
  event_type: z
    .string()
    .max(200)
    .refine((text) => name.test(text), "A type's name begins with a letter or a digit; then also space . _ : / -")
    .openapi({ pattern: namePattern, example: "BarcodeScanned" }),
});

export const owner = z.string().min(1).max(200).nullable().optional().openapi({
  description: "Who answers for the type: a team or a system.",
  example: "gates",
});

export const description = z.string().min(1).max(2_000).nullable().optional().openapi({
  description: "What such an event says.",
});

// Both are read by code that tells every problem with its place; the document says what they look like.
const jsonSchema = z
  .unknown()
  .refine((value) => value !== undefined, "Required.")
  .openapi({
    type: "object",
    additionalProperties: true,
    description: "JSON Schema 2020-12 of `metadata`, which is an object.",
    example: { type: "object", properties: { barcode_type: { enum: ["QR", "EAN"] } } },
  });

const upcast = z
  .unknown()
  .optional()
  .openapi({
    type: "array",
    items: { $ref: "#/components/schemas/UpcastStep" },
    description: "The steps that bring metadata from the version before to this one.",
    example: [{ op: "default", path: "/barcode_type", value: "QR" }],
  });

export const candidateFields = { json_schema: jsonSchema, upcast, compatibility: mode.optional() };

export const exampleCandidate = {
  json_schema: {
    type: "object",
    properties: {
      scanner_location: { type: "string", maxLength: 200 },
      barcode_type: { enum: ["QR", "EAN"], description: "What was scanned." },
    },
  },
  upcast: [{ op: "default", path: "/barcode_type", value: "QR" }],
};

export function candidateOf(body: {
  json_schema?: unknown;
  upcast?: unknown;
  compatibility?: Candidate["compatibility"];
}): Candidate {
  return {
    jsonSchema: body.json_schema as JsonValue,
    upcast: body.upcast as JsonValue | undefined,
    compatibility: body.compatibility,
  };
}
