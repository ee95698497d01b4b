// A packed object as another version of zstd may have written it: other bytes, the same body.
import { constants, zstdCompressSync } from "node:zlib";
import { sealOf } from "../src/pack.ts";
import { sha256 } from "./bodies.ts";

export function repacked(body: Uint8Array): Buffer {
  const frame = zstdCompressSync(body, { params: { [constants.ZSTD_c_compressionLevel]: 9 } });
  return Buffer.concat([frame, sealOf(sha256(frame))]);
}
