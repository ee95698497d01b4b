// What did a run do to which fields? Counted while it goes, within bounds: a run over millions of events tells as much as
// one over ten.
import { writeExact } from "../schema/exact-json.ts";
import type { JsonObject } from "../schema/exact-json.ts";
import type { Failure } from "./interpret.ts";
import { type PatchOperation, patchOf } from "./patch.ts";

export interface FieldCounts {
  added: number;
  removed: number;
  replaced: number;
}

/** An event that changed, with its patch (RFC 6902), or that failed, with the reason. */
export type SampleItem =
  | { event_id: string; version: number; patch: readonly PatchOperation[] }
  | { event_id: string; version: number; failure: Failure };

/** How a key range came out so far; plain JSON. */
export interface RangeTally {
  /** By JSON pointer into the event. */
  fields: Record<string, FieldCounts>;
  /** How many events failed, by code and pointer. */
  failures: Record<string, number>;
  sample: SampleItem[];
}

const mostFields = 200;
const mostReasons = 100;
const mostPatches = 10;
const mostFailures = 10;
const mostPatchText = 4_000;

/** Where the counts of further fields and reasons go. */
const otherFields = "…";

export function emptyTally(): RangeTally {
  return { fields: {}, failures: {}, sample: [] };
}

/** Adds a changed event; the tally is changed in place. */
export function tallyChange(
  tally: RangeTally,
  event: { eventId: string; version: number; before: JsonObject; after: JsonObject; schemaVersion: [number, number] },
): void {
  const operations = patchOf(event.before, event.after, "/metadata");
  for (const { op, path } of operations) {
    const counts = (tally.fields[nameIn(tally.fields, path, mostFields)] ??= { added: 0, removed: 0, replaced: 0 });
    counts[op === "add" ? "added" : op === "remove" ? "removed" : "replaced"] += 1;
  }
  if (tally.sample.filter((item) => "patch" in item).length >= mostPatches) return;
  const [was, is] = event.schemaVersion;
  const patch: PatchOperation[] =
    was === is ? operations : [...operations, { op: "replace", path: "/schema_version", value: is }];
  if (writeExact(patch).length > mostPatchText) return;
  tally.sample.push({ event_id: event.eventId, version: event.version, patch });
}

/** Adds an event that could not be interpreted. */
export function tallyFailure(tally: RangeTally, event: { eventId: string; version: number; failure: Failure }): void {
  const { failure } = event;
  const name = nameIn(tally.failures, `${failure.code} ${failure.pointer}`, mostReasons);
  tally.failures[name] = (tally.failures[name] ?? 0) + 1;
  if (tally.sample.filter((item) => "failure" in item).length >= mostFailures) return;
  tally.sample.push({ event_id: event.eventId, version: event.version, failure });
}

function nameIn(known: object, name: string, most: number): string {
  return Object.hasOwn(known, name) || Object.keys(known).length < most ? name : otherFields;
}

/** The tallies of all ranges as one, in the order of the ranges. */
export function mergeTallies(tallies: readonly RangeTally[]): RangeTally {
  const all = emptyTally();
  let patches = 0;
  let failed = 0;
  for (const { fields, failures, sample } of tallies) {
    for (const [path, counts] of Object.entries(fields)) {
      const sum = (all.fields[nameIn(all.fields, path, mostFields)] ??= { added: 0, removed: 0, replaced: 0 });
      sum.added += counts.added;
      sum.removed += counts.removed;
      sum.replaced += counts.replaced;
    }
    for (const [reason, count] of Object.entries(failures)) {
      const name = nameIn(all.failures, reason, mostReasons);
      all.failures[name] = (all.failures[name] ?? 0) + count;
    }
    for (const item of sample) {
      if ("patch" in item ? (patches += 1) <= mostPatches : (failed += 1) <= mostFailures) all.sample.push(item);
    }
  }
  return all;
}
