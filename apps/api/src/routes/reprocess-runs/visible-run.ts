// One run, for a caller who may see runs; 404 for one that is not there.
import type { Queryable } from "@almanac/db/database";
import { findRun, type RunView } from "@almanac/db/reprocess/runs";
import { AppError } from "@almanac/domain/errors";
import type { RunId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { type Principal, requireUnlimited } from "../../access/principal.ts";
import { uuid } from "../../http/fields.ts";

export const runPath = z.object({ run_id: uuid });

/** Throws `key.limited` (403) and `reprocess.not_found` (404). */
export async function visibleRun(database: Queryable, principal: Principal, runId: string): Promise<RunView> {
  requireUnlimited(principal);
  const run = await findRun(database, runId as RunId);
  if (run === null) {
    throw new AppError("not-found", { code: "reprocess.not_found", detail: `There is no reprocess run ${runId}.` });
  }
  return run;
}
