// How much work can a schema make of one value? References that lead in a circle, references that double at every step,
// and comparisons of every item with every other would let a short schema stop the gate: they are refused.
import type { ErrorItem } from "@almanac/domain/errors";
import type { JsonObject } from "@almanac/domain/schema/exact-json";
import { innerSchemas, type SubSchema } from "./sub-schemas.ts";

/** Schemas that one value may be held against, each counted as often as it is reached. */
const mostSchemas = 2_000;
const mostUnique = 1_000;

export function workProblems(root: JsonObject, subSchemas: readonly SubSchema[], pointer: string): ErrorItem[] {
  const byPointer = new Map(subSchemas.map((one) => [one.pointer, one]));
  const problems: ErrorItem[] = subSchemas.flatMap((one) => [
    ...refProblems(one, byPointer, pointer),
    ...uniqueProblems(one),
  ]);
  if (problems.length > 0) return problems;
  const sizes = new Map<string, number | "open">();
  const circles = new Set<string>();

  function sizeOf(one: SubSchema): number {
    const known = sizes.get(one.pointer);
    if (known === "open") {
      circles.add(one.pointer);
      return 0;
    }
    if (known !== undefined) return known;
    sizes.set(one.pointer, "open");
    const target = targetOf(one, pointer);
    const reached = [
      ...innerSchemas(one).filter((inner) => !/\/(\$defs|definitions)\/[^/]*$/.test(inner.pointer)),
      ...(target === null ? [] : [byPointer.get(target)!]),
    ];
    const size = 1 + reached.reduce((sum, inner) => sum + sizeOf(inner), 0);
    sizes.set(one.pointer, size);
    return size;
  }

  const size = sizeOf({ schema: root, pointer });
  for (const at of circles) {
    problems.push(item(at, "schema.ref_circle", "References lead back to here; a schema has an end."));
  }
  if (size > mostSchemas) {
    const detail = `With its references it comes to ${size.toLocaleString("en")} schemas; at most ${mostSchemas.toLocaleString("en")} are taken.`;
    problems.push(item(pointer, "schema.too_much_work", detail));
  }
  return problems;
}

function refProblems(one: SubSchema, known: ReadonlyMap<string, SubSchema>, root: string): ErrorItem[] {
  if (!Object.hasOwn(one.schema, "$ref")) return [];
  const target = targetOf(one, root);
  if (target !== null && known.has(target)) return [];
  return [item(`${one.pointer}/$ref`, "schema.ref_unknown", "A $ref names a schema of this one: #/$defs/…")];
}

/** The pointer that a reference leads to; null where there is none. */
function targetOf({ schema: { $ref } }: SubSchema, root: string): string | null {
  if (typeof $ref !== "string" || !/^#(\/|$)/.test($ref)) return null;
  try {
    return `${root}${decodeURIComponent($ref.slice(1))}`;
  } catch {
    return null;
  }
}

/** Items that are objects are compared each with each: a list must have an end before that. */
function uniqueProblems({ schema, pointer }: SubSchema): ErrorItem[] {
  const { uniqueItems, maxItems } = schema;
  if (uniqueItems !== true || (typeof maxItems === "number" && maxItems <= mostUnique)) return [];
  const detail = `uniqueItems needs maxItems of ${mostUnique.toLocaleString("en")} at the most: every item is compared with every other.`;
  return [item(`${pointer}/uniqueItems`, "schema.too_much_work", detail)];
}

function item(pointer: string, code: string, detail: string): ErrorItem {
  return { pointer, code, detail };
}
