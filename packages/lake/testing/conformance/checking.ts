// What `check` finds: every flipped byte, every missing one, everything that is not what the name says.
import { describe, expect, test } from "vitest";
import { filedAs, inChunks, lines, noise } from "../bodies.ts";
import type { TestZone } from "../lake-kits.ts";
import { repacked } from "../repacked.ts";
import type { Stage } from "./conformance.ts";

export function checking({ kind, zone }: Stage): void {
  describe("checking", () => {
    const found = ({ lake }: TestZone, name: string) => lake.check({ name, uri: "", storedBytes: 0 });

    test("sound objects of every length and packing are ok", async () => {
      const stage = zone();
      for (const length of [0, 1, 40, 1_048_576, 3_000_000]) {
        await stage.lake.putRaw(inChunks(noise(length)), filedAs);
        await stage.lake.putRaw(inChunks(noise(length)), { ...filedAs, extension: "parquet", packing: "none" });
      }
      expect(stage.names()).toHaveLength(10);
      for await (const object of stage.lake.list("raw/")) expect(await stage.lake.check(object)).toEqual({ ok: true });
    });

    test.each(["zstd", "none"] as const)(
      "each flipped byte and each missing end is found (packing %s)",
      async (packing) => {
        const stage = zone();
        await stage.lake.putRaw(inChunks(lines(3)), { ...filedAs, packing });
        const name = stage.names()[0]!;
        const sound = stage.bytesOf(name);
        // Every byte of a file; every seventh of an object in a bucket, which is the same code behind slower reads.
        for (let at = 0; at < sound.length; at += kind === "file" ? 1 : 7) {
          const flipped = Buffer.from(sound);
          flipped[at]! ^= 1 << (at % 8);
          stage.plant(name, flipped);
          expect(await found(stage, name), `byte ${at}`).toMatchObject({ ok: false });
          stage.plant(name, sound.subarray(0, at));
          expect(await found(stage, name), `length ${at}`).toMatchObject({ ok: false });
        }
        stage.plant(name, Buffer.concat([sound, Buffer.of(0)]));
        expect(await found(stage, name)).toMatchObject({ ok: false });
        stage.plant(name, sound);
        expect(await found(stage, name)).toEqual({ ok: true });
      },
    );

    test("another body under the name, a body that was packed by nobody, and nothing at all are found", async () => {
      const stage = zone();
      await stage.lake.putRaw(inChunks(lines(3)), filedAs);
      const name = stage.names()[0]!;
      stage.plant(name, repacked(lines(3)));
      expect(await found(stage, name)).toEqual({ ok: true });
      stage.plant(name, repacked(lines(4)));
      expect(await found(stage, name)).toMatchObject({ ok: false });
      stage.plant(name, lines(3));
      expect(await found(stage, name)).toMatchObject({ ok: false });
      const gone = name.replace(/[0-9a-f]{64}/, "0".repeat(64));
      expect(await found(stage, gone)).toEqual({ ok: false, reason: "it is missing" });
      expect(await found(stage, "manifests/a.json")).toMatchObject({ ok: false });
    });
  });
}
