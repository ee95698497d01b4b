// Values that parsers, dates, numbers and databases trip over.
import fc from "fast-check";

const badDates = [
  "2026-02-30",
  "2025-02-29",
  "2026-13-01",
  "0000-01-01",
  "9999-12-31",
  "+002026-01-01",
  "2026-1-1",
  "20260101",
  "2026-01-01T00:00:00",
  "2026-01-01T24:00:00Z",
  "2026-12-31T23:59:60Z",
  "-000001-01-01",
  "2026-01-01T00:00:00[Europe/Paris]",
];
const badIds = [
  "00000000-0000-0000-0000-00000000000",
  "{10000000-0000-4000-8000-000000000000}",
  "urn:uuid:10000000-0000-4000-8000-000000000000",
  "10000000000040008000000000000000",
  "10000000-0000-4000-8000-00000000000g",
  "..",
  ".",
];
const oddNumbers = [
  "-1",
  "0",
  "1.5",
  "1e3",
  "0x10",
  "1_000",
  " 1",
  "1001",
  "2147483648",
  "9007199254740993",
  "99999999999999999999",
  "1e400",
  "NaN",
  "Infinity",
  "-0",
  "٣",
];
const oddTexts = [
  "",
  " ",
  "null",
  "true",
  "TRUE",
  "a\u0000b",
  "\u202Eabc",
  "e\u0301",
  "🦄",
  "__proto__",
  "constructor",
  "toString",
  "[]",
  "{}",
  "'\"`;--",
  "${1}",
  "%00",
  "%",
  "../../etc",
  "all,public",
  "public,,bank",
  "en_US",
  "\r\n x-evil: 1",
  "\uFEFF",
  "x".repeat(5_000),
];
export const nasty = fc.oneof(
  fc.constantFrom(...badDates),
  fc.constantFrom(...badIds),
  fc.constantFrom(...oddNumbers),
  fc.constantFrom(...oddTexts),
  fc.string({ unit: "binary", maxLength: 20 }),
);
export const nastyJson = fc.oneof(
  nasty,
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, 2 ** 53, [], {}, [[]], [null], { "": "" }),
  fc.constant(nested(40)),
  fc.constant(Array.from({ length: 1_001 }, () => "10000000-0000-4000-8000-000000000000")),
  fc.json({ maxDepth: 3 }).map((text): unknown => JSON.parse(text)),
);

export const unknownNames = [
  "unknown",
  "From",
  "location_id ",
  "limit[]",
  "",
  "__proto__",
  "constructor",
  "$where",
  "🦄",
];

function nested(depth: number): unknown {
  return depth === 0 ? 1 : { a: [nested(depth - 1)] };
}
