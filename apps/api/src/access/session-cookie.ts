// The cookie of a browser that is signed in: what it looks like, and the token in one that came.
import { randomBytes } from "node:crypto";

export const sessionHours = 12;
export const sessionCookieName = "almanac_session";
const pattern = new RegExp(`(?:^|;\\s*)${sessionCookieName}=([\\w-]{43})(?:;|$)`);

/** 256 random bits, for a cookie or a link. */
export function mintToken(): string {
  return randomBytes(32).toString("base64url");
}

/** The token of a Cookie header; null where there is none. */
export function sessionTokenOf(cookies: string | null | undefined): string | null {
  return cookies === null || cookies === undefined ? null : (pattern.exec(cookies)?.[1] ?? null);
}

/** Scripts cannot read it, and other sites' pages do not send it. An empty token takes the cookie away. */
export function sessionCookie(token: string, { isHttps }: { isHttps: boolean }): string {
  const seconds = token === "" ? 0 : sessionHours * 3_600;
  const attributes = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isHttps ? "; Secure" : ""}`;
  return `${sessionCookieName}=${token}; ${attributes}`;
}
