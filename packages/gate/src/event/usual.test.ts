// The usual line is packed from its bytes, any other one by way of texts: both must come to the same.
import { PackedEvents } from "@almanac/domain/event/packed";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventLine, gated, inBlocks, schemas } from "../../testing/gating.ts";
import { gateEvents } from "../events.ts";

const mostly = (usual: fc.Arbitrary<unknown>, odd: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: odd });
const odd = fc.constantFrom<unknown>(null, 1, true, [], {}, "", "x", "é", "1a2b3c4d-1234-5678-9abc-12345678zabc");
const anyCase = fc.tuple(fc.uuid(), fc.boolean()).map(([uuid, isUpper]) => (isUpper ? uuid.toUpperCase() : uuid));
const time = fc.constantFrom(
  "2024-08-17T10:00:00Z",
  "2024-08-17T10:00:00.123456Z",
  "2024-08-17t10:00:00.5+02:00",
  "2024-08-17 10:00:00",
  "2024-08-17T10:00:00.1234567Z",
  "2024-08-17T10:00:00+2:00",
  "2024-08-17T10:00:0",
  "1899-12-31T23:59:59Z",
  "2024-02-30T00:00:00Z",
);
const count = fc.constantFrom<unknown>(1, 2, 2_147_483_647, 2_147_483_648, 0, -1, 1.5, 1e3, "1");
const metadata = fc.record(
  {
    article_id: fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom<unknown>(5, 1.5, null, "ü".repeat(200))),
    article_price: fc.constantFrom<unknown>(1.5, -1, 1e300, "x"),
    note: fc.string({ unit: "grapheme", maxLength: 9 }),
  },
  { requiredKeys: ["article_id"] },
);
const values: Record<string, fc.Arbitrary<unknown>> = {
  event_id: mostly(anyCase, odd),
  event_timestamp: mostly(time, odd),
  user_id: mostly(anyCase, odd),
  related_id: mostly(anyCase, odd),
  version: mostly(count, odd),
  metadata: mostly(metadata, odd),
  location_id: mostly(anyCase, odd),
  visit_date: mostly(fc.constantFrom("2024-08-17", "2024-02-30", "2201-01-01", "2024-08-17 "), odd),
  schema_version: mostly(count, odd),
  note: fc.string({ unit: "grapheme", maxLength: 9 }),
};
// Few fields at a time: where many are odd, the first that is wrong hides the others.
const change = fc
  .subarray(Object.keys(values), { maxLength: 2 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, values[name]!]))));

/** What a line came to: the event with the members that it names, or the reject. */
async function outcomeOf(line: string) {
  const [taken] = await gated("application/x-ndjson", line, { timeZone: "Europe/Amsterdam" });
  if (taken === undefined || "reject" in taken) return taken?.reject;
  const { events, place } = taken;
  const ids = [events.userAt(place), events.ticketAt(place)].map((at) => at !== -1 && events.bytes.slice(at, at + 16));
  return { event: taken.event, ids, article: events.articleId(place), version: events.versions[place] };
}

describe("a line whose fields lie in its bytes as they read", () => {
  it("comes to what it comes to with an escape in its type", async () => {
    const type = fc.constantFrom("ArticleAddedToCart", "BarcodeScanned", "PaymentSuccessful", "Unheard");
    await fc.assert(
      fc.asyncProperty(fc.nat(999), type, change, async (n, event_type, changed) => {
        const line = eventLine(n, { event_type, ...changed });
        const [first = "", ...rest] = event_type;
        const escaped = `\\u${first.charCodeAt(0).toString(16).padStart(4, "0")}${rest.join("")}`;
        const detour = line.replace(`"event_type":"${event_type}"`, `"event_type":"${escaped}"`);
        expect(detour).not.toBe(line);
        expect(await outcomeOf(line)).toEqual(await outcomeOf(detour));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a block of events", () => {
  it("is packed into what the reader gives, which serves the next one again", async () => {
    const lines = Array.from({ length: 400 }, (_, n) => eventLine(n));
    const packed = new PackedEvents();
    const ids: string[] = [];
    const sizes: number[] = [];
    for await (const block of gateEvents(inBlocks(lines.join("\n")), {
      mediaType: "application/x-ndjson",
      timeZone: null,
      schemas,
      packInto: () => {
        packed.clear();
        return packed;
      },
    })) {
      expect(packed.count).toBe(block.length);
      sizes.push(block.length);
      for (const line of block)
        if ("event" in line) ids.push(JSON.parse(line.raw()).event_id as string, line.event.eventId);
    }
    expect(sizes.length).toBeGreaterThan(1);
    expect(ids).toEqual(lines.flatMap((line) => Array.from({ length: 2 }, () => JSON.parse(line).event_id as string)));
  });
});
