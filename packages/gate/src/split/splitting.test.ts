import type { MediaType } from "@almanac/domain/load/media";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { briefEvents, eventLine, gated, good, words } from "../../testing/gating.ts";
import type { GatedLine } from "../events.ts";

const lineCapBytes = 600;

/** Everything about lines but the functions that they carry. */
function plain(lines: readonly GatedLine[]): unknown[] {
  return lines.map((line) =>
    "event" in line
      ? {
          event: line.event,
          line: line.line,
          byteOffset: line.byteOffset,
          byteLength: line.byteLength,
          raw: line.raw(),
        }
      : line,
  );
}

const goodLine = fc.nat({ max: 999 }).map((n) => eventLine(n));
const foreignLine = fc
  .tuple(fc.nat({ max: 999 }), fc.string({ unit: "grapheme", maxLength: 20 }))
  .map(([n, note]) => eventLine(n, { note, metadata: { article_id: "1", note } }));
const brokenLine = fc.constantFrom(
  "",
  " ",
  "\t",
  "{",
  "}",
  "[",
  "null",
  '{"event_id":1}',
  '{"a":1,"a":2}',
  '{"a":"\\ud800"}',
  '{"a":"b\0"}',
  `"${"x".repeat(lineCapBytes - 2)}"`,
  `"${"x".repeat(lineCapBytes - 1)}"`,
  "y".repeat(lineCapBytes * 3),
  '"',
  ",",
  ",,",
  '"a","b',
  'a"b',
  "]",
);
const anyLine = fc.oneof(goodLine, foreignLine, brokenLine);
const lineBreak = fc.constantFrom("\n", "\r\n", "\n\n");
const lineBody = fc
  .tuple(fc.array(fc.tuple(anyLine, lineBreak), { maxLength: 8 }), fc.option(anyLine), fc.boolean())
  .map(
    ([lines, last, hasMark]) =>
      `${hasMark ? "\u{feff}" : ""}${lines.map((pair) => pair.join("")).join("")}${last ?? ""}`,
  );
const arrayBody = fc
  .tuple(
    fc.array(anyLine, { maxLength: 6 }),
    fc.constantFrom(",", " ,\n", "\r\n,\t"),
    fc.constantFrom("[]", "[ ]", "[", "[]x", "{}", ""),
  )
  .map(([elements, comma, ends]) => `${ends.slice(0, 1)}${elements.join(comma)}${ends.slice(1)}`);
const header = "event_id,event_type,event_timestamp,user_id,version,metadata,note";
const csvRow = fc
  .tuple(fc.nat({ max: 99 }), fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "ü", "😀"), maxLength: 8 }))
  .map(([n, note]) => {
    const id = `1a2b3c4d-1234-5678-9abc-${n.toString(16).padStart(12, "0")}`;
    return `${id},PaymentSuccessful,2024-08-17T10:00:00Z,${id},1,"{""a"":1}","${note.replaceAll('"', '""')}"`;
  });
const csvBody = fc
  .tuple(fc.array(fc.tuple(fc.oneof(csvRow, brokenLine), lineBreak), { maxLength: 8 }), fc.option(brokenLine))
  .map(([rows, last]) => `${header}\r\n${rows.map((pair) => pair.join("")).join("")}${last ?? ""}`);
const spoilt = fc.option(fc.tuple(fc.nat(), fc.integer({ min: 128, max: 255 })), { freq: 2 });
const blocks = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 900 })), {
  minLength: 1,
  maxLength: 6,
});

const bodies: [MediaType, fc.Arbitrary<string>][] = [
  ["application/x-ndjson", lineBody],
  ["application/json", arrayBody],
  ["application/cloudevents-batch+json", arrayBody],
  ["text/csv", csvBody],
];

