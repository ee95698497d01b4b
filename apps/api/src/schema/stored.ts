import type { Queryable } from "@almanac/db/database";
// What would a new schema refuse of the events that are stored? Looked at in a sample of the newest ones.
import type { EventSchemaView } from "@almanac/db/event-schemas";
import { sampleMetadata } from "@almanac/db/stored-metadata";
import { type JsonObject, parseExact, writeExact } from "@almanac/domain/schema/exact-json";
import type { UpcastStep } from "@almanac/domain/schema/step";
import { composeUpcast, type Upcast, type UpcastFailure } from "@almanac/domain/schema/upcast";
import { textJudge } from "@almanac/gate/schemas";
import { stepsOf } from "./candidate.ts";

export const sampleLimits = { limit: 1_000, mostScanned: 20_000 };
const mostShown = 10;

export interface RefusedEvent {
  eventId: string;
  schemaVersion: number;
  code: string;
  pointer: string;
  detail: string;
}

export interface StoredCheck {
  checked: number;
  refused: number;
  /** Whether every stored event of the type was looked at. */
  isComplete: boolean;
  /** The first few that would be refused. */
  samples: RefusedEvent[];
}

/** Holds stored metadata, brought to the new version by its steps, against the new schema. */
export async function checkStored(
  database: Queryable,
  eventType: string,
  known: readonly EventSchemaView[],
  next: { schemaVersion: number; jsonSchema: JsonObject; steps: readonly UpcastStep[] },
): Promise<StoredCheck> {
  const { events, isComplete } = await sampleMetadata(database, eventType, sampleLimits);
  const chain = [...known.map(stepsOf), next];
  const judge = textJudge(next.jsonSchema);
  const upcasts = new Map<number, Upcast>();
  const refused = events.flatMap(({ eventId, schemaVersion, metadata }): RefusedEvent[] => {
    const upcast = upcasts.getOrInsertComputed(schemaVersion, (from) => composeUpcast(chain, from, next.schemaVersion));
    const upcasted = upcast.apply(parseExact(metadata) as JsonObject);
    const reason =
      "failure" in upcasted
        ? told(upcasted.failure)
        : judge(upcasted.isChanged ? writeExact(upcasted.metadata) : metadata);
    return reason === null ? [] : [{ eventId, schemaVersion, ...reason }];
  });
  return { checked: events.length, refused: refused.length, isComplete, samples: refused.slice(0, mostShown) };
}

function told({ code, pointer, detail }: UpcastFailure) {
  return { code, pointer: `/metadata${pointer}`, detail };
}
