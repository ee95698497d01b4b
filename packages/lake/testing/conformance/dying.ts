// What is left of a process that dies in the middle of a write: a whole object or none, and the next one succeeds.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { LakePoint } from "../../src/lake.ts";
import { filedAs, inChunks, noise, sha256 } from "../bodies.ts";
import { bodyOfTheDead } from "../dying-process.ts";
import type { Stage } from "./conformance.ts";

const points: LakePoint[] = ["raw-opened", "raw-half", "raw-fsynced", "raw-renamed"];
const script = fileURLToPath(new URL("../dying-process.ts", import.meta.url));

export function dying({ kind, zone }: Stage): void {
  describe("dying", () => {
    test.each(points)(
      "a process killed at %s leaves a whole object or none; the body sent again is stored",
      async (point) => {
        const { url, options, lake, names, remains } = zone();
        const child = spawn(process.execPath, [script, url, point, JSON.stringify(options)], {
          stdio: ["ignore", "ignore", "inherit"],
        });
        const [, signal] = await once(child, "exit");
        expect(signal).toBe("SIGKILL");
        const body = bodyOfTheDead();
        const name = `raw/events/2026-11-22/${sha256(body).toString("hex")}.ndjson.zst`;
        expect(names()).toEqual(point === "raw-renamed" ? [name] : []);
        // A folder keeps the draft for the sweep; a bucket's spool never had a name.
        expect(remains()).toHaveLength(kind === "file" ? 1 : 0);
        const again = await lake.putRaw(inChunks(body), filedAs);
        expect(again.wasThere).toBe(point === "raw-renamed");
        expect(names()).toEqual([name]);
        expect(await lake.check({ name, uri: again.uri, storedBytes: again.storedBytes })).toEqual({ ok: true });
        await expect(lake.putRaw(inChunks(noise(10)), filedAs)).resolves.toMatchObject({ wasThere: false });
      },
    );
  });
}