describe.each(bodies)("%s", (mediaType, body) => {
  it("comes to the same wherever the blocks of the body end", async () => {
    await fc.assert(
      fc.asyncProperty(body, spoilt, blocks, async (text, spoiling, sizes) => {
        const bytes = Buffer.from(text);
        // A byte that is no UTF-8 somewhere, but not in the header, whose failure is another story.
        if (spoiling !== null && bytes.length > 100) bytes[100 + (spoiling[0] % (bytes.length - 100))] = spoiling[1];
        const whole = await gated(mediaType, bytes, { lineCapBytes });
        const cut = await gated(mediaType, bytes, { lineCapBytes, blocks: sizes });
        expect(plain(cut)).toEqual(plain(whole));
      }),
      { numRuns: 300 },
    );
  });

  it("gives back the bytes of every record, and says where they lie", async () => {
    await fc.assert(
      fc.asyncProperty(body, blocks, async (text, sizes) => {
        const bytes = Buffer.from(text);
        let before = 0;
        for (const line of await gated(mediaType, bytes, { lineCapBytes, blocks: sizes })) {
          const [offset, length] = [line.byteOffset ?? -1, line.byteLength ?? -1];
          const there = bytes.subarray(offset, offset + length);
          expect(there.length).toBe(length);
          expect(offset).toBeGreaterThanOrEqual(before);
          before = offset + length;
          const kept = "event" in line ? line.raw() : (line.rawBytes ?? line.raw);
          if (kept === null) expect(length).toBeGreaterThan(lineCapBytes);
          else expect(Buffer.from(kept).equals(there)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const badNeighbour = fc.constantFrom(
  '{"event_id":',
  '{"a":1,"a":2}',
  "[[[[",
  '"',
  'x"y',
  '{"a":"\\u0000"}',
  "\0",
  "z".repeat(5000),
  '{"a":"',
  "}{",
);

describe("a bad line", () => {
  it("leaves its neighbours alone, as NDJSON", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(badNeighbour, { minLength: 1, maxLength: 4 }), blocks, async (bad, sizes) => {
        const body = [eventLine(1), ...bad, eventLine(2), bad[0], eventLine(3)].join("\n");
        const said = words(await gated("application/x-ndjson", body, { lineCapBytes, blocks: sizes }));
        expect(said).toHaveLength(bad.length + 4);
        expect(said[0]).toBe(good(1, 1));
        expect(said.at(-3)).toBe(good(bad.length + 2, 2));
        expect(said.at(-1)).toBe(good(bad.length + 4, 3));
      }),
    );
  });

  it("leaves its neighbours alone, as CSV, even with quotes that are never closed", async () => {
    const row = (n: number) => {
      const { event_id, event_type, event_timestamp, user_id, version, metadata } = JSON.parse(eventLine(n)) as Record<
        string,
        unknown
      >;
      const cell = `"${JSON.stringify(metadata).replaceAll('"', '""')}"`;
      return [event_id, event_type, event_timestamp, user_id, version, cell, ""].join(",");
    };
    await fc.assert(
      fc.asyncProperty(fc.array(badNeighbour, { minLength: 1, maxLength: 4 }), blocks, async (bad, sizes) => {
        const body = [header, row(1), ...bad, row(2), bad[0], row(3)].join("\r\n");
        const said = words(await gated("text/csv", body, { lineCapBytes, blocks: sizes }));
        expect(said).toHaveLength(bad.length + 4);
        expect(said[0]).toBe(good(2, 1));
        expect(said.at(-3)).toBe(good(bad.length + 3, 2));
        expect(said.at(-1)).toBe(good(bad.length + 5, 3));
      }),
    );
  });

  it("leaves its neighbours alone, as an element of an array that is still one", async () => {
    const element = fc.constantFrom(
      "1",
      '"x"',
      "{}",
      '{"a":1,"a":2}',
      "[}",
      '{"a":tru}',
      `"${"z".repeat(5000)}"`,
      "nul",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(element, { minLength: 1, maxLength: 4 }), blocks, async (bad, sizes) => {
        const body = `[${[eventLine(1), ...bad, eventLine(2)].join(", ")}]`;
        const said = words(await gated("application/json", body, { lineCapBytes, blocks: sizes }));
        expect(said).toHaveLength(bad.length + 2);
        expect([said[0], said.at(-1)]).toEqual([good(1, 1), good(bad.length + 2, 2)]);
      }),
    );
  });
});

describe("an array that breaks", () => {
  it.each([
    [`[${eventLine(1)},${eventLine(2)} ${eventLine(3)}]`, 3],
    [`[${eventLine(1)},${eventLine(2)},]`, 3],
    [`[${eventLine(1)},${eventLine(2)}`, 3],
    [`[${eventLine(1)},${eventLine(2)},{"a":`, 3],
    [`[${eventLine(1)},${eventLine(2)}]\n[]`, 3],
    [`[${eventLine(1)},${eventLine(2)},{"a":"b\n},${eventLine(3)}]`, 3],
    [`[${eventLine(1)},${eventLine(2)}},${eventLine(3)}]`, 3],
  ])("gives the elements before it, and the rest as one reject", async (body, line) => {
    const lines = await gated("application/json", body);
    expect(words(lines)).toEqual([good(1, 1), good(2, 2), `${line}: array.broken`]);
    const rest = lines.at(-1);
    expect((rest?.byteOffset ?? 0) + (rest?.byteLength ?? 0)).toBe(Buffer.byteLength(body));
  });

  it.each(["", "  ", "12", '"events"', "null", "event_id,event_type"])(
    "is one reject where there is none: %j",
    async (body) => {
      expect(words(await gated("application/json", body))).toEqual(["1: array.broken"]);
    },
  );

  it("is a reject where it is an object that holds events instead of being one", async () => {
    const said = words(await gated("application/json", JSON.stringify({ events: briefEvents })));
    expect(said).toEqual(["1: event.field_missing /event_id"]);
  });

  it("may be a single event without an array", async () => {
    expect(words(await gated("application/json", ` ${eventLine(7)}\n`))).toEqual([good(1, 7)]);
  });

  it("may be empty", async () => {
    expect(await gated("application/json", " [ ] ")).toEqual([]);
  });
});
