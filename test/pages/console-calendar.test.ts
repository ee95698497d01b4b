// The calendar and its changes in the console, over the calendars' true history, driven by hand in a real browser.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { listen, type Listening } from "@almanac/api/listen";
import { openTestApi, type TestApi } from "@almanac/api/testing";
import { buildConsole, consoleFiles } from "@almanac/console/build";
import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import { openLake } from "@almanac/lake/open";
import { openSource } from "@almanac/sources/open";
import type { HolidaySource } from "@almanac/sources/source";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
// @boundaries-ignore the calendars' true history is the demo's, and there is one of it
import { replaySync } from "../../scripts/demo/replay-sync.ts";
// @boundaries-ignore the calendars' true history is the demo's, and there is one of it
import { replayHistory } from "../../scripts/demo/replay.ts";
import { hasChromium, openBrowser, openVisit, type Visit } from "./browser.ts";

const english = "a2d0d6fd-3a18-4f58-ac36-d2e56bf71a46";
const dutch = "9415913d-fffa-41f9-9323-6d62e6100a31";
const both = `location_id=${english}&location_id=${dutch}`;

/** What became known on a day, where, and which days of which year are holidays since then or no longer. */
const announced = [
  {
    day: "2019-06-07",
    words: ["Early May bank holiday moved from 4 May to 8 May 2020"],
    place: english,
    gone: ["2020-05-04"],
    come: ["2020-05-08"],
  },
  {
    day: "2020-11-12",
    words: ["Spring bank holiday moved from 30 May to 2 June 2022", "Queen’s Platinum Jubilee came in on 3 June 2022"],
    place: english,
    gone: ["2022-05-30"],
    come: ["2022-06-02", "2022-06-03"],
  },
  {
    day: "2022-09-10",
    words: ["Queen Elizabeth's Funeral Day came in on 19 September 2022"],
    place: english,
    gone: [],
    come: ["2022-09-19"],
  },
  {
    day: "2022-11-06",
    words: ["King Charles III's Coronation came in on 8 May 2023"],
    place: english,
    gone: [],
    come: ["2023-05-08"],
  },
  {
    day: "2025-01-15",
    words: ["King's Day moved from 27 April to 26 April 2025"],
    place: dutch,
    gone: ["2025-04-27"],
    come: ["2025-04-26"],
  },
];

const thisYear = Temporal.Now.plainDateISO("UTC").year;

const isThere = hasChromium("the console's calendar in a browser");
if (isThere) {
  calendarTests();
} else {
  test("without a Chromium there is no calendar to look at", () => {
    expect(isThere).toBe(false);
  });
}

