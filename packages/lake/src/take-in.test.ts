// A body of any length: the sink's pace is the body's pace, and memory does not grow with the length.
import { spawnSync } from "node:child_process";
import { setImmediate as turn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inChunks, noise, sha256 } from "../testing/bodies.ts";
import { type S3ServerForTest, s3ServerForTest } from "../testing/s3-server.ts";
import { takeIn } from "./take-in.ts";

const mebibyte = 1024 * 1024;

describe("taking in a body", () => {
  test.each([
    ["zstd", 3 * mebibyte],
    ["none", 0],
  ] as const)(
    "with a sink that does not go on, packing %s, no more than %i bytes are waiting",
    async (packing, most) => {
      const chunk = noise(65_536);
      let given = 0;
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (;;) {
          given += chunk.length;
          yield chunk;
        }
      }
      let isBlocked = false;
      const taking = takeIn(endless(), { packing }, () => {
        isBlocked = true;
        return new Promise(() => {});
      });
      taking.catch(() => undefined);
      while (!isBlocked) await turn();
      for (let turns = 0; turns < 50; turns += 1) await turn();
      expect(given).toBeGreaterThan(0);
      expect(given).toBeLessThanOrEqual(most + chunk.length);
    },
  );

  test("an error of the sink ends it, and the body is told to stop", async () => {
    let isStopped = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield noise(mebibyte);
      } finally {
        isStopped = true;
      }
    }
    const failing = takeIn(endless(), { packing: "zstd" }, () => Promise.reject(new Error("no more")));
    await expect(failing).rejects.toThrow("no more");
    expect(isStopped).toBe(true);
  });

  test("what is stored is a zstd file that any tool reads", async () => {
    const body = Buffer.concat([noise(mebibyte), Buffer.alloc(5 * mebibyte), noise(10)]);
    for (const length of [0, 1, body.length]) {
      const stored: Buffer[] = [];
      const bytes = body.subarray(0, length);
      const taken = await takeIn(inChunks(bytes), { packing: "zstd" }, async (block) => {
        stored.push(Buffer.from(block));
      });
      expect(taken).toEqual({ sha256: sha256(bytes), bytes: length, storedBytes: Buffer.concat(stored).length });
      expect(zstdDecompressSync(Buffer.concat(stored)).equals(bytes)).toBe(true);
    }
  });
});

describe("memory", () => {
  const script = fileURLToPath(new URL("../testing/long-body-process.ts", import.meta.url));
  let server: S3ServerForTest;
  beforeAll(async () => {
    server = await s3ServerForTest();
  });
  afterAll(() => server.close());

  test.each([
    ["file", 300],
    ["s3", 120],
  ] as const)("in and out of a lake of kind %s, %i MB take no more memory than 40", (kind, megabytes) => {
    const { endpoint, accessKeyId, secretAccessKey, bucket } = server;
    const args =
      kind === "file" ? [] : [`s3://${bucket}/long`, JSON.stringify({ endpoint, accessKeyId, secretAccessKey })];
    const { stdout, stderr } = spawnSync(process.execPath, [script, String(megabytes), ...args], { encoding: "utf8" });
    expect(stderr).toBe("");
    const { grownBytes, mostBytes } = JSON.parse(stdout) as { grownBytes: number; mostBytes: number };
    // What the allocator keeps varies by some MB from run to run; a body that stayed would be 260 more.
    expect(grownBytes).toBeLessThan(80 * mebibyte);
    expect(mostBytes).toBeLessThan(256 * mebibyte);
  });
});
