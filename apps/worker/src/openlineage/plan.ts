// What is to be told of a load or sync, given what was told of it before? Pure. A run begins once and ends once: what went on
// after its end is told as another run.
import { createHash } from "node:crypto";
import type { Told } from "@almanac/db/openlineage/due";

export type EventType = "START" | "RUNNING" | "COMPLETE" | "FAIL" | "ABORT";

/** How it stands. */
export interface State {
  objectId: string;
  status: string;
  startedAt: string;
  finishedAt: string | null;
  /** The code of what ended it before its time. */
  errorCode: string | null;
}

export interface Telling {
  attempt: number;
  /** The id of the run: the object's own, unless it went on after its end. */
  runId: string;
  events: EventType[];
}

export function planTelling(state: State, told: Told | null): Telling {
  const isAnotherRun = told !== null && told.finishedAt !== null;
  const attempt = told === null ? 1 : told.attempt + (isAnotherRun ? 1 : 0);
  const isNew = told === null || isAnotherRun;
  const end = state.finishedAt === null ? null : endOf(state);
  const events: EventType[] = [...(isNew ? (["START"] as const) : []), ...(end === null ? [] : [end])];
  return { attempt, runId: runIdOf(state.objectId, attempt), events: events.length === 0 ? ["RUNNING"] : events };
}

function endOf({ status, errorCode }: State): EventType {
  if (status === "cancelled" || errorCode?.endsWith(".cancelled") === true) {
    return "ABORT";
  }
  // What is held back for an operator has not done what it was asked for.
  return status === "failed" || status === "quarantined" ? "FAIL" : "COMPLETE";
}

/** The same for the same attempt, so that what is told twice is the same event. */
export function runIdOf(objectId: string, attempt: number): string {
  if (attempt === 1) {
    return objectId;
  }
  const bytes = createHash("sha256").update(`${objectId}/${attempt}`).digest().subarray(0, 16);
  // Version 8: made in a way of our own (RFC 9562).
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
