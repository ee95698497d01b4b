// Bodies for tests, cut into blocks at will, and what the gate says about them.
import type { MediaType } from "@almanac/domain/load/media";
import type { GatedLine, GateOptions } from "../src/events.ts";
import { gateEvents } from "../src/events.ts";
import { compileSchemas } from "../src/schemas.ts";

/** The brief's three event types, with what its examples say about their metadata. */
export const schemas = compileSchemas([
  {
    eventType: "ArticleAddedToCart",
    schemaVersion: 1,
    jsonSchema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      required: ["article_id"],
      properties: {
        article_id: { type: ["string", "integer"] },
        article_price: { type: "number", minimum: 0 },
        currency: { type: "string", pattern: "^[A-Z]{3}$" },
      },
    },
  },
  { eventType: "PaymentSuccessful", schemaVersion: 1, jsonSchema: { type: "object" } },
  { eventType: "BarcodeScanned", schemaVersion: 1, jsonSchema: { type: "object" } },
]);

/** The brief's three example events, as it writes them. */
export const briefEvents = [
  {
    event_id: "1a2b3c4d-1234-5678-9abc-123456789abc",
    event_type: "ArticleAddedToCart",
    event_timestamp: "2024-08-17 10:00:00",
    user_id: "123e4567-e89b-12d3-a456-426614174000",
    related_id: "098f6bcd-4621-3373-8ade-4e832627b4f6",
    version: 1,
    metadata: { article_id: "98765", article_price: 29.99, currency: "USD" },
  },
  {
    event_id: "2b3c4d5e-2234-5678-9def-223456789def",
    event_type: "PaymentSuccessful",
    event_timestamp: "2024-08-17 10:05:00",
    user_id: "123e4567-e89b-12d3-a456-426614174000",
    related_id: "678f6bcd-5621-3373-8bde-4e832627b4f7",
    version: 1,
    metadata: { total_amount: 59.99, currency: "USD", payment_method: "CreditCard" },
  },
  {
    event_id: "3c4d5e6f-3234-5678-9ghi-323456789ghi",
    event_type: "BarcodeScanned",
    event_timestamp: "2024-08-17 10:10:00",
    user_id: "123e4567-e89b-12d3-a456-426614174000",
    related_id: "543f6bcd-6621-3373-8cde-4e832627b4f8",
    version: 2,
    metadata: { barcode_type: "QR", scanner_location: "Entrance A" },
  },
];

/** A good event as a line of JSON; `n` makes it another one. */
export function eventLine(n: number, change: Record<string, unknown> = {}): string {
  const event_id = `1a2b3c4d-1234-5678-9abc-${n.toString(16).padStart(12, "0")}`;
  return JSON.stringify({ ...briefEvents[0], event_id, event_timestamp: "2024-08-17T10:00:00Z", ...change });
}

/** Bytes in blocks of the given sizes, again and again; of 64 KiB without any. */
export async function* inBlocks(body: string | Uint8Array, sizes: readonly number[] = []): AsyncGenerator<Uint8Array> {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 65_536;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

/** All lines of a body. */
export async function gated(
  mediaType: MediaType,
  body: string | Uint8Array | AsyncIterable<Uint8Array>,
  options: Partial<GateOptions> & { blocks?: readonly number[] } = {},
): Promise<GatedLine[]> {
  const { blocks, ...rest } = options;
  const bytes = typeof body === "string" || body instanceof Uint8Array ? inBlocks(body, blocks) : body;
  const lines: GatedLine[] = [];
  for await (const items of gateEvents(bytes, { mediaType, timeZone: null, schemas, ...rest })) lines.push(...items);
  return lines;
}

/** What each line came to, in a word: its event's id, or the code and the pointer of its reject. */
export function words(lines: readonly GatedLine[]): string[] {
  return lines.map((line) => {
    const outcome = "event" in line ? line.event.eventId : `${line.reject.code} ${line.reject.pointer}`.trim();
    return `${line.line}: ${outcome}`;
  });
}

/** The word for the good event that `eventLine(n)` is. */
export function good(line: number, n: number): string {
  return `${line}: 1a2b3c4d-1234-5678-9abc-${n.toString(16).padStart(12, "0")}`;
}
