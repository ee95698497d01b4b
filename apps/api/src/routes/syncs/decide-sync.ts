// POST /v1/syncs/{sync_id}/approve and /reject: an operator's word on answers that were held back.
import type { SyncId } from "@almanac/domain/ids";
import { approveSync as approve, type DecideDeps, rejectSync as reject } from "@almanac/usecases/decide-quarantine";
import { holdBack } from "../../holiday/freshness.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { syncPath } from "./get-sync.ts";
import { exampleSync, presentSync, syncSchema } from "./present.ts";
import { detailsOf, visibleSync } from "./sync-details.ts";

export function approveSync(deps: DecideDeps): AnyRoute {
  return decision(deps, {
    operationId: "approveSync",
    path: "/v1/syncs/{sync_id}/approve",
    summary: "Approve what was held back",
    description: "The held answers are applied; each location that waited gets one version.",
    codes: ["sync.nothing_to_decide", "sync.superseded"],
    decide: approve,
  });
}

export function rejectSync(deps: DecideDeps): AnyRoute {
  return decision(deps, {
    operationId: "rejectSync",
    path: "/v1/syncs/{sync_id}/reject",
    summary: "Reject what was held back",
    description: "Nothing changes; the locations that waited failed.",
    codes: ["sync.nothing_to_decide"],
    decide: reject,
  });
}

interface DecisionRoute {
  operationId: "approveSync" | "rejectSync";
  path: `/${string}`;
  summary: string;
  description: string;
  codes: readonly string[];
  decide: typeof approve;
}

function decision(deps: DecideDeps, route: DecisionRoute): AnyRoute {
  const { operationId, path, summary, description } = route;
  return defineRoute({
    operationId,
    method: "post",
    path,
    tag: "Syncs",
    summary,
    description,
    params: syncPath,
    answers: { 200: { description: "The sync as it is now.", schema: syncSchema, example: exampleSync } },
    problems: { 404: ["sync.not_found"], 409: route.codes },
    async handle({ params, principal, requestId }) {
      const syncId = params.sync_id as SyncId;
      await visibleSync(deps.database, principal, syncId);
      const sync = await route.decide(deps, { syncId, actor: principal.actor, requestId });
      await holdBack();
      return json(200, presentSync(await detailsOf(deps.database, sync)));
    },
  });
}
