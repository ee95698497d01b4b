// The audit's anchors: every ten minutes, when a worker starts and when it ends, as far as there is a key to sign them.
import { consume, type Consumer } from "@almanac/queue/consume";
import { anchorAudit } from "@almanac/usecases/audit/anchor";
import type { WorkerDeps } from "../deps.ts";

const scheduledAnchor = "scheduled-audit-anchor";
const cron = "*/10 * * * *";

/** Starts taking `audit-anchor` jobs. */
export function consumeAnchors(deps: WorkerDeps): Consumer {
  return consume({ queues: deps.queues, log: deps.log, name: "audit-anchor", handler: () => anchor(deps) });
}

async function anchor({ signer, ...deps }: WorkerDeps) {
  return signer === undefined ? { ended: "ALMANAC_SIGNING_KEY is unset" } : anchorAudit({ ...deps, signer });
}

export async function registerAnchors({ queues, signer }: WorkerDeps, { tz }: { tz: string }): Promise<void> {
  if (signer === undefined) await queues.unschedule(scheduledAnchor);
  else await queues.schedule({ key: scheduledAnchor, name: "audit-anchor", payload: {}, cron, tz });
}

/** Writes one outside of any job; what goes wrong is told and stops nobody. */
export async function writeAnchor({ signer, log, ...deps }: WorkerDeps): Promise<void> {
  if (signer === undefined) return;
  await anchorAudit({ ...deps, signer }).catch((error: unknown) =>
    log.warn({ err: error }, "could not anchor the audit"),
  );
}
