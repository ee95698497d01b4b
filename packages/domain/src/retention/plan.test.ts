import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AsOf, planRetention, resolveAsOf, type Period, type RetentionPlan, type VersionStamp } from "./plan.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const stamps = (...times: string[]): VersionStamp[] =>
  times.map((time, index) => ({ version: index + 1, syncedAtMs: at(time) }));

const history = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }).map((gaps) => {
  let syncedAtMs = at("2025-11-20T00:00:00Z");
  return gaps.map((hours, index) => ({ version: index + 1, syncedAtMs: (syncedAtMs += hours * hourMs) }));
});
const policies = fc.record({ keepAllDays: fc.nat({ max: 40 }), thenLastOf: fc.constantFrom<Period>("day", "month") });
/** Instants around a history: hours after its beginning. */
const instants = fc
  .array(fc.nat({ max: 400 * 24 }), { maxLength: 4 })
  .map((hours) => hours.map((each) => at("2025-11-19T12:30:00Z") + each * hourMs));
const cases = fc.tuple(history, policies, fc.nat({ max: 30 }), instants).map(([versions, policy, idleDays, pins]) => {
  const nowMs = versions.at(-1)!.syncedAtMs + idleDays * dayMs;
  const plan = planRetention({ versions, policy, nowMs, pins });
  return { versions, policy, nowMs, pins, plan, kept: keptOf(versions, plan) };
});

/** What the store has after a plan: every version that stays tells how far was pruned before it. */
function keptOf(versions: readonly VersionStamp[], { keep, prune, thenLastOf }: RetentionPlan): VersionStamp[] {
  return versions
    .filter(({ version }) => keep.includes(version))
    .map((stamp) => (prune.length === 0 || stamp.prunedTo === "month" ? stamp : { ...stamp, prunedTo: thenLastOf }));
}

