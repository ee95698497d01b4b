import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../errors.ts";
import { localClock } from "./local-clock.ts";
import { checkTime, readTimestamp } from "./timestamp.ts";

const pad = (value: number, length = 2) => String(value).padStart(length, "0");
const microseconds = (text: string) => Number(Temporal.Instant.from(text).epochNanoseconds / 1000n);
const codeOf = (read: ReturnType<typeof readTimestamp>) => (typeof read === "number" ? read : read.code);

const wallClock = fc
  .record({
    year: fc.integer({ min: 1901, max: 2199 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.integer({ min: 0, max: 59 }),
    second: fc.integer({ min: 0, max: 59 }),
  })
  .map((at) => `${at.year}-${pad(at.month)}-${pad(at.day)}T${pad(at.hour)}:${pad(at.minute)}:${pad(at.second)}`);
const fraction = fc.oneof(fc.constant(""), fc.stringMatching(/^\.\d{1,6}$/), fc.stringMatching(/^\.\d{6}0{1,6}$/));
const offset = fc.oneof(
  fc.constant("Z"),
  fc
    .tuple(fc.constantFrom("+", "-"), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([sign, hours, minutes]) => `${sign}${pad(hours)}:${pad(minutes)}`),
);

describe("a timestamp with an offset", () => {
  it("is the instant that Temporal reads, to the microsecond", () => {
    fc.assert(
      fc.property(wallClock, fraction, offset, (at, decimals, zone) => {
        const text = `${at}${decimals}${zone}`;
        // Temporal takes nine decimals at most.
        expect(readTimestamp(text, null)).toBe(microseconds(`${at}${decimals.slice(0, 10)}${zone}`));
      }),
    );
  });

  it("may have a space, a small t or a small z, as RFC 3339 allows", () => {
    const expected = microseconds("2024-08-17T10:00:00Z");
    for (const text of ["2024-08-17 10:00:00Z", "2024-08-17t10:00:00z", "2024-08-17T12:00:00+02:00"]) {
      expect(readTimestamp(text, null), text).toBe(expected);
    }
  });

  it("is not rounded: what is finer than a microsecond is refused, unless it is zeros", () => {
    expect(codeOf(readTimestamp("2024-08-17T10:00:00.1234567Z", null))).toBe("event.timestamp_too_precise");
    expect(readTimestamp("2024-08-17T10:00:00.123456000Z", null)).toBe(microseconds("2024-08-17T10:00:00.123456Z"));
  });

  it.each([
    "2024-08-17",
    "2024-08-17T10:00Z",
    "2024-08-17T10:00:00.Z",
    "2024-08-17T10:00:00,5Z",
    "2024-08-17T24:00:00Z",
    "2024-08-17T10:60:00Z",
    "2016-12-31T23:59:60Z",
    "2023-02-29T10:00:00Z",
    "2024-08-17T10:00:00+2",
    "2024-08-17T10:00:00+0200",
    "2024-08-17T10:00:00+24:00",
    "2024-08-17T10:00:00+02:60",
    "2024-08-17T10:00:00ZZ",
    "2024-08-17_10:00:00Z",
    " 2024-08-17T10:00:00Z",
    "2024-08-17T10:00:00 Z",
    "1723888800",
    "٢024-08-17T10:00:00Z",
    "",
  ])("is not %j", (text) => {
    expect(codeOf(readTimestamp(text, localClock("UTC")))).toBe("event.timestamp_invalid");
  });

  it("lies in the years 1900 to 2200, in UTC", () => {
    expect(readTimestamp("1900-01-01T00:00:00Z", null)).toBe(microseconds("1900-01-01T00:00:00Z"));
    expect(readTimestamp("2200-12-31T23:59:59.999999Z", null)).toBe(microseconds("2200-12-31T23:59:59.999999Z"));
    expect(codeOf(readTimestamp("1899-12-31T23:59:59.999999Z", null))).toBe("event.timestamp_out_of_range");
    expect(codeOf(readTimestamp("2201-01-01T00:00:00Z", null))).toBe("event.timestamp_out_of_range");
    expect(codeOf(readTimestamp("0001-01-01T00:00:00", localClock("Asia/Tokyo")))).toBe("event.timestamp_out_of_range");
  });
});

describe("a timestamp without an offset", () => {
  it("is refused unless the load names a time zone", () => {
    expect(codeOf(readTimestamp("2024-08-17 10:00:00", null))).toBe("event.timestamp_without_offset");
    expect(readTimestamp("2024-08-17 10:00:00", localClock("UTC"))).toBe(microseconds("2024-08-17T10:00:00Z"));
  });

  it.each(["Europe/Amsterdam", "Pacific/Auckland", "Pacific/Honolulu", "Australia/Lord_Howe", "Africa/Monrovia"])(
    "is what clocks in %s showed, once",
    (timeZone) => {
      const clock = localClock(timeZone);
      fc.assert(
        fc.property(wallClock, fraction, (at, decimals) => {
          const local = Temporal.PlainDateTime.from(`${at}${decimals.slice(0, 7)}`);
          const first = local.toZonedDateTime(timeZone, { disambiguation: "earlier" });
          const second = local.toZonedDateTime(timeZone, { disambiguation: "later" });
          const isOnce = first.epochNanoseconds === second.epochNanoseconds;
          const kind = first.toPlainDateTime().equals(local) ? "ambiguous" : "skipped";
          const expected = isOnce ? Number(first.epochNanoseconds / 1000n) : `event.timestamp_${kind}`;
          expect(codeOf(readTimestamp(`${at}${decimals}`, clock))).toBe(expected);
        }),
      );
    },
  );

  it("has a code of its own for a time that clocks showed twice, and for one that they skipped", () => {
    const clock = localClock("Europe/Amsterdam");
    expect(codeOf(readTimestamp("2025-10-26 02:30:00", clock))).toBe("event.timestamp_ambiguous");
    expect(codeOf(readTimestamp("2026-03-29 02:30:00", clock))).toBe("event.timestamp_skipped");
    expect(readTimestamp("2025-10-26 01:59:59.999999", clock)).toBe(microseconds("2025-10-25T23:59:59.999999Z"));
    expect(readTimestamp("2025-10-26 03:00:00", clock)).toBe(microseconds("2025-10-26T02:00:00Z"));
    expect(readTimestamp("2026-03-29 03:00:00", clock)).toBe(microseconds("2026-03-29T01:00:00Z"));
  });

  it("may come as a number from a format that has times", () => {
    const us = microseconds("2026-07-01T10:00:00Z");
    expect(checkTime(us, false, null)).toBe(us);
    expect(checkTime(us, true, localClock("Europe/Amsterdam"))).toBe(us - 2 * 3_600_000_000);
    expect(codeOf(checkTime(us, true, null))).toBe("event.timestamp_without_offset");
    expect(codeOf(checkTime(Number.MAX_SAFE_INTEGER, false, null))).toBe("event.timestamp_out_of_range");
  });
});

describe("a time zone", () => {
  it("that nobody knows is refused", () => {
    expect(() => localClock("Europe/Atlantis")).toThrow(AppError);
    expect(() => localClock("")).toThrow(AppError);
  });
});
