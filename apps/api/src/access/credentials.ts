// Which key does a request carry? A bearer token, or HTTP basic with the key as password (for calendar programs and
// browsers, which know nothing else).
import { AppError } from "@almanac/domain/errors";

export interface Credentials {
  key: string;
  /** True where a browser may send them by itself: such a call must prove its origin before it changes anything. */
  ambient: boolean;
}

/** Null without an Authorization header; 401 for one that holds no key. */
export function readCredentials(authorization: string | undefined | null): Credentials | null {
  if (authorization === undefined || authorization === null) {
    return null;
  }
  const bearer = /^Bearer +(.+)$/i.exec(authorization)?.[1]?.trim();
  if (bearer !== undefined && bearer !== "") {
    return { key: bearer, ambient: false };
  }
  const basic = /^Basic +([\w+/=-]+)\s*$/i.exec(authorization)?.[1];
  const password =
    basic === undefined ? undefined : /^[^:]*:(.+)$/s.exec(Buffer.from(basic, "base64").toString("utf8"))?.[1];
  if (password !== undefined) {
    return { key: password, ambient: true };
  }
  throw new AppError("unauthenticated", {
    code: "key.malformed",
    detail: "Send the API key as Authorization: Bearer <key>, or as the password of HTTP basic.",
  });
}

/**
 * 403 for a call that another site's page makes a browser send. `Sec-Fetch-Site` is the browser's own word and decides
 * (`Origin` is `null` even for our own forms where the page sends no referrer); where it is missing, `Origin` must name
 * this host. Programs send neither.
 */
export function requireSameOrigin(headers: Headers): void {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  const fromHere = site === null ? origin === null || isHost(origin, headers.get("host")) : isOwn(site);
  if (!fromHere) {
    throw new AppError("forbidden", {
      code: "request.cross_origin",
      detail: "This change was asked for by a page of another site.",
    });
  }
}

function isOwn(site: string): boolean {
  return site === "same-origin" || site === "none";
}

function isHost(origin: string, host: string | null): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
