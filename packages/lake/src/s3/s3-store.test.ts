// What only a bucket has: requests that fail on the way, stores that know or do not know conditions, parts left behind.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { filedAs, inChunks, lines, noise, whole } from "../../testing/bodies.ts";
import { type FaultProxy, faultProxy, type Seen } from "../../testing/fault-proxy.ts";
import { type S3ServerForTest, s3ServerForTest } from "../../testing/s3-server.ts";
import type { Lake } from "../lake.ts";
import { openLake } from "../open.ts";

const unavailable = { category: "unavailable", code: "lake.unavailable" };

describe("a lake in a bucket", () => {
  let server: S3ServerForTest;
  let proxy: FaultProxy;
  let lake: Lake;
  let spoolFolder: string;
  let zones = 0;
  beforeAll(async () => {
    server = await s3ServerForTest();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    proxy = await faultProxy(server.endpoint);
    spoolFolder = mkdtempSync(join(tmpdir(), "almanac-spool-"));
    lake = open();
  });
  afterEach(async () => {
    await lake.close();
    await proxy.close();
    rmSync(spoolFolder, { recursive: true, force: true });
  });
  const open = (secretAccessKey = server.secretAccessKey, bucket = server.bucket): Lake => {
    const { accessKeyId } = server;
    zones += 1;
    const s3 = { endpoint: proxy.endpoint, accessKeyId, secretAccessKey, spoolFolder };
    return openLake(`s3://${bucket}/zone-${zones}`, { s3 });
  };
  const isPart = ({ method, url }: Seen): boolean => method === "PUT" && url.includes("partNumber=");
  const count = (matches: (seen: Seen) => boolean): number => proxy.seen.filter((one) => matches(one)).length;
  const large = noise(20_000_000);

  test("a store that is slow to be ready is asked again, and the body is stored", async () => {
    const failed = new Set<string>();
    proxy.judge(({ method, url }) => {
      const what = `${method} ${url}`;
      if (failed.has(what)) return "pass";
      failed.add(what);
      return method === "HEAD" ? "lose" : { status: 503, code: "SlowDown" };
    });
    const stored = await lake.putRaw(inChunks(large), filedAs);
    expect((await whole(await lake.open(stored.uri, stored))).equals(large)).toBe(true);
    expect(count(isPart)).toBe(6);
  });

  test("an answer that breaks off is read again, and an object is never read in one long request", async () => {
    const stored = await lake.putRaw(inChunks(large), filedAs);
    const cut = new Set<number>();
    proxy.judge(({ method }, nth) => {
      if (method !== "GET" || nth % 2 === 0) return "pass";
      cut.add(nth);
      return "cut";
    });
    expect((await whole(await lake.open(stored.uri, stored))).equals(large)).toBe(true);
    expect(cut.size).toBeGreaterThan(0);
    expect(count(({ method }) => method === "GET")).toBe(3 + cut.size);
  });

  test("a store that never answers a read in full is unavailable, not a damaged object", async () => {
    const stored = await lake.putRaw(inChunks(lines(5000)), filedAs);
    proxy.judge(({ method }) => (method === "GET" ? "cut" : "pass"));
    await expect(whole(await lake.open(stored.uri, stored))).rejects.toMatchObject(unavailable);
  });

  test("an upload that fails gives its parts up, leaves no object and no spool", async () => {
    proxy.judge((one) => {
      if (one.method === "DELETE") return { status: 204 };
      return isPart(one) && one.url.includes("partNumber=2") ? { status: 403, code: "AccessDenied" } : "pass";
    });
    await expect(lake.putRaw(inChunks(large), filedAs)).rejects.toMatchObject(unavailable);
    expect(count(({ method, url }) => method === "DELETE" && url.includes("uploadId="))).toBe(1);
    expect(count(({ method, url }) => method === "POST" && url.includes("uploadId="))).toBe(0);
    expect(await lake.list("raw/")[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
    expect(readdirSync(spoolFolder)).toEqual([]);
  });

  test("an abort in the middle of an upload gives its parts up and is the answer", async () => {
    const leave = new AbortController();
    proxy.judge((one) => {
      if (one.method === "DELETE") return { status: 204 };
      if (isPart(one)) leave.abort(new Error("cancelled"));
      return "pass";
    });
    await expect(lake.putRaw(inChunks(large), { ...filedAs, signal: leave.signal })).rejects.toThrow("cancelled");
    expect(count(({ method, url }) => method === "DELETE" && url.includes("uploadId="))).toBe(1);
    expect(await lake.list("raw/")[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  });

  test("a body that is there already is not sent again", async () => {
    await lake.putRaw(inChunks(large), filedAs);
    proxy.seen.length = 0;
    await expect(lake.putRaw(inChunks(large), filedAs)).resolves.toMatchObject({ wasThere: true });
    expect(proxy.seen.map(({ method }) => method)).toEqual(["HEAD"]);
  });

  test("writers of one name in one process send it once", async () => {
    const body = noise(100_000);
    const sixteen = Array.from({ length: 16 });
    const stored = await Promise.all(sixteen.map(() => lake.putRaw(inChunks(body), filedAs)));
    expect(stored.filter(({ wasThere }) => !wasThere)).toHaveLength(1);
    const won = await Promise.all(sixteen.map((_, index) => lake.putNamed("journal/1", Buffer.of(index))));
    expect(won.filter((isFirst) => isFirst)).toHaveLength(1);
    expect(count(({ method }) => method === "PUT")).toBe(2);
  });

  test("a store without space is full", async () => {
    for (const verdict of [{ status: 507 }, { status: 403, code: "QuotaExceeded" }]) {
      proxy.judge(({ method }) => (method === "PUT" ? verdict : "pass"));
      await expect(lake.putRaw(inChunks(lines(1)), filedAs)).rejects.toMatchObject({ code: "lake.full" });
    }
    proxy.judge(() => "pass");
    await expect(lake.putRaw(inChunks(lines(1)), filedAs)).resolves.toMatchObject({ wasThere: false });
  });

  test("where the store knows conditions, it decides who was first, whatever was seen before", async () => {
    proxy.judge(({ method }) => (method === "PUT" ? { status: 412, code: "PreconditionFailed" } : "pass"));
    await expect(lake.putNamed("journal/1", Buffer.from("late"))).resolves.toBe(false);
    expect(await lake.getNamed("journal/1")).toBeNull();
  });

  test("a write whose answer was lost is our own, although the retry is told that the name is taken", async () => {
    let puts = 0;
    proxy.judge(({ method }) => {
      if (method !== "PUT") return "pass";
      puts += 1;
      return puts === 1 ? "lose" : { status: 412, code: "PreconditionFailed" };
    });
    await expect(lake.putNamed("journal/1", Buffer.from("ours"))).resolves.toBe(true);
    expect(Buffer.from((await lake.getNamed("journal/1"))!).toString()).toBe("ours");
  });

  test("a store that does not know conditions is asked without, from then on", async () => {
    proxy.judge(({ isConditional }) => (isConditional ? { status: 501, code: "NotImplemented" } : "pass"));
    await expect(lake.putNamed("journal/1", Buffer.from("one"))).resolves.toBe(true);
    await expect(lake.putNamed("journal/2", Buffer.from("two"))).resolves.toBe(true);
    await expect(lake.putNamed("journal/2", Buffer.from("two"))).resolves.toBe(false);
    expect(count(({ method }) => method === "PUT")).toBe(3);
  });

  test("a missing bucket, a refusal and a store that is away are unavailable, and no error holds a secret", async () => {
    const secret = "s3cret-not-to-be-seen";
    const errors: unknown[] = [];
    const noBucket = open(secret, "no-such-bucket");
    errors.push(await noBucket.putRaw(inChunks(lines(1)), filedAs).catch((error: unknown) => error));
    const refused = open(secret);
    proxy.judge(() => ({ status: 403, code: "SignatureDoesNotMatch" }));
    errors.push(await refused.getNamed("journal/1").catch((error: unknown) => error));
    proxy.judge(() => "lose");
    errors.push(await refused.putNamed("journal/1", Buffer.of(1)).catch((error: unknown) => error));
    for (const error of errors) {
      expect(error).toMatchObject(unavailable);
      expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/s3cret|authorization|S3RVER/i);
    }
    await Promise.all([noBucket.close(), refused.close()]);
  });
});
