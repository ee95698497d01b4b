import { describe, expect, it } from "vitest";
import { briefEvents, eventLine, gated, good, inBlocks, schemas, words } from "../testing/gating.ts";
import { gateEvents } from "./events.ts";

const ids = briefEvents.map((event) => event.event_id);
const withZ = briefEvents.map((event) => ({
  ...event,
  event_timestamp: `${event.event_timestamp.replace(" ", "T")}Z`,
}));

function ndjson(events: readonly object[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

function csv(events: readonly Record<string, unknown>[]): string {
  const names = Object.keys(events[0] ?? {});
  const cell = (value: unknown) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [names.join(","), ...events.map((event) => names.map((name) => cell(event[name])).join(","))].join("\n");
}

describe("the brief's three example events", () => {
  const bodies = [
    ["NDJSON with Z", "application/x-ndjson", ndjson(withZ), null, 1],
    ["NDJSON as written, in UTC", "application/x-ndjson", ndjson(briefEvents), "UTC", 1],
    ["CSV with Z", "text/csv", csv(withZ), null, 2],
    ["CSV as written, in UTC", "text/csv", csv(briefEvents), "UTC", 2],
    ["a JSON array", "application/json", JSON.stringify(withZ, null, 2), null, 1],
  ] as const;

  it.each(bodies)("are two events and one that is no UUID: %s", async (_, mediaType, body, timeZone, firstLine) => {
    const lines = await gated(mediaType, body, { timeZone });
    expect(words(lines)).toEqual([
      `${firstLine}: ${ids[0]}`,
      `${firstLine + 1}: ${ids[1]}`,
      `${firstLine + 2}: event.uuid_invalid /event_id`,
    ]);
    const [first, , third] = lines;
    expect(first).toMatchObject({
      event: {
        eventType: "ArticleAddedToCart",
        version: 1,
        eventTimeUs: Date.UTC(2024, 7, 17, 10) * 1000,
        userId: "123e4567-e89b-12d3-a456-426614174000",
        relatedId: "098f6bcd-4621-3373-8ade-4e832627b4f6",
        locationId: null,
        visitDate: null,
        schemaVersion: 1,
        extra: null,
      },
    });
    const metadata = first !== undefined && "event" in first ? first.event.metadata : "";
    expect(JSON.parse(metadata)).toEqual({ article_id: "98765", article_price: 29.99, currency: "USD" });
    expect(third).toMatchObject({ raw: expect.stringContaining("3c4d5e6f-3234-5678-9ghi-323456789ghi") });
  });

  it("are refused as they are written there when the load names no time zone", async () => {
    const said = words(await gated("application/x-ndjson", ndjson(briefEvents.slice(0, 2))));
    expect(said).toEqual([
      "1: event.timestamp_without_offset /event_timestamp",
      "2: event.timestamp_without_offset /event_timestamp",
    ]);
  });
});

describe("an event", () => {
  it("keeps its metadata character by character, and what the envelope does not know beside it", async () => {
    const metadata = '{ "article_id" : "1",\t"n":1.10 , "s":"\\u00e9\\ud83d\\ude00é" }';
    const line = eventLine(1).replace(/"metadata":\{.*?\}/, `"metadata": ${metadata} ,"__proto__":{"x": 1},"é":"ü"`);
    const [taken] = await gated("application/x-ndjson", line);
    expect(taken).toMatchObject({ event: { metadata, extra: '{"__proto__":{"x": 1},"é":"ü"}' } });
    expect(taken !== undefined && "event" in taken && taken.raw()).toBe(line);
  });

  it("is judged by the newest schema of its type, or by the one that it names", async () => {
    const of = async (change: Record<string, unknown>) =>
      words(await gated("application/x-ndjson", eventLine(1, change)));
    expect(await of({ schema_version: 1 })).toEqual([good(1, 1)]);
    expect(await of({ schema_version: 2 })).toEqual(["1: event.schema_version_unknown /schema_version"]);
    expect(await of({ event_type: "Unheard" })).toEqual(["1: event.type_unknown /event_type"]);
    expect(await of({ event_type: "constructor" })).toEqual(["1: event.type_unknown /event_type"]);
    expect(await of({ metadata: {} })).toEqual(["1: event.schema_violation /metadata/article_id"]);
    expect(await of({ metadata: { article_id: "1", article_price: "x" } })).toEqual([
      "1: event.schema_violation /metadata/article_price",
    ]);
  });

  it("has an object as metadata, which it may not lack", async () => {
    const of = async (metadata: unknown) => words(await gated("application/x-ndjson", eventLine(1, { metadata })));
    expect(await of(undefined)).toEqual(["1: event.field_missing /metadata"]);
    expect(await of(null)).toEqual(["1: event.field_missing /metadata"]);
    for (const metadata of [[], "{}", 1, true]) {
      expect(await of(metadata)).toEqual(["1: event.field_type /metadata"]);
    }
  });

  it("may have an empty cell of metadata in CSV, which is an empty object", async () => {
    const head = "event_id,event_type,event_timestamp,user_id,version,metadata,visit_date";
    const row = `${ids[0]},BarcodeScanned,2024-08-17T10:00:00Z,${ids[1]},1,,`;
    const [taken] = await gated("text/csv", `${head}\n${row}\n`);
    expect(taken).toMatchObject({ line: 2, event: { metadata: "{}", visitDate: null, extra: null } });
  });

  it("may name its fields with escapes; they are the same fields", async () => {
    const line = eventLine(1).replace('"event_id"', '"\\u0065vent_id"');
    expect(words(await gated("application/x-ndjson", line))).toEqual([good(1, 1)]);
    const twice = line.replace("{", '{"event_id":"x",');
    expect(words(await gated("application/x-ndjson", twice))).toEqual(["1: line.duplicate_key /event_id"]);
  });

  it("has a version that is a number, not a text of one", async () => {
    const said = words(await gated("application/x-ndjson", eventLine(1, { version: "1" })));
    expect(said).toEqual(["1: event.field_type /version"]);
  });
});

describe("CSV", () => {
  const head = "event_id,event_type,event_timestamp,user_id,version,metadata";
  const row = `${ids[0]},BarcodeScanned,2024-08-17T10:00:00Z,${ids[1]},1,{}`;

  it.each([
    ["", "no header"],
    ["event_id;event_type", "other separators"],
    [head.replace("user_id,", ""), "a missing column"],
    [`${head},version`, "a column twice"],
    [`${head},`, "a column without a name"],
    [`"${head}`, "a quote without its twin"],
    [`${head}\u{fffd}`.replace("\u{fffd}", "\0"), "a NUL"],
  ])("%j is no header: %s", async (header) => {
    await expect(gated("text/csv", `${header}\n${row}\n`)).rejects.toMatchObject({
      category: "incorrect",
      code: "csv.header_invalid",
    });
  });

  it("counts physical lines: a record has the number of the line in which it begins", async () => {
    const cells = row.replace("{}", '"{""a"":\n\n""b\n""}"');
    const said = await gated("text/csv", `\n${head}\r\n\r\n${row},1\n${cells}\n\n${row}\n`);
    expect(words(said)).toEqual(["4: csv.cell_count", "5: line.not_json /metadata", `10: ${ids[0]}`]);
  });

  it("has unknown columns as texts, empty cells not at all", async () => {
    const [taken] = await gated("text/csv", `${head},a,__proto__,"b,""c"\n${row},1,x,\n`);
    expect(taken).toMatchObject({ event: { extra: '{"a":"1","__proto__":"x"}' } });
  });

  it.each([
    ["{", "line.not_json /metadata"],
    ["[]", "event.field_type /metadata"],
    ["null", "event.field_missing /metadata"],
    ['"{""a"":1,""a"":2}"', "line.duplicate_key /metadata/a"],
    ['"{""a"":[1,""\\ud800""]}"', "line.lone_surrogate /metadata/a/1"],
  ])("has JSON in its metadata: %s is %s", async (cell, said) => {
    expect(words(await gated("text/csv", `${head}\n${row.replace("{}", cell)}`))).toEqual([`2: ${said}`]);
  });
});

describe("the gate", () => {
  it("gives a turn to the event loop between blocks of a body that is there at once", async () => {
    const body = `${eventLine(1)}\n`.repeat(20_000);
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    for await (const lines of gateEvents(inBlocks(body), {
      mediaType: "application/x-ndjson",
      timeZone: null,
      schemas,
      yieldEveryMs: 0,
    })) {
      expect(lines.length).toBeLessThan(2000);
    }
    isOver = true;
    expect(turns).toBeGreaterThan(body.length / 65_536);
  });

  it("works on a body that comes as one block in pieces", async () => {
    const body = Buffer.from(`${eventLine(1)}\n`.repeat(5000));
    const sizes: number[] = [];
    for await (const lines of gateEvents(inBlocks(body, [body.length]), {
      mediaType: "application/x-ndjson",
      timeZone: null,
      schemas,
    })) {
      sizes.push(lines.length);
    }
    expect(sizes.length).toBeGreaterThan(4);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(5000);
  });

  it("ends with the body's own error, and refuses a time zone that nobody knows", async () => {
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${eventLine(1)}\n`);
      throw new Error("the lake is gone");
    }
    await expect(gated("application/x-ndjson", cut())).rejects.toThrow("the lake is gone");
    await expect(gated("application/x-ndjson", "", { timeZone: "Mars/Olympus" })).rejects.toMatchObject({
      category: "incorrect",
      code: "time_zone.invalid",
    });
  });
});
