import { createHash } from "node:crypto";
import { dayRows } from "@almanac/domain/holiday/days";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { badLineKinds } from "./bad-lines.ts";
import { generateSample, type SampleOptions } from "./generate.ts";
import { briefLocations, readDays } from "./locations.ts";

const year = { from: "2026-01-01", to: "2026-12-31" };

async function bytesOf(options: Partial<SampleOptions>) {
  const sample = await generateSample({ seed: 1, events: 1_000, ...year, ...options });
  const bytes = Buffer.concat([...sample.blocks()]);
  return { bytes, truth: sample.truth };
}

interface Event {
  event_id: string;
  event_type: string;
  event_timestamp: string;
  user_id: string;
  related_id: string;
  version: number;
  metadata: Record<string, unknown>;
  location_id: string;
  visit_date: string;
}

async function eventsOf(options: Partial<SampleOptions>): Promise<Event[]> {
  const { bytes } = await bytesOf({ shares: "none", ...options });
  return linesOf(bytes).map((line) => JSON.parse(line.toString()) as Event);
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(10, from);
    lines.push(bytes.subarray(from, end));
    from = end + 1;
  }
  return lines;
}

const types = new Set([
  "ArticleAddedToCart",
  "ArticleRemovedFromCart",
  "CheckoutStarted",
  "PaymentSuccessful",
  "PaymentFailed",
  "PaymentRefunded",
  "TicketIssued",
  "TicketCancelled",
  "BarcodeScanned",
]);
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** The event of a line, or null where it is none: the rules of the contract, written down a second time. */
function judge(line: Buffer): Event | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(line);
    const event = JSON.parse(text) as Event;
    const keys = [...text.matchAll(/"article_id"/g)];
    const isGood =
      uuid.test(event.event_id) &&
      uuid.test(event.user_id) &&
      types.has(event.event_type) &&
      event.version >= 1 &&
      /(Z|\+00:00)$/.test(event.event_timestamp) &&
      Temporal.Instant.from(event.event_timestamp) instanceof Temporal.Instant &&
      typeof (event.metadata["total_amount"] ?? 0) === "number" &&
      keys.length <= 1 &&
      !text.includes("\\u0000") &&
      !text.includes("[[[[");
    return isGood ? event : null;
  } catch {
    return null;
  }
}

/** What a load of these lines into nothing comes to, taken one after the other. */
function countSequentially(lines: readonly Buffer[]) {
  const counts = { total: 0, inserted: 0, updated: 0, duplicate: 0, stale: 0, conflict: 0, rejected: 0, history: 0 };
  const known = new Map<string, Map<number, string>>();
  for (const line of lines) {
    counts.total += 1;
    const event = judge(line);
    if (event === null) {
      counts.rejected += 1;
      continue;
    }
    const id = event.event_id.toLowerCase();
    const content = contentOf(event);
    const versions = known.get(id);
    const before = versions?.get(event.version);
    if (versions === undefined) {
      counts.inserted += 1;
      known.set(id, new Map([[event.version, content]]));
    } else if (before !== undefined) {
      counts[before === content ? "duplicate" : "conflict"] += 1;
    } else {
      counts[event.version > Math.max(...versions.keys()) ? "updated" : "stale"] += 1;
      counts.history += 1;
      versions.set(event.version, content);
    }
  }
  return counts;
}

function contentOf({ event_id: _id, version: _version, metadata, event_timestamp, ...rest }: Event): string {
  const sorted = (object: object) => Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted(rest), sorted(metadata), Temporal.Instant.from(event_timestamp).toString()]);
}

