// The document is whole: every reference leads somewhere, every operation says all that it may answer.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../testing/test-api.ts";
import { permissions, type OperationId } from "../access/permissions.ts";

interface Operation {
  operationId: OperationId;
  security: unknown[];
  responses: Record<string, { description: string; content?: Record<string, unknown> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

let api: TestApi;
let document: Document;
beforeAll(async () => {
  api = await openTestApi();
  document = (await (await api.send("GET", "/openapi.json", { key: null })).json()) as Document;
});
afterAll(() => api.close());

function operations(): (Operation & { method: string })[] {
  return Object.values(document.paths).flatMap((path) =>
    Object.entries(path).map(([method, operation]) => ({ ...operation, method })),
  );
}

test("it is OpenAPI 3.1 and every reference leads somewhere", () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  for (const [, path] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target = (path as string)
      .split("/")
      .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document);
    expect(target, path).toBeDefined();
  }
});

test("operation ids are unique", () => {
  const ids = operations().map((operation) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test("every operation says what it refuses, as problems, and who may call it", () => {
  for (const { operationId, method, responses, security } of operations()) {
    const permission = permissions[operationId];
    const guarded = permission !== "public";
    const least = [
      "422",
      "500",
      "503",
      ...(guarded ? ["401", "429"] : []),
      ...(guarded && permission !== "anyone" ? ["403"] : []),
      ...(method === "get" ? ["304"] : ["409", "413"]),
    ];
    expect(Object.keys(responses), operationId).toEqual(expect.arrayContaining(least));
    expect(security.length > 0, operationId).toBe(guarded);
    for (const [status, response] of Object.entries(responses)) {
      expect(response.description, `${operationId} ${status}`).not.toBe("");
      if (Number(status) >= 400 && Number(status) !== 503) {
        expect(Object.keys(response.content ?? {}), `${operationId} ${status}`).toEqual(["application/problem+json"]);
      }
    }
  }
});

test("the docs need nothing from elsewhere", async () => {
  const page = await (await api.send("GET", "/docs", { key: null })).text();
  const sources = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
  for (const source of sources.filter((one) => one !== "data:,")) {
    const file = await api.send("GET", source, { key: null });
    expect([source, file.status]).toEqual([source, 200]);
  }
  const policy = (await api.send("GET", "/docs", { key: null })).headers.get("content-security-policy");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain("http");
});
