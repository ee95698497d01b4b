// By what does a run interpret events? The steps between the registered versions of their type, and the schema of the one
// that they are brought to.
import type { EventSchemaView } from "@almanac/db/event-schemas";
import type { UpcastHash } from "@almanac/db/reprocess/runs";
import { AppError } from "@almanac/domain/errors";
import type { Interpreter } from "@almanac/domain/reprocess/interpret";
import type { JsonObject } from "@almanac/domain/schema/exact-json";
import { composeUpcast, fillOf, type Upcast } from "@almanac/domain/schema/upcast";
import { compileSchemas } from "@almanac/gate/schemas";

type Registered = readonly EventSchemaView[];

/** Throws `schema.chain_broken` (fault) for a type or a version that is not registered. */
export function interpreterOf(rows: Registered, eventType: string, version: number): Interpreter {
  const chain = versionsOf(rows, eventType).map(({ schemaVersion, upcast }) => ({ schemaVersion, steps: upcast }));
  const judge = compileSchemas(rows).find(eventType)?.versions.get(version);
  if (judge === undefined) {
    throw new AppError("fault", {
      code: "schema.chain_broken",
      detail: `${eventType} has no schema version ${version}.`,
    });
  }
  const known = new Map<number, Upcast>();
  const defaults = new Map<number, JsonObject>();
  return {
    version,
    defaultsOf: (of) => defaults.getOrInsertComputed(of, () => fillOf(chain, of)),
    upcastFrom: (from) => known.getOrInsertComputed(from, () => composeUpcast(chain, from, version)),
    judge,
  };
}

/** The steps to each version up to one, as hashes: what a run was made of can be told from what is registered now. */
export function upcastHashes(rows: Registered, eventType: string, version: number): UpcastHash[] {
  return versionsOf(rows, eventType)
    .filter(({ schemaVersion }) => schemaVersion > 1 && schemaVersion <= version)
    .map(({ schemaVersion, upcastSha256 }) => ({ schema_version: schemaVersion, sha256: upcastSha256 }));
}

function versionsOf(rows: Registered, eventType: string): EventSchemaView[] {
  return rows.filter((row) => row.eventType === eventType);
}
