// The audit as it is read: newest first, in the order of the chain, so that nothing ever appears behind a reader.
import type { Queryable } from "../database.ts";
import { instantOf } from "../instants.ts";

/** One entry. Hashes are hex, lower case. */
export interface AuditView {
  auditId: number;
  /** Its place in the chain. */
  seq: number;
  recordedAt: string;
  actor: string;
  action: string;
  objectType: string;
  objectId: string;
  reason: string | null;
  before: unknown;
  after: unknown;
  beforeHash: string | null;
  afterHash: string | null;
  /** Of the chain up to this entry. */
  hash: string;
  requestId: string | null;
}

export interface AuditFilter {
  objectType?: string | null;
  objectId?: string | null;
  actor?: string | null;
  action?: string | null;
  /** Instants of `recorded_at`; `from` is inclusive, `to` is not. */
  from?: string | null;
  to?: string | null;
  /** The place of the last entry of the page before. */
  before?: number | null;
  limit: number;
}

interface Row {
  audit_id: number;
  seq: number;
  recorded_at: string;
  actor: string;
  action: string;
  object_type: string;
  object_id: string;
  reason: string | null;
  before: unknown;
  after: unknown;
  before_hash: string | null;
  after_hash: string | null;
  hash: string;
  request_id: string | null;
}

/** By falling place in the chain. */
export async function listAudit(database: Queryable, filter: AuditFilter): Promise<AuditView[]> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const wanted = conditions(filter, bind);
  const { rows } = await database.query<Row>(
    `select a.audit_id::float8 as audit_id, c.seq::float8 as seq, a.recorded_at, a.actor, a.action, a.object_type,
       a.object_id, a.reason, a.before, a.after, encode(a.before_hash, 'hex') as before_hash,
       encode(a.after_hash, 'hex') as after_hash, encode(c.hash, 'hex') as hash, a.request_id
     from audit_chain c join audit a on a.audit_id = c.audit_id
     where ${wanted.join(" and ") || "true"} order by c.seq desc limit ${bind(filter.limit)}`,
    values,
  );
  return rows.map(viewOf);
}

/** The conditions that are asked for, and no others: a plan is made for each page, and a null test would hide an index. */
function conditions(filter: AuditFilter, bind: (value: unknown) => string): string[] {
  const wanted: string[] = [];
  if (filter.objectType != null) wanted.push(`a.object_type = ${bind(filter.objectType)}`);
  if (filter.objectId != null) wanted.push(`a.object_id = ${bind(filter.objectId)}`);
  if (filter.actor != null) wanted.push(`a.actor = ${bind(filter.actor)}`);
  if (filter.action != null) wanted.push(`a.action = ${bind(filter.action)}`);
  if (filter.from != null) wanted.push(`a.recorded_at >= ${bind(filter.from)}`);
  if (filter.to != null) wanted.push(`a.recorded_at < ${bind(filter.to)}`);
  if (filter.before != null) wanted.push(`c.seq < ${bind(filter.before)}`);
  return wanted;
}

function viewOf(row: Row): AuditView {
  return {
    auditId: row.audit_id,
    seq: row.seq,
    recordedAt: instantOf(row.recorded_at),
    actor: row.actor,
    action: row.action,
    objectType: row.object_type,
    objectId: row.object_id,
    reason: row.reason,
    before: row.before,
    after: row.after,
    beforeHash: row.before_hash,
    afterHash: row.after_hash,
    hash: row.hash,
    requestId: row.request_id,
  };
}
