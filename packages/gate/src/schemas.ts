// Which event types there are, whether a metadata object is what a schema of its type says, and what it lacks.
import { isTicketEvent } from "@almanac/domain/dimension/named";
import { AppError } from "@almanac/domain/errors";
import type { Reject } from "@almanac/domain/event/event";
import type { UpcastStep } from "@almanac/domain/schema/step";
import { fillOf } from "@almanac/domain/schema/upcast";
import type { ErrorObject, ValidateFunction } from "ajv";
import { approximate } from "./json/numbers.ts";
import { escapePointer } from "./json/pointer.ts";
import { compileSchema } from "./schema/compile.ts";
import { Fill } from "./schema/fill.ts";

/** Why a metadata object is not what a schema says; null when it is. */
export type MetadataJudge = (metadata: unknown) => Reject | null;

/** The schemas of one event type. */
export interface TypeSchemas {
  eventType: string;
  /** Its name in UTF-8. */
  written: Uint8Array;
  /** Whether the related_id of its events is a ticket. */
  namesTicket: boolean;
  newest: number;
  versions: ReadonlyMap<number, MetadataJudge>;
  /** The versions in the order in which an event is judged that names none. */
  newestFirst: readonly number[];
  /** What defaults give to metadata of each version; without the versions to which they give nothing. */
  fills: ReadonlyMap<number, Fill>;
}

/** Whatever the registry tells of a version. */
export interface SchemaRow {
  eventType: string;
  schemaVersion: number;
  jsonSchema: unknown;
  /** From the version before; nothing without it. */
  upcast?: readonly UpcastStep[];
}

/** The schemas that a load judges by. */
export interface EventSchemas {
  find(eventType: string): TypeSchemas | undefined;
  /** The same by a name that is written between two places. */
  findWritten(bytes: Uint8Array, start: number, end: number): TypeSchemas | undefined;
}

/**
 * Makes the rows of the registry into something that judges. A schema is compiled when it is first needed, and once in a
 * process. Throws `schema.invalid` (fault) then for a schema that is none: the registry lets no such thing in.
 */
export function compileSchemas(rows: readonly SchemaRow[]): EventSchemas {
  const types = new Map<string, TypeSchemas>();
  for (const [eventType, versions] of Map.groupBy(rows, (row) => row.eventType)) {
    const newestFirst = versions.map(({ schemaVersion }) => schemaVersion).toSorted((a, b) => b - a);
    types.set(eventType, {
      eventType,
      written: Uint8Array.from(Buffer.from(eventType)),
      namesTicket: isTicketEvent(eventType),
      newest: newestFirst[0]!,
      versions: new Map(versions.map(({ schemaVersion, jsonSchema }) => [schemaVersion, judgeOf(jsonSchema)])),
      newestFirst,
      fills: fillsOf(versions),
    });
  }
  const byLength = Map.groupBy(types.values(), ({ written }) => written.length);
  return {
    find: (eventType) => types.get(eventType),
    findWritten: (bytes, start, end) => {
      const alike = byLength.get(end - start) ?? [];
      for (const type of alike) if (isWritten(type.written, bytes, start)) return type;
      return undefined;
    },
  };
}

function isWritten(name: Uint8Array, bytes: Uint8Array, start: number): boolean {
  let same = 0;
  while (same < name.length && bytes[start + same] === name[same]) same += 1;
  return same === name.length;
}

function fillsOf(versions: readonly SchemaRow[]): Map<number, Fill> {
  const chain = versions.map(({ schemaVersion, upcast = [] }) => ({ schemaVersion, steps: upcast }));
  const fills = new Map<number, Fill>();
  if (chain.every(({ steps }) => steps.length === 0)) return fills;
  for (const { schemaVersion } of chain) {
    const given = fillOf(chain, schemaVersion);
    if (Object.keys(given).length > 0) fills.set(schemaVersion, new Fill(given));
  }
  return fills;
}

/**
 * The version by which metadata is right: the one that its event names, else the newest that takes it. A reject where there
 * is none: what the newest has against it.
 */
export function versionOf(type: TypeSchemas, named: number | null, metadata: unknown): number | Reject {
  let first: Reject | null = null;
  for (const version of named === null ? type.newestFirst : [named]) {
    const violation = type.versions.get(version)!(metadata);
    if (violation === null) return version;
    first ??= violation;
  }
  return first!;
}

/** Judges metadata that is given as JSON text. */
export function textJudge(jsonSchema: object): (metadata: string) => Reject | null {
  const judge = judgeOf(jsonSchema);
  return (metadata) => judge(approximate(metadata));
}

/** Compiled schemas by their text: versions never change, and requests ask for the same ones again and again. */
const compiled = new Map<string, ValidateFunction>();
const mostCompiled = 500;

function judgeOf(jsonSchema: unknown): MetadataJudge {
  const text = JSON.stringify(jsonSchema);
  let validate = compiled.get(text);
  return (metadata) => {
    validate ??= compile(text, jsonSchema);
    return validate(metadata) ? null : rejectOf(validate.errors?.[0]);
  };
}

function compile(text: string, jsonSchema: unknown): ValidateFunction {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  let validate: ValidateFunction;
  try {
    validate = compileSchema(jsonSchema as object);
  } catch (cause) {
    throw new AppError("fault", { code: "schema.invalid", detail: "A stored schema is no JSON Schema.", cause });
  }
  if (compiled.size >= mostCompiled) compiled.clear();
  compiled.set(text, validate);
  return validate;
}

function rejectOf(error: ErrorObject | undefined): Reject {
  const at = error?.instancePath ?? "";
  const params = (error?.params ?? {}) as Record<string, unknown>;
  const named = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty;
  const pointer = `/metadata${at}${typeof named === "string" ? `/${escapePointer(named)}` : ""}`;
  return { code: "event.schema_violation", pointer, detail: `${pointer.slice(1)} ${reasonOf(error, params)}.` };
}

function reasonOf(error: ErrorObject | undefined, params: Record<string, unknown>): string {
  switch (error?.keyword ?? "") {
    case "required":
    case "dependentRequired":
      return "is missing";
    case "additionalProperties":
    case "unevaluatedProperties":
      return "is not allowed";
    case "enum":
      return `must be one of ${JSON.stringify(params.allowedValues)}`;
    case "const":
      return `must be ${JSON.stringify(params.allowedValue)}`;
    default:
      return error?.message ?? "is not what the schema says";
  }
}
