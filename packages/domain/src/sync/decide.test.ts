import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CalendarId } from "../ids.ts";
import { decideTarget, type LedgerEntry, type TargetFacts } from "./decide.ts";

const calendarId = 7 as CalendarId;
const entry = (parts: Partial<LedgerEntry> = {}): LedgerEntry => ({
  begunAtMs: 1000,
  finishedAtMs: 1500,
  outcome: "full",
  errorCode: null,
  detail: null,
  quarantineId: null,
  ...parts,
});
const refused = entry({ outcome: "unavailable", errorCode: "holiday.source_plan", detail: "Only last year." });
const broken = entry({ outcome: "failed", errorCode: "holiday.source_timeout", detail: "No answer." });
const strange = entry({ outcome: "quarantined", quarantineId: "q" });

function decide(ledger: Record<number, LedgerEntry>, parts: Partial<TargetFacts> = {}) {
  return decideTarget({
    finishedAlready: null,
    active: true,
    calendarId,
    requestedAtMs: 1000,
    nowMs: 2000,
    years: [2026, 2025],
    ledger: new Map(Object.entries(ledger).map(([year, one]) => [Number(year), one])),
    coolDownMs: 5000,
    ...parts,
  });
}

describe("decideTarget", () => {
  it("records when every year was fetched since the request", () => {
    expect(decide({ 2025: entry(), 2026: entry({ outcome: "partial" }) })).toEqual({ kind: "record", calendarId });
  });

  it("a fetch that began before the request never counts", () => {
    expect(decide({ 2025: entry(), 2026: entry({ begunAtMs: 999.999 }) })).toEqual({
      kind: "stale",
      calendarId,
      years: [2026],
    });
    expect(decide({})).toEqual({ kind: "stale", calendarId, years: [2025, 2026] });
  });

  it("what is finished, inactive or has no region needs no fetch", () => {
    expect(decide({}, { finishedAlready: { version: 3 } })).toEqual({ kind: "already", finished: { version: 3 } });
    expect(decide({}, { active: false })).toEqual({ kind: "inactive" });
    expect(decide({}, { calendarId: null })).toEqual({ kind: "unresolved" });
  });

  it("a failure answers for everybody until it has cooled down, then it is tried again", () => {
    const failed = { kind: "failed", code: "holiday.source_timeout", detail: "No answer.", mayPass: true };
    expect(decide({ 2025: entry(), 2026: broken }, { nowMs: 6499 })).toEqual(failed);
    expect(decide({ 2025: entry(), 2026: broken }, { nowMs: 6500 })).toEqual({
      kind: "stale",
      calendarId,
      years: [2026],
    });
  });

  it("a quarantined year decides for the whole calendar, an older quarantine does not", () => {
    expect(decide({ 2026: strange, 2025: broken })).toEqual({ kind: "quarantined", quarantineId: "q" });
    expect(decide({ 2026: { ...strange, begunAtMs: 999 }, 2025: entry() }).kind).toBe("stale");
  });

  it("refused years are fine beside others, alone they are a failure with the source's reason", () => {
    expect(decide({ 2025: entry(), 2026: refused }).kind).toBe("record");
    expect(decide({ 2025: refused, 2026: refused })).toEqual({
      kind: "failed",
      code: "holiday.source_plan",
      detail: "Only last year.",
      mayPass: false,
    });
  });

  it("records only on fetches begun after the request, whatever else is known", () => {
    const anyEntry = fc.record<LedgerEntry>({
      begunAtMs: fc.integer({ min: 990, max: 1010 }),
      finishedAtMs: fc.integer({ min: 1010, max: 1100 }),
      outcome: fc.constantFrom("full", "partial", "unavailable", "failed"),
      errorCode: fc.constant("x"),
      detail: fc.constant("x"),
      quarantineId: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("2025", "2026"), anyEntry), (ledger) => {
        const decision = decide(ledger);
        if (decision.kind !== "record") return;
        for (const year of [2025, 2026]) {
          expect(ledger[year]!.begunAtMs).toBeGreaterThanOrEqual(1000);
          expect(ledger[year]!.outcome).not.toBe("failed");
        }
      }),
    );
  });
});
