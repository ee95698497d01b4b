import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "./exact-json.ts";
import { parseSteps } from "./parse-steps.ts";

function told(json: JsonValue): string[] {
  const parsed = parseSteps(json, "/upcast");
  return "steps" in parsed ? [] : parsed.problems.map(({ code, pointer }) => `${code} ${pointer}`);
}

describe("a list of steps", () => {
  it("is kept as it was written, a new name as a pointer", () => {
    const steps: JsonObject[] = [
      { op: "default", path: "/barcode_type", value: "QR" },
      { op: "rename", path: "/gate/scanner_location", to: "scanner" },
      { op: "rename", path: "/a", to: "/b" },
      { op: "move", path: "/amount", to: "/amount/value" },
      { op: "copy", path: "/a", to: "/c", allow_loss: true },
      { op: "cast", path: "/n", type: "integer" },
      { op: "map", path: "/t", values: { qr: "QR", ean: "EAN" } },
      { op: "split", path: "/name", to: ["/name", "/surname"], separator: " " },
      { op: "drop", path: "/old", allow_loss: true },
      { op: "function", name: "minor_units", path: "/price" },
    ];
    const kept = steps.with(1, { op: "rename", path: "/gate/scanner_location", to: "/gate/scanner" });
    expect(parseSteps(steps)).toEqual({ steps: kept });
    expect(parseSteps([])).toEqual({ steps: [] });
  });

  it.each<[JsonValue, string[]]>([
    [{}, ["steps.no_list /upcast"]],
    [Array.from({ length: 101 }, () => ({ op: "cast", path: "/a", type: "string" })), ["steps.too_many /upcast"]],
    [Array.from({ length: 11 }, () => ({ op: "copy", path: "/a", to: "/b" })), ["steps.too_many_copies /upcast"]],
    [["drop"], ["step.no_object /upcast/0"]],
    [[{ path: "/a" }], ["step.op_unknown /upcast/0/op"]],
    [[{ op: "constructor", path: "/a" }], ["step.op_unknown /upcast/0/op"]],
    [[{ op: "default" }], ["step.member_missing /upcast/0/path", "step.member_missing /upcast/0/value"]],
    [[{ op: "default", path: "/a", value: 1, allow_loss: true }], ["step.member_unknown /upcast/0/allow_loss"]],
    [[{ op: "default", path: "a", value: 1 }], ["step.pointer_invalid /upcast/0/path"]],
    [[{ op: "default", path: "", value: 1 }], ["step.pointer_invalid /upcast/0/path"]],
    [[{ op: "default", path: "/a~2", value: 1 }], ["step.pointer_invalid /upcast/0/path"]],
    [[{ op: "default", path: "/a".repeat(17), value: 1 }], ["step.pointer_too_deep /upcast/0/path"]],
    [[{ op: "rename", path: "/a", to: "/b/c" }], ["step.rename_elsewhere /upcast/0/to"]],
    [[{ op: "rename", path: "/a", to: "a" }], ["step.to_itself /upcast/0/to"]],
    [[{ op: "move", path: "/a", to: 1 }], ["step.pointer_invalid /upcast/0/to"]],
    [[{ op: "copy", path: "/a", to: "/a/b" }], ["step.to_inside /upcast/0/to"]],
    [[{ op: "cast", path: "/a", type: "date" }], ["step.type_unknown /upcast/0/type"]],
    [[{ op: "map", path: "/a", values: {} }], ["step.values_invalid /upcast/0/values"]],
    [[{ op: "map", path: "/a", values: { x: 1, y: 1 } }], ["step.loses /upcast/0"]],
    [[{ op: "map", path: "/a", values: { x: 1, y: 1 }, allow_loss: true }], []],
    [[{ op: "split", path: "/a", to: ["/b"], separator: "," }], ["step.to_invalid /upcast/0/to"]],
    [[{ op: "split", path: "/a", to: ["/b", "/b/c"], separator: "," }], ["step.to_inside /upcast/0/to"]],
    [
      [{ op: "split", path: "/a", to: ["/b", 1], separator: "" }],
      ["step.pointer_invalid /upcast/0/to/1", "step.separator_invalid /upcast/0/separator"],
    ],
    [[{ op: "drop", path: "/a" }], ["step.loses /upcast/0"]],
    [[{ op: "drop", path: "/a", allow_loss: false }], ["step.loses /upcast/0"]],
    [[{ op: "drop", path: "/a", allow_loss: 1 }], ["step.allow_loss_invalid /upcast/0/allow_loss"]],
    [[{ op: "function", name: "eval" }], ["step.function_unknown /upcast/0/name"]],
    [[{ op: "function", name: "trim", path: "/a" }], ["step.loses /upcast/0"]],
    [
      [{ op: "drop", path: "/a" }, { op: "x" }],
      ["step.loses /upcast/0", "step.op_unknown /upcast/1/op"],
    ],
  ])("%j is told what is wrong with it", (json, problems) => {
    expect(told(json)).toEqual(problems);
  });
});
