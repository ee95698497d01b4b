// The api's pages as a person gets them, in a real browser: the docs without internet, the job board for operators alone.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { listen, type Listening } from "@almanac/api/listen";
import { openTestApi, type TestApi } from "@almanac/api/testing";
import { jobNames } from "@almanac/queue/catalogue";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { operationsOf, readDocument } from "../contract/document.ts";
import { hasChromium, openBrowser, openVisit, type Visit } from "./browser.ts";

const isThere = hasChromium("the api's pages in a browser");
if (isThere) {
  pageTests();
} else {
  test("without a Chromium there is no page to look at", () => {
    expect(isThere).toBe(false);
  });
}

function pageTests(): void {
  let api: TestApi;
  let site: Listening;
  let neighbour: Server;
  let browser: Browser;
  let visit: Visit;
  let page: Page;
  beforeAll(async () => {
    api = await openTestApi();
    site = await listen(api.app, { host: "127.0.0.1", port: 0 });
    neighbour = await startNeighbour();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    neighbour?.closeAllConnections();
    neighbour?.close();
    await site?.close();
    await api?.close();
  });
  beforeEach(async () => {
    visit = await openVisit(browser, [site.url, ...neighbouringOrigins()]);
    page = await visit.context.newPage();
  });
  afterEach(() => visit.context.close());

  /** The same host on another port, which gets the same cookies, and another host. */
  function neighbouringOrigins(): [string, string] {
    const { port } = neighbour.address() as AddressInfo;
    return [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
  }

  async function signIn(key: string): Promise<void> {
    await page.goto(`${site.url}/jobs`);
    await page.getByLabel("API key of an operator").fill(key);
    await page.getByRole("button", { name: "Sign in" }).click();
  }

  async function expectRefused(key: string): Promise<void> {
    await signIn(key);
    await page.getByRole("alert").getByText("That is no key of an operator.").waitFor();
    expect(await visit.context.cookies()).toEqual([]);
    await expectNoWayIn();
  }

  async function expectNoWayIn(): Promise<void> {
    await page.goto(`${site.url}/jobs/queue/holiday-sync`);
    expect(new URL(page.url()).pathname).toBe("/jobs/sign-in");
    await page.getByLabel("API key of an operator").waitFor();
    const queues = await page.request.get(`${site.url}/jobs/api/queues`);
    expect(queues.status()).toBe(401);
  }

  /**
   * Adds a job by a form of the page that is open, the one way a browser lets a page of any origin post without asking
   * first and shows the answer: did the sign-in go along, and what was the answer's status?
   */
  async function addJobByForm(): Promise<{ cookie: boolean; status: number }> {
    const action = `${site.url}/jobs/api/queues/prune/add`;
    // Sent as name=value: together they are JSON.
    const form = `<form method="post" action="${action}" enctype="text/plain">
      <input name='{"name":"prune","data":{"dry_run":true},"options":{},"rest":"' value='"}'><button>Add a job</button>
    </form>`;
    await page.locator("body").evaluate((body, form) => {
      body.innerHTML = form;
    }, form);
    const answered = page.waitForResponse(action);
    await page.getByRole("button", { name: "Add a job" }).click();
    const response = await answered;
    const { cookie = "" } = await response.request().allHeaders();
    return { cookie: cookie.includes("almanac_jobs="), status: response.status() };
  }

  test("the docs open without internet and list every operation of the document", async () => {
    const operations = operationsOf(await readDocument(api)).map(({ method, path }) => `${method} ${path}`);
    expect(operations.length).toBeGreaterThan(10);
    await page.goto(`${site.url}/docs`);
    await page
      .locator(".opblock")
      .nth(operations.length - 1)
      .waitFor();
    const listed = await page
      .locator(".opblock-summary")
      .evaluateAll((blocks) =>
        blocks.map((block) =>
          [".opblock-summary-method", ".opblock-summary-path"]
            .map((part) => block.querySelector(part)?.textContent?.replaceAll("\u200B", "").trim())
            .join(" "),
        ),
      );
    expect(listed.sort()).toEqual(operations.sort());
    expect(visit).toMatchObject({ strayRequests: [], errors: [] });
  });

  test("the catalogue opens without internet, searches while typing, and its lineage leads there and back", async () => {
    await visit.context.setExtraHTTPHeaders({ authorization: `Bearer ${await api.keyOf("analyst")}` });
    await page.goto(`${site.url}/catalog`);
    const names = () => page.locator("[data-words]:visible .name a").allTextContents();
    const all = await names();
    expect(all).toEqual(
      expect.arrayContaining(["events", "mart.fact_events", "event_type.BarcodeScanned", "lake.raw"]),
    );
    await page.getByRole("searchbox").fill("users email");
    expect((await names()).toSorted()).toEqual(
      ["mart.dim_users", "mart.user_states", "user_history", "users"].toSorted(),
    );
    expect(new URL(page.url()).searchParams.get("q")).toBe("users email");
    await page.getByRole("searchbox").fill("no such word");
    await page.getByText("Nothing has all of these words.").waitFor();
    expect(await names()).toEqual([]);
    await page.getByRole("searchbox").fill("");
    expect(await names()).toEqual(all);

    await page.getByRole("link", { name: "mart.fact_events", exact: true }).click();
    await page.getByRole("heading", { name: "mart.fact_events", exact: false }).waitFor();
    await page.locator(".side").first().getByRole("link", { name: "events", exact: true }).click();
    expect(new URL(page.url()).pathname).toBe("/catalog/events");
    await page.locator(".side").last().getByRole("link", { name: "mart.fact_events", exact: true }).waitFor();
    await page.getByRole("link", { name: "users.user_id" }).click();
    expect(page.url()).toBe(`${site.url}/catalog/users#user_id`);
    expect(visit).toMatchObject({ strayRequests: [], errors: [] });
  });

  test("the catalogue needs no scripts", async () => {
    const key = await api.keyOf("reader");
    const plain = await browser.newContext({
      javaScriptEnabled: false,
      extraHTTPHeaders: { authorization: `Basic ${Buffer.from(`:${key}`).toString("base64")}` },
    });
    const plainPage = await plain.newPage();
    await plainPage.goto(`${site.url}/catalog`);
    await plainPage.getByText("Row counts, freshness and quality are for analysts").waitFor();
    await plainPage.getByRole("searchbox").fill("barcode_type");
    await plainPage.keyboard.press("Enter");
    await plainPage.waitForURL(/q=barcode_type/);
    const found = plainPage.locator("[data-words]:visible .name a");
    expect(await found.allTextContents()).toEqual([
      "mart.fact_event_versions",
      "mart.fact_events",
      "mart.fact_events_holidays",
    ]);
    await plain.close();
  });

  test("the jobs ask for a key, and neither a wrong key nor a reader's is a way in", async () => {
    await page.goto(`${site.url}/jobs`);
    expect(new URL(page.url()).pathname).toBe("/jobs/sign-in");
    await expectRefused("a wrong key");
    await expectRefused(await api.keyOf("reader"));
    expect(visit.strayRequests).toEqual([]);
  });

  test("an operator signs in, sees every queue without internet, and is out after signing out", async () => {
    await signIn(await api.keyOf("operator"));
    for (const name of jobNames) {
      await page.getByRole("link", { name, exact: true }).first().waitFor();
    }
    const [cookie, ...others] = await visit.context.cookies(`${site.url}/jobs`);
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({ name: "almanac_jobs", path: "/jobs", httpOnly: true, sameSite: "Strict" });
    expect(await page.evaluate("document.cookie")).toBe("");
    expect(visit).toMatchObject({ strayRequests: [], errors: [] });

    await page.goto(`${site.url}/jobs/sign-in`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("API key of an operator").waitFor();
    expect(await visit.context.cookies()).toEqual([]);
    await expectNoWayIn();
    // Whoever has kept the cookie is out as well.
    await visit.context.addCookies([cookie!]);
    await expectNoWayIn();
  });

  test("a page of another origin changes no jobs with an operator's cookie; the board's own page does", async () => {
    await signIn(await api.keyOf("operator"));
    await page.getByRole("link", { name: "prune", exact: true }).first().waitFor();
    const [sameHost, otherHost] = neighbouringOrigins();
    await page.goto(sameHost);
    expect(await addJobByForm()).toEqual({ cookie: true, status: 403 });
    await page.goto(otherHost);
    expect(await addJobByForm()).toEqual({ cookie: false, status: 403 });
    expect((await api.queues.counts("prune")).waiting).toBe(0);

    await page.goto(`${site.url}/jobs/sign-in`);
    expect(await addJobByForm()).toEqual({ cookie: true, status: 200 });
    expect((await api.queues.counts("prune")).waiting).toBe(1);
  });
}

async function startNeighbour(): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Another site</title>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
