// Every role at every route does what the table says, and nothing is served that the table does not name.
import { roles } from "@almanac/domain/access/roles";
import { OpenAPIHono } from "@hono/zod-openapi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../testing/test-api.ts";
import { json } from "../http/answer.ts";
import { defineRoute } from "../http/route.ts";
import { type ApiApp, requireDeclared } from "../http/router.ts";
import { everyRoute } from "../routes/routes.ts";
import { allows, type OperationId, permissions, rolesOf } from "./permissions.ts";

let api: TestApi;
const keys = new Map<string, string>();
const places = new Map<OperationId, { method: string; path: string }>([
  ["board", { method: "GET", path: "/jobs/api/queues" }],
  ["boardHome", { method: "GET", path: "/jobs" }],
  ["getCataloguePage", { method: "GET", path: "/catalog" }],
  ["getDatasetPage", { method: "GET", path: "/catalog/events" }],
]);

beforeAll(async () => {
  api = await openTestApi({
    routes: (deps, metrics, authenticator) => {
      const routes = everyRoute(deps, metrics, authenticator);
      for (const { operationId, method, path } of routes) {
        places.set(operationId, {
          method: method.toUpperCase(),
          path: path.replaceAll(/\{\w+\}/g, "00000000-0000-4000-8000-000000000000"),
        });
      }
      return routes;
    },
  });
  for (const role of roles) {
    keys.set(role, await api.keyOf(role));
  }
});
afterAll(() => api.close());

const guarded = (Object.keys(permissions) as OperationId[]).filter((id) => permissions[id] !== "public");

describe.each(guarded)("%s", (operationId) => {
  test.each([...roles, "none"] as const)(
    `as ${rolesOf(permissions[operationId]).join(" or ")} or more, asked by %s`,
    async (role) => {
      const { method, path } = places.get(operationId) as { method: string; path: string };
      const response = await api.send(method, path, {
        key: role === "none" ? null : keys.get(role),
        // Nothing that any route takes: whoever is let in is told so by another status than 401 and 403.
        ...(method === "GET" || method === "DELETE" ? {} : { body: [] }),
      });
      if (allows(role, permissions[operationId])) {
        expect([401, 403]).not.toContain(response.status);
      } else {
        expect(response.status).toBe(role === "none" ? 401 : 403);
      }
    },
  );
});

test("the table is complete: every operation of the document has its row", async () => {
  const document = (await (await api.send("GET", "/openapi.json", { key: null })).json()) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path).map((one) => one.operationId));
  expect(operations.filter((operationId) => !Object.hasOwn(permissions, operationId))).toEqual([]);
});

test("a route without a declared permission stops the start", async () => {
  const undeclared = defineRoute({
    operationId: "openBackDoor" as OperationId,
    method: "get",
    path: "/v1/back-door",
    tag: "Operations",
    summary: "Nobody said who may",
    answers: { 200: { description: "In." } },
    handle: () => json(200, {}) as never,
  });
  await expect(
    openTestApi({
      routes: (deps, metrics, authenticator) => [...everyRoute(deps, metrics, authenticator), undeclared],
    }),
  ).rejects.toThrow("openBackDoor has no permission");
});

test("a permission without a route stops the start", async () => {
  await expect(
    openTestApi({ routes: (deps, metrics, authenticator) => everyRoute(deps, metrics, authenticator).slice(1) }),
  ).rejects.toThrow("Permissions without a route");
});

test("a route that goes around the table stops the start", async () => {
  const app: ApiApp = new OpenAPIHono();
  app.get("/v1/side-entrance", (c) => c.text("in"));
  expect(() => requireDeclared(app, [], [])).toThrow("/v1/side-entrance was added around the permission table");
});
