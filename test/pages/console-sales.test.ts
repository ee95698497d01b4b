// Loads, events and schemas in the console, driven by hand in a real browser against a real api and a real worker.
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import { parquetOf } from "@almanac/gate/parquet-writing";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Caller, ToldLoad } from "../stage/caller.ts";
import { barriersOn } from "./barriers.ts";
import { hasChromium, openVisit, type Visit } from "./browser.ts";
import { type ConsoleStage, openConsole } from "./console-stage.ts";

const many = 200_000;

const isThere = hasChromium("the console's screens of sales in a browser");
if (isThere) {
  salesTests();
} else {
  test("without a Chromium there is no screen to look at", () => {
    expect(isThere).toBe(false);
  });
}

function salesTests(): void {
  let there: ConsoleStage;
  let caller: Caller;
  let folder: string;
  let url: string;
  let visit: Visit;
  let page: Page;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "almanac-sales-"));
    there = await openConsole();
    ({ caller, url } = there);
  });
  afterAll(async () => {
    await there?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    visit = await openVisit(there.browser, [url]);
    await there.signIn(visit);
    page = await visit.context.newPage();
  });
  afterEach(async () => {
    await visit.context.close();
    expect(visit).toMatchObject({ strayRequests: [], errors: [] });
  });

  const loadOf = (lines: readonly object[], query = "") =>
    caller.load({ path: `/v1/loads${query}`, body: lines.map((line) => `${JSON.stringify(line)}\n`).join("") });

  test(`${many} events are sent with progress and counted to the last line; one is refused, mended and taken`, async () => {
    const file = join(folder, "a summer.ndjson");
    await pipeline(Readable.from(summer()), createWriteStream(file));
    await page.goto(`${url}/loads`);
    await page.getByRole("button", { name: "Choose files" }).waitFor();
    await page.evaluate(watchBars);
    await page.getByLabel("Files", { exact: true }).setInputFiles(file);
    await page.getByText("200,001 lines, 1 not taken").waitFor();
    const seen = await page.evaluate<[string, number][]>("window.seenBars");
    const between = (word: RegExp) => seen.filter(([label, at]) => word.test(label) && at > 0 && at < 100);
    expect(between(/ sent$/).length).toBeGreaterThan(0);
    expect(between(/lines counted/).length).toBeGreaterThan(0);

    await page.getByRole("link", { name: "See why" }).click();
    await page.getByText("200,000 lines of 200,001 were taken").waitFor();
    const numbers = await page.locator(".rows-table .number:nth-child(2)").allTextContents();
    expect(numbers).toEqual(["Lines", "200,000", "0", "0", "0", "0", "1", "200,001"]);
    await page.getByRole("link", { name: "Mend line 100001" }).click();
    await page.getByLabel("Line 100001, to be mended").waitFor();
    // The refused value is selected: what is typed stands in its place.
    await expect.poll(() => page.evaluate<string>(selectedText)).toBe('"no number"');
    await page.keyboard.type("1");
    await page.getByRole("button", { name: "Send it again" }).click();
    await page.getByText("Taken: inserted").waitFor();
    await page.getByRole("link", { name: "mended" }).waitFor();

    await page.goto(`${url}/loads`);
    await page.getByLabel("Files", { exact: true }).setInputFiles(file);
    await page.getByText("These very bytes were loaded before: nothing was done again.").waitFor();
  });

  test("a file that is dropped and says no zone is refused line by line, and taken when it is replayed with one", async () => {
    await page.goto(`${url}/loads`);
    await page.getByText("Drop files here").waitFor();
    const text = [scan(), scan()].map(
      (each) => `${JSON.stringify({ ...each, event_timestamp: "2026-07-01 10:00:00" })}\n`,
    );
    const files = await page.evaluateHandle(transferOf(text.join("")));
    await page.dispatchEvent(".drop", "drop", { dataTransfer: files });
    await page.getByRole("link", { name: "See why" }).click();
    await page.getByText("2 lines not taken").waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "CSV", exact: true }).click();
    expect((await download).suggestedFilename()).toMatch(/^rejects-.*\.csv$/);

    await page.getByRole("button", { name: "Replay …" }).click();
    await page.getByRole("dialog").getByLabel("Time zone").fill("Europe/Amsterdam");
    await page.getByRole("dialog").getByRole("button", { name: "Replay" }).click();
    await page.getByText("Every one of 2 lines was taken.").waitFor();
    await page.getByRole("link", { name: "the rejects of an earlier load" }).click();
    await page
      .getByRole("link", { name: /^(mended|replayed)$/ })
      .first()
      .waitFor();
  });

  test("files of every kind are chosen at once, each taken as what its name says; what says nothing is sent nowhere", async () => {
    const cells = () => Object.entries({ ...scan(), metadata: "{}" }).filter(([name]) => name !== "related_id");
    const csv = (of = cells()) => `${of.map(([name]) => name).join(",")}\n${of.map(([, cell]) => cell).join(",")}\n`;
    const parquet = parquetOf(cells().map(([name, cell]) => ({ name, type: "STRING", data: [String(cell)] })));
    await page.goto(`${url}/loads`);
    await page.getByLabel("Files", { exact: true }).setInputFiles([
      { name: "one.csv", mimeType: "", buffer: Buffer.from(csv()) },
      { name: "two.csv.gz", mimeType: "", buffer: gzipSync(csv()) },
      { name: "three.parquet", mimeType: "", buffer: Buffer.from(parquet) },
      { name: "half.csv", mimeType: "", buffer: Buffer.from(csv(cells().slice(0, 3))) },
      { name: "beach.png", mimeType: "", buffer: Buffer.from("no events") },
    ]);
    const fileOf = (name: string) => page.getByRole("listitem").filter({ hasText: name });
    for (const name of ["one.csv", "two.csv.gz", "three.parquet"]) {
      await fileOf(name).getByText("1 line, all taken").waitFor();
    }
    await fileOf("half.csv").getByText("0 lines until it stopped").waitFor();
    await fileOf("half.csv").getByRole("alert").getByText("csv.header_invalid").waitFor();
    await fileOf("beach.png").getByText("console.unknown_media").waitFor();
    const { data } = await caller.get<{ data: { status: string }[] }>("/v1/loads?limit=4");
    expect(data.map(({ status }) => status).toSorted()).toEqual(["failed", "succeeded", "succeeded", "succeeded"]);
  });

  test("a schema is judged while it is typed; what it changes is previewed, published, seen in an event's time, reverted", async () => {
    const event = { ...scan(), event_type: "BarcodeScanned" };
    for (const version of [1, 3, 2]) {
      await loadOf([{ ...event, version, metadata: { scanner_location: `Entrance ${version}` } }]);
    }
    await page.goto(`${url}/schemas/BarcodeScanned?tab=register`);
    const schema = page.getByLabel("JSON Schema of BarcodeScanned's metadata");
    await schema.fill(JSON.stringify(withGate, null, 2));
    await page.getByText("incompatible", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Show /json_schema/required/0" }).click();
    expect(await page.evaluate<string>(selectedText)).toBe('"gate"');
    await page
      .getByLabel("Steps that bring older events to it")
      .fill('[{"op": "default", "path": "/gate", "value": "main"}]');
    await page.getByText("compatible", { exact: true }).waitFor();
    await say("Register", "Register");

    await page.getByText("It waits for a yes: nothing is changed yet.").waitFor();
    await page.getByRole("row", { name: /\/metadata\/gate/ }).waitFor();
    await say("Publish", "Publish");
    await page.getByText("Each changed event has a new revision; as-of answers stay.").waitFor();

    await page.goto(`${url}/events/${event.event_id}`);
    await page.getByRole("link", { name: /^reprocess run/ }).waitFor();
    expect(await page.locator(".moment h3").allTextContents()).toEqual([
      "Version 3 · revision 2",
      "Version 3",
      "Version 2",
      "Version 1",
    ]);
    expect(await page.locator(".moment").first().locator(".patch li").allTextContents()).toEqual([
      "addedmetadata › gatemain",
    ]);
    expect(await page.locator(".moment").nth(1).locator(".patch li").last().textContent()).toBe(
      "changedmetadata › scanner_locationEntrance 2 → Entrance 3",
    );
    await page.getByText("came late: never held").waitFor();
    await page.locator(".moment").last().getByRole("link", { name: "Show it as of then" }).click();
    await page.getByRole("heading", { name: "As it was known then" }).waitFor();
    await page.locator(".says").getByText("Entrance 1").waitFor();
    await page.getByRole("link", { name: "Lineage" }).click();
    await page.getByLabel("Raw line of version 3").getByText("Entrance 3").waitFor();

    await page.getByRole("link", { name: "to schema 2" }).click();
    await say("Revert", "Revert");
    await page.getByRole("heading", { name: "Revert of an earlier run" }).waitFor();
    await page.getByText("Each changed event has a new revision; as-of answers stay.").waitFor();
  });

  test("what cannot be proven compatible is registered by who approves it, and that is kept", async () => {
    await page.goto(`${url}/schemas/PaymentSuccessful?tab=register`);
    const schema = page.getByLabel("JSON Schema of PaymentSuccessful's metadata");
    const newest = await schema.inputValue();
    await schema.fill(newest.replace("^[A-Z]{3}$", "^[A-Z]{3,4}$"));
    await page.getByText("not proven: needs approval").waitFor();
    await page.getByRole("button", { name: "Show /json_schema/properties/currency/pattern" }).click();
    expect(await page.evaluate<string>(selectedText)).toBe('"^[A-Z]{3,4}$"');
    await say("Approve and register", "Approve and register");
    await page.getByRole("link", { name: "Versions" }).click();
    await page.getByRole("heading", { name: "Approved by admin-key" }).waitFor();
  });

  test("what waits for a worker can be stopped: a load is cancelled, a run paused, resumed and ended", async () => {
    there.worker.signal("SIGSTOP");
    try {
      await page.goto(`${url}/schemas/PaymentFailed?tab=runs`);
      await page.getByLabel("Look at").selectOption("all");
      await page.getByRole("button", { name: "Preview" }).click();
      await say("Pause", "Pause");
      await page.getByText("It goes on where it stopped when it is resumed.").waitFor();
      await say("Resume", "Resume");
      await page.getByText("It looks at what would change.").waitFor();
      await say("Cancel", "End the run");
      await page.getByText("It was ended.").waitFor();

      const line = `${JSON.stringify(scan())}\n`;
      const { body } = await caller.upload({ body: line });
      await page.goto(`${url}/loads/${body.load_id}`);
      await page.getByText("Its bytes are safe; a worker takes it up next.").waitFor();
      await say("Cancel", "Stop it");
      await page.getByText("is being cancelled").waitFor();
    } finally {
      there.worker.signal("SIGCONT");
    }
    await page.getByRole("heading", { name: "It stopped" }).waitFor();
    expect(await page.locator(".problem code").textContent()).toBe("load.cancelled");
  });

  /** Clicks the button, and the word of its question. */
  async function say(label: string, verb: string): Promise<void> {
    await page.getByRole("button", { name: `${label} …` }).click();
    await page.getByRole("dialog").getByRole("button", { name: verb, exact: true }).click();
  }

  test("the filters of events are the URL", async () => {
    const user = randomUUID();
    await loadOf([{ ...scan(), user_id: user }, scan()]);
    await page.goto(`${url}/events`);
    await page.getByLabel("User").fill(user);
    await page.getByLabel("User").press("Enter");
    await expect.poll(() => page.getByRole("table").locator("tbody tr").count()).toBe(1);
    expect(new URL(page.url()).search).toBe(`?user_id=${user}`);
    await page.getByLabel("Event type").focus();
    await page.getByLabel("Event type").selectOption("PaymentSuccessful");
    await page.getByText("No event is like that.").waitFor();
    expect(await page.evaluate<string>("document.activeElement.labels[0].textContent")).toMatch(/^Event type/);
    await page.goBack();
    await page.getByRole("table").waitFor();
  });

  test("an analyst looks and changes nothing; a reader is told to sign in", async () => {
    const { load_id: loadId } = await loadOf([{ ...scan(), version: 0 }]);
    const analyst = await openVisit(there.browser, [url]);
    await there.signIn(analyst, await there.keyOf("analyst"));
    const looks = await analyst.context.newPage();
    for (const [path, text] of [
      [`/loads/${loadId}`, "1 line not taken"],
      ["/loads", "Came by"],
      ["/schemas/TicketIssued", "The type"],
      ["/schemas/TicketIssued?tab=runs", "No run yet."],
    ] as const) {
      await looks.goto(`${url}${path}`);
      await looks.getByText(text).first().waitFor();
      const names = await looks.locator("main").getByRole("button").allTextContents();
      expect(names.filter((name) => !/^(Copy|Copy as curl|Find)$/.test(name))).toEqual([]);
      expect(await looks.locator(".drop").count()).toBe(0);
    }
    await analyst.context.close();

    const reader = await openVisit(there.browser, [url]);
    await there.signIn(reader, await there.keyOf("reader"));
    const readersPage = await reader.context.newPage();
    await readersPage.goto(`${url}/loads/${loadId}`);
    await readersPage.getByText("This is not for the role reader.").waitFor();
    expect([...analyst.errors, ...reader.errors]).toEqual([]);
    await reader.context.close();
  });

  test("on a phone a row is a card: its cells under their heads, and nothing sticks out of it", async () => {
    await loadOf([{ ...scan(), metadata: { scanner_location: "The entrance beside the old carousel" } }]);
    await page.goto(`${url}/loads`);
    const rows = page.getByRole("table").last().getByRole("row");
    await rows.nth(1).waitFor();
    expect(await page.evaluate<string>(headBefore)).toBe("none");
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate<string>(headBefore)).toBe('"Status"');
    for (const path of ["/loads", "/events", "/runs", "/schemas", "/data", "/audit"]) {
      await page.goto(url + path);
      await rows.nth(1).waitFor();
      expect([path, await page.evaluate<string[]>(sticksOut)]).toEqual([path, []]);
    }
  });

  test("every screen is for everybody: light and dark, wide and narrow, by eye and by ear", async () => {
    const event = scan();
    const load = await loadOf([
      event,
      { ...event, version: 2 },
      { ...scan(), version: 0 },
      { ...scan(), user_id: "nobody" },
    ]);
    const paths = [
      "/loads",
      `/loads/${load.load_id}`,
      `/loads/${load.load_id}?line=3`,
      "/events",
      `/events/${event.event_id}`,
      `/events/${event.event_id}?tab=lineage`,
      `/events/${event.event_id}?tab=json`,
      "/schemas",
      "/schemas/BarcodeScanned",
      "/schemas/BarcodeScanned?tab=register",
      `/schemas/BarcodeScanned?tab=runs&run=${await runOf("BarcodeScanned")}`,
    ];
    expect(await barriersOn(page, url, paths)).toEqual([]);
  });

  /** A preview, finished. */
  async function runOf(eventType: string): Promise<string> {
    const asked = { event_type: eventType, only: "all", mode: "preview" };
    const { body } = await caller.send<{ run_id: string }>("POST", "/v1/reprocess-runs", asked);
    await caller.send<ToldLoad>("GET", `/v1/reprocess-runs/${body.run_id}?wait=30`);
    return body.run_id;
  }
}

