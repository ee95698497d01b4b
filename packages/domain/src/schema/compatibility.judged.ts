// For tests: what the compatibility of two schemas is judged to be, in words that a test can list.
import { checkCompatibility, type CompatibilityMode, type OlderSchema } from "./compatibility.ts";
import type { JsonObject } from "./exact-json.ts";
import { parseSteps } from "./parse-steps.ts";
import type { UpcastStep } from "./step.ts";

export function steps(...json: JsonObject[]): UpcastStep[] {
  const parsed = parseSteps(json);
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.steps;
}

export function version(schemaVersion: number, jsonSchema: JsonObject, upcast: UpcastStep[] = []): OlderSchema {
  return { schemaVersion, jsonSchema, upcast };
}

export function object(properties: JsonObject, others: JsonObject = {}): JsonObject {
  return { type: "object", properties, ...others };
}

/** The verdict and each reason as `code pointer`. */
export function judged(
  older: JsonObject,
  newer: JsonObject,
  upcast: UpcastStep[] = [],
  mode: CompatibilityMode = "backward",
) {
  const { verdict, reasons } = checkCompatibility(mode, [version(1, older)], newer, upcast);
  return [verdict, ...reasons.map(({ code, pointer }) => `${code.replace("compatibility.", "")} ${pointer}`)];
}
