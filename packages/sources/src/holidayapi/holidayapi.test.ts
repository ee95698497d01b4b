import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FaultKind, type HolidayApiDouble, startHolidayApiDouble } from "../double/double.ts";
import { type HolidayApiOptions, openSource } from "../open.ts";
import type { HolidaySource, SourceCall, SourceYear } from "../source.ts";

const year = 2026;
const forever = new AbortController().signal;

let double: HolidayApiDouble;
let told: SourceCall[];

beforeEach(async () => {
  double = await startHolidayApiDouble();
  told = [];
});
afterEach(() => double.close());

const open = (options: Partial<HolidayApiOptions> = {}): HolidaySource =>
  openSource({
    kind: "holidayapi",
    holidayapi: { key: double.key, baseUrl: double.url, deadlineMs: 30_000, backoffMs: 5, ...options },
    onCall: (call) => told.push(call),
  });
const fetchAll = (source: HolidaySource, ...regions: string[]): Promise<SourceYear[]> =>
  Promise.all(regions.map((region) => source.fetch({ region, year, signal: forever })));
const fetchOne = async (source: HolidaySource, region = "NL"): Promise<SourceYear> =>
  source.fetch({ region, year, signal: forever });

describe("trouble that may pass", () => {
  test.each([
    ["time_out", "holiday.source_timeout", 3],
    ["trickle", "holiday.source_timeout", 3],
    ["reset", "holiday.source_unreachable", 3],
    ["failed_empty", "holiday.source_failed", 3],
    ["unavailable", "holiday.source_failed", 3],
    ["html", "holiday.source_invalid_answer", 3],
    ["cut_json", "holiday.source_invalid_answer", 3],
    ["too_large", "holiday.source_invalid_answer", 3],
    ["redirect", "holiday.source_invalid_answer", 3],
    ["rate_limited", "holiday.source_rate_limited", 1],
    ["rate_limited_until_reset", "holiday.source_rate_limited", 1],
    ["quota_exhausted", "holiday.source_rate_limited", 1],
  ] satisfies [FaultKind, string, number][])("%s is thrown as %s after %i tries", async (kind, code, tries) => {
    double.setFaults([{ kind }]);
    const tryTimeoutMs = code === "holiday.source_timeout" ? 300 : 10_000;
    await expect(fetchOne(open({ tryTimeoutMs }))).rejects.toMatchObject({ category: "unavailable", code });
    expect(double.calls).toHaveLength(tries);
    expect(told.map(({ attempt, outcome }) => [attempt, outcome])).toEqual(
      Array.from({ length: tries }, (_, index) => [index + 1, code]),
    );
  });

  test.each(["time_out", "reset", "failed_empty", "unavailable", "html", "cut_json"] as const)(
    "one %s is survived by a retry",
    async (kind) => {
      const undisturbed = await fetchOne(open());
      double.setFaults([{ kind, times: 1 }]);
      expect(await fetchOne(open(kind === "time_out" ? { tryTimeoutMs: 1000 } : {}))).toEqual(undisturbed);
    },
  );

  test("a redirect is never followed", async () => {
    double.setFaults([{ kind: "redirect" }]);
    await expect(fetchOne(open())).rejects.toThrow("redirect");
    expect(new Set(double.calls.map(({ path }) => path))).toEqual(new Set(["/v1/holidays"]));
  });

  test("the deadline ends the tries, however many are left", async () => {
    double.setFaults([{ kind: "time_out" }]);
    await expect(fetchOne(open({ tryTimeoutMs: 200, deadlineMs: 250, maxTries: 1000 }))).rejects.toMatchObject({
      code: "holiday.source_timeout",
    });
    expect(double.calls.length).toBeLessThan(5);
  });

  test("a server that is not there is unreachable", async () => {
    const gone = await startHolidayApiDouble();
    await gone.close();
    await expect(fetchOne(open({ baseUrl: gone.url }))).rejects.toMatchObject({ code: "holiday.source_unreachable" });
  });

  test("an abort ends a call that hangs, with its own reason", async () => {
    double.setFaults([{ kind: "time_out" }]);
    const stop = new AbortController();
    const reason = new Error("shutting down");
    const pending = open({ tryTimeoutMs: 60_000, deadlineMs: 60_000 }).fetch({
      region: "NL",
      year,
      signal: stop.signal,
    });
    const outcome = pending.catch((thrown: unknown) => thrown);
    await expect.poll(() => double.calls.length).toBe(1);
    stop.abort(reason);
    expect(await outcome).toBe(reason);
    await expect.poll(() => told.map(({ outcome }) => outcome)).toEqual(["aborted"]);
  });

  test("one caller's abort does not take the shared call from the others", async () => {
    const stop = new AbortController();
    const source = open({ batchWaitMs: 20 });
    const left = source.fetch({ region: "NL", year, signal: stop.signal });
    const stayed = source.fetch({ region: "GB-ENG", year, signal: forever });
    stop.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    expect((await stayed).coverage).toBe("full");
  });
});

