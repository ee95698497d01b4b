import { describe, expect, it } from "vitest";
import type { FetchedYear, Holiday, HolidayFacts, YearCoverage } from "./holiday.ts";
import { facts, mintFrom } from "./holidays.arbitrary.ts";
import { planCalendar, type CalendarFacts } from "./plan.ts";

const date = (text: string) => Temporal.PlainDate.from(text);
const row = (day: string, name: string, parts: Partial<Omit<HolidayFacts, "date">> = {}) =>
  facts({ ...parts, date: day, name });

function known(...rows: HolidayFacts[]): Holiday[] {
  const mint = mintFrom();
  return rows.map((one) => ({ ...one, year: one.date.year, holidayId: mint() }));
}
const answer = (year: number, holidays: HolidayFacts[], coverage: YearCoverage = "full"): FetchedYear => ({
  year,
  coverage,
  holidays,
  warnings: [],
});
const plan = (parts: Partial<CalendarFacts>) =>
  planCalendar({
    current: [],
    coverage: new Map([
      [2026, "full"],
      [2027, "full"],
    ]),
    fetched: [],
    today: date("2026-01-01"),
    mintId: mintFrom(1000),
    ...parts,
  });
const year2026 = [
  "2026-01-01 New Year",
  "2026-04-03 Good Friday",
  "2026-04-06 Easter Monday",
  "2026-05-04 May Day",
  "2026-05-25 Spring",
  "2026-08-31 Summer",
  "2026-12-25 Christmas Day",
  "2026-12-26 Boxing Day",
].map((text) => row(text.slice(0, 10), text.slice(11)));
const without = (rows: HolidayFacts[], count: number) => rows.slice(0, rows.length - count);

