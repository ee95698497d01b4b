// The overview, locations, insights and the house's own screens, driven in a real browser over a loaded year of sales.
import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { openDatabase } from "@almanac/db/database";
import { generateSample } from "@almanac/sample/generate";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { callerOf } from "../stage/caller.ts";
import { barriersOn } from "./barriers.ts";
import { hasChromium, openVisit, type Visit } from "./browser.ts";
import { type ConsoleStage, openConsole } from "./console-stage.ts";

const program = join(import.meta.dirname, "..", "..", "apps", "cli", "src", "main.ts");
const parks = ["NL-FL", "NL-GR", "NL-ZH", "NL-NH", "GB-WLL", "GB-NSM"].map((subdivisionCode, place) => ({
  locationId: `5a1e0000-0000-4000-8000-${String(place).padStart(12, "0")}`,
  subdivisionCode,
}));
/** packages/sample/src/demand.ts. */
const publicHolidayUplift = 1.8;

const isThere = hasChromium("the console's other screens in a browser");
if (isThere) {
  houseTests();
} else {
  test("without a Chromium there is no screen to look at", () => {
    expect(isThere).toBe(false);
  });
}

function houseTests(): void {
  let there: ConsoleStage;
  let url: string;
  let visit: Visit;
  let page: Page;
  beforeAll(async () => {
    there = await openConsole();
    ({ url } = there);
    const { caller } = there;
    const locations = parks.map(({ locationId, subdivisionCode }) => ({
      location_id: locationId,
      country_code: subdivisionCode.slice(0, 2),
      subdivision_code: subdivisionCode,
    }));
    await caller.send("PUT", "/v1/locations", { locations });
    await caller.sync({ years: [2024, 2025, 2026] });
    const traffic = { seed: 5, events: 90_000, from: "2024-10-01", to: "2026-02-15", locations: parks };
    const made = await generateSample({ ...traffic, shares: "none" });
    await caller.load({ body: Buffer.concat(made.blocks().toArray()) });
  }, 120_000);
  afterAll(() => there?.close());
  beforeEach(async () => {
    visit = await openVisit(there.browser, [url]);
    page = await visit.context.newPage();
  });
  afterEach(async () => {
    await visit.context.close();
    expect(visit).toMatchObject({ strayRequests: [], errors: [] });
  });

  const year = "from=2025-01-01&to=2025-12-31";

  test("a number on the screen is the number in the CSV, in psql and in a terminal; the known lift lies in its interval", async () => {
    await there.signIn(visit);
    await page.goto(`${url}/insights?${year}`);
    await page.getByRole("button", { name: "Pin to a new snapshot" }).click();
    await page.waitForURL(/snapshot=/);
    await page.getByText("pinned to a snapshot").waitFor();
    const snapshot = new URL(page.url()).searchParams.get("snapshot")!;
    const shown = (await page.locator(".insight-answer").getAttribute("data-ratio"))!;
    const [low, high] = /interval is ([\d.]+) to ([\d.]+)\./
      .exec((await page.locator(".insight-answer").textContent())!)!
      .slice(1)
      .map(Number) as [number, number];
    expect(low).toBeLessThan(publicHolidayUplift);
    expect(high).toBeGreaterThan(publicHolidayUplift);
    expect(low).toBeGreaterThan(1);
    const row = page.getByRole("region", { name: "By holiday" }).getByRole("row", { name: /Christmas Day/ });
    const christmas = (await row.getByRole("cell").nth(1).textContent())!;

    const csv = await (
      await page.request.get(
        new URL((await page.getByRole("link", { name: "CSV", exact: true }).first().getAttribute("href"))!, url).href,
      )
    ).text();
    const [header, ...lines] = csv
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(","));
    const cell = (line: string[] | undefined, name: string) => line?.[header!.indexOf(name)];
    expect(
      cell(
        lines.find((line) => cell(line, "group") === "total"),
        "ratio",
      ),
    ).toBe(shown);
    expect(
      cell(
        lines.find((line) => cell(line, "holiday") === "Christmas Day"),
        "ratio",
      ),
    ).toBe(christmas);

    await page.getByText("The SQL of these numbers").click();
    const sql = (await page.locator('[data-sql="these numbers"]').textContent())!;
    const password = randomBytes(12).toString("hex");
    await there.stage.database.query(`create role bi_screen login password '${password}' in role almanac_bi`);
    const tool = await openDatabase({
      url: Object.assign(new URL(there.stage.databaseUrl), { username: "bi_screen", password }).href,
    });
    const { rows } = await tool.query<{ group: string; holiday: string; ratio: string }>(sql);
    const daySql = (await page.locator('[data-sql="these days"]').textContent())!;
    const days = (await tool.query<{ events: string }>(daySql)).rows;
    await tool.close();
    const told = await page.request.get(`${url}/v1/insights/series?${year}&snapshot=${snapshot}`);
    const { data } = (await told.json()) as { data: { events: number }[] };
    expect(days.map(({ events }) => Number(events))).toEqual(data.map(({ events }) => events));
    expect(days).toHaveLength(365);
    expect(rows.find(({ group }) => group === "total")?.ratio).toBe(shown);
    expect(rows.find(({ holiday }) => holiday === "Christmas Day")?.ratio).toBe(christmas);

    const args = [
      "insights",
      "lift",
      "--from",
      "2025-01-01",
      "--to",
      "2025-12-31",
      "--snapshot",
      snapshot,
      "--group-by",
      "total",
    ];
    const env = { PATH: process.env["PATH"], ALMANAC_URL: url, ALMANAC_API_KEY: await there.keyOf("analyst") };
    const ran = await promisify(execFile)(process.execPath, [program, ...args, "--json"], { env });
    expect(JSON.parse(ran.stdout)).toMatchObject([{ group: "total", ratio: shown }]);
  });

  test("the chart is a picture with every number beside it; what is chosen is in the address", async () => {
    await there.signIn(visit);
    await page.goto(`${url}/insights?${year}`);
    await page.locator(".series canvas").waitFor();
    await page.getByText("As a table").click();
    expect(await page.getByRole("region", { name: "Day by day" }).getByRole("row").count()).toBe(366);
    await page.getByLabel("Day of").selectOption("the purchase");
    await page.getByText("is sold on a day").waitFor();
    expect(new URL(page.url()).searchParams.get("basis")).toBe("event");
    await page.goBack();
    await page.getByText("is sold for a day").waitFor();

    const line = page.getByRole("slider", { name: /^Events a day/ });
    await line.press("Home");
    await expect.poll(() => line.getAttribute("aria-valuetext")).toMatch(/^Wednesday, 1 January 2025: .*New Year/);
    await line.press("PageUp");
    await line.press("ArrowLeft");
    await expect
      .poll(() => page.locator(".series-readout").textContent())
      .toMatch(/^Tuesday, 7 January 2025: [\d,]+ events/);

    await page.getByRole("combobox", { name: "Holiday" }).selectOption("Christmas Day");
    await expect.poll(() => new URL(page.url()).searchParams.get("holiday")).toBe("Christmas Day");
    const holidays = page.getByRole("region", { name: "By holiday" }).getByRole("row");
    await expect.poll(() => holidays.count()).toBe(2);
  });

  test("a reader sees holidays, and nothing of sales, of persons, of jobs, and not one button that changes something", async () => {
    await there.signIn(visit, await there.keyOf("reader"));
    await page.goto(`${url}/`);
    await page.getByRole("heading", { name: "Freshness by location" }).waitFor();
    const menu = await page.getByRole("navigation", { name: "Screens" }).getByRole("link").allTextContents();
    expect(menu).toEqual(["Overview", "Calendar", "Changes", "Locations", "Schemas", "Catalogue", "API"]);
    for (const path of ["/", "/locations", "/schemas", "/data"]) {
      await page.goto(`${url}${path}`);
      await expect.poll(() => page.locator(".loading").count()).toBe(0);
      const buttons = await page.locator("main").getByRole("button").allTextContents();
      expect([path, buttons.filter((text) => !["Copy"].includes(text))]).toEqual([path, []]);
    }
    for (const path of ["/insights", "/events", "/loads", "/audit", "/runs", "/keys"]) {
      await page.goto(`${url}${path}`);
      await page.getByText("This is not for the role reader.").waitFor();
    }
    for (const path of [
      "/v1/events",
      "/v1/insights/series?from=2025-01-01&to=2025-01-02",
      "/v1/keys",
      "/jobs/api/queues",
    ]) {
      expect([path, (await page.request.get(`${url}${path}`)).status()]).toEqual([path, 403]);
    }
  });

  test("a list is looked at before it is sent; a place is added, synced at once, and all are synced with progress", async () => {
    await there.signIn(visit);
    await page.goto(`${url}/locations`);
    await page.getByText("Import a list", { exact: true }).click();
    const list = parks.map(({ locationId, subdivisionCode }) => `${locationId},${subdivisionCode}`);
    const added = randomUUID();
    await page.getByRole("textbox", { name: /List/ }).fill(["location_id,subdivision_code", list[0]].join("\n"));
    await page.getByText("5 locations are deactivated").waitFor();
    expect(await page.getByRole("button", { name: "Make it the list" }).isDisabled()).toBe(true);
    await page
      .getByRole("textbox", { name: /List/ })
      .fill(["location_id,subdivision_code", ...list, `${added},NL-UT`].join("\n"));
    await page.getByText("1 location is added").waitFor();
    await page.getByRole("button", { name: "Make it the list" }).click();
    await page.getByText("1 added, 0 updated, 0 reactivated, 0 deactivated, 6 unchanged.").waitFor();
    await page.getByRole("button", { name: "Sync all now" }).click();
    await page.getByText(/7 locations: \d+ changed/).waitFor();
    await page.getByRole("button", { name: `Change NL-UT ${added.slice(0, 8)}` }).click();
    await page.getByRole("checkbox", { name: /active/ }).uncheck();
    await page.getByRole("button", { name: "Deactivate" }).click();
    await page.getByRole("row", { name: /NL-UT/ }).getByText("inactive").waitFor();
  });

  test("a key is made, shown once, signs in and is ended; the audit knows, and its chain is whole", async () => {
    await there.signIn(visit);
    await page.goto(`${url}/keys`);
    await page.getByLabel("Name", { exact: true }).fill("Of a test");
    await page.getByText("Only some locations").click();
    await page.getByRole("checkbox", { name: /GB-WLL/ }).check();
    await page.getByRole("button", { name: "Create the key" }).click();
    await page.getByText("shown this once").waitFor();
    const key = (await page.getByRole("region", { name: "Command" }).first().textContent())!;
    const seen = await callerOf(url, key).send<{ data: { subdivision_code: string }[] }>("GET", "/v1/locations");
    expect(seen.body.data.map(({ subdivision_code }) => subdivision_code)).toEqual(["GB-WLL"]);
    await page.getByRole("button", { name: "Revoke Of a test" }).click();
    await page.getByRole("button", { name: "Revoke for good" }).click();
    await page
      .getByRole("row", { name: /Of a test/ })
      .getByText("revoked")
      .waitFor();
    expect((await callerOf(url, key).send("GET", "/v1/locations")).status).toBe(401);

    await there.caller.send("PATCH", `/v1/locations/${parks[1]!.locationId}`, { time_zone: "Europe/Amsterdam" });
    await page.goto(`${url}/audit`);
    await page
      .getByRole("row", { name: /key\.revoked/ })
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Verify the whole chain" }).click();
    await page.getByText("The chain is whole").waitFor();
    const updated = page.getByRole("row", { name: /location\.updated/ }).first();
    await updated.getByText("Show").click();
    await updated.getByText("Before", { exact: true }).waitFor();
    expect(await updated.getByText(/^hash [0-9a-f]{64}$/).count()).toBe(2);
  });

  test("a link that is made here signs another browser in, and whoever has stolen it comes too late", async () => {
    await there.signIn(visit);
    await page.goto(`${url}/keys`);
    await page.getByRole("button", { name: "Make a link" }).click();
    const link = await page.getByRole("status").getByRole("region", { name: "Command" }).textContent();
    const another = await openVisit(there.browser, [url]);
    const guest = await another.context.newPage();
    await guest.goto(link!);
    await expect.poll(() => guest.locator("main").innerText()).toContain("Freshness by location");
    await another.context.close();
    expect(another).toMatchObject({ strayRequests: [], errors: [] });
    const thief = await openVisit(there.browser, [url]);
    const stolen = await thief.context.newPage();
    await stolen.goto(link!);
    await stolen.getByRole("alert").waitFor();
    expect(await thief.context.cookies()).toEqual([]);
    await thief.context.close();
  });

  test("a run is found by its words, and leads to its story; the board is in its frame", async () => {
    await there.signIn(visit);
    await page.goto(`${url}/runs`);
    await page.getByRole("searchbox").fill("locations");
    await page
      .getByRole("row", { name: /6 locations/ })
      .first()
      .waitFor();
    await page.getByLabel("Kind").selectOption("load");
    await page.getByRole("searchbox").fill("");
    await page.getByRole("region", { name: "Runs" }).getByRole("link").first().click();
    await page.waitForURL(/\/loads\//);
    await page.goto(`${url}/runs`);
    await page.getByText("The queue's board").click();
    const board = page.frameLocator("iframe");
    await board.getByRole("link", { name: "holiday-sync", exact: true }).first().click();
    await board
      .getByRole("link", { name: /^completed/i })
      .first()
      .waitFor();
    expect(page.url()).toBe(`${url}/runs`);
    // Its ways out stand in the last of its menus, and lead out of the frame.
    await board.locator("header").getByRole("button").last().click();
    await board.getByText("Console", { exact: true }).click();
    await page.waitForURL(`${url}/`);
    await page.getByRole("heading", { name: "Freshness by location" }).waitFor();
    await page.goto(`${url}/reference`);
    const operations = page.frameLocator("iframe").locator(".opblock");
    await operations.first().waitFor();
    expect(await operations.count()).toBeGreaterThan(60);
  });

  test("every screen is for everybody: light and dark, wide and narrow, by eye and by ear", async () => {
    await there.signIn(visit);
    const house = [
      "/",
      "/sign-in",
      "/locations",
      "/data",
      "/data/mart.fact_events",
      "/audit",
      "/runs",
      "/keys",
      "/reference",
    ];
    expect(await barriersOn(page, url, [...house, `/insights?${year}`])).toEqual([]);
  });
}
