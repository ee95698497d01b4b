// openapi.json is an OpenAPI 3.1 document by the specification's own schema, and its examples are what it describes.
import { openTestApi, type TestApi } from "@almanac/api/testing";
import { Validator } from "@seriousme/openapi-schema-validator";
import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closed, type OpenApi, operationsOf, readDocument } from "./document.ts";

let api: TestApi;
let document: OpenApi;
beforeAll(async () => {
  api = await openTestApi();
  document = await readDocument(api);
});
afterAll(() => api.close());

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);

test("the document is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  const result = await validator.validate({ ...document });
  expect(result).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
});

test("every example of an answer or a body is what its schema says, and nothing else", () => {
  const checked: string[] = [];
  for (const operation of operationsOf(document)) {
    const media = Object.entries(
      document.paths[operation.path]?.[operation.method.toLowerCase()]?.responses ?? {},
    ).flatMap(([status, answer]) =>
      Object.entries(answer.content ?? {}).map(([type, told]) => ({ status, type, told })),
    );
    for (const { status, type, told } of media) {
      const example = (told as { example?: unknown }).example;
      const schema = operation.answers[status]?.content?.[type]?.schema;
      if (example !== undefined && schema !== undefined) {
        const validate = ajv.compile(closed(schema));
        const place = `${operation.operationId} ${status} ${type}`;
        expect([place, validate(example), ajv.errorsText(validate.errors)]).toEqual([place, true, "No errors"]);
        checked.push(place);
      }
    }
  }
  expect(checked.length).toBeGreaterThan(20);
});

test("every pattern is a regular expression as JSON Schema has them", () => {
  const patterns = [...JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(
    ([, text]) => JSON.parse(text as string) as string,
  );
  expect(patterns.length).toBeGreaterThan(0);
  for (const pattern of patterns) {
    expect(() => new RegExp(pattern, "u"), pattern).not.toThrow();
    // A flag is no part of a pattern: what follows the end of the text matches nothing.
    expect(pattern).not.toMatch(/\$\/\w*$/);
  }
});

test("every parameter's example and default is valid", () => {
  for (const operation of operationsOf(document)) {
    for (const { name, schema } of operation.parameters) {
      for (const value of [schema["example"], schema["default"]].filter((given) => given !== undefined)) {
        const validate = ajv.compile(schema);
        expect([operation.operationId, name, validate(value), ajv.errorsText(validate.errors)]).toEqual([
          operation.operationId,
          name,
          true,
          "No errors",
        ]);
      }
    }
  }
});
