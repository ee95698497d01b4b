// A process for tests on a disk without enough space: puts a body, says what came of it and what was left. Arguments:
// the zone's folder; optionally a file that takes up space: it is removed then, and the body is put again.
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { AppError } from "@almanac/domain/errors";
import { openLake } from "../src/open.ts";
import { filedAs, inChunks, noise } from "./bodies.ts";

export const bodyTooMuch = (): Buffer => noise(2_500_000);

if (import.meta.main) {
  const [root, ballast] = process.argv.slice(2);
  if (ballast !== undefined) writeFileSync(ballast, Buffer.alloc(1_500_000));
  const lake = openLake(`file:${root!}`);
  const put = () => lake.putRaw(inChunks(bodyTooMuch()), filedAs);
  const refusal: unknown = await put().catch((error: unknown) => error);
  const left = readdirSync(root!, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
  if (ballast !== undefined) rmSync(ballast);
  const again = ballast === undefined ? undefined : await put();
  process.stdout.write(
    JSON.stringify({
      refused: refusal instanceof AppError ? `${refusal.category} ${refusal.code}` : String(refusal),
      left,
      ...(again === undefined ? {} : { again: { bytes: again.bytes, wasThere: again.wasThere } }),
    }),
  );
}
