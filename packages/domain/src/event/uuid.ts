// What counts as a UUID: the 36 characters of RFC 9562, of any version and variant (the brief's own ids have none).
const length = 36;
const bytesOfId = 16;

// What may stand at a place, and what a character is: a lower-case digit, an upper-case one, a hyphen, another.
const [lower, upper, hyphen, other] = [1, 2, 4, 8];
const wanted = new Uint8Array(length).fill(lower);
for (const place of [8, 13, 18, 23]) wanted[place] = hyphen;
const kinds = new Uint8Array(256).fill(other);
for (const digit of "0123456789abcdef") kinds[digit.charCodeAt(0)] = lower;
for (const digit of "ABCDEF") kinds[digit.charCodeAt(0)] = upper;
kinds["-".charCodeAt(0)] = hyphen;

/** What a hexadecimal digit is worth; another character more than any. */
const nibbles = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value += 1) {
  nibbles[value.toString(16).charCodeAt(0)] = value;
  nibbles[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}
const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

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

/** Reads the UUID that is written between two places into 16 bytes; false, and some of them overwritten, for anything else. */
export function readUuid(text: Uint8Array, start: number, end: number, into: Uint8Array, at: number): boolean {
  if (
    end - start !== length ||
    text[start + 8] !== 0x2d ||
    text[start + 13] !== 0x2d ||
    text[start + 18] !== 0x2d ||
    text[start + 23] !== 0x2d
  ) {
    return false;
  }
  let seen = 0;
  let from = start;
  for (let n = 0; n < bytesOfId; n += 1) {
    const high = nibbles[text[from]!]!;
    const low = nibbles[text[from + 1]!]!;
    seen |= high | low;
    into[at + n] = (high << 4) | low;
    // A hyphen stands behind the bytes 3, 5, 7 and 9.
    from += n === 3 || n === 5 || n === 7 || n === 9 ? 3 : 2;
  }
  return seen < 16;
}

/** Writes the bytes of a text that is known to be a UUID, answers where they end. */
export function writeUuid(into: Uint8Array, at: number, uuid: string): number {
  encoder.encodeInto(uuid, bytes);
  readUuid(bytes, 0, length, into, at);
  return at + bytesOfId;
}

/** The UUID, in lower case, that lies in 16 bytes. */
export function uuidText(from: Uint8Array, at: number): string {
  let text = "";
  for (let n = 0; n < bytesOfId; n += 1) {
    if (n === 4 || n === 6 || n === 8 || n === 10) text += "-";
    text += pairs[from[at + n]!]!;
  }
  return text;
}

/** FNV-1a over the characters of the UUID that lies in 16 bytes. */
export function hashUuid(from: Uint8Array, at: number): number {
  let sum = 0x811c_9dc5;
  for (let n = 0; n < bytesOfId; n += 1) {
    if (n === 4 || n === 6 || n === 8 || n === 10) sum = Math.imul(sum ^ 0x2d, 0x0100_0193);
    const byte = from[at + n]!;
    sum = Math.imul(sum ^ digits[byte >> 4]!, 0x0100_0193);
    sum = Math.imul(sum ^ digits[byte & 15]!, 0x0100_0193);
  }
  return sum >>> 0;
}

const digits = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));