describe("identity of a holiday", () => {
  it("a series on another date is the same holiday, moved", () => {
    const current = known(row("2026-04-27", "King's Day"));
    const planned = plan({ current, fetched: [answer(2026, [row("2026-04-26", "King's Day")])] });
    expect(planned.verdict).toBe("apply");
    expect(planned.changes).toEqual({ added: 0, removed: 0, moved: 1, renamed: 0 });
    expect(planned.close).toEqual([current[0]!.holidayId]);
    expect(planned.open).toMatchObject([{ holidayId: current[0]!.holidayId, date: date("2026-04-26") }]);
  });

  it("a day off that is named later moves the holiday", () => {
    const current = known(row("2026-12-26", "Boxing Day"));
    const substituted = row("2026-12-26", "Boxing Day", { observedDate: date("2026-12-28") });
    expect(plan({ current, fetched: [answer(2026, [substituted])] }).changes.moved).toBe(1);
  });

  it("the only one on a date and of a type that got another name is renamed", () => {
    const current = known(row("2026-05-05", "Liberation Day"), row("2026-06-01", "Whit Monday"));
    const planned = plan({
      current,
      fetched: [answer(2026, [row("2026-05-05", "Freedom Day"), row("2026-06-01", "Whit Monday")])],
    });
    expect(planned.changes).toEqual({ added: 0, removed: 0, moved: 0, renamed: 1 });
    expect(planned.open[0]!.holidayId).toBe(current[0]!.holidayId);
  });

  it("two on one date are not guessed at: unknown names are removed and added", () => {
    const current = known(row("2026-05-05", "Liberation Day"), row("2026-05-05", "Ascension"));
    const fetched = [answer(2026, [row("2026-05-05", "Freedom Day"), row("2026-05-05", "Rising Day")])];
    expect(plan({ current, fetched }).changes).toEqual({ added: 2, removed: 2, moved: 0, renamed: 0 });
  });

  it("two on one date keep their own identities", () => {
    const current = known(row("2026-05-05", "Liberation Day"), row("2026-05-05", "Ascension"));
    const fetched = [answer(2026, [row("2026-05-05", "Ascension"), row("2026-05-06", "Liberation Day")])];
    const planned = plan({ current, fetched });
    expect(planned.changes).toEqual({ added: 0, removed: 0, moved: 1, renamed: 0 });
    expect(planned.close).toEqual([current[0]!.holidayId]);
  });

  it("of a series that occurs more often, the nearest dates belong together, not the first ones", () => {
    const current = known(row("2026-03-20", "Eid"), row("2026-05-27", "Eid"));
    const planned = plan({ current, fetched: [answer(2026, [row("2026-05-28", "Eid")])] });
    expect(planned.diff.moved.map((change) => change.before.date.toString())).toEqual(["2026-05-27"]);
    expect(planned.diff.removed.map((change) => change.before.date.toString())).toEqual(["2026-03-20"]);
  });

  it("the source's occurrence id wins over the name and is carried", () => {
    const current = known(row("2026-03-20", "Eid", { occurrenceId: "x" }));
    const fetched = [answer(2026, [row("2026-03-21", "Feast", { occurrenceId: "x" }), row("2026-03-20", "Eid")])];
    const planned = plan({ current, fetched });
    expect(planned.diff.moved).toMatchObject([
      { holidayId: current[0]!.holidayId, after: { name: "Feast", occurrenceId: "x" } },
    ]);
    expect(planned.changes.added).toBe(1);
  });

  it("an occurrence id that an answer leaves out is kept", () => {
    const current = known(row("2026-03-20", "Eid", { occurrenceId: "x" }));
    expect(plan({ current, fetched: [answer(2026, [row("2026-03-21", "Eid")])] }).open).toMatchObject([
      { occurrenceId: "x" },
    ]);
  });

  it("a holiday that stays on its date is not moved to pass its place on to another", () => {
    const current = known(row("2026-03-01", "Fair"), row("2026-06-01", "Fair"));
    const planned = plan({ current, fetched: [answer(2026, [row("2026-06-01", "Fair"), row("2026-09-01", "Fair")])] });
    expect(planned.diff.moved.map(({ before }) => before.date.toString())).toEqual(["2026-03-01"]);
    expect(planned.unchanged).toBe(1);
  });

  it("another last day moves a holiday", () => {
    const fair = (end: string) => row("2026-07-01", "Fair", { endDate: date(end) });
    expect(
      plan({ current: known(fair("2026-07-08")), fetched: [answer(2026, [fair("2026-07-09")])] }).changes.moved,
    ).toBe(1);
  });

  it("an occurrence id that several rows share names none of them", () => {
    const current = known(
      row("2026-03-20", "Eid", { occurrenceId: "x" }),
      row("2026-05-27", "Feast", { occurrenceId: "x" }),
    );
    const fetched = [
      answer(2026, [
        row("2026-03-20", "Eid", { occurrenceId: "x" }),
        row("2026-05-28", "Feast", { occurrenceId: "x" }),
      ]),
    ];
    expect(plan({ current, fetched }).diff.moved).toMatchObject([{ holidayId: current[1]!.holidayId }]);
  });

  it("another occurrence id alone is no change", () => {
    const current = known(row("2026-03-20", "Eid", { occurrenceId: "x" }));
    const fetched = [answer(2026, [row("2026-03-20", "Eid", { occurrenceId: "y" })])];
    expect(plan({ current, fetched })).toMatchObject({ verdict: "unchanged", unchanged: 1 });
  });

  it.each([{ type: "bank" as const }, { localName: "Aïd" }, { names: { fr: "Aïd" } }])(
    "another label %o is renamed",
    (parts) => {
      const current = known(row("2026-03-20", "Eid"));
      expect(plan({ current, fetched: [answer(2026, [row("2026-03-20", "Eid", parts)])] }).changes.renamed).toBe(1);
    },
  );
});

