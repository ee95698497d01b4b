// The bytes of a request's body, never more of them than allowed, and the JSON in them.
import { AppError } from "@almanac/domain/errors";
import { unparsable } from "./problem.ts";

/** Reads at most `limit` bytes. 413 as soon as the header or the bytes say that there are more. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const declared = request.headers.get("content-length");
  if (declared !== null) {
    if (Number(declared) > limit) {
      throw tooLarge(limit);
    }
    return new Uint8Array(await request.arrayBuffer().catch(refuseCut));
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(request)) {
    size += chunk.byteLength;
    if (size > limit) {
      throw tooLarge(limit);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* chunksOf({ body }: Request): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? [];
  } catch {
    refuseCut();
  }
}

/** A caller who went away in mid-body: its connection broke, none of ours. */
function refuseCut(): never {
  throw unparsable("The body ended before its time.");
}

/** 415 unless the body is plain UTF-8 JSON. */
export function requireJson(headers: Headers): void {
  const type = headers.get("content-type") ?? "";
  if (!/^application\/([\w.-]+\+)?json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type)) {
    throw unsupported("The body is JSON: send Content-Type: application/json, in UTF-8.");
  }
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    throw unsupported("Bodies of this call are not compressed: leave Content-Encoding out.");
  }
}

/** 400 when the bytes are no UTF-8 or no JSON. */
export function parseJson(body: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw unparsable("The body is not valid UTF-8.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw unparsable(text.trim() === "" ? "The body is empty; it should be JSON." : "The body is not valid JSON.");
  }
}

/** 413: the body has more bytes than may be. */
export function tooLarge(limit: number): AppError {
  return new AppError("incorrect", {
    code: "request.too_large",
    detail: `The body may have at most ${limit.toLocaleString("en")} bytes.`,
  });
}

function unsupported(detail: string): AppError {
  return new AppError("incorrect", { code: "request.unsupported_media_type", detail });
}
