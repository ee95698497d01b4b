import { zstdCompressSync } from "node:zlib";
import type { ParquetWriteOptions } from "hyparquet-writer";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { briefEvents, schemas, words } from "../testing/gating.ts";
import type { GatedLine } from "./events.ts";
import type { RandomAccess } from "./parquet.ts";
import { gateParquet } from "./parquet.ts";

type Column = NonNullable<ParquetWriteOptions["columnData"]>[number];
type Element = NonNullable<ParquetWriteOptions["schema"]>[number];

const userId = briefEvents[0]?.user_id ?? "";
const id = (n: number) => `1a2b3c4d-1234-5678-9abc-${n.toString(16).padStart(12, "0")}`;
const bytesOf = (uuid: string) => Uint8Array.from(Buffer.from(uuid.replaceAll("-", ""), "hex"));
const rows = (count: number, value: (n: number) => unknown) => Array.from({ length: count }, (_, n) => value(n));
const at = new Date("2024-08-17T10:00:00.123Z");

function fileOf(buffer: ArrayBuffer): RandomAccess {
  return { byteLength: buffer.byteLength, read: async (offset, length) => new Uint8Array(buffer, offset, length) };
}

function written(columnData: Column[], options: Partial<ParquetWriteOptions> = {}): RandomAccess {
  return fileOf(parquetWriteBuffer({ columnData, ...options }));
}

async function gated(file: RandomAccess, timeZone: string | null = null): Promise<GatedLine[]> {
  const lines: GatedLine[] = [];
  for await (const items of gateParquet(file, { timeZone, schemas })) lines.push(...items);
  return lines;
}

const eventOf = (line: GatedLine | undefined) => (line !== undefined && "event" in line ? line.event : null);

/** Columns of texts, as CSV has them. */
function textColumns(count: number, change: Record<string, (n: number) => unknown> = {}): Column[] {
  const values: Record<string, (n: number) => unknown> = {
    event_id: id,
    event_type: () => "BarcodeScanned",
    event_timestamp: () => "2024-08-17T10:00:00.123Z",
    user_id: () => userId,
    version: () => 1,
    metadata: () => '{"n":9007199254740993}',
    ...change,
  };
  return Object.entries(values).map(([name, value]) => ({
    name,
    data: rows(count, value),
    type: name === "version" ? "INT32" : "STRING",
    nullable: true,
  }));
}

