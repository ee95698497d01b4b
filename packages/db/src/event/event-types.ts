// What is said of an event type as a whole: owner, description, and the policies that its schemas follow.
import type { CompatibilityMode } from "@almanac/domain/schema/compatibility";
import type { Queryable, Tx } from "../database.ts";
import { instantOf } from "../instants.ts";

/** What a new version does to stored events: a preview that waits, or a run that is published at once. */
export const newVersionPolicies = ["propose", "publish"] as const;
export type NewVersionPolicy = (typeof newVersionPolicies)[number];

export interface EventTypeFacts {
  owner: string | null;
  description: string | null;
  /** Of versions whose registration names no other. */
  compatibility: CompatibilityMode;
  onNewVersion: NewVersionPolicy;
}

export interface EventTypeView extends EventTypeFacts {
  eventType: string;
  createdBy: string;
  createdAt: string;
}

interface TypeRow {
  event_type: string;
  owner: string | null;
  description: string | null;
  compatibility: CompatibilityMode;
  on_new_version: NewVersionPolicy;
  created_by: string;
  created_at: string;
}

const columns = "event_type, owner, description, compatibility, on_new_version, created_by, created_at";

/** Every type, or one, by name. */
export async function readEventTypes(database: Queryable, eventType?: string): Promise<EventTypeView[]> {
  const { rows } = await database.query<TypeRow>(
    `select ${columns} from event_type where $1::text is null or event_type = $1 order by event_type collate "C"`,
    [eventType ?? null],
  );
  return rows.map(viewOf);
}

/**
 * Makes the type if it is not there, and holds it to the end of the transaction, so that its versions are registered one
 * after the other. `isNew` tells which.
 */
export async function holdEventType(
  tx: Tx,
  type: EventTypeFacts & { eventType: string; createdBy: string },
): Promise<{ type: EventTypeView; isNew: boolean }> {
  const { rowCount } = await tx.query(
    `insert into event_type (event_type, owner, description, compatibility, on_new_version, created_by)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [type.eventType, type.owner, type.description, type.compatibility, type.onNewVersion, type.createdBy],
  );
  const held = await lockEventType(tx, type.eventType);
  return { type: held!, isNew: rowCount === 1 };
}

/** Holds a type to the end of the transaction; null where there is none. */
export async function lockEventType(tx: Tx, eventType: string): Promise<EventTypeView | null> {
  const { rows } = await tx.query<TypeRow>(`select ${columns} from event_type where event_type = $1 for update`, [
    eventType,
  ]);
  return rows[0] === undefined ? null : viewOf(rows[0]);
}

/** Writes all facts of a type. */
export async function changeEventType(tx: Tx, eventType: string, facts: EventTypeFacts): Promise<void> {
  await tx.query(
    `update event_type set owner = $2, description = $3, compatibility = $4, on_new_version = $5 where event_type = $1`,
    [eventType, facts.owner, facts.description, facts.compatibility, facts.onNewVersion],
  );
}

function viewOf(row: TypeRow): EventTypeView {
  return {
    eventType: row.event_type,
    owner: row.owner,
    description: row.description,
    compatibility: row.compatibility,
    onNewVersion: row.on_new_version,
    createdBy: row.created_by,
    createdAt: instantOf(row.created_at),
  };
}
