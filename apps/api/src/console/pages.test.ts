// The built console as a browser gets it, from a small folder of this test's own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../testing/test-api.ts";

const folder = mkdtempSync(join(tmpdir(), "almanac-console-"));
const script = `console.log(${JSON.stringify("word ".repeat(500))});`;
let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ settings: { consoleDir: folder } });
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) => api.send("GET", path, { key: null, headers });

test("where nothing is built, a page says how to make it; once it is built, it is there without a restart", async () => {
  const before = await get("/");
  expect(await before.text()).toContain("npm run console");
  expect((await get("/assets/index-B7_k-3xa.js")).status).toBe(404);
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Console</title>");
  writeFileSync(join(folder, "secret.json"), "{}");
  writeFileSync(join(folder, "assets", "index-B7_k-3xa.js"), script);
  writeFileSync(join(folder, "assets", "logo-x.png"), Buffer.from([1, 2, 3]));
  writeFileSync(join(folder, "assets", "page-x.html"), "no page of its own");
  expect(await (await get("/")).text()).toContain("<title>Console</title>");
});

const screens = "sign-in holidays versions locations loads events schemas insights data audit runs keys reference"
  .split(" ")
  .map((name) => `/${name}`);

test.each(["/", ...screens, "/events/123/versions", "/holidays?as_of=2026-01-01"])(
  "%s is the console's page, not framed by anybody, asked for anew each time",
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    const policy = response.headers.get("content-security-policy");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    const etag = response.headers.get("etag") as string;
    expect((await get(path, { "if-none-match": etag })).status).toBe(304);
  },
);

test("a file is sent as it is, as brotli or as gzip, and kept for a year", async () => {
  const ask = async (accepted: string) => {
    const response = await get("/assets/index-B7_k-3xa.js", { "accept-encoding": accepted });
    const { headers } = response;
    expect(headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(headers.get("vary")).toBe("accept-encoding");
    const content = Buffer.from(await response.arrayBuffer());
    return { encoding: headers.get("content-encoding"), content, etag: headers.get("etag") };
  };
  const plain = await ask("identity");
  expect([plain.encoding, plain.content.toString()]).toEqual([null, script]);
  const brotli = await ask("gzip, deflate, br");
  expect([brotli.encoding, brotliDecompressSync(brotli.content).toString()]).toEqual(["br", script]);
  const gzip = await ask("gzip, br;q=0");
  expect([gzip.encoding, gunzipSync(gzip.content).toString()]).toEqual(["gzip", script]);
  expect(new Set([plain.etag, brotli.etag, gzip.etag]).size).toBe(3);
  expect(await ask("br")).toEqual(brotli);
});

test("a picture is not compressed again", async () => {
  const response = await get("/assets/logo-x.png", { "accept-encoding": "br" });
  expect([response.headers.get("content-type"), response.headers.get("content-encoding")]).toEqual(["image/png", null]);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
});

test.each([
  "/assets/none-x.js",
  "/assets/..",
  "/assets/%2e%2e",
  "/assets/..%2fsecret.json",
  "/assets/..%5csecret.json",
  "/assets/%2e%2e%2fsecret.json",
  "/assets/.hidden.js",
  "/assets/page-x.html",
  "/assets/constructor",
  "/assets/a.constructor",
  "/assets/index-B7_k-3xa.js%00.png",
  "/assets/deep/file-x.js",
])("404: %s", async (path) => {
  const response = await get(path);
  const isConsole = new URL(path, "http://almanac.test").pathname === "/";
  expect(response.status).toBe(isConsole ? 200 : 404);
  if (!isConsole) expect(response.headers.get("content-type")).toBe("application/problem+json");
});

test("the docs may be framed by this site's own pages, everything else by nobody", async () => {
  const docs = await get("/docs");
  expect(docs.headers.get("x-frame-options")).toBe("SAMEORIGIN");
  expect(docs.headers.get("content-security-policy")).toContain("frame-ancestors 'self'");
  const catalogue = await api.send("GET", "/catalog");
  expect(catalogue.headers.get("x-frame-options")).toBe("DENY");
  expect((await get("/healthz")).headers.get("x-frame-options")).toBe("DENY");
});
