// What comes in is what is handed on, unpacked, or the stream fails: never less without a word.
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { AppError } from "@almanac/domain/errors";
import { describe, expect, test } from "vitest";
import { openStream } from "./streamed-body.ts";

const lines = Buffer.from("one\ntwo\n".repeat(10_000));
const spec = {
  accepts: { "application/x-ndjson": { description: "" }, "text/csv": { description: "" } },
  aliases: { "application/jsonl": "application/x-ndjson" },
  mostBytes: 1_000_000,
  patient: true,
};
const ndjson = "application/x-ndjson";

function request(body: Uint8Array<ArrayBuffer> | ReadableStream | null, headers: Record<string, string> = {}): Request {
  return new Request("http://almanac.test/v1/loads", {
    method: "POST",
    body,
    headers: { "content-type": ndjson, ...headers },
    duplex: "half",
  });
}

function open(sent: Request, { signal = new AbortController().signal, idleMs = 5_000 } = {}) {
  return openStream(sent, spec, { signal, idleMs });
}

async function read(sent: Request, options?: Parameters<typeof open>[1]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of open(sent, options).bytes) {
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function refusal(reading: Promise<unknown>): Promise<string> {
  return reading.then(
    () => "nothing was refused",
    (error: unknown) => (error as AppError).code,
  );
}

/** Chunks, and then nothing more: neither a byte nor an end. */
function stalling(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      chunks.forEach((chunk) => controller.enqueue(chunk));
    },
  });
}

describe("the same bytes come out,", () => {
  test.each([
    ["as they are", {}, lines],
    ["said to be identity", { "content-encoding": "identity" }, lines],
    ["from gzip", { "content-encoding": "gzip" }, gzipSync(lines)],
    ["from x-gzip", { "content-encoding": "X-GZIP" }, gzipSync(lines)],
    ["from zstd", { "content-encoding": "zstd" }, zstdCompressSync(lines)],
    [
      "from several gzip members",
      { "content-encoding": "gzip" },
      Buffer.concat([gzipSync(lines.subarray(0, 9)), gzipSync(lines.subarray(9))]),
    ],
    [
      "from several zstd frames",
      { "content-encoding": "zstd" },
      Buffer.concat([zstdCompressSync(lines.subarray(0, 9)), zstdCompressSync(lines.subarray(9))]),
    ],
  ])("%s", async (_name, headers, body) => {
    expect((await read(request(new Uint8Array(body), headers))).equals(lines)).toBe(true);
  });
});

describe("what is no complete body of its encoding is refused:", () => {
  const gzip = gzipSync(lines);
  const zstd = zstdCompressSync(lines);
  test.each([
    ["gzip that is cut", "gzip", gzip.subarray(0, -4)],
    [
      "gzip with a flipped byte",
      "gzip",
      Buffer.concat([gzip.subarray(0, 40), Buffer.from([1, 2, 3]), gzip.subarray(43)]),
    ],
    ["gzip with something behind it", "gzip", Buffer.concat([gzip, Buffer.from("more")])],
    ["plain text said to be gzip", "gzip", lines],
    ["nothing said to be gzip", "gzip", Buffer.alloc(0)],
    ["zstd with something behind it", "zstd", Buffer.concat([zstd, Buffer.from("more")])],
    ["zstd that is cut", "zstd", zstd.subarray(0, -4)],
    ["plain text said to be zstd", "zstd", lines],
  ])("%s", async (_name, encoding, body) => {
    const sent = request(new Uint8Array(body), { "content-encoding": encoding });
    expect(await refusal(read(sent))).toBe("request.encoding_invalid");
  });
});

test.each([
  ["application/x-ndjson", ndjson],
  ["application/jsonl", ndjson],
  ["Application/X-NDJSON; Charset=UTF-8", ndjson],
  ['text/csv; charset="utf-8"; header=present', "text/csv"],
])("%s is %s", (given, mediaType) => {
  expect(open(request(null, { "content-type": given })).mediaType).toBe(mediaType);
});

test.each<Record<string, string>>([
  { "content-type": "text/plain" },
  { "content-type": "" },
  { "content-type": "text/csv; charset=latin1" },
  { "content-type": "__proto__" },
  { "content-encoding": "br" },
  { "content-encoding": "gzip, gzip" },
])("%o is refused before a byte is read", (headers) => {
  expect(() => open(request(stalling(), headers))).toThrow(
    expect.objectContaining({ code: "request.unsupported_media_type" }),
  );
});

test("a media type that is refused is told which there are", () => {
  expect(() => open(request(null, { "content-type": "text/plain" }))).toThrow("application/x-ndjson, text/csv");
});

test("a body that says it is too long is refused before it is read", () => {
  expect(() => open(request(stalling(), { "content-length": "1000001" }))).toThrow(
    expect.objectContaining({ code: "request.too_large" }),
  );
});

test("a bomb is counted by what it becomes, and read no further", async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  let handedOn = 0;
  async function count(): Promise<void> {
    for await (const part of open(request(new Uint8Array(bomb), { "content-encoding": "gzip" })).bytes) {
      handedOn += part.byteLength;
    }
  }
  expect(bomb.byteLength).toBeLessThan(spec.mostBytes);
  expect(await refusal(count())).toBe("request.too_large");
  expect(handedOn).toBeLessThanOrEqual(spec.mostBytes);
});

test("nothing for too long is the end of it, whatever came before", async () => {
  expect(await refusal(read(request(stalling(lines)), { idleMs: 30 }))).toBe("request.stalled");
});

test("a sender that breaks off fails the stream", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error("ECONNRESET"));
    },
  });
  expect(await refusal(read(request(broken)))).toBe("request.unparsable");
});

test("the end of the process fails the stream with its reason", async () => {
  const controller = new AbortController();
  const reading = refusal(read(request(stalling(lines)), { signal: controller.signal }));
  controller.abort({ code: "process.ending" });
  expect(await reading).toBe("process.ending");
});

test("whoever stops reading gives the sender's stream back", async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(Buffer.from("line\n")),
    cancel() {
      cancelled = true;
    },
  });
  for await (const part of open(request(endless)).bytes) {
    expect(part.byteLength).toBeGreaterThan(0);
    break;
  }
  expect(cancelled).toBe(true);
});
