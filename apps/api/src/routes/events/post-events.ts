// POST /v1/events: a few events, durable when answered, each with what came of it.
import { eventOutcomes } from "@almanac/domain/event/event";
import type { MediaType } from "@almanac/domain/load/media";
import { type PostedEvents, postEvents as post } from "@almanac/usecases/post-events";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { parseJson } from "../../http/body.ts";
import type { RequestMetrics } from "../../http/metrics.ts";
import { invalidRequest } from "../../http/problem.ts";
import { type AnyRoute, defineStreamRoute, type StreamSpec } from "../../http/route.ts";
import type { StreamedBody } from "../../http/streamed-body.ts";
import { exampleEvents } from "../loads/bodies.ts";
import { requireOwn } from "./own-events.ts";

const resultSchema = z
  .object({
    event_id: z.string().nullable().openapi({ description: "As it was sent; null where there is none." }),
    version: z.number().nullable(),
    outcome: z.enum(eventOutcomes as [string, ...string[]]).openapi({
      description:
        "`inserted`: not known before; `updated`: a higher version; `stale`: a lower one, kept in history; `duplicate`: known with the same content; `conflict`: known with other content, kept as a reject; `rejected`: no valid event.",
    }),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })),
  })
  .openapi("EventResult");

const answerSchema = z
  .object({
    load_id: z.uuid().openapi({ description: "The load that these events are; its rejects can be read there." }),
    results: z.array(resultSchema).openapi({ description: "One for each event, in the order of the body." }),
  })
  .openapi("PostedEvents");

const exampleAnswer = {
  load_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  results: [
    { event_id: "f1a7f6b2-1c5f-4a9f-9f0e-7a3f2f1a7f6b", version: 1, outcome: "inserted", errors: [] },
    {
      event_id: "3f2504e0-4f89-11d3-9ghi-0305e82c3303",
      version: 1,
      outcome: "rejected",
      errors: [{ pointer: "/event_id", code: "event.uuid_invalid", detail: "event_id is no UUID." }],
    },
  ],
};

const cloudEvent = {
  specversion: "1.0",
  id: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
  type: "ArticleAddedToCart",
  source: "/checkout",
  time: "2026-11-22T12:34:56Z",
  data: {
    user_id: "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    related_id: "9f0e7a3f-2f1a-4f6b-8c5f-1a7f6b21c5f4",
    version: 1,
    metadata: { article_id: "98765", article_price: 24.5, currency: "EUR" },
  },
};

const bodies: StreamSpec = {
  accepts: {
    "application/json": { description: "One event, or an array of up to 1,000.", example: exampleEvents },
    "application/cloudevents+json": { description: "One CloudEvent 1.0 in structured mode.", example: cloudEvent },
    "application/cloudevents-batch+json": { description: "An array of CloudEvents 1.0.", example: [cloudEvent] },
  },
  mostBytes: 4 * 1_048_576,
  patient: false,
};

export function postEvents(deps: ApiDeps, metrics: RequestMetrics): AnyRoute {
  const { database, lake } = deps;
  const use = { database, lake, now: () => Temporal.Now.instant() };
  return defineStreamRoute({
    operationId: "postEvents",
    method: "post",
    path: "/v1/events",
    tag: "Events",
    summary: "Post a few events",
    description: [
      "All of them are durable when it is answered, and each has its outcome: an event that is refused does not hold up the",
      "others. Events that belong together may be sent again as they are: what is known is a `duplicate`.",
      "A key that is limited to locations posts events of those alone.",
    ].join("\n"),
    stream: bodies,
    answers: { 200: { description: "What came of each.", schema: answerSchema, example: exampleAnswer } },
    problems: {
      404: ["location.not_found"],
      422: ["event.none", "event.too_many"],
      503: ["lake.unavailable", "lake.full"],
    },
    async handle({ body: stream, principal, requestId, signal, keepAnswer }) {
      const body = await collected(stream);
      const mediaType = stream.mediaType as MediaType;
      await requireOwn(database, principal, { body, mediaType });
      const posted = await post(use, {
        body,
        mediaType,
        timeZone: null,
        requestedBy: principal.actor,
        requestId,
        signal,
        onStored: (tx, stored) => keepAnswer(tx, answerOf(stored)),
      });
      metrics.countEvents(posted.results.map(({ outcome }) => outcome));
      return answerOf(posted);
    },
  });
}

function answerOf({ load, results }: PostedEvents) {
  return json(200, { load_id: load.loadId, results });
}

/** All of a body that is JSON at all; whether there are events in it is the gate's to say. */
async function collected({ bytes }: StreamedBody): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) {
    parts.push(part);
  }
  const body = Buffer.concat(parts);
  const value = parseJson(body);
  if (typeof value !== "object" || value === null) {
    throw invalidRequest([{ pointer: "", code: "invalid_type", detail: "Send an event, or an array of events." }]);
  }
  return body;
}
