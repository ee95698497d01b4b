// A body that is handed on while it comes in, whatever its length: the media type it says it has, its content encoding
// undone, and an honest end. What stalls, breaks off or cannot be unpacked fails the stream, so that nothing is kept of it.
import { AppError } from "@almanac/domain/errors";
import { type ContentEncoding, decodeBody } from "@almanac/usecases/decode-body";
import { tooLarge } from "./body.ts";
import { unparsable } from "./problem.ts";
import { Refusal } from "./refusal.ts";
import type { StreamSpec } from "./route.ts";

export interface StreamedBody {
  /** One of the route's `accepts`, without parameters. */
  mediaType: string;
  /** Content encoding undone. To be read once, to its end. */
  bytes: AsyncIterable<Uint8Array>;
}

export interface StreamOptions {
  signal: AbortSignal;
  /** The longest time without a byte. */
  idleMs: number;
}

/** 415 for a media type or an encoding that the route does not take, 413 where the header says already that it is too long. */
export function openStream(request: Request, spec: StreamSpec, options: StreamOptions): StreamedBody {
  const mediaType = mediaTypeOf(request.headers, spec);
  const encoding = encodingOf(request.headers);
  const declared = request.headers.get("content-length");
  if (encoding === undefined && declared !== null && Number(declared) > spec.mostBytes) {
    throw tooLarge(spec.mostBytes);
  }
  const received = receive(request.body, options);
  return { mediaType, bytes: bounded(decodeBody(received, encoding), spec.mostBytes) };
}

function mediaTypeOf(headers: Headers, { accepts, aliases = {} }: StreamSpec): string {
  const given = headers.get("content-type") ?? "";
  const [name = "", ...parameters] = given.split(";").map((part) => part.trim().toLowerCase());
  const mediaType = Object.hasOwn(aliases, name) ? (aliases[name] as string) : name;
  // "header=present" is RFC 4180's own; a CSV without a header is found out by its first line.
  const isPlain = parameters.every((part) => /^(charset="?utf-8"?|header=present)?$/.test(part));
  if (!Object.hasOwn(accepts, mediaType) || !isPlain) {
    throw new AppError("incorrect", {
      code: "request.unsupported_media_type",
      detail: `Send one of these as Content-Type, in UTF-8: ${Object.keys(accepts).join(", ")}.`,
    });
  }
  return mediaType;
}

function encodingOf(headers: Headers): ContentEncoding | undefined {
  const given = (headers.get("content-encoding") ?? "identity").trim().toLowerCase();
  switch (given) {
    case "":
    case "identity":
      return undefined;
    case "gzip":
    case "x-gzip":
      return "gzip";
    case "zstd":
      return "zstd";
    default:
      throw new Refusal("incorrect", {
        code: "request.unsupported_media_type",
        detail: "Content-Encoding may be gzip or zstd, once.",
        headers: { "accept-encoding": "gzip, zstd" },
      });
  }
}

/** The bytes as they come. Fails with 400 when the caller breaks off, 408 when nothing comes, 503 when the process ends. */
async function* receive(body: Request["body"], { signal, idleMs }: StreamOptions): AsyncGenerator<Uint8Array> {
  if (body === null) {
    return;
  }
  const reader = body.getReader();
  try {
    for (;;) {
      const next = await within(reader.read(), signal, idleMs);
      if (next.done) {
        return;
      }
      yield next.value;
    }
  } finally {
    // Does nothing at the end; before it, what is still to come is not wanted.
    reader.cancel().catch(() => undefined);
  }
}

async function within<Value>(reading: Promise<Value>, signal: AbortSignal, idleMs: number): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(stalled(idleMs)), idleMs);
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([reading.catch(brokenOff), promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

function brokenOff(): never {
  throw unparsable("The body ended before its time.");
}

function stalled(idleMs: number): AppError {
  return new AppError("incorrect", {
    code: "request.stalled",
    detail: `Nothing of the body came for ${idleMs / 1_000} seconds.`,
  });
}

/** Bombs end here: what is unpacked is counted, not what came. */
async function* bounded(bytes: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const chunk of bytes) {
    seen += chunk.byteLength;
    if (seen > mostBytes) {
      throw tooLarge(mostBytes);
    }
    yield chunk;
  }
}
