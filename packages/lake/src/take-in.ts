// How is a body of any length hashed, counted, packed and written in one pass? Chunk by chunk, with the sink's pace as
// the body's pace: nothing is read while the sink is busy, beyond the blocks that the packer holds (3 MiB).
import { createHash } from "node:crypto";
import { AppError } from "@almanac/domain/errors";
import type { Packing } from "./lake.ts";
import { plainPacker, type Sink, zstdPacker } from "./pack.ts";

export interface TakenIn {
  sha256: Buffer;
  bytes: number;
  storedBytes: number;
}

/** Reads the body to its end into the sink. An abort ends it at once with the signal's reason, also between chunks. */
export async function takeIn(
  body: AsyncIterable<Uint8Array>,
  options: { packing: Packing; mostBytes?: number | undefined; signal?: AbortSignal | undefined },
  sink: Sink,
): Promise<TakenIn> {
  const { packing, mostBytes = Number.MAX_SAFE_INTEGER, signal } = options;
  const hash = createHash("sha256");
  const packer = packing === "zstd" ? zstdPacker(sink) : plainPacker(sink);
  let bytes = 0;
  for await (const chunk of abortable(body, signal)) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw tooLarge(mostBytes);
    hash.update(chunk);
    await packer.add(chunk);
  }
  const storedBytes = await packer.end();
  return { sha256: hash.digest(), bytes, storedBytes };
}

function tooLarge(mostBytes: number): AppError {
  return new AppError("incorrect", {
    code: "request.too_large",
    detail: `The body is longer than ${mostBytes} bytes.`,
  });
}

/** The body's chunks; an abort is heard while the next one is waited for, and the body is told to stop. */
async function* abortable(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  if (signal === undefined) {
    yield* body;
    return;
  }
  signal.throwIfAborted();
  const chunks = body[Symbol.asyncIterator]();
  let leave: ((reason: unknown) => void) | undefined;
  const onAbort = (): void => leave?.(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  let isAtEnd = false;
  try {
    for (;;) {
      // Not Promise.race with one lasting promise: each race would leave a reaction on it, for every chunk of 5 GB.
      const next = Promise.withResolvers<IteratorResult<Uint8Array, unknown>>();
      leave = next.reject;
      chunks.next().then(next.resolve, next.reject);
      const chunk = await next.promise;
      isAtEnd = chunk.done === true;
      if (chunk.done === true) return;
      yield chunk.value;
      signal.throwIfAborted();
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    // Not awaited: a body that hangs in `next` answers `return` only after it.
    if (!isAtEnd) chunks.return?.().catch(() => undefined);
  }
}
