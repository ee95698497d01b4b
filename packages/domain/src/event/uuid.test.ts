import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseUuid } from "./uuid.ts";

describe("a UUID", () => {
  it("is taken in any case, and is lower case from then on", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.array(fc.boolean(), { minLength: 36, maxLength: 36 }), (uuid, isUpper) => {
        const mixed = Array.from(uuid, (letter, index) => (isUpper[index] === true ? letter.toUpperCase() : letter));
        expect(parseUuid(mixed.join(""))).toBe(uuid);
      }),
    );
  });

  it("may have any version and variant, as the brief's ids do", () => {
    expect(parseUuid("1a2b3c4d-1234-5678-9abc-123456789abc")).toBe("1a2b3c4d-1234-5678-9abc-123456789abc");
    expect(parseUuid("098f6bcd-4621-3373-8ade-4e832627b4f6")).not.toBeNull();
    expect(parseUuid("00000000-0000-0000-0000-000000000000")).not.toBeNull();
  });

  it.each([
    "3c4d5e6f-3234-5678-9ghi-323456789ghi",
    "3C4D5E6F-3234-5678-9GHI-323456789GHI",
    "1A2B3C4D-1234-5678-9abc-123456789ab-",
    "1A2B3C4Da1234-5678-9abc-123456789abc",
    "1A2B3C4DA1234-5678-9abc-123456789abc",
    "{1a2b3c4d-1234-5678-9abc-123456789abc}",
    "urn:uuid:1a2b3c4d-1234-5678-9abc-123456789abc",
    "1a2b3c4d123456789abc123456789abc",
    "1a2b3c4d-1234-5678-9abc-123456789abc\n",
    "1a2b3c4d-12345-678-9abc-123456789abc",
    "",
  ])("is not %j", (text) => {
    expect(parseUuid(text)).toBeNull();
  });

  it("is ASCII: letters that only become ASCII in lower case are none of its", () => {
    expect(parseUuid("\u{212a}a2b3c4d-1234-5678-9abc-123456789abc")).toBeNull();
    expect(parseUuid("1a2b3c4d-1234-5678-9abc-12345678９abc")).toBeNull();
  });
});
