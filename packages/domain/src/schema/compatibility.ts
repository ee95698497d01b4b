import { type Reason, reasonsAgainst } from "./covers.ts";
// May a schema follow on others? Backward: documents of the older schema's named fields are right by the new one once the
// steps were done to them. Forward: documents of the new one are right by the older one as they are.
import { type Documents, metadataOf } from "./documents.ts";
import { equalJson, type JsonObject } from "./exact-json.ts";
import { renamesBetween } from "./renames.ts";
import { readRule } from "./rule.ts";
import { stepDocuments } from "./step-documents.ts";
import type { UpcastStep } from "./step.ts";

export const compatibilityModes = [
  "backward",
  "backward_transitive",
  "forward",
  "forward_transitive",
  "full",
  "full_transitive",
  "none",
] as const;
export type CompatibilityMode = (typeof compatibilityModes)[number];

/** A version that is registered. */
export interface OlderSchema {
  schemaVersion: number;
  jsonSchema: JsonObject;
  /** From the version before it. */
  upcast: readonly UpcastStep[];
}

export interface Compatibility {
  /** `unproven`: nothing speaks against it, but not all of it could be compared. */
  verdict: "compatible" | "incompatible" | "unproven";
  /** Everything that speaks against it, with pointers into `{json_schema, upcast}`. */
  reasons: Reason[];
}

/** `older` in rising order of versions; `upcast` leads from the last of them to the new one. */
export function checkCompatibility(
  mode: CompatibilityMode,
  older: readonly OlderSchema[],
  newer: JsonObject,
  upcast: readonly UpcastStep[],
): Compatibility {
  if (mode === "none") return { verdict: "compatible", reasons: [] };
  const isTransitive = mode.endsWith("_transitive");
  const reasons = new Map<string, Reason>();
  for (const [at, one] of older.entries()) {
    if (!isTransitive && at < older.length - 1) continue;
    if (equalJson(one.jsonSchema, newer) && stepsAfter(older, at, upcast).length === 0) continue;
    const found = [
      ...(mode.startsWith("forward")
        ? meaningReasons(older, at, newer, upcast)
        : backwardReasons(older, at, newer, upcast)),
      ...(mode.startsWith("backward") ? [] : forwardReasons(one, newer)),
    ];
    for (const reason of found) reasons.set(JSON.stringify(reason), reason);
  }
  return { verdict: verdictOf([...reasons.values()]), reasons: [...reasons.values()] };
}

function verdictOf(reasons: readonly Reason[]): Compatibility["verdict"] {
  if (reasons.length === 0) return "compatible";
  return reasons.every(({ code }) => code === "compatibility.unproven") ? "unproven" : "incompatible";
}

function backwardReasons(older: readonly OlderSchema[], at: number, newer: JsonObject, upcast: readonly UpcastStep[]) {
  const { documents, reasons, name } = upcasted(older, at, upcast);
  const rule = readRule(newer, "/json_schema");
  const sides = { documents: name, rule: "the new schema", sent: "rule" as const };
  return [...reasons, ...reasonsAgainst(documents, rule, sides), ...renamesBetween(documents, rule, sides)];
}

/** What holds in every mode: a field's meaning does not change, and steps can be done. */
function meaningReasons(older: readonly OlderSchema[], at: number, newer: JsonObject, upcast: readonly UpcastStep[]) {
  const { documents, reasons, name } = upcasted(older, at, upcast);
  return [...reasons, ...renamesBetween(documents, readRule(newer, "/json_schema"), { documents: name })];
}

function forwardReasons(older: OlderSchema, newer: JsonObject): Reason[] {
  const rule = readRule(older.jsonSchema, "");
  const sides = { documents: "the new schema", rule: `version ${older.schemaVersion}`, sent: "documents" as const };
  return reasonsAgainst(metadataOf(newer, "/json_schema"), rule, sides);
}

/** The documents of an older version behind every step up to the new one. */
function upcasted(older: readonly OlderSchema[], at: number, upcast: readonly UpcastStep[]) {
  const one = older[at]!;
  const name = `version ${one.schemaVersion}`;
  const before = stepsAfter(older, at, []);
  // What a registered step cannot do to documents was looked at when it was registered, in the mode that held then.
  const first = stepDocuments(metadataOf(one.jsonSchema, ""), before, { pointer: "/upcast", documents: name });
  const last = stepDocuments(first.documents, upcast, { pointer: "/upcast", documents: name });
  return { name, documents: last.documents, reasons: last.reasons };
}

function stepsAfter(older: readonly OlderSchema[], at: number, upcast: readonly UpcastStep[]): UpcastStep[] {
  return [...older.slice(at + 1).flatMap((later) => later.upcast), ...upcast];
}

/**
 * What a schema refuses of the members that its defaults give, in every mode: a line that lacks them would be made wrong.
 * Only what is sure; that members which defaults do not give may be required is not said here.
 */
export function refusedFill(fill: JsonObject, newer: JsonObject): Reason[] {
  const given: Documents = { alternatives: [{ type: "value", value: fill }], source: null, pointer: "" };
  const sides = { documents: "what the defaults give", rule: "the new schema", sent: "rule" as const };
  return reasonsAgainst(given, readRule(newer, "/json_schema"), sides).filter(
    ({ code, pointer }) => code !== "compatibility.unproven" && !pointer.startsWith("/json_schema/required/"),
  );
}
