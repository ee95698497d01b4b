// The api's pages as a person gets them, in a real browser: the docs without internet, the job board for operators alone.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { listen, type Listening } from "@almanac/api/listen";
import { openTestApi, type TestApi } from "@almanac/api/testing";
import { buildConsole, consoleFiles } from "@almanac/console/build";
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
    await buildConsole();
    api = await openTestApi({ settings: { consoleDir: consoleFiles } });
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

  /** At the console's sign-in, to which the jobs lead. */
  async function signIn(key: string): Promise<void> {
    await page.goto(`${site.url}/jobs`);
    await page.getByLabel("API key").fill(key);
    await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  }

  async function expectNoWayIn(): Promise<void> {
    await page.goto(`${site.url}/jobs/queue/holiday-sync`);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    await page.getByLabel("API key").waitFor();
    const queues = await page.request.get(`${site.url}/jobs/api/queues`);
    expect(queues.status()).toBe(401);
  }

  /**
   * Posts JSON by a form of the page that is open, the one way a browser lets a page of any origin post without asking
   * first and shows the answer: did the sign-in go along, and what was the answer's status?
   */
  async function postByForm(path: string, name: string): Promise<{ cookie: boolean; status: number }> {
    const action = `${site.url}${path}`;
    // Sent as name=value: together they are JSON.
    const form = `<form method="post" action="${action}" enctype="text/plain">
      <input name='${name}' value='"}'><button>Post</button>
    </form>`;
    await page.locator("body").evaluate((body, form) => {
      body.innerHTML = form;
    }, form);
    const answered = page.waitForResponse(action);
    await page.getByRole("button", { name: "Post" }).click();
    const response = await answered;
    const { cookie = "" } = await response.request().allHeaders();
    return { cookie: cookie.includes("almanac_session="), status: response.status() };
  }

  const addJob = () =>
    postByForm("/jobs/api/queues/prune/add", `{"name":"prune","data":{"dry_run":true},"options":{},"rest":"`);
  const createKey = () => postByForm("/v1/keys", `{"role":"admin","name":"`);

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

  test("the jobs ask for a key; a wrong one is no way in, a reader's signs in and sees no jobs", async () => {
    await signIn("a wrong key");
    await page.getByRole("alert").getByText("key.invalid").waitFor();
    expect(await visit.context.cookies()).toEqual([]);
    await expectNoWayIn();

    await signIn(await api.keyOf("reader"));
    await page.getByText("The jobs are for operators").waitFor();
    expect((await page.request.get(`${site.url}/jobs/api/queues`)).status()).toBe(403);
    await page.goto(`${site.url}/`);
    await page.getByRole("link", { name: "Calendar" }).waitFor();
    expect(await page.getByRole("link", { name: "Jobs", exact: true }).count()).toBe(0);
    expect(visit.strayRequests).toEqual([]);
  });

  test("an operator signs in, sees every queue without internet, and is out after signing out", async () => {
    await signIn(await api.keyOf("operator"));
    for (const name of jobNames) {
      await page.getByRole("link", { name, exact: true }).first().waitFor();
    }
    const [cookie, ...others] = await visit.context.cookies(`${site.url}/jobs`);
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({ name: "almanac_session", path: "/", httpOnly: true, sameSite: "Strict" });
    expect(await page.evaluate("document.cookie")).toBe("");
    expect(visit).toMatchObject({ strayRequests: [], errors: [] });

    await page.goto(`${site.url}/`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.locator("#side").getByRole("link", { name: "Sign in" }).waitFor();
    expect(await visit.context.cookies()).toEqual([]);
    await expectNoWayIn();
    // Whoever has kept the cookie is out as well.
    await visit.context.addCookies([cookie!]);
    await expectNoWayIn();
  });

  test("a page of another origin changes nothing with an administrator's cookie; our own page does", async () => {
    await signIn(await api.keyOf("admin"));
    await page.getByRole("link", { name: "prune", exact: true }).first().waitFor();
    const [sameHost, otherHost] = neighbouringOrigins();
    for (const post of [addJob, createKey]) {
      await page.goto(sameHost);
      expect(await post()).toEqual({ cookie: true, status: 403 });
      await page.goto(otherHost);
      expect(await post()).toEqual({ cookie: false, status: 401 });
    }
    expect((await api.queues.counts("prune")).waiting).toBe(0);

    await page.goto(`${site.url}/docs`);
    expect(await addJob()).toEqual({ cookie: true, status: 200 });
    expect((await api.queues.counts("prune")).waiting).toBe(1);
  });

  test("a link signs in once, in its fragment alone; whoever has stolen it comes too late", async () => {
    const asked = await api.send("POST", "/v1/sign-in-links", { key: await api.keyOf("analyst") });
    const { link } = (await asked.json()) as { link: string };
    const requests: string[] = [];
    page.on("request", (request) => requests.push(`${request.url()} ${request.headers()["referer"] ?? ""}`));
    await page.goto(`${site.url}${link}`);
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/");
    const token = link.split("#")[1]!;
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(requests.filter((request) => request.includes(token))).toEqual([]);

    const thief = await openVisit(browser, [site.url]);
    const theirs = await thief.context.newPage();
    await theirs.goto(`${site.url}${link}`);
    await theirs.getByRole("alert").getByText("link.used").waitFor();
    expect(theirs.url()).not.toContain(token);
    expect(await thief.context.cookies()).toEqual([]);
    await thief.context.close();
  });
}

async function startNeighbour(): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Another site</title>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
