// Does the caller have this already? Strong entity tags on every read, and 304 when the caller's copy is the same.
import { hash } from "node:crypto";

/** A strong tag of the bytes themselves. */
export function etagOf(body: string | Uint8Array): string {
  return `"${hash("sha256", body, "base64url").slice(0, 27)}"`;
}

/** RFC 9110 13.1.2: `*`, or a list compared weakly. */
export function matches(ifNoneMatch: string | null | undefined, etag: string): boolean {
  if (ifNoneMatch === null || ifNoneMatch === undefined) {
    return false;
  }
  if (ifNoneMatch === etag || ifNoneMatch.trim() === "*") {
    return true;
  }
  return ifNoneMatch.match(/(?:W\/)?"[^"]*"/g)?.some((tag) => tag.replace(/^W\//, "") === etag) ?? false;
}
