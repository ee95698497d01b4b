import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildConsole, consoleFiles } from "./build.ts";
import { firstScreenBytes } from "./first-screen.ts";

test("it is built once, with nothing of another host in it, and the first screen is at most 180 kB", async () => {
  await buildConsole();
  expect(await buildConsole()).toBe(false);
  const page = readFileSync(join(consoleFiles, "index.html"), "utf8");
  expect(page).toMatch(/<script type="module" crossorigin src="\/assets\/index-[\w-]+\.js"><\/script>/);
  expect(page).not.toMatch(/(?:src|href)="https?:/);
  const { total, files } = await firstScreenBytes();
  expect(files).toBeGreaterThan(3);
  expect(total).toBeGreaterThan(50_000);
  expect(total).toBeLessThanOrEqual(180_000);
});
