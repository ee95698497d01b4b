// What counts as a UUID: the 36 characters of RFC 9562, of any version and variant (the brief's own ids have none).
const length = 36;

// What may stand at a place, and what a character is: a lower-case digit, an upper-case one, a hyphen, another.
const [lower, upper, hyphen, other] = [1, 2, 4, 8];
const wanted = new Uint8Array(length).fill(lower);
for (const place of [8, 13, 18, 23]) wanted[place] = hyphen;
const kinds = new Uint8Array(256).fill(other);
for (const digit of "0123456789abcdef") kinds[digit.charCodeAt(0)] = lower;
for (const digit of "ABCDEF") kinds[digit.charCodeAt(0)] = upper;
kinds["-".charCodeAt(0)] = hyphen;

const encoder = new TextEncoder();
const bytes = new Uint8Array(length);

/** The UUID in lower case; null for anything else (braces, `urn:uuid:` and missing hyphens included). */
export function parseUuid(text: string): string | null {
  if (text.length !== length) return null;
  // The bytes at once: a field is a slice of its line, and every character asked for would find its way there anew. A
  // character beyond ASCII becomes bytes that are no digits; where they no longer fit, what was there is overwritten.
  if (encoder.encodeInto(text, bytes).written !== length) return null;
  let differences = 0;
  for (let place = 0; place < length; place += 1) differences |= kinds[bytes[place]!]! ^ wanted[place]!;
  if (differences === 0) return text;
  return differences === (lower | upper) ? text.toLowerCase() : null;
}
