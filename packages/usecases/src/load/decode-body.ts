// How does a compressed body become the bytes that were meant? Streamed; what is cut or garbled is the sender's error.
import { finished, Readable, type Transform } from "node:stream";
import { constants, createGunzip, createZstdDecompress } from "node:zlib";
import { AppError } from "@almanac/domain/errors";

export const contentEncodings = ["gzip", "zstd"] as const;
export type ContentEncoding = (typeof contentEncodings)[number];

// A frame may ask for a window of this size (as a power of two) in memory: 64 MiB, enough for every level but the last.
const mostWindowLog = 26;

/**
 * The body with its content encoding undone, in constant memory. Whoever ends it early ends the source as well. Fails with
 * `incorrect`, `request.encoding_invalid` when the bytes are not what the encoding says; errors of the source pass through.
 */
export async function* decodeBody(
  body: AsyncIterable<Uint8Array>,
  encoding: ContentEncoding | undefined,
): AsyncGenerator<Uint8Array> {
  if (encoding === undefined) {
    yield* body;
    return;
  }
  const source = Readable.from(body, { objectMode: false });
  const decoder: Transform =
    encoding === "gzip"
      ? createGunzip()
      : // Without the second setting what follows the last frame would vanish; several frames are still one body.
        createZstdDecompress({
          params: { [constants.ZSTD_d_windowLogMax]: mostWindowLog },
          rejectGarbageAfterEnd: true,
        });
  let broken: Error | undefined;
  finished(source, (error) => {
    if (error) {
      broken = error;
      decoder.destroy(error);
    }
  });
  source.pipe(decoder);
  try {
    yield* decoder as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw broken ?? invalid(encoding, error);
  } finally {
    source.destroy();
  }
}

function invalid(encoding: ContentEncoding, cause: unknown): AppError {
  return new AppError("incorrect", {
    code: "request.encoding_invalid",
    detail: `The body is not what its content encoding ${encoding} says: it is cut or garbled.`,
    cause,
  });
}
