// The OpenAPI document without a server, a database or anything else behind it: what routes declare is known before
// anybody calls them. For those who write the document down.
import { openSource } from "@almanac/sources/open";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiDeps } from "../deps.ts";
import { createMetrics } from "../http/metrics.ts";
import type { ApiApp } from "../http/router.ts";
import { everyRoute } from "../routes/routes.ts";
import { describeRoute } from "./describe.ts";
import { openApiDocument } from "./document.ts";

export function declaredDocument(): object {
  const app: ApiApp = new OpenAPIHono();
  for (const route of everyRoute(nothing, createMetrics(), absent("authenticator")))
    app.openAPIRegistry.registerPath(describeRoute(route));
  return openApiDocument(app);
}

/** Stands where a dependency would: whoever uses it while a route is declared is told so. */
function absent(name: string): never {
  const refuse = () => {
    throw new Error(`A route used the ${name} before anybody called it.`);
  };
  return new Proxy({}, { get: refuse, has: refuse, apply: refuse }) as never;
}

const nothing: ApiDeps = {
  database: absent("database"),
  queues: absent("queues"),
  lake: absent("lake"),
  source: openSource({ kind: "offline" }),
  log: absent("log"),
  shutdown: absent("signal"),
  settings: {
    adminKey: null,
    anonymousRole: "none",
    rateLimit: null,
    trustedProxies: 0,
    yearsBack: 5,
    yearsAhead: 2,
    loadMaxBytes: 2 ** 31,
    consoleDir: null,
  },
};
