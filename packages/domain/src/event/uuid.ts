// What counts as a UUID: the 36 characters of RFC 9562, of any version and variant (the brief's own ids have none).
const lowerCase = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The UUID in lower case; null for anything else (braces, `urn:uuid:` and missing hyphens included). */
export function parseUuid(text: string): string | null {
  if (lowerCase.test(text)) return text;
  const lower = text.toLowerCase();
  // A few letters outside ASCII become ASCII in lower case (the Kelvin sign): the length of the bytes must not hide that.
  return lowerCase.test(lower) && isAscii(text) ? lower : null;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 127) return false;
  return true;
}
