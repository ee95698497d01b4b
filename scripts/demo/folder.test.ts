import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmbedded } from "@almanac/db/embedded";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { demoEnvironment, freshDemoFolder } from "./folder.ts";

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "almanac-demo-"));
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

const folder = () => join(checkout, "place");

describe("the demo's folder", () => {
  test("is made, and made anew by the next run", async () => {
    await freshDemoFolder(checkout, "place");
    mkdirSync(join(folder(), "lake"));
    writeFileSync(join(folder(), "lake", "body"), "of the last demo");
    await freshDemoFolder(checkout, "place");
    expect(readdirSync(folder())).toEqual(["almanac-demo.json"]);
  });

  test("may be one that is empty", async () => {
    mkdirSync(folder());
    await freshDemoFolder(checkout, "place");
    expect(readdirSync(folder())).toEqual(["almanac-demo.json"]);
  });

  test.each([
    ["holds anything else", { "admin-key": "a key" }],
    ["has a file of the mark's name with another text", { "almanac-demo.json": "{}", "admin-key": "a key" }],
  ])("is refused when it %s, and stays as it is", async (_case, files) => {
    mkdirSync(folder());
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder(), name), text);
    await expect(freshDemoFolder(checkout, "place")).rejects.toThrow("is not empty and no demo made it");
    expect(readdirSync(folder()).toSorted()).toEqual(Object.keys(files).toSorted());
    expect(readFileSync(join(folder(), "admin-key"), "utf8")).toBe("a key");
  });

  test("is not reached through a link, and is no file", async () => {
    await freshDemoFolder(checkout, "place");
    writeFileSync(join(folder(), "kept"), "");
    symlinkSync(folder(), join(checkout, "link"));
    await expect(freshDemoFolder(checkout, "link")).rejects.toThrow("is no folder");
    expect(existsSync(join(folder(), "kept"))).toBe(true);
    await expect(freshDemoFolder(checkout, "place/kept")).rejects.toThrow("is no folder");
  });

  test("is refused while a database runs on it, and made anew when that has ended", async () => {
    await freshDemoFolder(checkout, "place");
    const server = await startEmbedded({ dataDir: join(folder(), "postgres"), durable: false });
    const cluster = join(server.folder, "cluster");
    // This process may take what it has: another one asks.
    const script = `
      import { freshDemoFolder } from ${JSON.stringify(new URL("folder.ts", import.meta.url).href)};
      await freshDemoFolder(${JSON.stringify(checkout)}, "place").catch((error) => console.log(error.message));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module-typescript", "-e", script]);
    expect(stdout).toMatch(/already runs on/);
    expect(existsSync(cluster)).toBe(true);
    await server.stop();
    await freshDemoFolder(checkout, "place");
    expect(existsSync(cluster)).toBe(false);
    expect(readdirSync(folder())).toEqual(["almanac-demo.json"]);
  });
});

describe("the demo's settings", () => {
  test("name its own folder and say that it is one", () => {
    expect(demoEnvironment({})).toEqual({ ALMANAC_DATA_DIR: ".almanac-demo", ALMANAC_DEMO: "on" });
    expect(demoEnvironment({ ALMANAC_DATA_DIR: "mine" })).toMatchObject({ ALMANAC_DATA_DIR: "mine" });
  });

  test.each(["DATABASE_URL", "QUEUE_URL", "REDIS_URL", "LAKE_URL", "LOAD_INBOX", "HOLIDAY_SOURCE"])(
    "refuse %s: data that is not the demo's",
    (name) => {
      expect(() => demoEnvironment({ [name]: "something" })).toThrow(`${name} is set`);
    },
  );
});
