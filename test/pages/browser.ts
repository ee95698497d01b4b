// A real browser for tests: Debian's Chromium, in which a page reaches the hosts it is allowed and no other.
import { accessSync, constants } from "node:fs";
import { type Browser, type BrowserContext, chromium } from "playwright-core";

const executablePath = "/usr/bin/chromium";
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

/**
 * False when the machine has no Chromium, after saying which tests that leaves out. Where CI is set that is an error:
 * nothing is left out there.
 */
export function hasChromium(leavesOut: string): boolean {
  try {
    accessSync(executablePath, constants.X_OK);
    return true;
  } catch {
    const missing = `No ${executablePath} on this machine: left out ${leavesOut}.`;
    if (isCi()) throw new Error(`${missing} CI must have one.`);
    process.stderr.write(`${missing}\n`);
    return false;
  }
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args });
}

/** A browser profile of its own, and what its pages did that they should not. */
export interface Visit {
  context: BrowserContext;
  /** Requests to another host; they are blocked. */
  strayRequests: string[];
  /** Errors of the console and of scripts. What the page's policy forbids is one of them. */
  errors: string[];
}

export async function openVisit(browser: Browser, origins: readonly string[]): Promise<Visit> {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const strayRequests: string[] = [];
  const errors: string[] = [];
  await context.route("**/*", async (route) => {
    const { href, origin } = new URL(route.request().url());
    if (origins.includes(origin)) {
      await route.continue();
      return;
    }
    strayRequests.push(href);
    await route.abort();
  });
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  context.on("weberror", (thrown) => errors.push(thrown.error().message));
  return { context, strayRequests, errors };
}

function isCi(): boolean {
  return !["", "0", "false"].includes(process.env["CI"] ?? "");
}