describe("a 429", () => {
  test.each([
    ["seconds", () => "7", 6000, 7000],
    ["a date", () => new Date(Date.now() + 90_000).toUTCString(), 60_000, 91_000],
    ["nothing that can be read", () => "soon", 1000, 60_000],
  ])("names its pause from a Retry-After of %s", async (_, retryAfter, least, most) => {
    double.setFaults([{ kind: "rate_limited", retryAfter: retryAfter() }]);
    const error = await fetchOne(open()).catch((thrown: unknown) => thrown);
    expect(error).toHaveProperty("retryAfterMs");
    const { retryAfterMs } = error as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThanOrEqual(least);
    expect(retryAfterMs).toBeLessThanOrEqual(most);
  });

  test("without Retry-After names its pause from the quota's reset", async () => {
    double.setFaults([{ kind: "rate_limited_until_reset" }]);
    const source = open();
    const error = (await fetchOne(source).catch((thrown: unknown) => thrown)) as { retryAfterMs: number };
    const resetsInMs = (source.quota()?.resetsAt?.epochMilliseconds ?? 0) - Date.now();
    expect(Math.abs(error.retryAfterMs - resetsInMs)).toBeLessThan(60_000);
  });
});

describe("the quota", () => {
  test("is read from each answer and told with each call", async () => {
    const source = open();
    expect(source.quota()).toBeNull();
    await fetchOne(source);
    await fetchOne(source);
    expect(source.quota()).toMatchObject({ used: 2, available: 9998 });
    expect(told.map(({ quota }) => quota?.used)).toEqual([1, 2]);
  });

  test("stops the calls before they are made once nothing is left", async () => {
    double.setFaults([{ kind: "quota_exhausted", times: 1 }]);
    const source = open();
    await expect(fetchOne(source)).rejects.toMatchObject({ code: "holiday.source_rate_limited" });
    await expect(fetchOne(source)).rejects.toMatchObject({
      code: "holiday.source_rate_limited",
      retryAfterMs: expect.any(Number),
    });
    expect(double.calls).toHaveLength(1);
  });
});

describe("refusals", () => {
  test.each([
    ["bad_request", "holiday.source_bad_request"],
    ["unauthorized", "holiday.source_unauthorized"],
    ["payment_required", "holiday.source_payment_required"],
  ] as const)(
    "%s makes the year unavailable with its code and a sentence, and is not retried",
    async (kind, errorCode) => {
      double.setFaults([{ kind }]);
      expect(await source1()).toMatchObject({
        year,
        coverage: "unavailable",
        holidays: [],
        errorCode,
        warnings: [expect.stringMatching(/\.$/)],
      });
      expect(double.calls).toHaveLength(1);
    },
  );
  const source1 = (): Promise<SourceYear> => fetchOne(open());

  test("a free plan still gives last year", async () => {
    double.setFaults([{ kind: "payment_required" }]);
    const last = new Date().getUTCFullYear() - 1;
    expect(await open().fetch({ region: "NL", year: last, signal: forever })).toMatchObject({
      coverage: "full",
      year: last,
    });
  });

  test.each(["bad_request", "payment_required"] as const)(
    "%s for one code of a shared call does not touch its neighbours",
    async (kind) => {
      double.setFaults([{ kind, region: "US" }]);
      const [nl, us, england] = await fetchAll(open(), "NL", "US", "GB-ENG");
      expect([nl?.coverage, us?.coverage, england?.coverage]).toEqual(["full", "unavailable", "full"]);
    },
  );

  test("a wrong key makes every code of a shared call unavailable in one call", async () => {
    const years = await fetchAll(open({ key: "wrong" }), "NL", "US", "GB-ENG");
    expect(years.map(({ errorCode }) => errorCode)).toEqual(Array(3).fill("holiday.source_unauthorized"));
    expect(double.calls).toHaveLength(1);
  });
});

