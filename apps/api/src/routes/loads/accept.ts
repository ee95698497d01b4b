// What the calls that take in a file have in common: the answer, given again for an Idempotency-Key, and the counting.
import type { Dataset, MediaType } from "@almanac/domain/load/media";
import { type AcceptedLoad, acceptLoad, type AcceptLoadDeps } from "@almanac/usecases/accept-load";
import { z } from "@hono/zod-openapi";
import { requireUnlimited } from "../../access/principal.ts";
import { json } from "../../http/answer.ts";
import { timeZoneName } from "../../http/fields.ts";
import type { RequestMetrics } from "../../http/metrics.ts";
import type { Call } from "../../http/route.ts";
import type { StreamedBody } from "../../http/streamed-body.ts";
import { exampleLoad, exampleQueued, loadSchema, presentLoad } from "./present.ts";

export const acceptQuery = z.object({
  time_zone: timeZoneName.optional().openapi({
    description: "IANA name, for timestamps without an offset; without it they are rejects.",
    example: "Europe/Amsterdam",
  }),
});

const acceptedSchema = loadSchema
  .extend({ already_loaded: z.boolean().openapi({ description: "These very bytes are this load already." }) })
  .openapi("AcceptedLoad");

export const acceptAnswers = {
  202: {
    description: "The bytes are durable in the raw zone and will be loaded.",
    schema: acceptedSchema,
    example: { ...exampleQueued, already_loaded: false },
    headers: { Location: "Where to follow it." },
  },
  200: {
    description: "The same bytes were taken before: that load, as it is now. Nothing is done again.",
    schema: acceptedSchema,
    example: { ...exampleLoad, already_loaded: true },
    headers: { Location: "Where to follow it." },
  },
} as const;

export const acceptProblems = { 403: ["key.limited"], 503: ["lake.unavailable", "lake.full"] } as const;

export interface IntakeDeps extends AcceptLoadDeps {
  metrics: RequestMetrics;
  /** Of a body, content encoding undone. */
  mostBytes: number;
}

type AcceptCall = Call<unknown, unknown, StreamedBody>;

/** Takes in the body of a call; `timeZone` is for timestamps without an offset. */
export async function accept(deps: IntakeDeps, dataset: Dataset, timeZone: string | null, call: AcceptCall) {
  requireUnlimited(call.principal);
  const accepted = await acceptLoad(deps, {
    body: call.body.bytes,
    dataset,
    channel: "upload",
    mediaType: call.body.mediaType as MediaType,
    timeZone,
    requestedBy: call.principal.actor,
    requestId: call.requestId,
    signal: call.signal,
    onStored: (tx, stored) => call.keepAnswer(tx, answerOf(stored)),
  });
  deps.metrics.countLoad(dataset, accepted.load.bytes, accepted.alreadyLoaded);
  return answerOf(accepted);
}

function answerOf({ load, alreadyLoaded }: AcceptedLoad) {
  const shown = { ...presentLoad(load), already_loaded: alreadyLoaded };
  const place = { headers: { location: `/v1/loads/${load.loadId}` } };
  return alreadyLoaded ? json(200, shown, place) : json(202, shown, place);
}