// Run in the page.
const headBefore = `getComputedStyle(document.querySelector(".cards tbody td"), "::before").content`;
const sticksOut = `[...document.querySelectorAll(".cards tbody :is(th, td)")]
  .filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent)`;

function scan() {
  return {
    event_id: randomUUID(),
    event_type: "TicketIssued",
    event_timestamp: "2026-07-01T10:00:00Z",
    user_id: randomUUID(),
    related_id: null,
    version: 1,
    metadata: {} as Record<string, unknown>,
  };
}

/** One line in the middle has a version that is no number. */
function* summer(): Generator<string> {
  for (let some = 0; some <= many; some += 500) {
    let lines = "";
    for (let line = some; line < Math.min(some + 500, many + 1); line += 1) {
      const version = line === many / 2 ? '"no number"' : "1";
      lines += `{"event_id":"${randomUUID()}","event_type":"TicketIssued","event_timestamp":"2026-07-01T10:00:00Z","user_id":"00000000-0000-4000-8000-${String(line % 5_000).padStart(12, "0")}","version":${version},"metadata":{}}\n`;
    }
    yield lines;
  }
}

const withGate = {
  type: "object",
  properties: { scanner_location: { type: "string", maxLength: 200 }, gate: { enum: ["main", "side"] } },
  required: ["gate"],
};

// What runs in the page.

/** Notes every state of every progress bar: what it is of, and how far. */
const watchBars = `
  window.seenBars = [];
  new MutationObserver(() => {
    for (const bar of document.querySelectorAll("main [role=progressbar]")) {
      window.seenBars.push([bar.ariaLabel, Number(bar.ariaValueNow)]);
    }
  }).observe(document.querySelector("main"), { subtree: true, childList: true, attributes: true });
`;

const selectedText =
  "((editor) => editor.value.slice(editor.selectionStart, editor.selectionEnd))(document.activeElement)";

/** Of a file that is dragged into the page. */
const transferOf = (text: string) => `
  const transfer = new DataTransfer();
  transfer.items.add(new File([${JSON.stringify(text)}], "dropped.ndjson"));
  transfer;
`;
