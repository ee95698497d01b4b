// Registering a version of an event type's schema: judged while its type is held, so that versions have no gap and each is
// compared with the one that is really before it.
import { recordAudit } from "@almanac/db/audit";
import type { Database, Tx } from "@almanac/db/database";
import { type EventSchemaView, insertEventSchema, readEventSchemas } from "@almanac/db/event-schemas";
import { changeEventType, type EventTypeFacts, type EventTypeView, holdEventType } from "@almanac/db/event-types";
import { AppError } from "@almanac/domain/errors";
import { hashOfSteps, judgeCandidate, type Judged, type ReadCandidate } from "./candidate.ts";

export interface Registration {
  eventType: string;
  candidate: ReadCandidate;
  /** What cannot be proven compatible is registered all the same. */
  isApproved: boolean;
  /** What is said of the type with it; undefined: what is known stays. */
  facts: Partial<Pick<EventTypeFacts, "owner" | "description" | "onNewVersion">>;
  actor: string;
  requestId: string;
  /** Runs in the transaction that registers. */
  onStored?: (tx: Tx, registered: Registered) => Promise<void>;
}

export interface Registered {
  schema: EventSchemaView;
  type: EventTypeView;
  /** False: the newest version says the same, and nothing was registered. */
  isNew: boolean;
}

/**
 * Registers the next version, or the first one of a new type. Throws 409 `schema.incompatible` and
 * `schema.needs_approval` with every reason, and what judging the candidate throws; then nothing is changed.
 */
export function registerSchema(database: Database, registration: Registration): Promise<Registered> {
  return database.transaction(async (tx) => {
    const { eventType, candidate, actor } = registration;
    const facts = { owner: null, description: null, onNewVersion: "propose" as const, ...given(registration.facts) };
    const compatibility = candidate.compatibility ?? "backward";
    const held = await holdEventType(tx, { eventType, ...facts, compatibility, createdBy: actor });
    const known = await readEventSchemas(tx, eventType);
    const judged = judgeCandidate(candidate, known, held.type.compatibility);
    refuse(judged, registration.isApproved);
    const type = held.isNew
      ? await created(tx, held.type, registration)
      : await changeType(tx, held.type, given(registration.facts), registration);
    if (judged.same === null) await insert(tx, registration, judged);
    const schema = judged.same ?? (await readEventSchemas(tx, eventType)).at(-1)!;
    const registered = { schema, type, isNew: judged.same === null };
    await registration.onStored?.(tx, registered);
    return registered;
  });
}

function refuse({ verdict, reasons, mode }: Judged, isApproved: boolean): void {
  if (verdict === "incompatible") {
    throw new AppError("conflict", {
      code: "schema.incompatible",
      detail: `The schema does not fit the versions before it (${mode}): ${counted(reasons.length)}; see errors.`,
      errors: reasons,
    });
  }
  if (verdict === "unproven" && !isApproved) {
    throw new AppError("conflict", {
      code: "schema.needs_approval",
      detail: `Whether the schema fits the versions before it (${mode}) could not be proven: ${counted(reasons.length)}; see errors. An operator may register it with ?approve=true.`,
      errors: reasons,
    });
  }
}

function counted(reasons: number): string {
  return reasons === 1 ? "one reason" : `${reasons} reasons`;
}

async function insert(tx: Tx, registration: Registration, judged: Judged): Promise<void> {
  const { eventType, candidate, actor, requestId } = registration;
  const upcast = candidate.upcast ?? [];
  const isApproval = judged.verdict === "unproven";
  const schema = {
    eventType,
    schemaVersion: judged.schemaVersion,
    jsonSchema: candidate.jsonSchema,
    compatibility: judged.mode,
    upcast,
    upcastSha256: hashOfSteps(upcast),
    approvedBy: isApproval ? actor : null,
    approvalReasons: isApproval ? judged.reasons : null,
    registeredBy: actor,
  };
  await insertEventSchema(tx, schema);
  await recordAudit(tx, {
    actor,
    action: "schema.registered",
    objectType: "event_type",
    objectId: eventType,
    after: {
      schema_version: schema.schemaVersion,
      json_schema: schema.jsonSchema,
      compatibility: schema.compatibility,
      upcast_sha256: schema.upcastSha256,
      approved_by: schema.approvedBy,
      approval_reasons: schema.approvalReasons,
    },
    requestId,
  });
}

async function created(tx: Tx, type: EventTypeView, author: { actor: string; requestId: string }) {
  const { actor, requestId } = author;
  const after = factsOf(type);
  await recordAudit(tx, {
    actor,
    action: "event_type.created",
    objectType: "event_type",
    objectId: type.eventType,
    after,
    requestId,
  });
  return type;
}

/** Writes what differs, with its audit; the type as it is then. */
export async function changeType(
  tx: Tx,
  type: EventTypeView,
  facts: Partial<EventTypeFacts>,
  author: { actor: string; requestId: string },
): Promise<EventTypeView> {
  const changed: EventTypeView = { ...type, ...facts };
  const [before, after] = [factsOf(type), factsOf(changed)];
  if (JSON.stringify(before) === JSON.stringify(after)) return type;
  await changeEventType(tx, type.eventType, changed);
  const { actor, requestId } = author;
  await recordAudit(tx, {
    actor,
    action: "event_type.changed",
    objectType: "event_type",
    objectId: type.eventType,
    before,
    after,
    requestId,
  });
  return changed;
}

function factsOf(type: EventTypeFacts) {
  return {
    owner: type.owner,
    description: type.description,
    compatibility: type.compatibility,
    on_new_version: type.onNewVersion,
  };
}

/** Without what was left out. */
function given<Facts extends object>(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Facts;
}
