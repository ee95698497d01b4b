// Runs that nobody asked for by name: a schema version was registered, or the schedule came round. Each type's policy says
// whether they wait for approval as a preview or publish at once.
import type { Tx } from "@almanac/db/database";
import { readEventSchemas } from "@almanac/db/event-schemas";
import { type NewVersionPolicy, readEventTypes } from "@almanac/db/event-types";
import { findCurable } from "@almanac/db/reprocess/rejects";
import { findPublishing, mayBeOutdated, newestRun, type RunView } from "@almanac/db/reprocess/runs";
import type { RunTrigger } from "@almanac/domain/reprocess/run";
import type { SteerDeps } from "./deps.ts";
import { storeReprocess, wakeForRun } from "./request-run.ts";

export interface Proposal {
  eventType: string;
  trigger: Exclude<RunTrigger, "api">;
  /** Actor, for the audit. */
  requestedBy: string;
  reason: string;
  requestId?: string;
}

/**
 * Stores a run over a type's outdated events, within the transaction of what makes them outdated; null when there is nothing
 * to do: no event is older than the newest schema version, and no rejected line may pass now. Whoever commits wakes.
 */
export async function proposeReprocess(tx: Tx, proposal: Proposal): Promise<RunView | null> {
  const { eventType, ...who } = proposal;
  const newest = (await readEventSchemas(tx, eventType)).at(-1);
  if (newest === undefined) return null;
  const isOutdated = await mayBeOutdated(tx, eventType, newest.schemaVersion);
  const curable = { eventType, loadId: null, afterNo: 0, limit: 1 };
  if (!isOutdated && (await findCurable(tx, curable)).length === 0) return null;
  // Another run publishes: a preview tells what that one leaves.
  const publishes = (await policyOf(tx, eventType)) === "publish" && (await findPublishing(tx, eventType)) === null;
  return storeReprocess(tx, { ...who, eventType, selection: "outdated", mode: publishes ? "publish" : "preview" });
}

/** Proposes a run for every type that needs one and has no proposal already; gives what was proposed. */
export async function proposeScheduled(
  deps: SteerDeps,
  who: Pick<Proposal, "trigger" | "requestedBy" | "reason">,
): Promise<RunView[]> {
  const types = (await readEventTypes(deps.database)).map((type) => type.eventType);
  const proposed: RunView[] = [];
  for (const eventType of types) {
    const run = await deps.database.transaction(async (tx) =>
      (await isProposed(tx, eventType)) ? null : proposeReprocess(tx, { ...who, eventType }),
    );
    if (run === null) continue;
    await wakeForRun(deps, run);
    proposed.push(run);
  }
  return proposed;
}

/** A run over the type is not finished, or waits for approval. */
async function isProposed(tx: Tx, eventType: string): Promise<boolean> {
  if ((await findPublishing(tx, eventType)) !== null) return true;
  const last = await newestRun(tx, eventType);
  if (last === null) return false;
  if (last.finishedAt === null) return true;
  const waits = last.mode === "preview" && last.trigger !== "api";
  return waits && (await policyOf(tx, eventType)) === "propose";
}

async function policyOf(tx: Tx, eventType: string): Promise<NewVersionPolicy> {
  return (await readEventTypes(tx, eventType))[0]?.onNewVersion ?? "propose";
}
