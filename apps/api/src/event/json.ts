// An event as callers see it. Its metadata goes out as the database's own text: a number in it may be one that JavaScript
// would round, so no answer is ever made of parsed metadata.
import type { EventView } from "@almanac/db/events";
import { z } from "@hono/zod-openapi";

const uuid = z.uuid();

export const eventSchema = z
  .object({
    event_id: uuid,
    event_type: z.string(),
    event_timestamp: z.string().openapi({ format: "date-time" }),
    user_id: uuid,
    related_id: uuid.nullable(),
    version: z.int().min(1),
    revision: z.int().min(1).openapi({
      description:
        "Counts the interpretations of this version: a load brings the first one, a reprocess run that changes it another.",
    }),
    location_id: uuid.nullable(),
    visit_date: z.string().nullable().openapi({ format: "date" }),
    schema_version: z.int().min(1).openapi({ description: "Version of the type's schema that it is written in." }),
    recorded_at: z.string().openapi({ format: "date-time", description: "System time from which on it was known." }),
    superseded_at: z.string().nullable().openapi({
      format: "date-time",
      description:
        "System time from which on another version was current; null while this one is. A version that arrived late never was: both times are equal.",
    }),
    received_at: z.string().openapi({
      format: "date-time",
      description: "When its bytes were accepted first, also where a replay brought them in later.",
    }),
    load_id: uuid.openapi({ description: "The load that brought it." }),
    line: z.int().min(1).openapi({ description: "The line of that load." }),
    run_id: uuid.nullable().openapi({ description: "The reprocess run that wrote this revision; null for the first." }),
    metadata: z.record(z.string(), z.unknown()).openapi({
      description: "As it is understood at `schema_version`; numbers keep all their digits.",
    }),
    received: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: "The metadata as received; null where `metadata` is still that." }),
    extra: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: "Fields that the envelope does not know, as received." }),
  })
  .openapi("Event");

export const exampleEvent = {
  event_id: "f1a7f6b2-1c5f-4a9f-9f0e-7a3f2f1a7f6b",
  event_type: "ArticleAddedToCart",
  event_timestamp: "2026-11-22T12:34:56.000000Z",
  user_id: "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
  related_id: "9f0e7a3f-2f1a-4f6b-8c5f-1a7f6b21c5f4",
  version: 2,
  revision: 1,
  location_id: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
  visit_date: "2026-12-26",
  schema_version: 1,
  recorded_at: "2026-11-22T12:35:01.113204Z",
  superseded_at: null,
  received_at: "2026-11-22T12:35:00.981733Z",
  load_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  line: 1,
  run_id: null,
  metadata: { article_id: "98765", article_price: 24.5, currency: "EUR" },
  received: null,
  extra: null,
};

/** The JSON text of an event; `more` are members behind the others, each a name and its JSON text. */
export function eventText(event: EventView, more: Record<string, string> = {}): string {
  const known = JSON.stringify({
    event_id: event.eventId,
    event_type: event.eventType,
    event_timestamp: event.eventTimestamp,
    user_id: event.userId,
    related_id: event.relatedId,
    version: event.version,
    revision: event.revision,
    location_id: event.locationId,
    visit_date: event.visitDate,
    schema_version: event.schemaVersion,
    recorded_at: event.recordedAt,
    superseded_at: event.supersededAt,
    received_at: event.receivedAt,
    load_id: event.loadId,
    line: event.line,
    run_id: event.runId,
  });
  return joined(known, {
    metadata: event.metadata,
    received: event.received ?? "null",
    extra: event.extra ?? "null",
    ...more,
  });
}

/** A list's text from its items' texts. */
export function pageText(items: readonly string[], rest: Record<string, unknown>): string {
  return joined(JSON.stringify(rest), { data: `[${items.join(",")}]` });
}

function joined(object: string, members: Record<string, string>): string {
  const more = Object.entries(members).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  return `${object.slice(0, -1)}${object === "{}" ? "" : ","}${more.join(",")}}`;
}
