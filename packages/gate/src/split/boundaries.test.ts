import type { MediaType } from "@almanac/domain/load/media";
// The places where splitting goes wrong first: a block that ends inside of an escape, a doubled quote or a line break,
// and records that are exactly as long as they may be. Every cut of every body is tried.
import { describe, expect, it } from "vitest";
import { eventLine, gated, words } from "../../testing/gating.ts";

const cap = 400;
const header = "event_id,event_type,event_timestamp,user_id,version,metadata,note";
const user = "123e4567-e89b-12d3-a456-426614174000";
const id = (n: number) => `1a2b3c4d-1234-5678-9abc-${n.toString(16).padStart(12, "0")}`;

/** A line of JSON, or a record of CSV (over two lines with a break in it), of exactly so many bytes. */
function json(n: number, bytes: number): string {
  const line = eventLine(n, { note: "" });
  return line.replace('"note":""', `"note":"${"x".repeat(bytes - line.length)}"`);
}
function csv(n: number, bytes: number, inner = ""): string {
  const row = `${id(n)},BarcodeScanned,2024-08-17T10:00:00Z,${user},1,"{""a"":""b""}","${inner}"`;
  return row.replace(/"$/, `${"x".repeat(bytes - row.length)}"`);
}

async function outcomes(mediaType: MediaType, body: string): Promise<string[]> {
  const bytes = Buffer.from(body);
  const whole = words(await gated(mediaType, bytes, { lineCapBytes: cap }));
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const said = words(await gated(mediaType, bytes, { lineCapBytes: cap, blocks: [cut, bytes.length] }));
    expect(said, `cut at ${cut}`).toEqual(whole);
  }
  expect(words(await gated(mediaType, bytes, { lineCapBytes: cap, blocks: [1] })), "byte by byte").toEqual(whole);
  return whole;
}

describe.each(["\n", "\r\n"])("with line breaks of %j", (lineBreak) => {
  it("a line may be as long as the cap, its break not counted", async () => {
    const body = [json(1, cap - 1), json(2, cap), json(3, cap + 1), json(4, cap + 2), json(5, cap)].join(lineBreak);
    const expected = [`1: ${id(1)}`, `2: ${id(2)}`, "3: line.too_long", "4: line.too_long", `5: ${id(5)}`];
    expect(await outcomes("application/x-ndjson", body)).toEqual(expected);
    expect(await outcomes("application/x-ndjson", `${body}${lineBreak}`)).toEqual(expected);
  });

  it("a record of CSV may be as long as the cap", async () => {
    const body = [header, csv(1, cap), csv(2, cap + 1), csv(3, cap + 2), csv(4, cap)].join(lineBreak);
    const expected = [`2: ${id(1)}`, "3: line.too_long", "4: line.too_long", `5: ${id(4)}`];
    expect(await outcomes("text/csv", body)).toEqual(expected);
    expect(await outcomes("text/csv", `${body}${lineBreak}`)).toEqual(expected);
  });

  it("a record of CSV over several lines may be as long as the cap; a longer one costs its first line", async () => {
    const lines = (n: number, bytes: number) => csv(n, bytes, `a""b${lineBreak}${lineBreak}c`);
    const body = [header, lines(1, cap), lines(2, cap + 1), csv(3, 200)].join(lineBreak);
    expect(await outcomes("text/csv", `${body}${lineBreak}`)).toEqual([
      `2: ${id(1)}`,
      "5: csv.quote_unclosed",
      // What was the third line of the record.
      "7: csv.quote_misplaced",
      `8: ${id(3)}`,
    ]);
  });

  it("a quote that finds a twin in a later line, in the wrong place, costs its own line alone", async () => {
    const row = `${id(1)},BarcodeScanned,2024-08-17T10:00:00Z,${user},1,{},plain`;
    const body = [header, 'x,"y', csv(1, 200), '"y', row, '"', csv(2, 200)].join(lineBreak);
    expect(await outcomes("text/csv", body)).toEqual([
      "2: csv.quote_misplaced",
      `3: ${id(1)}`,
      "4: csv.quote_unclosed",
      `5: ${id(1)}`,
      "6: csv.quote_misplaced",
      `7: ${id(2)}`,
    ]);
  });
});

describe("an array", () => {
  it("is cut by its elements, whatever stands in their strings", async () => {
    const tricky = eventLine(1, { note: 'a"],[{\\"}\\\\', 'k"]': ["\\", "]", "}{"] });
    const body = `[${tricky} ,\n"\\"]", "\\\\",-1.5e3,true,${eventLine(2)}]`;
    expect(await outcomes("application/json", body)).toEqual([
      `1: ${id(1)}`,
      ...[2, 3, 4, 5].map((line) => `${line}: line.not_object`),
      `6: ${id(2)}`,
    ]);
  });

  it("has elements as long as the cap", async () => {
    const body = `[${json(1, cap)},${json(2, cap + 1)},${json(3, cap)}]`;
    expect(await outcomes("application/json", body)).toEqual([`1: ${id(1)}`, "2: line.too_long", `3: ${id(3)}`]);
  });

  it("that breaks is one reject of all that follows, wherever blocks end", async () => {
    const body = `[${eventLine(1)}, {"a":"b\n"}, ${eventLine(2)}]`;
    expect(await outcomes("application/json", body)).toEqual([`1: ${id(1)}`, "2: array.broken"]);
  });
});
