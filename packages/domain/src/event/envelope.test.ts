import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FoundEvent } from "./envelope.ts";
import { isReject, judgeEnvelope } from "./envelope.ts";

const found: FoundEvent = {
  eventId: "1A2B3C4D-1234-5678-9ABC-123456789ABC",
  eventType: "ArticleAddedToCart",
  eventTimestamp: "2024-08-17T10:00:00Z",
  userId: "123E4567-e89b-12d3-a456-426614174000",
  relatedId: null,
  version: "1",
  locationId: null,
  visitDate: null,
  schemaVersion: null,
};
const rejectOf = (change: Partial<FoundEvent>) => {
  const judged = judgeEnvelope({ ...found, ...change }, null);
  return isReject(judged) ? [judged.code, judged.pointer] : null;
};

describe("an envelope", () => {
  it("is taken with ids in lower case and its instant in microseconds", () => {
    expect(judgeEnvelope(found, null)).toEqual({
      eventId: "1a2b3c4d-1234-5678-9abc-123456789abc",
      version: 1,
      eventType: "ArticleAddedToCart",
      eventTimeUs: Date.UTC(2024, 7, 17, 10) * 1000,
      userId: "123e4567-e89b-12d3-a456-426614174000",
      relatedId: null,
      locationId: null,
      visitDate: null,
      schemaVersion: null,
    });
  });

  it.each([
    [{ eventId: null }, "event.field_missing", "/event_id"],
    [{ eventId: "3c4d5e6f-3234-5678-9ghi-323456789ghi" }, "event.uuid_invalid", "/event_id"],
    [{ eventId: { is: "a number" } }, "event.field_type", "/event_id"],
    [{ eventType: null }, "event.field_missing", "/event_type"],
    [{ eventTimestamp: null }, "event.field_missing", "/event_timestamp"],
    [{ eventTimestamp: { is: "a number" } }, "event.field_type", "/event_timestamp"],
    [{ eventTimestamp: "2024-08-17 10:00:00" }, "event.timestamp_without_offset", "/event_timestamp"],
    [{ userId: null }, "event.field_missing", "/user_id"],
    [{ userId: "nobody" }, "event.uuid_invalid", "/user_id"],
    [{ relatedId: "98765" }, "event.uuid_invalid", "/related_id"],
    [{ version: null }, "event.field_missing", "/version"],
    [{ version: { is: "a string" } }, "event.field_type", "/version"],
    [{ locationId: "" }, "event.uuid_invalid", "/location_id"],
    [{ visitDate: "2026-02-29" }, "event.date_invalid", "/visit_date"],
    [{ visitDate: "2026-08-17T00:00:00Z" }, "event.date_invalid", "/visit_date"],
    [{ schemaVersion: "0" }, "event.schema_version_invalid", "/schema_version"],
  ] satisfies [Partial<FoundEvent>, string, string][])("%j is %s at %s", (change, code, pointer) => {
    expect(rejectOf(change)).toEqual([code, pointer]);
  });

  it("takes versions from 1 to 2^31 - 1, whole ones, and no others", () => {
    for (const version of ["1", "2147483647", "2.0"]) expect(rejectOf({ version }), version).toBeNull();
    for (const version of ["0", "-1", "2147483648", "1.5", "1e3", "01x", "", "1.00000000000000000000000001"]) {
      expect(rejectOf({ version }), version).toEqual(["event.version_invalid", "/version"]);
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (version) => {
        expect(judgeEnvelope({ ...found, version: String(version) }, null)).toMatchObject({ version });
      }),
    );
  });

  it("names the first thing that is wrong, in the contract's order", () => {
    expect(rejectOf({ eventId: "x", userId: "y", version: "0" })).toEqual(["event.uuid_invalid", "/event_id"]);
    expect(rejectOf({ visitDate: "x", version: "0" })).toEqual(["event.version_invalid", "/version"]);
  });

  it("is judged without throwing, whatever was found", () => {
    const anything = fc.oneof(fc.string(), fc.constant(null), fc.record({ is: fc.string() }));
    fc.assert(
      fc.property(fc.record(Object.fromEntries(Object.keys(found).map((key) => [key, anything]))), (drawn) => {
        const judged = judgeEnvelope(drawn as unknown as FoundEvent, null);
        if (isReject(judged)) expect(judged.detail.length).toBeLessThan(400);
      }),
    );
  });
});
