// Chains of steps and metadata for the laws: few keys, so that steps meet values.
import fc from "fast-check";
import type { JsonObject, JsonValue } from "./exact-json.ts";
import { parseSteps } from "./parse-steps.ts";
import { castTypes } from "./step.ts";
import type { VersionSteps } from "./upcast.ts";

const key = fc.constantFrom("a", "b", "c", "__proto__");
const pointer = fc.array(key, { minLength: 1, maxLength: 3 }).map((keys) => `/${keys.join("/")}`);
const scalar = fc.constantFrom<JsonValue>(null, true, 0, 1, 2.5, "", "1", "x", "x,y", "\u00009007199254740993");

export const anyMetadata: fc.Arbitrary<JsonObject> = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, tie("object"), fc.array(scalar, { maxLength: 2 })),
  object: fc
    .array(fc.tuple(key, tie("value")), { maxLength: 4 })
    .map((entries) => Object.fromEntries<JsonValue>(entries)),
})).object;

const allow_loss = fc.boolean();

const anyStep = fc.oneof(
  fc.record({ op: fc.constant("default"), path: pointer, value: scalar }),
  fc.record({ op: fc.constantFrom("rename", "move", "copy"), path: pointer, to: pointer, allow_loss }),
  fc.record({ op: fc.constant("cast"), path: pointer, type: fc.constantFrom(...castTypes), allow_loss }),
  fc.record({ op: fc.constant("map"), path: pointer, values: fc.constant({ x: "1", "1": "x", null: 7 }) }),
  fc.record({
    op: fc.constant("split"),
    path: pointer,
    to: fc.oneof(pointer, fc.tuple(pointer, pointer)),
    separator: fc.constant(","),
  }),
  fc.record({ op: fc.constant("drop"), path: pointer, allow_loss: fc.constant(true) }),
  fc.record({ op: fc.constant("function"), name: fc.constant("minor_units"), path: pointer }),
);

/** The steps of versions 1 to n, in order. */
export const anyChain: fc.Arbitrary<VersionSteps[]> = fc
  .array(fc.array(anyStep, { maxLength: 3 }), { maxLength: 4 })
  .map((versions) =>
    [[], ...versions].map((steps, at) => ({
      schemaVersion: at + 1,
      steps: steps.flatMap((step) => {
        const parsed = parseSteps([step]);
        return "steps" in parsed ? parsed.steps : [];
      }),
    })),
  );

/** The same value, which throws when somebody writes into it. */
export function frozen<Value extends JsonValue>(value: Value): Value {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}