describe("an answer that is too strange", () => {
  const later = date("2025-01-01");
  it("an empty answer for a year that had holidays is quarantined", () => {
    const planned = plan({ current: known(...year2026), fetched: [answer(2026, [])], today: later });
    expect(planned).toMatchObject({ verdict: "quarantine", open: [], close: [] });
    expect(planned.reasons).toMatchObject([{ code: "year.emptied", year: 2026, counts: { rows: 8, removed: 8 } }]);
    expect(planned.withheld!.removed).toHaveLength(8);
  });

  it("two removals are believed, three of eight are not", () => {
    const current = known(...year2026);
    const removing = (count: number) =>
      plan({ current, fetched: [answer(2026, without(year2026, count))], today: later });
    expect(removing(2)).toMatchObject({ verdict: "apply", changes: { removed: 2 } });
    expect(removing(3)).toMatchObject({ verdict: "quarantine", reasons: [{ code: "removed.many", year: 2026 }] });
  });

  it("a quarter of a year is believed, more is not", () => {
    const rows = Array.from({ length: 16 }, (_, index) => row(`2026-06-${10 + index}`, `Feast ${index}`));
    const removing = (count: number) =>
      plan({ current: known(...rows), fetched: [answer(2026, without(rows, count))], today: later }).verdict;
    expect(removing(4)).toBe("apply");
    expect(removing(5)).toBe("quarantine");
  });

  it("a few removals in each of many years are too many together", () => {
    const rows = (year: number) =>
      ["Spring", "Summer", "Autumn"].map((name, index) => row(`${year}-0${index + 4}-01`, name));
    const planned = plan({
      current: known(...rows(2026), ...rows(2027)),
      fetched: [answer(2026, without(rows(2026), 2)), answer(2027, without(rows(2027), 2))],
      today: later,
    });
    expect(planned.reasons).toMatchObject([{ code: "removed.many", year: null, counts: { rows: 6, removed: 4 } }]);
  });

  it("a past holiday that is removed or moved is quarantined, a future one is not", () => {
    const current = known(...year2026);
    const moved = year2026.map((one) => (one.name === "Summer" ? { ...one, date: date("2026-08-24") } : one));
    const on = (today: string, rows: HolidayFacts[]) =>
      plan({ current, fetched: [answer(2026, rows)], today: date(today) });
    expect(on("2026-08-24", moved).verdict).toBe("apply");
    expect(on("2026-08-25", moved).reasons).toMatchObject([{ code: "past.moved", counts: { moved: 1 } }]);
    expect(on("2026-12-26", without(year2026, 1)).verdict).toBe("apply");
    expect(on("2026-12-27", without(year2026, 1)).reasons).toMatchObject([{ code: "past.removed" }]);
  });

  it("an observed day in the past counts as past", () => {
    const current = known(row("2027-07-04", "Independence Day", { observedDate: date("2027-07-02") }));
    const fetched = [answer(2027, [row("2027-07-04", "Independence Day")])];
    expect(plan({ current, fetched, today: date("2027-07-03") }).verdict).toBe("quarantine");
  });

  it("there is no past to protect in a year that the source refused so far", () => {
    const current = known(row("2026-05-05", "Liberation Day"));
    const coverage = new Map<number, YearCoverage>([[2026, "unavailable"]]);
    const fetched = [answer(2026, [row("2026-05-06", "Liberation Day")])];
    expect(plan({ current, coverage, fetched, today: date("2026-12-31") }).verdict).toBe("apply");
  });

  it("a past holiday may be renamed or added", () => {
    const current = known(row("2026-05-05", "Liberation Day"));
    const fetched = [answer(2026, [row("2026-05-05", "Freedom Day"), row("2026-02-01", "New Feast")])];
    expect(plan({ current, fetched, today: date("2026-12-31") })).toMatchObject({
      verdict: "apply",
      changes: { added: 1, renamed: 1 },
    });
  });

  it("what an operator has approved is applied", () => {
    const current = known(...year2026);
    const planned = plan({ current, fetched: [answer(2026, [])], approved: true });
    expect(planned).toMatchObject({ verdict: "apply", changes: { removed: 8 }, withheld: null, reasons: [] });
  });

  it("a first answer is believed whatever the day", () => {
    const planned = plan({ coverage: new Map(), fetched: [answer(2026, year2026)], today: date("2030-01-01") });
    expect(planned).toMatchObject({
      verdict: "apply",
      changes: { added: 8 },
      coverageChanges: [{ year: 2026, coverage: "full" }],
    });
  });
});

