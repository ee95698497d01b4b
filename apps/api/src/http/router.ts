// Which routes are there? Registers them with Hono and with the document, answers 404 and 405 for the rest, and refuses to
// start when a route has no permission, a permission has no route, or a route went around this file.
import { AppError } from "@almanac/domain/errors";
import type { HttpBindings } from "@hono/node-server";
import { OpenAPIHono } from "@hono/zod-openapi";
import { type OperationId, permissions } from "../access/permissions.ts";
import type { Principal } from "../access/principal.ts";
import { describeRoute } from "../docs/describe.ts";
import { admit } from "./admit.ts";
import type { Answer } from "./answer.ts";
import { exchange, type HttpContext } from "./exchange.ts";
import { Refusal } from "./refusal.ts";
import type { AnyRoute, Method } from "./route.ts";
import { serve, type ServeDeps } from "./serve.ts";

/** A route outside the document (pages, files, Bull Board): it makes its own response. */
export interface PageRoute {
  operationId: OperationId;
  /** `*` serves every method. */
  method: Method | "*";
  /** In Hono's own notation. */
  path: `/${string}`;
  handle(c: HttpContext, principal: Principal, requestId: string): Answer | Response | Promise<Answer | Response>;
  /** What a refused caller is told in place of the problem; null: the problem. */
  refuses?: (c: HttpContext, refused: AppError) => Answer | null;
  /** For people: where a key is needed the browser asks for it (HTTP basic, the key as the password). */
  asksForKey?: true;
}

export type ApiApp = OpenAPIHono<{ Bindings: Partial<HttpBindings> }>;

export function createRouter(routes: readonly AnyRoute[], pages: readonly PageRoute[], deps: ServeDeps): ApiApp {
  const app: ApiApp = new OpenAPIHono();
  for (const route of routes) {
    requirePermission(route.operationId);
    app.openAPIRegistry.registerPath(describeRoute(route));
    app.on(route.method.toUpperCase(), honoPath(route.path), serve(route, deps));
  }
  for (const page of pages) {
    requirePermission(page.operationId);
    const methods = page.method === "*" ? ["GET", "POST", "PUT", "PATCH", "DELETE"] : [page.method.toUpperCase()];
    app.on(methods, page.path, (c) => exchange(c, deps, page.path, (state) => servePage(page, c, deps, state)));
  }
  app.notFound((c) =>
    exchange(c, deps, "unknown", () => {
      throw refusal(app, c);
    }),
  );
  app.onError((error, c) =>
    exchange(c, deps, "unknown", () => {
      throw error;
    }),
  );
  requireDeclared(app, routes, pages);
  return app;
}

async function servePage(page: PageRoute, c: HttpContext, deps: ServeDeps, state: Parameters<typeof admit>[3]) {
  try {
    return await page.handle(c, await admitToPage(page, c, deps, state), state.requestId);
  } catch (thrown) {
    const told = thrown instanceof AppError ? (page.refuses?.(c, thrown) ?? null) : null;
    if (told === null) {
      throw thrown;
    }
    return told;
  }
}

async function admitToPage(page: PageRoute, c: HttpContext, deps: ServeDeps, state: Parameters<typeof admit>[3]) {
  try {
    return await admit(c, deps, permissions[page.operationId], state);
  } catch (thrown) {
    if (page.asksForKey === true && thrown instanceof AppError && thrown.category === "unauthenticated") {
      const { code, detail } = thrown;
      const headers = { "www-authenticate": 'Bearer realm="almanac", Basic realm="almanac", charset="UTF-8"' };
      throw new Refusal("unauthenticated", { code, detail, headers });
    }
    throw thrown;
  }
}

function requirePermission(operationId: string): void {
  if (!Object.hasOwn(permissions, operationId)) {
    throw new Error(`The route ${operationId} has no permission in access/permissions.ts.`);
  }
}

/** Both ways: nothing served without a declaration, nothing declared without being served. */
export function requireDeclared(app: ApiApp, routes: readonly AnyRoute[], pages: readonly PageRoute[]): void {
  const declared = new Set([...routes.map((route) => honoPath(route.path)), ...pages.map((page) => page.path)]);
  const undeclared = app.routes.find((route) => !declared.has(route.path));
  if (undeclared !== undefined) {
    throw new Error(`The route ${undeclared.method} ${undeclared.path} was added around the permission table.`);
  }
  const served = new Set<string>([...routes, ...pages].map((route) => route.operationId));
  const idle = Object.keys(permissions).filter((operationId) => !served.has(operationId));
  if (idle.length > 0) {
    throw new Error(`Permissions without a route: ${idle.join(", ")}.`);
  }
}

/** `/v1/keys/{key_id}` → `/v1/keys/:key_id`. */
function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

/** 405 where the path exists for other methods, else 404. */
function refusal(app: ApiApp, c: HttpContext): AppError {
  const allowed = new Set<string>();
  for (const route of app.routes) {
    if (patternOf(route.path).test(c.req.path)) {
      allowed.add(route.method);
      if (route.method === "GET") {
        allowed.add("HEAD");
      }
    }
  }
  if (allowed.size === 0) {
    return new AppError("not-found", { code: "route.not_found", detail: "There is nothing at this path. See /docs." });
  }
  const allow = [...allowed].toSorted().join(", ");
  return new Refusal("incorrect", {
    code: "route.method_not_allowed",
    detail: `This path takes ${allow}.`,
    headers: { allow },
  });
}

const patterns = new Map<string, RegExp>();

function patternOf(path: string): RegExp {
  let pattern = patterns.get(path);
  if (pattern === undefined) {
    const source = path.replaceAll(/[.+]/g, "\\$&").replace(/\/\*$/, "(?:/.*)?").replaceAll(/:\w+/g, "[^/]+");
    pattern = new RegExp(`^${source}$`);
    patterns.set(path, pattern);
  }
  return pattern;
}
