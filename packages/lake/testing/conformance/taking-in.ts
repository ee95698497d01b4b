// How bodies come in: under their hash, whole or not at all, once.
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { breakingOff, filedAs, inChunks, lines, noise, sha256, whole } from "../bodies.ts";
import { repacked } from "../repacked.ts";
import type { Stage } from "./conformance.ts";

const mebibyte = 1024 * 1024;

export function takingIn({ zone }: Stage): void {
  describe("taking in", () => {
    test.each([
      ["an empty body", Buffer.alloc(0)],
      ["one byte", Buffer.from("x")],
      ["a few lines", lines(100)],
      ["a block to the byte", noise(mebibyte)],
      ["a block and a byte", noise(mebibyte + 1)],
      ["more than is kept in memory", noise(19 * mebibyte)],
    ])("%s is stored under its hash and comes back as it was", async (_, body) => {
      const { lake, names, bytesOf, url } = zone();
      const stored = await lake.putRaw(inChunks(body), filedAs);
      const name = `raw/events/2026-11-22/${sha256(body).toString("hex")}.ndjson.zst`;
      expect(stored).toMatchObject({ sha256: sha256(body), bytes: body.length, wasThere: false });
      expect(stored.uri.endsWith(`/${name}`), stored.uri).toBe(true);
      expect(stored.uri.slice(0, 5)).toBe(url.slice(0, 5));
      expect(names()).toEqual([name]);
      expect(bytesOf(name).length).toBe(stored.storedBytes);
      expect((await whole(await lake.open(stored.uri, stored))).equals(body)).toBe(true);
    });

    test("a body of packing none is stored byte for byte", async () => {
      const { lake, names, bytesOf } = zone();
      const body = noise(3 * mebibyte);
      const stored = await lake.putRaw(inChunks(body), { ...filedAs, extension: "parquet", packing: "none" });
      expect(names()).toEqual([`raw/events/2026-11-22/${sha256(body).toString("hex")}.parquet`]);
      expect(bytesOf(names()[0]!).equals(body)).toBe(true);
      expect(stored.storedBytes).toBe(body.length);
      expect((await whole(await lake.open(stored.uri, stored))).equals(body)).toBe(true);
    });

    test("however the bytes are cut into chunks, they are the same object", async () => {
      const { lake, names } = zone();
      const body = Buffer.concat([lines(200), noise(2 * mebibyte + 77)]);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1000, max: 3 * mebibyte }), async (chunkBytes) => {
          const stored = await lake.putRaw(inChunks(body, chunkBytes), filedAs);
          expect(stored.sha256).toEqual(sha256(body));
          expect(names()).toHaveLength(1);
        }),
        { numRuns: 8 },
      );
    });

    test("a buffer that the caller uses again after a chunk does not change what is stored", async () => {
      const { lake } = zone();
      const body = noise(11 * mebibyte);
      async function* reusing(): AsyncGenerator<Uint8Array> {
        const buffer = Buffer.alloc(50_000);
        for (let from = 0; from < body.length; from += buffer.length) {
          yield buffer.subarray(0, body.copy(buffer, 0, from, from + buffer.length));
        }
      }
      for (const packing of ["zstd", "none"] as const) {
        const stored = await lake.putRaw(reusing(), { ...filedAs, packing });
        expect((await whole(await lake.open(stored.uri, stored))).equals(body)).toBe(true);
      }
    });

    test("the same body again is there already, and nothing is written", async () => {
      const { lake, another, names, remains } = zone();
      const body = lines(3000);
      const first = await lake.putRaw(inChunks(body), filedAs);
      const again = await another().putRaw(inChunks(body), filedAs);
      expect(again).toEqual({ ...first, wasThere: true });
      expect(names()).toHaveLength(1);
      expect(remains()).toEqual([]);
    });

    test("a body that is known under another day stays that object, and becomes it where it is missing", async () => {
      const { lake, another, names, remains } = zone();
      const body = lines(3000);
      const first = await lake.putRaw(inChunks(body), filedAs);
      const later = { ...filedAs, date: filedAs.date.add({ days: 1 }) };
      const asked: Buffer[] = [];
      const known = (uri: string | null) => (hash: Buffer) => {
        asked.push(hash);
        return Promise.resolve(uri);
      };
      const again = await another().putRaw(inChunks(body), { ...later, knownAs: known(first.uri) });
      expect(again).toEqual({ ...first, wasThere: true });
      expect(asked).toEqual([sha256(body)]);
      expect([names().length, remains()]).toEqual([1, []]);
      const lost = first.uri.replace("/2026-11-22/", "/2026-11-20/");
      const healed = await lake.putRaw(inChunks(body), { ...later, knownAs: known(lost) });
      expect(healed).toEqual({ ...first, uri: lost, wasThere: false });
      const unknown = await lake.putRaw(inChunks(body), { ...later, knownAs: known(null) });
      expect(unknown).toEqual({ ...first, uri: first.uri.replace("/2026-11-22/", "/2026-11-23/"), wasThere: false });
      expect(names()).toHaveLength(3);
    });

    test("the same body sixteen times at once, by two processes' worth of lakes, is one object", async () => {
      const { lake, another, names, remains, bytesOf } = zone();
      const lakes = [lake, another()];
      const body = lines(5000);
      const stored = await Promise.all(
        Array.from({ length: 16 }, (_, index) => lakes[index % 2]!.putRaw(inChunks(body), filedAs)),
      );
      expect(new Set(stored.map(({ uri }) => uri)).size).toBe(1);
      expect(stored.some(({ wasThere }) => !wasThere)).toBe(true);
      expect(names()).toHaveLength(1);
      expect(bytesOf(names()[0]!).length).toBe(stored[0]!.storedBytes);
      expect(remains()).toEqual([]);
      expect((await whole(await lake.open(stored[0]!.uri, stored[0]!))).equals(body)).toBe(true);
    });

    test("an object that is damaged is replaced when the same body comes again", async () => {
      const { lake, names, bytesOf, plant } = zone();
      const body = lines(2000);
      const first = await lake.putRaw(inChunks(body), filedAs);
      plant(names()[0]!, bytesOf(names()[0]!).subarray(0, 500));
      const again = await lake.putRaw(inChunks(body), filedAs);
      expect(again).toEqual(first);
      expect((await whole(await lake.open(first.uri, first))).equals(body)).toBe(true);
    });

    test("an object that was packed otherwise is kept: its content is what counts", async () => {
      const { lake, another, names, bytesOf, plant } = zone();
      const body = lines(2000);
      const stored = await lake.putRaw(inChunks(body), filedAs);
      const name = names()[0]!;
      const other = repacked(body);
      plant(name, other);
      const again = await another().putRaw(inChunks(body), filedAs);
      expect(again).toEqual({ ...stored, wasThere: true, storedBytes: other.length });
      expect(bytesOf(name).equals(other)).toBe(true);
    });

    test("a body that breaks off leaves nothing, and its own error is the answer", async () => {
      const { lake, names, remains } = zone();
      await expect(lake.putRaw(breakingOff(noise(10 * mebibyte)), filedAs)).rejects.toThrow("the caller hung up");
      expect(names()).toEqual([]);
      expect(remains()).toEqual([]);
    });

    test("a body of more than the most bytes is refused as soon as it is, and leaves nothing", async () => {
      const { lake, names, remains } = zone();
      let given = 0;
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (;;) {
          given += 65_536;
          yield Buffer.alloc(65_536);
        }
      }
      const refusal = lake.putRaw(endless(), { ...filedAs, mostBytes: 200_000 });
      await expect(refusal).rejects.toMatchObject({ category: "incorrect", code: "request.too_large" });
      expect(given).toBe(4 * 65_536);
      expect(names()).toEqual([]);
      expect(remains()).toEqual([]);
      const body = noise(200_000);
      await expect(lake.putRaw(inChunks(body), { ...filedAs, mostBytes: 200_000 })).resolves.toMatchObject({
        bytes: 200_000,
      });
    });

    test("an abort is heard while the body is waited for, stops the body and leaves nothing", async () => {
      const { lake, names, remains } = zone();
      const leave = new AbortController();
      async function* stuck(): AsyncGenerator<Uint8Array> {
        yield lines(10);
        await turn();
        setImmediate(() => leave.abort(new Error("cancelled")));
        await new Promise(() => {});
      }
      await expect(lake.putRaw(stuck(), { ...filedAs, signal: leave.signal })).rejects.toThrow("cancelled");
      await expect(lake.putRaw(inChunks(lines(1)), { ...filedAs, signal: leave.signal })).rejects.toThrow("cancelled");
      expect(names()).toEqual([]);
      expect(remains()).toEqual([]);
    });
  });
}
