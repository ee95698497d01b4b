// (f) What does the console cost a browser? The bytes before the first screen, and when it first paints beside a page that
// has no script at all, from the same api, in a Chromium without a cache.
import { accessSync, constants } from "node:fs";
import { buildConsole } from "@almanac/console/build";
import { firstScreenBytes } from "@almanac/console/first-screen";
import { type Browser, chromium } from "playwright-core";
import { bytes, type Mark, rounded, type Say, type Scale } from "./marks.ts";
import { median } from "./measure.ts";
import { startScratchServer } from "./scratch-server.ts";
import { startProcess } from "./server-process.ts";

const executablePath = "/usr/bin/chromium";
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
const mostBytes = 180_000;
const rounds: Record<Scale, number> = { full: 15, quick: 1 };

export async function consolePages(scale: Scale, say: Say): Promise<Mark[]> {
  await buildConsole();
  const { total, files } = await firstScreenBytes();
  say(`first screen: ${files} files, ${bytes(total)} with gzip`);
  const size: Mark = { name: "first screen, gzip / 180 kB", value: total / mostBytes, wants: "at most", limit: 1 };
  if (!isThere()) {
    say(`No ${executablePath} on this machine: no paint was measured.`);
    return [size];
  }
  return [size, await comparePaints(rounds[scale], scale, say)];
}

async function comparePaints(count: number, scale: Scale, say: Say): Promise<Mark> {
  const server = await startScratchServer(scale);
  const env = { DATABASE_URL: server.url, PORT: "0", ALMANAC_ANONYMOUS_ROLE: "reader", RATE_LIMIT: "off" };
  const api = await startProcess("../apps/api/src/main.ts", env);
  const browser = await chromium.launch({ executablePath, args });
  try {
    const paints = { console: [] as number[], plain: [] as number[] };
    for (let round = 0; round <= count; round += 1) {
      const pair = {
        console: await firstPaint(browser, `${api.url}/`),
        plain: await firstPaint(browser, `${api.url}/catalog`),
      };
      // The first of each warms the server's own files.
      if (round > 0) for (const name of ["console", "plain"] as const) paints[name].push(pair[name]);
    }
    const [ours, plain] = [median(paints.console), median(paints.plain)];
    say(
      `first contentful paint: console ${rounded(ours)} ms, the catalogue's page without scripts ${rounded(plain)} ms`,
    );
    return {
      name: "first paint of the console / of a page made on the server",
      value: ours / plain,
      wants: "at most",
      limit: 3,
    };
  } finally {
    await browser.close();
    await api.stop();
    await server.close();
  }
}

/** Milliseconds from the request to the first contentful paint, with an empty cache. */
async function firstPaint(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  const ms = await page.evaluate<number>(
    `new Promise((resolve) => new PerformanceObserver((list, observer) => {
      const [paint] = list.getEntriesByName("first-contentful-paint");
      if (paint === undefined) return;
      observer.disconnect();
      resolve(paint.startTime);
    }).observe({ type: "paint", buffered: true }))`,
  );
  await context.close();
  return ms;
}

function isThere(): boolean {
  try {
    accessSync(executablePath, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
