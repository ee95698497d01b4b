// Bodies that break such systems: of each, the good neighbours come out to the last one, and each bad line with a reason.
import { describe, expect, it } from "vitest";
import { eventLine, gated, good, words } from "../testing/gating.ts";
import type { GatedLine } from "./events.ts";

const ndjson = (body: string | Uint8Array) => gated("application/x-ndjson", body);
const between = (bad: string | Uint8Array) =>
  Buffer.concat([Buffer.from(`${eventLine(1)}\n`), Buffer.from(bad as Uint8Array), Buffer.from(`\n${eventLine(2)}`)]);
const withMetadata = (n: number, metadata: string) =>
  eventLine(n, { metadata: 0 }).replace('"metadata":0', `"metadata":${metadata}`);
const metadataOf = (line: GatedLine | undefined) =>
  line !== undefined && "event" in line ? line.event.metadata : null;

describe("a hostile body", () => {
  it.each([
    ["a byte order mark", `\u{feff}${eventLine(1)}\n${eventLine(2)}\n`],
    ["carriage returns", `${eventLine(1)}\r\n${eventLine(2)}\r\n`],
    ["no line break at its end", `${eventLine(1)}\n${eventLine(2)}`],
    ["a carriage return at its end", `${eventLine(1)}\n${eventLine(2)}\r`],
  ])("may have %s", async (_, body) => {
    expect(words(await ndjson(body))).toEqual([good(1, 1), good(2, 2)]);
  });

  it("counts blank lines, but takes them for no records", async () => {
    expect(words(await ndjson(`\n${eventLine(1)}\n\r\n  \n${eventLine(2)}\n\n`))).toEqual([good(2, 1), good(5, 2)]);
  });

  it.each([
    ["NUL in a string", eventLine(9).replace("98765", "98\u{0}765"), "line.nul"],
    ["NUL outside of strings", "{\0}", "line.nul"],
    ["an escaped NUL", withMetadata(9, '{"article_id":"\\u0000"}'), "line.nul"],
    ["a lone surrogate", withMetadata(9, '{"article_id":"\\ud83d"}'), "line.lone_surrogate /metadata/article_id"],
    [
      "a lone surrogate in a field that nobody knows",
      eventLine(9, { x: 0 }).replace('"x":0', '"x":"\\udc00"'),
      "line.lone_surrogate /x",
    ],
    [
      "a key twice in metadata",
      withMetadata(9, '{"article_id":"1","article_id":"2"}'),
      "line.duplicate_key /metadata/article_id",
    ],
    ["a field twice", eventLine(9).replace("{", '{"version":7,'), "line.duplicate_key /version"],
    ["an unknown field twice", eventLine(9).replace("{", '{"x":7,"x":7,'), "line.duplicate_key /x"],
    [
      "depth 5,000",
      withMetadata(9, `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`),
      `line.too_deep /metadata${"/a".repeat(31)}`,
    ],
    ["depth 100,000 without an end", "[".repeat(100_000), `line.too_deep ${"/0".repeat(32)}`],
    [
      "a number of 130,000 digits in seven characters",
      withMetadata(9, '{"article_id":1e131071}'),
      "line.number_out_of_range /metadata/article_id",
    ],
    ["a bare word", "nonsense", "line.not_json"],
    ["half an event", eventLine(9).slice(0, 200), "line.not_json"],
    ["two events in a line", `${eventLine(9)}${eventLine(8)}`, "line.not_json"],
    ["an array", `[${eventLine(9)}]`, "line.not_object"],
  ])("costs only the line that has %s", async (_, bad, said) => {
    const lines = await ndjson(between(bad));
    expect(words(lines)).toEqual([good(1, 1), `2: ${said}`, good(3, 2)]);
    const isText = !bad.includes("\0");
    expect(lines[1]).toMatchObject(isText ? { raw: bad, rawBytes: null } : { raw: null, rawBytes: Buffer.from(bad) });
  });

  it.each([
    ["bytes that are no UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ["a surrogate as UTF-8", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["an overlong slash", Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ["a character without its end", Buffer.from([0x22, 0xe2, 0x82, 0x22])],
    ["UTF-16 with its mark", Buffer.from(`\u{feff}${eventLine(9)}`, "utf16le")],
  ])("costs only the line that has %s, and keeps its bytes", async (_, bad) => {
    const lines = await ndjson(between(bad));
    expect(words(lines)).toEqual([good(1, 1), "2: line.not_utf8", good(3, 2)]);
    expect(lines[1]).toMatchObject({ raw: null, rawBytes: bad, byteLength: bad.length });
  });

  it("in UTF-16 is a reject a line, and says so", async () => {
    const lines = await ndjson(Buffer.from(`\u{feff}${eventLine(1)}\n${eventLine(2)}\n`, "utf16le"));
    expect(lines.every((line) => "reject" in line)).toBe(true);
    expect(lines[0]).toMatchObject({ reject: { code: "line.not_utf8", detail: expect.stringContaining("UTF-16") } });
  });

  it.each(["9007199254740993", "1e400", "0.1000000000000000055", "-1e-400", "12345678901234567890.123456789"])(
    "has the number %s in its metadata unchanged",
    async (number) => {
      const metadata = `{"article_id":"1","article_price":0,"n":[${number}]}`;
      const [line] = await ndjson(withMetadata(1, metadata));
      expect(metadataOf(line)).toBe(metadata);
    },
  );

  it("is judged by its numbers as they are, not as doubles make them", async () => {
    const of = async (price: string) =>
      words(await ndjson(withMetadata(1, `{"article_id":"1","article_price":${price}}`)));
    expect(await of("1e400")).toEqual([good(1, 1)]);
    expect(await of("-1e-400")).toEqual(["1: event.schema_violation /metadata/article_price"]);
  });

  it("pollutes nothing with __proto__ and constructor keys, and keeps them", async () => {
    const metadata = '{"article_id":"1","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    const [line] = await ndjson(
      eventLine(1, { x: 0 })
        .replace('"x":0', '"__proto__":{"polluted":1}')
        .replace(/"metadata":\{.*?\}/, `"metadata":${metadata}`),
    );
    expect(metadataOf(line)).toBe(metadata);
    expect(line).toMatchObject({ event: { extra: '{"__proto__":{"polluted":1}}' } });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("needs a field of its own, not one that every object has", async () => {
    const said = words(await ndjson(withMetadata(1, '{"__proto__":{"article_id":"1"}}')));
    expect(said).toEqual(["1: event.schema_violation /metadata/article_id"]);
  });
});

describe("a line of 64 MiB", () => {
  const block = Buffer.alloc(65_536, "x");

  /** A good line, one of 64 MiB, a good line; how much memory was in use at the worst is written down on the way. */
  async function* body(begin: string, end: string, peak: { bytes: number }): AsyncGenerator<Uint8Array> {
    yield Buffer.from(begin);
    for (let sent = 0; sent < 1024; sent += 1) {
      yield block;
      const { external, heapUsed } = process.memoryUsage();
      peak.bytes = Math.max(peak.bytes, external + heapUsed);
    }
    yield Buffer.from(end);
  }

  const length = 64 * 1024 * 1024;
  const header = "event_id,event_type,event_timestamp,user_id,version,metadata";
  const row = (n: number) =>
    `${good(0, n).slice(3)},BarcodeScanned,2024-08-17T10:00:00Z,123e4567-e89b-12d3-a456-426614174000,1,{}`;

  it.each([
    ["application/x-ndjson", `${eventLine(1)}\n`, `\n${eventLine(2)}\n`, 1, 0],
    ["application/json", `[${eventLine(1)},"`, `",${eventLine(2)}]`, 1, 2],
    ["text/csv", `${header}\n${row(1)}\n`, `\n${row(2)}\n`, 2, 0],
    ["text/csv", `${header}\n${row(1)}\n"`, `"\n${row(2)}\n`, 2, 2],
  ] as const)("is one reject in constant memory: %s", async (mediaType, begin, end, line, more) => {
    const before = process.memoryUsage();
    const peak = { bytes: 0 };
    const lines = await gated(mediaType, body(begin, end, peak));
    expect(words(lines)).toEqual([good(line, 1), `${line + 1}: line.too_long`, good(line + 2, 2)]);
    const offset = Buffer.byteLength(begin) - more / 2;
    expect(lines[1]).toMatchObject({ byteOffset: offset, byteLength: length + more, raw: null, rawBytes: null });
    // A quarter of the line: garbage that was not collected yet is in it too.
    expect(peak.bytes - before.external - before.heapUsed).toBeLessThan(length / 4);
  });

  it("is a reject of its first line where a quote of CSV is never closed, and the lines after it come out", async () => {
    const rows = Array.from({ length: 3000 }, (_, n) => row(n).replace("{}", ""));
    const lines = await gated("text/csv", `${header}\n${row(1)}\nx,"y\n${rows.join("\n")}\n`, { lineCapBytes: 4096 });
    expect(words(lines).slice(0, 3)).toEqual([good(2, 1), "3: csv.quote_unclosed", good(4, 0)]);
    expect(lines).toHaveLength(3002);
    expect(lines.filter((line) => "event" in line)).toHaveLength(3001);
  });
});