describe("rows that are rejected", () => {
  const current = known(row("2026-12-25", "Christmas Day"), row("2026-05-04", "May Day"));
  it.each([
    [
      "holiday.duplicate",
      [row("2026-12-25", "Christmas Day"), row("2026-12-25", "Christmas Day", { localName: "Kerst" })],
    ],
    [
      "holiday.end_before_start",
      [row("2026-12-25", "Christmas Day"), row("2026-07-02", "Fair", { endDate: date("2026-07-01") })],
    ],
    ["holiday.outside_year", [row("2026-12-25", "Christmas Day"), row("2025-12-25", "Christmas Day")]],
  ])("%s is reported and nothing is removed", (code, rows) => {
    const planned = plan({ current, fetched: [answer(2026, rows)] });
    expect(planned.rejects).toMatchObject([{ year: 2026, code }]);
    expect(planned).toMatchObject({ verdict: "unchanged", open: [], close: [] });
  });

  it("of twins the one that is known is kept", () => {
    const twins = [row("2026-12-25", "Christmas Day", { localName: "A" }), row("2026-12-25", "Christmas Day")];
    expect(plan({ current, fetched: [answer(2026, twins)] }).changes.renamed).toBe(0);
  });

  it("a range is held against the same series of other years: 1.5 times as long is the limit", () => {
    const summer = (year: number, days: number) =>
      row(`${year}-07-10`, "Summer holidays", {
        type: "school",
        endDate: date(`${year}-07-10`).add({ days: days - 1 }),
      });
    const held = known(summer(2024, 40), summer(2025, 42), summer(2027, 44));
    const codes = (days: number) =>
      plan({ current: held, fetched: [answer(2026, [summer(2026, days)])] }).rejects.map(({ code }) => code);
    expect(codes(63)).toEqual([]);
    expect(codes(64)).toEqual(["holiday.too_long"]);
  });

  it("an answer of which no row is usable is quarantined and proves no coverage", () => {
    const fetched = [answer(2026, [row("2024-12-25", "Christmas Day")])];
    expect(plan({ fetched }).reasons).toMatchObject([{ code: "year.unusable", counts: { rejected: 1 } }]);
    expect(plan({ fetched, coverage: new Map(), approved: true })).toMatchObject({
      verdict: "unchanged",
      coverageChanges: [],
    });
  });

  it("an end on the first day and an observed day on the day itself are no content", () => {
    const idle = row("2026-12-25", "Christmas Day", { endDate: date("2026-12-25"), observedDate: date("2026-12-25") });
    expect(plan({ current, fetched: [answer(2026, [idle, row("2026-05-04", "May Day")])] }).verdict).toBe("unchanged");
  });

  it("a year that is fetched twice is a fault of the caller", () => {
    expect(() => plan({ fetched: [answer(2026, []), answer(2026, [])] })).toThrow("twice");
  });
});

describe("how well a year is known", () => {
  it.each<[YearCoverage | null, YearCoverage, YearCoverage | null]>([
    [null, "unavailable", "unavailable"],
    ["unavailable", "partial", "partial"],
    ["partial", "full", "full"],
    ["full", "partial", null],
    ["full", "unavailable", null],
    ["full", "full", null],
  ])("%s, then %s: it changes to %s", (before, fetched, after) => {
    const planned = plan({
      coverage: new Map(before === null ? [] : [[2026, before]]),
      fetched: [answer(2026, [row("2026-12-25", "Christmas Day")], fetched)],
      current: known(row("2026-12-25", "Christmas Day")),
    });
    expect(planned.coverageChanges).toEqual(after === null ? [] : [{ year: 2026, coverage: after }]);
    expect(planned.verdict).toBe(after === null ? "unchanged" : "apply");
  });

  it("a partial answer adds and removes nothing", () => {
    const fetched = [answer(2026, [row("2026-12-24", "Christmas Day"), row("2026-07-01", "Fair")], "partial")];
    const planned = plan({ current: known(row("2026-12-25", "Christmas Day"), row("2026-05-04", "May Day")), fetched });
    expect(planned.changes).toEqual({ added: 1, removed: 0, moved: 0, renamed: 0 });
  });

  it("a first answer that is empty, or that has bad rows, is no proof of a whole year", () => {
    const bad = row("2026-07-02", "Fair", { endDate: date("2026-07-01") });
    for (const rows of [[], [bad, row("2026-12-25", "Christmas Day")]]) {
      const planned = plan({ coverage: new Map(), fetched: [answer(2026, rows)] });
      expect(planned.coverageChanges).toEqual([{ year: 2026, coverage: "partial" }]);
    }
  });
});