describe("planRetention", () => {
  it("keeps all of the young, then the last of each day in UTC, the first and what a pin needs", () => {
    const versions = stamps(
      "2026-01-01T03:00Z",
      "2026-01-01T12:00Z",
      "2026-01-01T23:59Z",
      "2026-01-02T00:00Z",
      "2026-01-02T01:00Z",
      "2026-01-05T03:00Z",
      "2026-01-05T04:00Z",
    );
    const policy = { keepAllDays: 1, thenLastOf: "day" as const };
    const nowMs = at("2026-01-05T12:00Z");
    expect(planRetention({ versions, policy, nowMs, pins: [] })).toEqual({
      keep: [1, 3, 5, 6, 7],
      prune: [2, 4],
      thenLastOf: "day",
    });
    expect(planRetention({ versions, policy, nowMs, pins: [at("2026-01-02T00:30Z")] }).prune).toEqual([2]);
    // The pinned one is kept anyway, as the first; its end was the second one's beginning.
    expect(planRetention({ versions, policy, nowMs, pins: [at("2026-01-01T04:00Z")] }).prune).toEqual([4]);
  });

  it("keeps what was current when the horizon began, although its month goes on", () => {
    const versions = stamps("2026-01-03T00:00Z", "2026-01-10T00:00Z", "2026-01-20T00:00Z");
    const policy = { keepAllDays: 15, thenLastOf: "month" as const };
    const keptOn = (day: string) => planRetention({ versions, policy, nowMs: at(day), pins: [] }).keep;
    expect(keptOn("2026-01-30T00:00Z")).toEqual([1, 2, 3]);
    expect(keptOn("2026-02-10T00:00Z")).toEqual([1, 3]);
  });

  it("keeps the first and the newest, and loses none", () => {
    fc.assert(
      fc.property(cases, ({ versions, plan }) => {
        expect([...plan.keep, ...plan.prune].sort((a, b) => a - b)).toEqual(versions.map(({ version }) => version));
        expect(plan.keep).toEqual(expect.arrayContaining([1, versions.length]));
      }),
    );
  });

  it("never touches what a pinned read needs, however often and by whichever policies it prunes", () => {
    const rounds = fc.array(fc.record({ policy: policies, pins: instants, idleDays: fc.nat({ max: 60 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(history, rounds, (versions, later) => {
        let kept: VersionStamp[] = versions;
        let nowMs = versions.at(-1)!.syncedAtMs;
        const answers = new Map<number, AsOf>();
        for (const { policy, pins, idleDays } of later) {
          nowMs += idleDays * dayMs;
          // What is pinned is what was answered when it was: a gap that was there before stays one.
          for (const atMs of pins) if (!answers.has(atMs)) answers.set(atMs, resolveAsOf(kept, atMs));
          kept = keptOf(kept, planRetention({ versions: kept, policy, nowMs, pins: [...answers.keys()] }));
          for (const [atMs, answer] of answers) expect(resolveAsOf(kept, atMs)).toEqual(answer);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("prunes to days where a pin stands in a gap that months could not answer", () => {
    const versions = stamps("2026-01-03T00:00Z", "2026-01-10T00:00Z", "2026-01-20T00:00Z", "2026-03-01T00:00Z");
    const gap = [versions[0]!, { ...versions[2]!, prunedTo: "day" as const }, { ...versions[3]!, prunedTo: null }];
    const plan = (pin: string) =>
      planRetention({
        versions: gap,
        policy: { keepAllDays: 1, thenLastOf: "month" },
        nowMs: at("2026-04-01T00:00Z"),
        pins: [at(pin)],
      });
    expect(plan("2026-01-15T00:00Z").thenLastOf).toBe("day");
    expect(plan("2026-01-20T12:00Z").thenLastOf).toBe("month");
  });

  it("never removes what an as-of inside the horizon reads", () => {
    fc.assert(
      fc.property(cases, fc.nat({ max: 40 * 24 }), ({ versions, policy, nowMs, kept }, hours) => {
        const atMs = nowMs - Math.min(hours * hourMs, policy.keepAllDays * dayMs);
        expect(resolveAsOf(kept, atMs)).toEqual(resolveAsOf(versions, atMs));
      }),
    );
  });

  it("leaves what was known at the end of each period as it was", () => {
    fc.assert(
      fc.property(cases, ({ versions, policy, kept }) => {
        for (const { syncedAtMs } of versions) {
          const day = new Temporal.ZonedDateTime(BigInt(syncedAtMs) * 1_000_000n, "UTC").startOfDay();
          const end = policy.thenLastOf === "day" ? day.add({ days: 1 }) : day.with({ day: 1 }).add({ months: 1 });
          const atMs = end.epochMilliseconds - 1;
          expect(resolveAsOf(kept, atMs, policy.thenLastOf)).toEqual(resolveAsOf(versions, atMs));
        }
      }),
    );
  });

  it("a second run finds nothing more", () => {
    fc.assert(
      fc.property(cases, ({ kept, policy, nowMs, pins }) => {
        expect(planRetention({ versions: kept, policy, nowMs, pins }).prune).toEqual([]);
      }),
    );
  });
});

describe("resolveAsOf", () => {
  it("answers as before the pruning or says that it cannot, never with another version", () => {
    fc.assert(
      fc.property(cases, fc.nat({ max: 400 * 24 }), fc.boolean(), ({ versions, policy, kept }, hours, knowsPeriod) => {
        const atMs = versions[0]!.syncedAtMs - dayMs + hours * hourMs;
        const answer = resolveAsOf(kept, atMs, knowsPeriod ? policy.thenLastOf : undefined);
        if (answer.kind !== "pruned") expect(answer).toEqual(resolveAsOf(versions, atMs));
        else expect(kept.map(({ version }) => version)).toContain(answer.nearest);
      }),
      { numRuns: 500 },
    );
  });

  it("knows what was before the first, and which kept one is nearest to what is gone", () => {
    const kept = [
      { version: 1, syncedAtMs: at("2026-01-01T00:00Z") },
      { version: 9, syncedAtMs: at("2026-01-31T00:00Z") },
    ];
    expect(resolveAsOf(kept, at("2025-12-31T23:59Z"))).toEqual({ kind: "before_first" });
    expect(resolveAsOf(kept, at("2026-01-01T00:00Z"))).toEqual({ kind: "pruned", nearest: 1 });
    expect(resolveAsOf(kept, at("2026-01-30T00:00Z"))).toEqual({ kind: "pruned", nearest: 9 });
    expect(resolveAsOf(kept, at("2026-01-30T00:00Z"), "day")).toEqual({ kind: "found", version: 1 });
    expect(resolveAsOf(kept, at("2026-01-31T00:00Z"))).toEqual({ kind: "found", version: 9 });
  });
});
