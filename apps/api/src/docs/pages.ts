// The pages around the document: /openapi.json and /docs with Swagger UI from this machine's own files, so that they
// open without internet.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { AppError } from "@almanac/domain/errors";
import { bytes } from "../http/answer.ts";
import type { ApiApp, PageRoute } from "../http/router.ts";
import { openApiDocument } from "./document.ts";

const uiFolder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

const start = `addEventListener("load", () => {
  SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null, tryItOutEnabled: true });
});
`;

const files: Record<string, { contentType: string; read: () => Buffer }> = {
  "swagger-ui.css": { contentType: "text/css; charset=utf-8", read: uiFile("swagger-ui.css") },
  "swagger-ui-bundle.js": { contentType: "text/javascript; charset=utf-8", read: uiFile("swagger-ui-bundle.js") },
  "start.js": { contentType: "text/javascript; charset=utf-8", read: () => Buffer.from(start) },
};

// Swagger UI writes style attributes and draws its icons from data: URLs; scripts come from here alone. The console shows
// these pages in a frame.
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'self'",
  "frame-ancestors 'self'",
].join("; ");

/** The headers of a page that the console may frame. */
export const framedPage = { "content-security-policy": pagePolicy, "x-frame-options": "SAMEORIGIN" };

const html = "text/html; charset=utf-8";

export function docsPages(app: () => ApiApp): PageRoute[] {
  let document: string | undefined;
  return [
    {
      operationId: "getOpenApi",
      method: "get",
      path: "/openapi.json",
      handle: () => bytes(200, (document ??= JSON.stringify(openApiDocument(app()))), "application/json"),
    },
    {
      operationId: "getDocs",
      method: "get",
      path: "/docs",
      handle: () => bytes(200, docsPage, html, { headers: framedPage }),
    },
    {
      operationId: "getDocsFile",
      method: "get",
      path: "/docs/:file",
      handle(c) {
        const file = files[c.req.param("file") ?? ""];
        if (file === undefined) {
          throw new AppError("not-found", { code: "route.not_found", detail: "There is no such file of the docs." });
        }
        return bytes(200, new Uint8Array(file.read()), file.contentType);
      },
    },
  ];
}

function uiFile(name: string): () => Buffer {
  let content: Buffer | undefined;
  return () => (content ??= readFileSync(join(uiFolder, name)));
}

const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Almanac API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
