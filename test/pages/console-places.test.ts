// The overview and the locations in the console, driven by hand in a real browser against a real api and a real worker.
import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Caller } from "../stage/caller.ts";
import { barriersOn } from "./barriers.ts";
import { hasChromium, openVisit, type Visit } from "./browser.ts";
import { type ConsoleStage, openConsole } from "./console-stage.ts";

const codes = ["NL-NH", "NL-GR", "GB-WLL", "GB-NSM"];

const isThere = hasChromium("the console's overview and locations in a browser");
if (isThere) {
  placesTests();
} else {
  test("without a Chromium there is no screen to look at", () => {
    expect(isThere).toBe(false);
  });
}

interface Place {
  location_id: string;
  country_code: string;
  subdivision_code: string;
}

const placeOf = (code: string): Place => ({
  location_id: randomUUID(),
  country_code: code.slice(0, 2),
  subdivision_code: code,
});

function placesTests(): void {
  let there: ConsoleStage;
  let caller: Caller;
  let url: string;
  let visit: Visit;
  let page: Page;
  /** Refusals that a test provokes: the browser writes each into its console. */
  let refusals: number[];
  let places: Place[];
  beforeAll(async () => {
    there = await openConsole({ gated: true });
    ({ caller, url } = there);
  }, 120_000);
  afterAll(() => there?.close());
  beforeEach(async () => {
    refusals = [];
    // Each test has its own four: those of the test before are inactive by now.
    places = codes.map(placeOf);
    await replace(places);
    visit = await openVisit(there.browser, [url]);
    await there.signIn(visit);
    page = await visit.context.newPage();
  });
  afterEach(async () => {
    there.stage.gate.open();
    await visit.context.close();
    const expected = refusals.map((status) => expect.stringContaining(`status of ${status} `));
    expect(visit).toMatchObject({ strayRequests: [], errors: expected });
  });

  async function replace(list: readonly Place[]): Promise<void> {
    const path = "/v1/locations?allow_mass_deactivation=true";
    expect((await caller.send("PUT", path, { locations: list })).status).toBe(200);
  }

  const go = (path: string) => page.goto(`${url}${path}`);
  const finding = (code: string) => page.locator(".finding", { hasText: code });
  const rows = (label: string) => page.getByRole("region", { name: label }).locator("tbody tr");
  const csvOf = (list: readonly Place[]) =>
    ["location_id,subdivision_code", ...list.map((place) => `${place.location_id},${place.subdivision_code}`)].join(
      "\n",
    );
  const nameOf = ({ subdivision_code, location_id }: Place) => `${subdivision_code} ${location_id.slice(0, 8)}`;
  const list = () => page.getByRole("textbox", { name: /List/ });
  const send = () => page.getByRole("button", { name: "Make it the list" });
  const meant = () => page.getByRole("checkbox", { name: /It is meant/ });

  async function openImport(): Promise<void> {
    await go("/locations");
    await page.getByText("Import a list", { exact: true }).click();
  }

  test("what is red says why and leads to its mending; mended it is gone, without a reload", async () => {
    await go("/");
    const red = finding("location.never_synced");
    await red.getByText(/There are no holidays yet of/).waitFor();
    expect(await red.locator(".badge").textContent()).toBe("problem");
    expect(await red.getByRole("region", { name: /^Command: / }).textContent()).toBe("npx almanac sync run --wait");
    expect(await page.getByText("Everything is fresh and correct", { exact: false }).count()).toBe(0);
    await red.getByRole("link", { name: "Go there" }).click();
    await page.waitForURL(/\/locations\?outcome=never$/);
    await expect.poll(() => rows("Locations").count()).toBeGreaterThanOrEqual(codes.length);
    await go("/");
    await red.waitFor();
    await page.evaluate("globalThis.isSamePage = true");
    await caller.sync();
    await expect.poll(() => red.count(), { timeout: 30_000 }).toBe(0);
    await page.getByText("Everything is fresh and correct. Worth knowing:").waitFor();
    // The table beside it is asked again, too.
    const states = () => rows("Freshness by location").locator(".badge").allTextContents();
    await expect.poll(states, { timeout: 30_000 }).toEqual(codes.map(() => "changed"));
    expect(await page.evaluate("globalThis.isSamePage")).toBe(true);
  });

  test("the overview tells loads by their counters, who works, and nothing of that to a reader", async () => {
    await caller.load({ path: "/v1/loads?time_zone=UTC", body: `{"nothing":"of this"}\n` });
    await go("/");
    const load = rows("Last loads").first();
    await load.getByText("1 rejected").waitFor();
    await page.getByText("neither replayed nor mended").first().waitFor();
    expect(await finding("load.rejects").getByRole("link", { name: "Go there" }).getAttribute("href")).toMatch(
      /^\/loads\/[0-9a-f-]{36}$/,
    );
    for (const title of ["Workers", "Queues"]) {
      await page.getByRole("heading", { name: title }).waitFor();
      expect(await rows(title).count()).toBeGreaterThan(0);
    }
    const { body } = await caller.send<{ key: string }>("POST", "/v1/keys", { name: "A reader", role: "reader" });
    await there.signIn(visit, body.key);
    await go("/");
    await page.getByRole("heading", { name: "Freshness by location" }).waitFor();
    for (const title of ["Last loads", "Workers", "Queues"]) {
      expect([title, await page.getByRole("heading", { name: title }).count()]).toEqual([title, 0]);
    }
    expect(await finding("load.rejects").count()).toBe(0);
    await go("/locations");
    await expect.poll(() => rows("Locations").count()).toBeGreaterThan(0);
    expect(await page.locator("main").getByRole("button").count()).toBe(0);
  });

  test("what is asked of the list is in the address, and the address asks the same", async () => {
    await go("/locations?active=true");
    await expect.poll(() => rows("Locations").count()).toBe(4);
    await page.getByLabel("Country").selectOption("GB");
    await page.getByRole("searchbox").fill("wll");
    await expect.poll(() => rows("Locations").count()).toBe(1);
    expect(new URL(page.url()).searchParams.toString()).toBe("active=true&country=GB&q=wll");
    await page.reload();
    await expect.poll(() => rows("Locations").locator("strong").allTextContents()).toEqual(["GB-WLL"]);
    const look = (name: string) => rows("Locations").getByRole("link", { name }).getAttribute("href");
    const place = places[2]!.location_id;
    expect([await look("calendar"), await look("changes")]).toEqual([
      `/holidays?location_id=${place}`,
      `/versions?location_id=${place}`,
    ]);
    await caller.sync({ location_ids: places.slice(1).map(({ location_id }) => location_id) });
    await caller.sync({ location_ids: [places[1]!.location_id] });
    await go("/locations?active=true&sort=synced");
    const order = () => rows("Locations").locator("strong").allTextContents();
    await expect.poll(async () => [(await order())[0], (await order())[3]]).toEqual(["NL-NH", "NL-GR"]);
  });

  test("one location is synced by itself, and how far it is is told until it has ended", async () => {
    there.stage.gate.shut();
    await go("/locations?active=true");
    await page.getByRole("button", { name: `Sync ${nameOf(places[0]!)}` }).click();
    await page.getByRole("progressbar", { name: "Syncing 1 location" }).waitFor();
    expect(new URL(page.url()).searchParams.get("sync")).toMatch(/^[0-9a-f-]{36}$/);
    there.stage.gate.open();
    await page.getByText("1 location: 1 changed").waitFor();
    const states = () => rows("Locations").locator(".badge").allTextContents();
    await expect.poll(states).toEqual(["changed"]);
  });

  test("a location with a code that nobody knows is refused in the api's words, one with a right code is added", async () => {
    refusals = [422];
    await go("/locations?active=true");
    await page.getByText("Add a location").click();
    await page.getByLabel(/Location id/).fill(randomUUID());
    await page.getByLabel(/Subdivision/).fill("NL-QQ");
    await page.getByRole("button", { name: "Add and sync" }).click();
    await page.getByRole("alert").getByText("subdivision_code.unknown").waitFor();
    await page.getByLabel(/Subdivision/).fill("nl-ut");
    await page.getByRole("button", { name: "Add and sync" }).click();
    await page.getByText("NL-UT is added; its first sync is on its way.").waitFor();
    await page.getByRole("row", { name: /NL-UT/ }).waitFor();
    expect(await rows("Locations").count()).toBe(codes.length + 1);
  });

  test("a time zone leaves the codes alone; what is deactivated is asked about, and synced when it comes back", async () => {
    const place = places[0]!;
    const told = () => caller.get<Place & Told>(`/v1/locations/${place.location_id}`);
    const change = async () => {
      await page.getByRole("button", { name: `Change ${nameOf(place)}` }).click();
      return page.getByRole("dialog");
    };
    await go(`/locations?q=${place.location_id}`);
    const zoned = await change();
    await zoned.getByLabel(/Time zone/).fill("Europe/Amsterdam");
    await zoned.getByRole("button", { name: "Change" }).click();
    await rows("Locations").getByText("Europe/Amsterdam").waitFor();
    const gone = await change();
    await gone.getByRole("checkbox", { name: /active/ }).uncheck();
    await gone.getByText("Its versions stay").waitFor();
    await gone.getByRole("button", { name: "Cancel" }).click();
    expect(await told()).toMatchObject({ ...place, active: true, time_zone: "Europe/Amsterdam", version: null });
    const again = await change();
    await again.getByRole("checkbox", { name: /active/ }).uncheck();
    await again.getByRole("button", { name: "Deactivate" }).click();
    await rows("Locations").getByText("inactive").waitFor();
    expect(await page.getByRole("button", { name: `Sync ${nameOf(place)}` }).count()).toBe(0);
    const back = await change();
    await back.getByRole("checkbox", { name: /active/ }).check();
    await back.getByRole("button", { name: "Reactivate" }).click();
    await expect.poll(async () => (await told()).version).toBe(1);
    expect(await told()).toMatchObject({ ...place, active: true });
  });

  test("a list is looked at before it is sent, and what was meant for one list is not meant for another", async () => {
    await openImport();
    await list().fill(csvOf([placeOf("NL-UT"), ...places.slice(0, 3)]));
    await page.getByText("1 location is added").waitFor();
    await page.getByText("1 location is deactivated").waitFor();
    await page.getByText("3 locations as before.").waitFor();
    expect([await meant().count(), await send().isDisabled()]).toEqual([0, false]);
    await list().fill(csvOf(places.slice(0, 1)));
    await page.getByText("3 locations are deactivated").waitFor();
    expect(await send().isDisabled()).toBe(true);
    await meant().check();
    expect(await send().isDisabled()).toBe(false);
    await list().fill(csvOf(places.slice(1, 2)));
    await page.getByText("3 locations are deactivated").waitFor();
    expect([await meant().isChecked(), await send().isDisabled()]).toEqual([false, true]);
    await meant().check();
    await send().click();
    await page.getByText("0 added, 0 updated, 0 reactivated, 3 deactivated, 1 unchanged.").waitFor();
  });

  test("a list that others made dangerous meanwhile is refused, explained, and sent only once it is meant", async () => {
    refusals = [409];
    await openImport();
    await page
      .getByLabel(/From a file/)
      .setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(csvOf(places.slice(0, 3))) });
    await page.getByText("1 location is deactivated").waitFor();
    expect(await meant().count()).toBe(0);
    await replace([...places, placeOf("NL-UT"), placeOf("NL-ZH")]);
    await send().click();
    await page
      .getByRole("alert")
      .getByText("This list deactivates 3 of 6 active locations.", { exact: false })
      .waitFor();
    await page.getByText("3 locations are deactivated").waitFor();
    expect(await send().isDisabled()).toBe(true);
    await meant().check();
    await send().click();
    await page.getByText("0 added, 0 updated, 0 reactivated, 3 deactivated, 3 unchanged.").waitFor();
  });

  test("both screens are for everybody: light and dark, wide and narrow", async () => {
    await caller.sync({ location_ids: [places[0]!.location_id] });
    const paths = ["/", "/locations", "/locations?active=true&sort=synced&country=NL", "/locations?q=nowhere"];
    expect(await barriersOn(page, url, paths)).toEqual([]);
  });
}

interface Told {
  active: boolean;
  time_zone: string | null;
  version: number | null;
}
