// What is metadata of an older schema version under a newer one? The steps of the versions between, one after the other.
import { AppError } from "../errors.ts";
import { applyStep, type StepFailure } from "./apply-step.ts";
import { equalJson, type JsonObject } from "./exact-json.ts";
import type { UpcastStep } from "./step.ts";

/** The steps that lead to a schema version from the one before; none for version 1. */
export interface VersionSteps {
  schemaVersion: number;
  steps: readonly UpcastStep[];
}

/** Why metadata cannot be brought to a version: the step's own reason, and which one it was. */
export interface UpcastFailure extends StepFailure {
  /** The version whose steps failed. */
  schemaVersion: number;
  /** The step's place in them, from 0. */
  step: number;
}

/** Told apart by `"failure" in`. */
export type Upcasted = { metadata: JsonObject; isChanged: boolean } | { failure: UpcastFailure };

export interface Upcast {
  from: number;
  to: number;
  /** Pure: the input is never changed, and shared where nothing changed. */
  apply(metadata: JsonObject): Upcasted;
}

/**
 * The way from one version to another, which must not be lower. `chain` has the versions of one type in any order, at
 * least those between. Throws `schema.chain_broken` (fault) where one of them is missing.
 */
export function composeUpcast(chain: readonly VersionSteps[], from: number, to: number): Upcast {
  const between = stepsBetween(chain, from, to);
  return {
    from,
    to,
    apply(metadata) {
      let current = metadata;
      for (const { schemaVersion, steps } of between) {
        for (const [step, one] of steps.entries()) {
          const stepped = applyStep(current, one);
          if ("failure" in stepped) return { failure: { ...stepped.failure, schemaVersion, step } };
          current = stepped.metadata;
        }
      }
      return { metadata: current, isChanged: current !== metadata && !equalJson(current, metadata) };
    },
  };
}

/**
 * The members that defaults give to metadata which was judged by a version and lacks them: the chain from version 1,
 * functions left out, over an empty object. Empty where nothing is filled.
 */
export function fillOf(chain: readonly VersionSteps[], version: number): JsonObject {
  const declared = chain.map(({ schemaVersion, steps }) => ({
    schemaVersion,
    steps: steps.filter(({ op }) => op !== "function"),
  }));
  const filled = composeUpcast(declared, 1, version).apply({});
  // A default that cannot be put fills nothing; that its schema accepts it was checked when it was registered.
  return "failure" in filled ? {} : filled.metadata;
}

function stepsBetween(chain: readonly VersionSteps[], from: number, to: number): VersionSteps[] {
  if (from > to) throw broken(`There is no way back from version ${from} to ${to}.`);
  return Array.from({ length: to - from }, (_, at) => {
    const version = from + 1 + at;
    const found = chain.find(({ schemaVersion }) => schemaVersion === version);
    if (found === undefined) throw broken(`The steps to version ${version} are not known.`);
    return found;
  });
}

function broken(detail: string): AppError {
  return new AppError("fault", { code: "schema.chain_broken", detail });
}
