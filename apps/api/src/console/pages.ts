// The console at / and at its screens' addresses: one page, and the files that it is made of. What it is built from is no
// matter of the api, which knows a folder.
import { AppError } from "@almanac/domain/errors";
import { type Answer, bytes } from "../http/answer.ts";
import type { HttpContext } from "../http/exchange.ts";
import type { PageRoute } from "../http/router.ts";
import { encodingFor, openBuild } from "./build.ts";

/** Every screen's first part of the path; what stands below is the screen's own. */
const screens = [
  "sign-in",
  "holidays",
  "versions",
  "locations",
  "loads",
  "events",
  "schemas",
  "insights",
  "data",
  "audit",
  "runs",
  "keys",
  "reference",
] as const;

// Charts place their marks by properties of style, which scripts may set; pictures and files are made in the page and
// saved from blob: URLs.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'self'",
  "frame-ancestors 'none'",
  "manifest-src 'self'",
].join("; ");

const html = "text/html; charset=utf-8";

/** `folder`: of the built console, which may also be built while the api runs; null: there is none. */
export function consolePages(folder: string | null): PageRoute[] {
  const build = openBuild(folder);

  async function page(): Promise<Answer> {
    const built = await build.page();
    return bytes(200, built ?? pageWithoutBuild, html, {
      headers: { "content-security-policy": policy, "cache-control": "no-cache" },
    });
  }

  async function file(c: HttpContext): Promise<Answer> {
    const found = await build.file(c.req.param("file") ?? "", encodingFor(c.req.raw.headers.get("accept-encoding")));
    if (found === null) {
      throw new AppError("not-found", { code: "route.not_found", detail: "There is no such file of the console." });
    }
    return bytes(200, found.content, found.contentType, {
      etag: found.etag,
      headers: {
        // Its name changes with its content.
        "cache-control": "public, max-age=31536000, immutable",
        vary: "accept-encoding",
        ...(found.encoding === null ? {} : { "content-encoding": found.encoding }),
      },
    });
  }

  return [
    { operationId: "getConsole", method: "get", path: "/", handle: page },
    ...screens.map((screen): PageRoute => ({
      operationId: "getConsoleScreen",
      method: "get",
      path: `/${screen}/*`,
      handle: page,
    })),
    { operationId: "getConsoleFile", method: "get", path: "/assets/:file", handle: file },
  ];
}

const pageWithoutBuild = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Almanac</title>
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>Almanac</h1>
<p>Which days are holidays for a place, as we knew it on any past day.</p>
<p>The console is not built here: <code>npm run console</code> builds it, then load this page again.</p>
<ul>
<li><a href="/docs">API documentation</a> and its <a href="/openapi.json">OpenAPI document</a></li>
<li><a href="/catalog">Data catalogue</a></li>
<li><a href="/jobs">Jobs</a>, for operators</li>
<li><a href="/readyz">Readiness</a></li>
</ul>
</main>
</body>
</html>
`;
