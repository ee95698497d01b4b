// What is in the two editors, as the api takes it; and where in them the pointer of a reason points.
import type { SchemaCandidate, UpcastStep } from "@almanac/client/contract";
import { type Place, placeOf } from "../../parts/json-text.ts";

export interface Typed {
  /** Null while one of them is no JSON. */
  candidate: SchemaCandidate | null;
  problems: { schema?: string; steps?: string };
}

export const stepsHint = 'a list: [{"op": "default", "path": "/kind", "value": "QR"}]';

export function candidateOf(schema: string, steps: string, compatibility?: SchemaCandidate["compatibility"]): Typed {
  const json = parse(schema, isObject, "A JSON Schema is an object.");
  const list = parse(steps.trim() === "" ? "[]" : steps, Array.isArray, "Steps are a list.");
  if (json.value === undefined || list.value === undefined) {
    return {
      candidate: null,
      problems: {
        ...(json.problem === undefined ? {} : { schema: json.problem }),
        ...(list.problem === undefined ? {} : { steps: list.problem }),
      },
    };
  }
  const upcast = list.value as UpcastStep[];
  return {
    candidate: {
      json_schema: json.value as Record<string, unknown>,
      ...(upcast.length === 0 ? {} : { upcast }),
      ...(compatibility === undefined ? {} : { compatibility }),
    },
    problems: {},
  };
}

/** Pointers of reasons are into the body: `/json_schema/…` and `/upcast/…`. */
export function editorOf(pointer: string): "schema" | "steps" {
  return pointer.startsWith("/upcast") ? "steps" : "schema";
}

/** The place in that editor's own text. */
export function placeInEditor(text: string, pointer: string): Place | undefined {
  return placeOf(text, pointer.replace(/^\/(json_schema|upcast)/, ""));
}

/** Where a new type begins. */
export function firstSchema(title: string): Record<string, unknown> {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    type: "object",
    properties: { article_id: { type: "string", description: "The article." } },
    required: ["article_id"],
  };
}

function parse(text: string, fits: (value: unknown) => boolean, otherwise: string) {
  try {
    const value: unknown = JSON.parse(text);
    return fits(value) ? { value, problem: undefined } : { value: undefined, problem: otherwise };
  } catch (error) {
    return { value: undefined, problem: (error as SyntaxError).message };
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
