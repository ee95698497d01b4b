// The built console in front of a real api and a real worker, and how a browser is signed in to it.
import { randomUUID } from "node:crypto";
import { buildConsole } from "@almanac/console/build";
import type { Browser } from "playwright-core";
import { expect } from "vitest";
import { type Caller, callerOf } from "../stage/caller.ts";
import type { Running } from "../stage/processes.ts";
import { openStage, type Stage } from "../stage/stage.ts";
import { openBrowser, type Visit } from "./browser.ts";

export interface ConsoleStage {
  stage: Stage;
  browser: Browser;
  /** Of the api, which serves the console. */
  url: string;
  /** As the administrator. */
  caller: Caller;
  worker: Running;
  /** The administrator, unless another key is given. */
  signIn(visit: Visit, key?: string): Promise<void>;
  /** A new key of that role. */
  keyOf(role: string): Promise<string>;
  close(): Promise<void>;
}

/** `gated`: holidays come from the stage's double, through its gate; else they are the offline source's. */
export async function openConsole({ gated = false } = {}): Promise<ConsoleStage> {
  await buildConsole();
  const adminKey = `a key of the console ${randomUUID()}`;
  const browser = await openBrowser();
  const stage = (await openStage("postgres"))!;
  const settings = { ALMANAC_ADMIN_KEY: adminKey, ...(gated ? {} : { HOLIDAY_SOURCE: "offline" }) };
  const [{ url }, worker] = await Promise.all([stage.start("api", settings), stage.start("worker", settings)]);
  const caller = callerOf(url, adminKey);
  return {
    stage,
    browser,
    url,
    caller,
    worker,
    async signIn({ context }, key = adminKey) {
      const answer = await context.request.post(`${url}/v1/session`, { data: { key }, headers: { origin: url } });
      expect(answer.status()).toBe(200);
    },
    async keyOf(role) {
      const { body } = await caller.send<{ key: string }>("POST", "/v1/keys", {
        name: `${role} ${randomUUID()}`,
        role,
      });
      return body.key;
    },
    async close() {
      await browser.close();
      await stage.close();
    },
  };
}