const types: Record<string, Omit<Element, "name">> = {
  uuid: { type: "FIXED_LEN_BYTE_ARRAY", type_length: 16, logical_type: { type: "UUID" }, repetition_type: "OPTIONAL" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
  bytes: { type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
  long: { type: "INT64", repetition_type: "OPTIONAL" },
  date: { type: "INT32", converted_type: "DATE", repetition_type: "OPTIONAL" },
  json: { type: "BYTE_ARRAY", converted_type: "JSON", repetition_type: "OPTIONAL" },
  decimal: { type: "INT64", converted_type: "DECIMAL", precision: 18, scale: 2, repetition_type: "OPTIONAL" },
  double: { type: "DOUBLE", repetition_type: "OPTIONAL" },
  micros: {
    type: "INT64",
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
    repetition_type: "OPTIONAL",
  },
  local: {
    type: "INT64",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" },
    repetition_type: "OPTIONAL",
  },
  nanos: {
    type: "INT64",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "NANOS" },
    repetition_type: "OPTIONAL",
  },
};
const element = (name: string, type: keyof typeof types): Element => ({ name, ...types[type] });

/** Typed columns; metadata is a struct of the given fields. */
function typed(
  metadata: Element[],
  data: Record<string, unknown[]>,
  change: Partial<Record<string, Element>> = {},
  options: Partial<ParquetWriteOptions> = {},
): RandomAccess {
  const elements: Element[] = [
    element("event_id", "uuid"),
    element("event_type", "text"),
    change.event_timestamp ?? element("event_timestamp", "micros"),
    element("user_id", "uuid"),
    element("version", "long"),
    ...(metadata.length === 0
      ? []
      : [{ name: "metadata", repetition_type: "OPTIONAL" as const, num_children: metadata.length }, ...metadata]),
    ...(Object.values(change).filter((other) => other !== undefined && other.name !== "event_timestamp") as Element[]),
  ];
  const count = Object.values(data)[0]?.length ?? 0;
  const all: Record<string, unknown[]> = {
    event_id: rows(count, (n) => bytesOf(id(n))),
    event_type: rows(count, () => "BarcodeScanned"),
    event_timestamp: rows(count, () => at),
    user_id: rows(count, () => bytesOf(userId)),
    version: rows(count, () => 1n),
    ...data,
  };
  const inStruct = metadata.length;
  const top = elements.filter((_, index) => index < 6 || index >= 6 + inStruct);
  return written(
    top.map(({ name }) => ({ name, data: all[name] ?? [] })),
    { schema: [{ name: "root", num_children: top.length }, ...elements], ...options },
  );
}

describe("a Parquet file", () => {
  it("of texts is read like CSV: a row is a line, from 1, and has no bytes of its own", async () => {
    const lines = await gated(written(textColumns(3, { note: (n) => (n === 1 ? "x" : null) })));
    expect(words(lines)).toEqual([0, 1, 2].map((n) => `${n + 1}: ${id(n)}`));
    expect(eventOf(lines[1])).toMatchObject({
      eventTimeUs: at.getTime() * 1000,
      metadata: '{"n":9007199254740993}',
      extra: '{"note":"x"}',
      visitDate: null,
    });
    expect(lines[0]).toMatchObject({ byteOffset: null, byteLength: null });
    expect(eventOf(lines[0])?.extra).toBeNull();
  });

  it("of types has UUIDs, instants, dates, integers and decimals as they are", async () => {
    const metadata = [
      element("article_id", "text"),
      element("amount", "decimal"),
      element("big", "long"),
      element("rate", "double"),
    ];
    const file = typed(
      metadata,
      {
        metadata: [
          { article_id: "98765", amount: 29.99, big: 9007199254740993n, rate: 0.1 },
          { article_id: null, amount: -0.05, big: null, rate: null },
          null,
        ],
        visit_date: [new Date("2026-08-17"), null, new Date("2026-02-28")],
      },
      { visit_date: element("visit_date", "date") },
    );
    const lines = await gated(file);
    expect(lines.map((line) => eventOf(line)?.metadata)).toEqual([
      '{"article_id":"98765","amount":29.99,"big":9007199254740993,"rate":0.1}',
      '{"amount":-0.05}',
      "{}",
    ]);
    expect(eventOf(lines[0])).toMatchObject({
      eventId: id(0),
      userId,
      version: 1,
      visitDate: "2026-08-17",
      eventTimeUs: at.getTime() * 1000,
    });
    expect(lines[0] !== undefined && "event" in lines[0] && JSON.parse(lines[0].raw())).toMatchObject({
      event_id: id(0),
      event_timestamp: "2024-08-17T10:00:00.123000Z",
      visit_date: "2026-08-17",
    });
  });

  it("needs a time zone for times that are local", async () => {
    const file = () =>
      typed(
        [element("a", "text")],
        { metadata: [{ a: "1" }], event_timestamp: [BigInt(at.getTime()) * 1000n] },
        { event_timestamp: element("event_timestamp", "local") },
      );
    expect(words(await gated(file()))).toEqual(["1: event.timestamp_without_offset /event_timestamp"]);
    const [line] = await gated(file(), "Europe/Amsterdam");
    expect(eventOf(line)?.eventTimeUs).toBe((at.getTime() - 7_200_000) * 1000);
  });

  it("with nanoseconds is not rounded", async () => {
    const file = typed(
      [element("a", "text")],
      { metadata: [{ a: "1" }, { a: "2" }], event_timestamp: [1_723_888_800_000_001_000n, 1_723_888_800_000_001_001n] },
      { event_timestamp: element("event_timestamp", "nanos") },
    );
    const lines = await gated(file);
    expect(words(lines)).toEqual([`1: ${id(0)}`, "2: event.timestamp_too_precise /event_timestamp"]);
    expect(eventOf(lines[0])?.eventTimeUs).toBe(1_723_888_800_000_001);
  });

  it("has a reject for a row that is no event, and all its neighbours", async () => {
    const bad: Record<string, (n: number) => unknown> = {
      event_id: (n) => (n === 1 ? "3c4d5e6f-3234-5678-9ghi-323456789ghi" : id(n)),
      user_id: (n) => (n === 2 ? null : userId),
      metadata: (n) => (n === 3 ? '{"a":1,"a":2}' : n === 4 ? "[1]" : n === 5 ? null : "{}"),
      note: (n) => (n === 6 ? "a\0b" : null),
    };
    const lines = await gated(written(textColumns(8, bad)));
    expect(words(lines)).toEqual([
      `1: ${id(0)}`,
      "2: event.uuid_invalid /event_id",
      "3: event.field_missing /user_id",
      "4: line.duplicate_key /metadata/a",
      "5: event.field_type /metadata",
      `6: ${id(5)}`,
      "7: line.nul /note",
      `8: ${id(7)}`,
    ]);
    expect(eventOf(lines[5])?.metadata).toBe("{}");
    expect(lines[1]).toMatchObject({ raw: expect.stringContaining("9ghi"), rawBytes: null });
    for (const line of lines) if ("reject" in line) expect(() => JSON.parse(line.raw ?? "") as unknown).not.toThrow();
  });

  it.each(["bytes", "text"])("keeps %s that are no UTF-8 apart from question marks", async (type) => {
    const file = typed(
      [element("a", "text")],
      {
        metadata: [{ a: "1" }, { a: "2" }],
        note: [Uint8Array.from([0xff, 0xfe]), Uint8Array.from(Buffer.from("fine"))],
      },
      { note: element("note", type) },
    );
    const lines = await gated(file);
    expect(words(lines)).toEqual(["1: line.not_utf8 /note", `2: ${id(1)}`]);
    expect(lines[0]).toMatchObject({ raw: expect.stringContaining('"note":{"base64":"//4="}') });
    expect(eventOf(lines[1])?.extra).toBe('{"note":"fine"}');
  });

  it("keeps JSON columns as they were written, unless they are none", async () => {
    const file = typed(
      [element("a", "text")],
      { metadata: [{ a: "1" }], note: [{ deep: [1.5] }] },
      { note: element("note", "json") },
    );
    expect(eventOf((await gated(file))[0])?.extra).toBe('{"note":{"deep":[1.5]}}');
  });

  it("is read in slices of its row groups, compressed in any way, to the last row", async () => {
    const count = 40_000;
    const columns = () => textColumns(count, { metadata: (n) => `{"n":${n}}` });
    for (const options of [
      { codec: "SNAPPY", rowGroupSize: count, pageSize: 16_384 },
      { codec: "ZSTD", compressors: { ZSTD: (input: Uint8Array) => zstdCompressSync(input) }, rowGroupSize: 7000 },
    ] satisfies Partial<ParquetWriteOptions>[]) {
      const sizes: number[] = [];
      let next = 0;
      for await (const lines of gateParquet(written(columns(), options), { timeZone: null, schemas })) {
        sizes.push(lines.length);
        for (const line of lines) {
          if (line.line !== next + 1 || eventOf(line)?.eventId !== id(next))
            throw new Error(`row ${next}: ${words([line]).join()}`);
          next += 1;
        }
      }
      expect(next).toBe(count);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(512);
    }
  });

  it.each([
    ["no Parquet at all", () => fileOf(Uint8Array.from(Buffer.from("event_id,event_type\n")).buffer)],
    ["nothing", () => fileOf(new ArrayBuffer(0))],
    ["cut", () => fileOf(parquetWriteBuffer({ columnData: textColumns(100) }).slice(0, 500))],
    [
      "damaged inside",
      () => {
        const bytes = new Uint8Array(parquetWriteBuffer({ columnData: textColumns(1000), codec: "SNAPPY" }));
        bytes.fill(0xff, 4, 900);
        return fileOf(bytes.buffer);
      },
    ],
  ])("that is %s is refused with one error", async (_, file) => {
    await expect(gated(file())).rejects.toMatchObject({ category: "incorrect", code: "parquet.invalid" });
  });

  it("without the envelope's columns is refused", async () => {
    const columns = textColumns(1).filter(({ name }) => name !== "user_id");
    await expect(gated(written(columns))).rejects.toMatchObject({
      code: "parquet.columns_invalid",
      detail: expect.stringContaining("user_id"),
    });
  });

  it("with metadata as a map is refused, because a map may have a key twice", async () => {
    const map: Element[] = [
      { name: "metadata", converted_type: "MAP", repetition_type: "OPTIONAL", num_children: 1 },
      { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
      { name: "key", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
      element("value", "text"),
    ];
    const columns = textColumns(1).filter(({ name }) => name !== "metadata");
    const elements = columns.map(({ name }) => element(name, name === "version" ? "long" : "text"));
    const schema = [{ name: "root", num_children: 6 }, ...elements, ...map];
    const data = columns.map(({ name, data }) => ({ name, data: name === "version" ? [1n] : data }));
    const file = written([...data, { name: "metadata", data: [{ a: "1" }] }], { schema });
    await expect(gated(file)).rejects.toMatchObject({ category: "incorrect", code: "parquet.column_unreadable" });
  });

  it("whose store fails ends with the store's own error", async () => {
    const file = written(textColumns(1));
    const failing = { ...file, read: async () => Promise.reject(new Error("the lake is gone")) };
    await expect(gated(failing)).rejects.toThrow("the lake is gone");
  });
});
