import { expect, test } from "vitest";
import { candidateOf, editorOf, placeInEditor } from "./candidate.ts";

test("two editors are one body; no steps are none", () => {
  expect(candidateOf('{"type":"object"}', " ")).toEqual({
    candidate: { json_schema: { type: "object" } },
    problems: {},
  });
  expect(candidateOf("{}", '[{"op":"drop","path":"/a"}]', "full").candidate).toEqual({
    json_schema: {},
    upcast: [{ op: "drop", path: "/a" }],
    compatibility: "full",
  });
});

test("what is no body yet says in which editor, and why", () => {
  const { candidate, problems } = candidateOf("{", "{}");
  expect([candidate, problems.steps]).toEqual([null, "Steps are a list."]);
  expect(problems.schema).toMatch(/JSON/);
  expect(candidateOf("[]", "[]").problems).toEqual({ schema: "A JSON Schema is an object." });
});

test("a reason's pointer leads to the editor and the place in it", () => {
  const schema = '{"required": ["id", "kind"]}';
  expect(editorOf("/json_schema/required/1")).toBe("schema");
  expect(editorOf("/upcast/0/path")).toBe("steps");
  const { from, to } = placeInEditor(schema, "/json_schema/required/1")!;
  expect(schema.slice(from, to)).toBe('"kind"');
});
