// A schema that somebody wants to register, held against what is registered: what is wrong with it, what speaks against
// it, and which version it would be. The same for a registration and its dry run.
import { createHash } from "node:crypto";
import type { EventSchemaView } from "@almanac/db/event-schemas";
import { AppError, type ErrorItem } from "@almanac/domain/errors";
import {
  checkCompatibility,
  type Compatibility,
  type CompatibilityMode,
  refusedFill,
} from "@almanac/domain/schema/compatibility";
import { equalJson, type JsonObject, type JsonValue } from "@almanac/domain/schema/exact-json";
import { parseSteps } from "@almanac/domain/schema/parse-steps";
import { canonicalSteps, type UpcastStep } from "@almanac/domain/schema/step";
import { fillOf } from "@almanac/domain/schema/upcast";
import { checkSchema } from "@almanac/gate/schema-check";

/** As it was sent. */
export interface Candidate {
  jsonSchema: JsonValue;
  /** Undefined: no steps. */
  upcast: JsonValue | undefined;
  /** Undefined: the type's own. */
  compatibility: CompatibilityMode | undefined;
}

/** One that can be judged by. */
export interface ReadCandidate {
  jsonSchema: JsonObject;
  /** Null where none were given. */
  upcast: UpcastStep[] | null;
  compatibility: CompatibilityMode | undefined;
}

export interface Judged extends Compatibility {
  schemaVersion: number;
  mode: CompatibilityMode;
  /** The newest version, where the candidate says nothing new. */
  same: EventSchemaView | null;
}

/** Throws 422 `schema.invalid` with every problem of the schema and the steps. */
export function readCandidate({ jsonSchema, upcast, compatibility }: Candidate): ReadCandidate {
  const parsed = upcast === undefined ? null : parseSteps(upcast, "/upcast");
  const problems = [
    ...checkSchema(jsonSchema, "/json_schema"),
    ...(parsed !== null && "problems" in parsed ? parsed.problems : []),
  ];
  if (problems.length > 0) throw invalidSchema(problems);
  const steps = parsed !== null && "steps" in parsed ? parsed.steps : null;
  return { jsonSchema: jsonSchema as JsonObject, upcast: steps, compatibility };
}

/** `known` in rising order of versions. Throws 422 `schema.invalid` for steps that lead nowhere, or to what is refused. */
export function judgeCandidate(
  candidate: ReadCandidate,
  known: readonly EventSchemaView[],
  typesMode: CompatibilityMode,
): Judged {
  const newest = known.at(-1);
  const mode = candidate.compatibility ?? typesMode;
  const steps = candidate.upcast ?? [];
  const schemaVersion = (newest?.schemaVersion ?? 0) + 1;
  if (newest !== undefined && saysTheSame(candidate, newest)) {
    return { schemaVersion: newest.schemaVersion, mode, same: newest, verdict: "compatible", reasons: [] };
  }
  if (newest === undefined && steps.length > 0) {
    const detail = "Steps lead from the version before; this is the first one.";
    throw invalidSchema([{ pointer: "/upcast", code: "steps.no_version_before", detail }]);
  }
  const chain = [...known.map(stepsOf), { schemaVersion, steps }];
  const refused = refusedFill(fillOf(chain, schemaVersion), candidate.jsonSchema);
  if (refused.length > 0) {
    throw invalidSchema(refused.map((reason) => ({ ...reason, code: "schema.default_refused" })));
  }
  const compared = checkCompatibility(mode, known, candidate.jsonSchema, steps);
  return { schemaVersion, mode, same: null, ...compared };
}

export function stepsOf({ schemaVersion, upcast }: Pick<EventSchemaView, "schemaVersion" | "upcast">) {
  return { schemaVersion, steps: upcast };
}

/** Names steps: equal ones have equal hashes. Null for none. */
export function hashOfSteps(steps: readonly UpcastStep[]): string | null {
  return steps.length === 0 ? null : createHash("sha256").update(canonicalSteps(steps)).digest("hex");
}

/** The same schema again, with the same steps or none. */
function saysTheSame(candidate: ReadCandidate, newest: EventSchemaView): boolean {
  return (
    equalJson(candidate.jsonSchema, newest.jsonSchema) &&
    (candidate.upcast === null || canonicalSteps(candidate.upcast) === canonicalSteps(newest.upcast))
  );
}

function invalidSchema(errors: ErrorItem[]): AppError {
  return new AppError("incorrect", {
    code: "schema.invalid",
    detail:
      errors.length === 1
        ? `${errors[0]!.pointer}: ${errors[0]!.detail}`
        : `${errors.length} things are wrong with the schema or its steps; see errors.`,
    errors,
  });
}