function calendarTests(): void {
  let own: TestDatabase;
  let lakeFolder: string;
  let api: TestApi;
  let site: Listening;
  let browser: Browser;
  let visit: Visit;
  let page: Page;
  beforeAll(async () => {
    await buildConsole();
    own = await testDatabase({ migrated: false });
    lakeFolder = await mkdtemp(join(tmpdir(), "almanac-calendar-"));
    const lake = openLake(pathToFileURL(lakeFolder).href);
    await replayHistory({ databaseUrl: own.url, lake, events: 0 });
    await lake.close();
    api = await openTestApi({ url: own.url, settings: { consoleDir: consoleFiles } });
    site = await listen(api.app, { host: "127.0.0.1", port: 0 });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await api?.close();
    await own?.close();
    await rm(lakeFolder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await signInAs("operator");
  });
  afterEach(async () => {
    await visit.context.close();
    expect(visit).toMatchObject({ strayRequests: [], errors: [] });
  });

  async function signInAs(role: "operator" | "reader"): Promise<void> {
    await visit?.context.close();
    visit = await openVisit(browser, [site.url]);
    const key = await api.keyOf(role);
    const headers = { origin: site.url };
    const answer = await visit.context.request.post(`${site.url}/v1/session`, { data: { key }, headers });
    expect(answer.status()).toBe(200);
    page = await visit.context.newPage();
  }

  const go = (path: string) => page.goto(`${site.url}${path}`);
  const asOf = () => new URL(page.url()).searchParams.get("as_of");
  const slider = () => page.getByRole("slider", { name: "What we knew as of" });
  const wordsOfStep = () => page.locator(".step-words[aria-busy=false]");

  /** Whether a day is drawn as a holiday that somebody has off. */
  const isDrawn = (place: string, day: string) =>
    page.locator(`[data-location="${place}"] [data-day="${day}"] .mark.public:not(.hollow)`).count();

  async function drawn(place: string, days: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const day of days) if ((await isDrawn(place, day)) > 0) found.push(day);
    return found;
  }

  test.each(announced)("the slider crosses $day, and the calendar jumps there and not before", async (change) => {
    const { day, words, place, gone, come } = change;
    await go(`/holidays?${both}&year=${come[0]!.slice(0, 4)}&as_of=${day}`);
    await expect.poll(() => drawn(place, [...gone, ...come])).toEqual(come);
    await slider().focus();
    // From the day's end to the stop itself, which is a sync at noon of that day.
    await page.getByRole("button", { name: "The change before" }).click();
    await expect.poll(asOf).toMatch(new RegExp(`^${day}T12:00:0`));
    for (const text of words) await wordsOfStep().getByText(text).waitFor();
    expect(await wordsOfStep().textContent()).toContain(`On ${dayWords(day)}`);
    await expect.poll(() => drawn(place, [...gone, ...come])).toEqual(come);
    await slider().press("ArrowLeft");
    await expect.poll(asOf).not.toMatch(new RegExp(`^${day}`));
    expect(asOf()! < day).toBe(true);
    await expect.poll(() => drawn(place, [...gone, ...come])).toEqual(gone);
    await slider().press("ArrowRight");
    await expect.poll(() => drawn(place, [...gone, ...come])).toEqual(come);
    expect(asOf()).toMatch(new RegExp(`^${day}T12:00:0`));
  });

  test("the stops are the syncs that changed one of the places, in their order, and the last of all is now", async () => {
    await go(`/holidays?${both}`);
    await slider().press("Home");
    const stops: string[] = [];
    while (asOf() !== null || stops.length === 0) {
      await expect.poll(asOf).not.toBe(stops.at(-1));
      if (asOf() !== null) stops.push(asOf()!);
      await slider().press("ArrowRight");
    }
    const told = await Promise.all(
      [english, dutch].map(async (place) => {
        const path = `/v1/locations/${place}/versions?outcome=changed&limit=1000`;
        const { data } = (await (await api.send("GET", path)).json()) as Versions;
        return data;
      }),
    );
    const syncs = Map.groupBy(told.flat(), ({ sync_id }) => sync_id);
    const expected = [...syncs.values()].map((its) =>
      its
        .map(({ synced_at }) => synced_at)
        .toSorted()
        .at(-1)!,
    );
    expect(stops).toEqual(expected.toSorted());
    for (const { day } of announced) expect(stops.some((stop) => stop.startsWith(day))).toBe(true);
  });

  test("a day is chosen by keys and by hand, and says what it is and how that came to be known", async () => {
    await go(`/holidays?location_id=${english}&year=2020`);
    const days = page.getByRole("slider", { name: /^Days of GB-/ });
    await days.press("Home");
    await page.getByRole("heading", { name: "Wednesday, 1 January 2020" }).waitFor();
    await page.locator('[data-day="2020-05-08"]').click();
    await page.getByRole("heading", { name: "Friday, 8 May 2020" }).waitFor();
    expect(await days.getAttribute("aria-valuetext")).toMatch(/^Friday, 8 May 2020: Early May bank holiday/);
    const steps = page.locator(".day-steps li");
    await expect.poll(() => steps.allTextContents()).toHaveLength(3);
    expect(await steps.allTextContents()).toEqual([
      expect.stringMatching(/^On 1 April 2019 the calendar of GB-ENG became known: \d+ holidays from offline$/),
      expect.stringMatching(/^On 7 June 2019 Early May bank holiday moved from 4 May to 8 May 2020/),
      expect.stringMatching(/^On 1 July 2019 Early May bank holiday on 8 May 2020 is now called/),
    ]);
    await days.press("ArrowRight");
    await page.getByRole("heading", { name: "Friday, 15 May 2020" }).waitFor();
    expect(new URL(page.url()).searchParams.get("day")).toBe("2020-05-15");
  });

  test("thirteen calendars stand side by side, below each other on a phone, and the list names all their places", async () => {
    const { data } = (await (await api.send("GET", "/v1/locations?limit=100")).json()) as Listed;
    await page.setViewportSize({ width: 1280, height: 900 });
    await go(`/holidays?${data.map(({ location_id }) => `location_id=${location_id}`).join("&")}&year=2020`);
    const years = page.locator(".place-year");
    await expect.poll(() => years.count()).toBe(13);
    await expect.poll(() => page.locator(".loading").count()).toBe(0);
    const rows = async () => {
      const boxes = await Promise.all((await years.all()).map((year) => year.boundingBox()));
      return new Set(boxes.map((box) => box!.y)).size;
    };
    expect(await rows()).toBe(5);
    const list = `document.querySelector('[role="region"][aria-label="Holidays of 2020"]')`;
    expect(await page.evaluate(`${list}.scrollWidth - ${list}.clientWidth`)).toBe(0);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await rows()).toBe(13);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  });

  test("iCal, CSV and JSON are of the same instant as what is drawn", async () => {
    await go(`/holidays?location_id=${english}&year=2020&as_of=2019-06-06`);
    const linkOf = (name: string) => page.getByRole("link", { name, exact: true }).getAttribute("href");
    const texts = await Promise.all(
      ["iCal", "CSV", "JSON"].map(async (name) => {
        const answer = await page.request.get(`${site.url}${await linkOf(name)}`);
        expect(answer.status()).toBe(200);
        return answer.text();
      }),
    );
    expect(texts.map((text) => /2020-?05-?04/.test(text))).toEqual([true, true, true]);
    expect(texts.map((text) => /2020-?05-?08/.test(text))).toEqual([false, false, false]);
  });

  test("two instants are compared, and each difference names the sync that brought it", async () => {
    await go(`/versions?location_id=${english}&from_as_of=2022-09-01&to_as_of=2022-12-01`);
    const rows = page.getByRole("region", { name: "Differences" }).locator("tbody tr");
    await expect.poll(() => rows.allTextContents()).toHaveLength(2);
    const funeral = rows.filter({ hasText: "Queen Elizabeth's Funeral Day" });
    await funeral.getByText("2022-09-10 12:00:00 UTC").waitFor();
    await rows.filter({ hasText: "Coronation" }).getByText("2022-11-06 12:00:00 UTC").waitFor();
    await funeral.getByRole("link").click();
    await page.getByText("asked for by demo").waitFor();
    await page.getByText(/13 locations, 4 changed/).waitFor();
  });

  test("what is held back is looked at, rejected, and approved when it comes again", async () => {
    await holdBack();
    await go("/versions");
    await page.getByRole("button", { name: "What an approval would change" }).click();
    const proposed = page.getByRole("region", { name: "Proposed changes" }).locator("tbody tr");
    await expect.poll(() => proposed.count()).toBeGreaterThan(5);
    expect(new Set(await proposed.locator(".badge").allTextContents())).toEqual(new Set(["− removed"]));
    await decide("Reject");
    const before = await versionOf(english);
    await holdBack();
    await page.reload();
    await decide("Approve");
    expect(await versionOf(english)).toBe(before + 1);
  });

  async function decide(verb: "Approve" | "Reject"): Promise<void> {
    await page.getByRole("button", { name: `${verb} …` }).click();
    await page.getByRole("dialog").getByRole("button", { name: verb }).click();
    await page.getByText("Nothing waits for a decision", { exact: false }).waitFor();
  }

  test("a reader sees the changes and nothing to decide", async () => {
    await signInAs("reader");
    await go("/versions");
    await page.getByRole("heading", { name: "Two states compared" }).waitFor();
    expect(await page.getByRole("heading", { name: "Held back" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: /Approve|Reject/ }).count()).toBe(0);
  });

  test("every screen fits and can be read, light and dark, wide and narrow", async () => {
    const sync = await firstSync();
    const paths = [
      `/holidays?${both}&year=2020&as_of=2019-06-08&day=2020-05-08&at=${english}`,
      "/holidays?year=2026",
      `/versions?location_id=${english}&from_as_of=2022-09-01&to_as_of=2022-12-01&sync=${sync}&held=all`,
      "/versions?outcome=changed",
    ];
    const found: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const path of paths) {
        await go(path);
        await page.locator("main h1").waitFor();
        await expect.poll(() => page.locator(".loading").count()).toBe(0);
        for (const width of [1280, 390]) {
          await page.setViewportSize({ width, height: 900 });
          const look = new AxeBuilder({ page }).setLegacyMode();
          // Between light and dark nothing differs but colours.
          if (colorScheme === "dark") look.withRules(["color-contrast"]);
          const { violations } = await look.analyze();
          const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
          const over = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
          if (over > 0) told.push(`${over} px too wide`);
          found.push(...told.map((what) => `${path} ${width} ${colorScheme} ${what}`));
        }
      }
    }
    expect(found).toEqual([]);
  });

  /** A sync to which the source answers with nothing for one year of England. */
  async function holdBack(): Promise<void> {
    const present = openSource({ kind: "offline" });
    const lost: HolidaySource = {
      ...present,
      async fetch(request) {
        const answer = await present.fetch(request);
        return request.region === "GB-ENG" && request.year === thisYear + 1 ? { ...answer, holidays: [] } : answer;
      },
    };
    const now = () => Temporal.Now.instant();
    await replaySync({ database: api.database, source: lost, now }, { trigger: "api", requestedBy: "test" });
  }

  async function versionOf(place: string): Promise<number> {
    const path = `/v1/locations/${place}/versions?limit=1`;
    const { data } = (await (await api.send("GET", path)).json()) as Versions;
    return data[0]!.version;
  }

  async function firstSync(): Promise<string> {
    const path = `/v1/locations/${english}/versions?outcome=changed&limit=1`;
    const { data } = (await (await api.send("GET", path)).json()) as Versions;
    return data[0]!.sync_id;
  }
}

interface Listed {
  data: { location_id: string }[];
}

interface Versions {
  data: { version: number; sync_id: string; synced_at: string }[];
}

/** `7 June 2019` */
function dayWords(day: string): string {
  const style = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat("en-GB", style).format(new Date(day));
}
