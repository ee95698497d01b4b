// Who is not let in to the board, and what they are told: people are led to the console's sign-in, programs to a key.
import { AppError } from "@almanac/domain/errors";
import type { Principal } from "../access/principal.ts";
import { framedPage } from "../docs/pages.ts";
import { type Answer, bytes } from "../http/answer.ts";
import { type HttpContext, pathOf } from "../http/exchange.ts";
import { Refusal } from "../http/refusal.ts";

/** 403: the board shows every location's jobs, so a key that is limited to some may not see it. */
export function requireAllLocations(principal: Principal): void {
  if (principal.locationIds !== null) {
    throw new AppError("forbidden", {
      code: "key.limited",
      detail: "The jobs are of all locations; the key is limited to some.",
    });
  }
}

/** What a refused caller is told; null: the problem itself. */
export function refuse(c: HttpContext, refused: AppError): Answer | null {
  const isPage = wantsPage(c);
  if (refused.category === "forbidden" && isPage) {
    return bytes(403, notForYou(refused.detail), "text/html; charset=utf-8", { headers: framedPage });
  }
  if (refused.category !== "unauthenticated") {
    return null;
  }
  if (isPage && c.req.raw.headers.get("authorization") === null) {
    return bytes(303, null, null, {
      headers: { location: `/sign-in?then=${encodeURIComponent(pathOf(c)).replaceAll("%2F", "/")}` },
    });
  }
  throw new Refusal("unauthenticated", {
    code: refused.code,
    detail: `${refused.detail} Sign in at /sign-in, or send an operator's API key.`,
    headers: { "www-authenticate": 'Bearer realm="almanac", Basic realm="almanac", charset="UTF-8"' },
  });
}

function wantsPage(c: HttpContext): boolean {
  return c.req.method === "GET" && (c.req.raw.headers.get("accept") ?? "").includes("text/html");
}

/** `reason` is one of our own sentences, with nothing of the caller's in it. */
function notForYou(reason: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Almanac jobs</title>
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>Almanac jobs</h1>
<p>The jobs are for operators whose key is not limited to some locations. ${reason}</p>
<p><a href="/sign-in?then=/jobs" target="_top">Sign in with another key</a></p>
</main>
</body>
</html>
`;
}