describe("answers that are not quite right", () => {
  test("a warning makes the year partial and is passed on", async () => {
    double.setFaults([{ kind: "warning" }]);
    expect(await fetchOne(open())).toMatchObject({
      coverage: "partial",
      warnings: ["These results may be incomplete."],
    });
    expect(told.map(({ outcome }) => outcome)).toEqual(["warning"]);
  });

  test("a row that cannot be read is left out and makes the year partial", async () => {
    double.setHolidays("NL", year, [{ do: "add", holiday: { name: "No such day", date: "2026-02-30" } }]);
    const { coverage, holidays, warnings } = await fetchOne(open());
    expect({ coverage, warnings }).toEqual({
      coverage: "partial",
      warnings: ["1 rows of the answer could not be read and were left out."],
    });
    expect(holidays.map(({ name }) => name)).toContain("King's Day");
    expect(holidays.map(({ name }) => name)).not.toContain("No such day");
  });

  test("an empty list, half a list, another year and duplicates are passed on for the domain to judge", async () => {
    const source = open();
    const whole = (await fetchOne(source)).holidays.length;
    const kinds = ["empty_list", "half_list", "wrong_year", "duplicates"] as const;
    const counts: number[] = [];
    for (const kind of kinds) {
      double.setFaults([{ kind }]);
      const fetched = await fetchOne(source);
      expect(fetched.coverage).toBe("full");
      expect(fetched.year).toBe(year);
      counts.push(fetched.holidays.length);
      if (kind === "wrong_year")
        expect(new Set(fetched.holidays.map(({ date }) => date.year))).toEqual(new Set([year - 1]));
    }
    expect(counts).toEqual([0, Math.ceil(whole / 2), whole, whole * 2]);
  });

  test("moved, renamed, added and removed holidays arrive as such", async () => {
    double.setHolidays("NL", year, [
      { do: "move", name: "King's Day", date: "2026-04-25" },
      { do: "rename", name: "Liberation Day", to: "Freedom Day" },
      { do: "add", holiday: { name: "Extra Day", date: "2026-07-01" } },
      { do: "remove", name: "Kingdom Day" },
    ]);
    const { holidays } = await fetchOne(open());
    const days = new Map(holidays.map(({ name, date }) => [name, date.toString()]));
    expect([days.get("King's Day"), days.get("Freedom Day"), days.get("Extra Day")]).toEqual([
      "2026-04-25",
      "2026-05-05",
      "2026-07-01",
    ]);
    expect([days.has("Liberation Day"), days.has("Kingdom Day")]).toEqual([false, false]);
  });
});

describe("sharing calls", () => {
  test("ten codes of a year share one call, an eleventh takes a second", async () => {
    const regions = ["NL", "GB-ENG", "US", "DE", "FR", "JP", "TR", "AZ", "AU", "IL", "BE"];
    await fetchAll(open(), ...regions);
    expect(double.calls.map(({ codes }) => codes.length)).toEqual([10, 1]);
  });

  test("the same code asked for twice at once is asked for once", async () => {
    const [first, second] = await fetchAll(open(), "NL", "NL");
    expect(first).toEqual(second);
    expect(double.calls.map(({ codes }) => codes)).toEqual([["NL"]]);
  });

  test("a request never joins a call that has begun", async () => {
    const source = open();
    const first = fetchOne(source);
    await expect.poll(() => double.calls.length).toBe(1);
    await Promise.all([first, fetchOne(source)]);
    expect(double.calls).toHaveLength(2);
  });

  test("codes whose rows cannot be told apart are asked for alone, and stay apart afterwards", async () => {
    await double.close();
    double = await startHolidayApiDouble({ countryLabel: "alpha2" });
    const source = open();
    const [england, scotland, nl] = await fetchAll(source, "GB-ENG", "GB-SCT", "NL");
    expect(double.calls.map(({ codes }) => codes.length)).toEqual([3, 1, 1]);
    expect(england?.holidays.map(({ name }) => name)).toContain("Easter Monday");
    expect(scotland?.holidays.map(({ name }) => name)).toContain("St Andrew’s Day");
    expect(nl?.holidays.map(({ name }) => name)).toContain("King's Day");
    double.calls.length = 0;
    await fetchAll(source, "GB-ENG", "GB-SCT", "NL");
    expect(double.calls.map(({ codes }) => codes.join()).toSorted((a, b) => a.localeCompare(b))).toEqual([
      "GB-ENG,NL",
      "GB-SCT",
    ]);
  });

  test("a code that makes a shared call fail does not fail its neighbours again", async () => {
    double.setFaults([{ kind: "failed_empty", region: "US" }]);
    const source = open({ maxTries: 1 });
    await expect(fetchAll(source, "NL", "US")).rejects.toMatchObject({ code: "holiday.source_failed" });
    const [nl, us] = await Promise.allSettled([fetchOne(source, "NL"), fetchOne(source, "US")]);
    expect([nl.status, us.status]).toEqual(["fulfilled", "rejected"]);
  });
});
