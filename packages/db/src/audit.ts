// Who changed what: one row for every change of state, written in the transaction that makes the change.
import type { Tx } from "./database.ts";

export interface AuditEntry {
  /** `key:<key id>`, `admin-key`, `schedule`, `start`, `worker`, `job:<queue>:<id>`. */
  actor: string;
  /** `object.verb`, past tense: `location.deactivated`. */
  action: string;
  objectType: string;
  objectId: string;
  reason?: string;
  before?: unknown;
  after?: unknown;
  requestId?: string;
}

/** Appends entries in order. The table refuses to have them changed. */
export async function recordAudit(tx: Tx, ...entries: AuditEntry[]): Promise<void> {
  if (entries.length === 0) {
    return;
  }
  await tx.query(
    `insert into audit (actor, action, object_type, object_id, reason, before, after, request_id)
     select e.actor, e.action, e.object_type, e.object_id, e.reason, e.before, e.after, e.request_id
     from rows from (json_to_recordset($1::json) as (
       actor text, action text, object_type text, object_id text, reason text, before jsonb, after jsonb,
       request_id text
     )) with ordinality as e (actor, action, object_type, object_id, reason, before, after, request_id, place)
     order by e.place`,
    [
      JSON.stringify(
        entries.map((entry) => ({
          actor: entry.actor,
          action: entry.action,
          object_type: entry.objectType,
          object_id: entry.objectId,
          reason: entry.reason,
          before: entry.before,
          after: entry.after,
          request_id: entry.requestId,
        })),
      ),
    ],
  );
}
