// How bodies come back: only as they were written, else not to the end.
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { filedAs, inChunks, lines, noise, sha256, whole } from "../bodies.ts";
import type { Stage } from "./conformance.ts";

const corrupt = { category: "fault", code: "lake.corrupt" };
const missing = { category: "fault", code: "lake.missing" };

export function readingBack({ zone }: Stage): void {
  describe("reading back", () => {
    test("another hash, a longer and a shorter body than expected are told as damage", async () => {
      const { lake } = zone();
      const body = lines(100);
      const { uri } = await lake.putRaw(inChunks(body), filedAs);
      const right = { sha256: sha256(body), bytes: body.length };
      for (const wrong of [{ sha256: sha256(Buffer.of()) }, { bytes: body.length + 1 }, { bytes: body.length - 1 }]) {
        await expect(whole(await lake.open(uri, { ...right, ...wrong }))).rejects.toMatchObject(corrupt);
      }
      await expect(whole(await lake.open(uri, right))).resolves.toHaveLength(body.length);
    });

    test.each(["zstd", "none"] as const)("a flipped byte or a missing end is told (packing %s)", async (packing) => {
      const { lake, names, bytesOf, plant } = zone();
      const body = noise(3_000_000);
      const stored = await lake.putRaw(inChunks(body), { ...filedAs, packing });
      const name = names()[0]!;
      const sound = bytesOf(name);
      for (const at of [100, 1_500_000, 2_900_000]) {
        const flipped = Buffer.from(sound);
        flipped[at]! ^= 1;
        plant(name, flipped);
        await expect(whole(await lake.open(stored.uri, stored))).rejects.toMatchObject(corrupt);
      }
      for (const length of [0, 1, 1_048_600, sound.length - 41]) {
        plant(name, sound.subarray(0, length));
        await expect(whole(await lake.open(stored.uri, stored))).rejects.toMatchObject(corrupt);
      }
      plant(name, sound);
      expect((await whole(await lake.open(stored.uri, stored))).equals(body)).toBe(true);
    });

    test("an object that unpacks to more than was written is given up at that byte", async () => {
      const { lake, names, plant, bytesOf } = zone();
      const small = await lake.putRaw(inChunks(lines(1)), filedAs);
      const smallName = names()[0]!;
      await lake.putRaw(inChunks(Buffer.alloc(64 * 1024 * 1024)), filedAs);
      plant(smallName, bytesOf(names().find((name) => name !== smallName)!));
      let got = 0;
      const reading = (async () => {
        for await (const part of await lake.open(small.uri, small)) got += (part as Buffer).length;
      })();
      await expect(reading).rejects.toMatchObject(corrupt);
      expect(got).toBeLessThanOrEqual(small.bytes);
    });

    test("what is not there is said before a byte is read", async () => {
      const { lake, names } = zone();
      const { uri } = await zone().lake.putRaw(inChunks(lines(1)), filedAs);
      const gone = uri.replace(/[0-9a-f]{64}/, "0".repeat(64));
      await expect(lake.open(gone, { sha256: Buffer.alloc(32), bytes: 1 })).rejects.toMatchObject(missing);
      await expect(lake.readRange(gone.replace(".ndjson.zst", ".parquet"), 0, 1)).rejects.toMatchObject(missing);
      expect(names()).toHaveLength(1);
    });

    test("a reader that leaves early gives everything back", async () => {
      const { lake } = zone();
      const stored = await lake.putRaw(inChunks(noise(12_000_000)), filedAs);
      for (let round = 0; round < 8; round += 1) {
        const stream = await lake.open(stored.uri, stored);
        if (round % 2 === 0) await once(stream, "readable");
        stream.destroy();
        await once(stream, "close");
      }
      expect(await whole(await lake.open(stored.uri, stored))).toHaveLength(stored.bytes);
    });

    test("a range of an unpacked object is those bytes; past the end it is damage; a packed one has no ranges", async () => {
      const { lake } = zone();
      const body = noise(300_000);
      const plain = await lake.putRaw(inChunks(body), { ...filedAs, extension: "parquet", packing: "none" });
      const range = async (from: number, length: number) => Buffer.from(await lake.readRange(plain.uri, from, length));
      expect((await range(0, 4)).equals(body.subarray(0, 4))).toBe(true);
      expect((await range(299_992, 8)).equals(body.subarray(-8))).toBe(true);
      expect((await range(1234, 200_000)).equals(body.subarray(1234, 201_234))).toBe(true);
      expect(await range(7, 0)).toHaveLength(0);
      await expect(range(299_999, 2)).rejects.toMatchObject(corrupt);
      await expect(range(300_000, 1)).rejects.toMatchObject(corrupt);
      const packed = await lake.putRaw(inChunks(body), filedAs);
      await expect(lake.readRange(packed.uri, 0, 4)).rejects.toMatchObject({ category: "fault", code: "lake.misused" });
    });

    test("a zone that was moved serves the URIs of before", async () => {
      const { lake } = zone();
      const body = lines(10);
      const stored = await lake.putRaw(inChunks(body), filedAs);
      const tail = stored.uri.slice(stored.uri.indexOf("/raw/"));
      for (const root of ["file:///srv/old zone", "s3://old-bucket/some/prefix", "file:.almanac/lake"]) {
        expect((await whole(await lake.open(root + tail, stored))).equals(body)).toBe(true);
      }
    });
  });
}
