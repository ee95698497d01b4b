// What a rebuild writes that nobody else does: schemas that the raw zone knows, and how far its journal is repeated.
import type { Queryable, Tx } from "../database.ts";
import type { EventSchemaView } from "../event/schemas.ts";
import { moveJournal, readBatchesAfter } from "../load/journal.ts";

/** Registers a schema as it was registered; one that is there stays. */
export async function restoreEventSchema(database: Queryable, schema: EventSchemaView): Promise<void> {
  await database.query(
    `insert into event_schema (event_type, schema_version, json_schema, registered_by, registered_at)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [
      schema.eventType,
      schema.schemaVersion,
      JSON.stringify(schema.jsonSchema),
      schema.registeredBy,
      schema.registeredAt,
    ],
  );
}

/** Says that the journal is repeated to the batch of this instant: what commits from now on is written behind it. */
export async function restoreJournalMark(tx: Tx, mark: { no: number; committedAt: string }): Promise<void> {
  const [last] = await readBatchesAfter(tx, { exportedUntil: mark.committedAt, exportedBatchId: 0 }, 1);
  if (last !== undefined) {
    await moveJournal(tx, { no: mark.no, last });
  }
}
