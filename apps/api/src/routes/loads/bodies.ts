// What a body of a load may be: its media types, with the brief's own events as examples.
import type { StreamSpec } from "../../http/route.ts";

const event = {
  event_id: "f1a7f6b2-1c5f-4a9f-9f0e-7a3f2f1a7f6b",
  event_type: "ArticleAddedToCart",
  event_timestamp: "2026-11-22T12:34:56Z",
  user_id: "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
  related_id: "9f0e7a3f-2f1a-4f6b-8c5f-1a7f6b21c5f4",
  version: 1,
  metadata: { article_id: "98765", article_price: 24.5, currency: "EUR" },
};

export const exampleEvents = [
  event,
  {
    ...event,
    event_id: "0d4c2f6e-8c11-4b43-8f57-0f3c9a1d2e4b",
    event_type: "PaymentSuccessful",
    metadata: { total_amount: 49, currency: "EUR", payment_method: "ideal" },
    location_id: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
    visit_date: "2026-12-26",
  },
];

const csvOfEvents = `event_id,event_type,event_timestamp,user_id,related_id,version,metadata
${event.event_id},${event.event_type},${event.event_timestamp},${event.user_id},${event.related_id},1,"${JSON.stringify(event.metadata).replaceAll('"', '""')}"
`;

const aliases = {
  "application/ndjson": "application/x-ndjson",
  "application/jsonl": "application/x-ndjson",
  "application/x-parquet": "application/vnd.apache.parquet",
};

/** Events, as files of any length. */
export function eventFiles(mostBytes: number): StreamSpec {
  return {
    accepts: {
      "application/x-ndjson": {
        description: "One event a line.",
        example: exampleEvents.map((each) => `${JSON.stringify(each)}\n`).join(""),
      },
      "text/csv": {
        description: "A header with the envelope's names; `metadata` is a cell of JSON, an empty cell is absent.",
        example: csvOfEvents,
      },
      "application/json": { description: "An array of events.", example: exampleEvents },
      "application/vnd.apache.parquet": { description: "A row an event; columns have the envelope's names." },
    },
    aliases,
    mostBytes,
    patient: true,
  };
}

/** Members of a dimension, as files of any length. */
export function memberFiles(mostBytes: number): StreamSpec {
  return {
    accepts: {
      "application/x-ndjson": {
        description: "One member a line.",
        example: '{"article_id":"98765","article_name":"Day ticket","price":24.5,"currency":"EUR"}\n',
      },
      "text/csv": {
        description: "A header with the dimension's columns.",
        example: "article_id,article_name,price,currency\n98765,Day ticket,24.50,EUR\n",
      },
    },
    aliases,
    mostBytes,
    patient: true,
  };
}