describe("a sample", () => {
  test("is the same for the same seed, to the byte, and another one for another", async () => {
    const hashOf = async (options: Partial<SampleOptions>) =>
      createHash("sha256")
        .update((await bytesOf(options)).bytes)
        .digest("hex");
    const [first, again, other] = [await hashOf({ seed: 7 }), await hashOf({ seed: 7 }), await hashOf({ seed: 8 })];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test("has exactly the events that were asked for, each once, whatever their number and the days", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.nat({ max: 3_000 }),
        fc.nat({ max: 900 }),
        fc.nat({ max: 400 }),
        async (seed, count, first, length) => {
          const from = Temporal.PlainDate.from("2024-06-01").add({ days: first });
          const days = { from: from.toString(), to: from.add({ days: length }).toString() };
          const events = await eventsOf({ seed, events: count, ...days });
          expect(new Set(events.map((event) => event.event_id)).size).toBe(count);
          expect(events).toHaveLength(count);
          for (const { event_timestamp: at, visit_date: visit } of events) {
            expect(at >= days.from && at.slice(0, 10) <= days.to && visit >= at.slice(0, 10), `${at} ${visit}`).toBe(
              true,
            );
          }
        },
      ),
      { numRuns: 8 },
    );
  });

  test("tells exactly what a load of it must come to, whatever goes wrong in it", async () => {
    const share = fc.double({ min: 0, max: 0.15, noNaN: true });
    const shares = fc.record({
      duplicates: share,
      corrections: share,
      late: share,
      shuffled: share,
      conflicts: share,
      bad: fc.double({ min: 0, max: 0.01, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(), shares, async (seed, shares) => {
        const { bytes, truth } = await bytesOf({ seed, shares, events: 800 });
        const { rejectedBy: _kinds, types: _types, ...counts } = truth;
        expect(countSequentially(linesOf(bytes))).toEqual(counts);
      }),
      { numRuns: 15 },
    );
  });

  test.each(["ndjson", "csv", "json"] as const)("has bad lines of each kind that %s can hold", async (format) => {
    const { truth } = await bytesOf({ events: 3_000, format, shares: { bad: 0.02 } });
    const left = format === "json" ? ["truncated", "broken_utf8"] : [];
    expect(Object.keys(truth.rejectedBy).toSorted()).toEqual(
      badLineKinds.filter((kind) => !left.includes(kind)).toSorted(),
    );
    expect(Object.values(truth.rejectedBy).reduce((sum, count) => sum + count, 0)).toBe(truth.rejected);
  });

  test("is the same content in every format, and when it is written otherwise", async () => {
    const plain = (await eventsOf({})).map(contentOf);
    expect((await eventsOf({ rendering: "reordered" })).map(contentOf)).toEqual(plain);
    const array = JSON.parse((await bytesOf({ format: "json", shares: "none" })).bytes.toString()) as Event[];
    expect(array.map(contentOf)).toEqual(plain);
    const records = (await bytesOf({ format: "csv", shares: "none" })).bytes.toString().trimEnd().split("\n").slice(1);
    const ids = records.map((record) => record.slice(0, 36));
    expect(ids).toEqual((await eventsOf({})).map((event) => event.event_id));
  });

  test("restates a share of its events under a higher version, each once and otherwise", async () => {
    const first = new Map((await eventsOf({})).map((event) => [event.event_id, event]));
    const second = await eventsOf({ restate: { version: 2, share: 0.3 } });
    expect(second.length).toBeGreaterThan(200);
    expect(second.length).toBeLessThan(400);
    expect(new Set(second.map((event) => event.event_id)).size).toBe(second.length);
    for (const event of second) {
      expect(event.version).toBe(2);
      expect(event.metadata).not.toEqual(first.get(event.event_id)!.metadata);
    }
  });
});

describe("its traffic", () => {
  test("is funnels: carts before checkouts, checkouts before payments, tickets before scans and cancellations", async () => {
    const carts = new Set<string>();
    const started = new Set<string>();
    const paid = new Set<string>();
    const tickets = new Set<string>();
    const came = { scans: 0, cancellations: 0, refunds: 0 };
    for (const { event_type: type, related_id: id, visit_date, event_timestamp } of await eventsOf({
      events: 20_000,
    })) {
      if (type === "ArticleAddedToCart") carts.add(id);
      if (type === "ArticleRemovedFromCart") expect(carts).toContain(id);
      if (type === "CheckoutStarted") {
        started.add(id);
        expect(carts).toContain(id);
      }
      if (type === "PaymentSuccessful") {
        paid.add(id);
        expect(started).toContain(id);
      }
      if (type === "TicketIssued") tickets.add(id);
      if (type === "BarcodeScanned") {
        came.scans += 1;
        expect(tickets).toContain(id);
        expect(event_timestamp.slice(0, 10)).toBe(visit_date);
      }
      if (type === "TicketCancelled") {
        came.cancellations += 1;
        expect(tickets).toContain(id);
      }
      if (type === "PaymentRefunded") {
        came.refunds += 1;
        expect(paid).toContain(id);
      }
    }
    expect(came.scans).toBeGreaterThan(2_000);
    expect(came.cancellations).toBeGreaterThan(came.refunds);
    expect(came.refunds).toBeGreaterThan(10);
  });

  test("is of people who come again", async () => {
    const events = await eventsOf({ events: 20_000 });
    const carts = new Map<string, Set<string>>();
    for (const { user_id: user, related_id: cart, event_type: type } of events) {
      if (type === "ArticleAddedToCart") carts.set(user, (carts.get(user) ?? new Set()).add(cart));
    }
    const often = [...carts.values()].filter((each) => each.size > 1).length / carts.size;
    expect(often).toBeGreaterThan(0.3);
  });

  test("follows the real holidays of each place: most of a public holiday's uplift is in the visits", async () => {
    const sales = new Map<string, number>();
    for (const { visit_date, location_id, event_type } of await eventsOf({ events: 150_000 })) {
      const key = `${location_id} ${visit_date}`;
      if (event_type === "PaymentSuccessful") sales.set(key, (sales.get(key) ?? 0) + 1);
    }
    // Ascension Day and Pentecost are no holidays in England, two bank holidays none in the Netherlands.
    const [dutch, english] = [["2026-05-14", "2026-05-24"] as const, ["2026-05-04", "2026-08-31"] as const];
    const sum = (country: string, day: string) =>
      briefLocations
        .filter(({ subdivisionCode }) => subdivisionCode.startsWith(country))
        .reduce((total, { locationId }) => total + (sales.get(`${locationId} ${day}`) ?? 0), 0);
    /** Against the mean of the same weekday in the weeks around: one day of four places is mostly chance. */
    const uplift = (country: string, days: readonly string[]) => {
      const around = days.flatMap((day) =>
        [-14, -7, 7, 14].map((shift) => Temporal.PlainDate.from(day).add({ days: shift }).toString()),
      );
      const total = (of: readonly string[]) => of.reduce((sold, day) => sold + sum(country, day), 0);
      return (4 * total(days)) / total(around);
    };
    expect(uplift("NL", dutch)).toBeGreaterThan(1.4);
    expect(uplift("GB", dutch)).toBeLessThan(1.4);
    expect(uplift("GB", english)).toBeGreaterThan(1.4);
    expect(uplift("NL", english)).toBeLessThan(1.4);
  });

  test("takes the holidays of a place from the caller where they are given", async () => {
    const [from, to] = [Temporal.PlainDate.from("2026-03-01"), Temporal.PlainDate.from("2026-03-31")];
    const jubilee = {
      occurrenceId: null,
      name: "Jubilee",
      localName: "Jubilee",
      names: {},
      date: Temporal.PlainDate.from("2026-03-11"),
      observedDate: null,
      endDate: null,
      type: "public" as const,
    };
    const place = { locationId: briefLocations[0]!.locationId, subdivisionCode: "NL-FL", holidays: [jubilee] };
    const [days] = await readDays([place], from, to);
    expect(days!.filter((day) => day.isPublicHoliday === true).map((day) => day.date.toString())).toEqual([
      "2026-03-11",
    ]);
    expect(days).toHaveLength(dayRows({ from, to, holidays: [], schoolKnown: false }).length);
  });
});
