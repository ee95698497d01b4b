// One load, for a caller who may see loads; 404 for one that is not there.
import type { Queryable } from "@almanac/db/database";
import { findLoad, type LoadView } from "@almanac/db/loads";
import { AppError } from "@almanac/domain/errors";
import type { LoadId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { type Principal, requireUnlimited } from "../../access/principal.ts";
import { uuid } from "../../http/fields.ts";

export const loadPath = z.object({ load_id: uuid });

/** Throws `key.limited` (403) and `load.not_found` (404). */
export async function visibleLoad(database: Queryable, principal: Principal, loadId: string): Promise<LoadView> {
  requireUnlimited(principal);
  const load = await findLoad(database, loadId as LoadId);
  if (load === null) {
    throw new AppError("not-found", { code: "load.not_found", detail: `There is no load ${loadId}.` });
  }
  return load;
}
