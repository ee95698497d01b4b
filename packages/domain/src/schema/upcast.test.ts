import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JsonObject, type JsonValue, parseExact, writeExact } from "./exact-json.ts";
import article from "./golden/article-added-to-cart.json" with { type: "json" };
import barcode from "./golden/barcode-scanned.json" with { type: "json" };
import payment from "./golden/payment-successful.json" with { type: "json" };
import { parseSteps } from "./parse-steps.ts";
import { canonicalSteps, type UpcastStep } from "./step.ts";
import { anyChain, anyMetadata, frozen } from "./upcast.arbitrary.ts";
import { composeUpcast, fillOf, type VersionSteps } from "./upcast.ts";

function stepsOf(json: JsonValue): UpcastStep[] {
  const parsed = parseSteps(json);
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.steps;
}

/** The metadata behind the steps, as text; or why there is none. */
function stepped(metadata: string, ...steps: JsonObject[]): string {
  const chain = [{ schemaVersion: 2, steps: stepsOf(steps) }];
  const upcasted = composeUpcast(chain, 1, 2).apply(parseExact(metadata) as JsonObject);
  if ("failure" in upcasted) return `${upcasted.failure.code} ${upcasted.failure.pointer}`;
  return upcasted.isChanged ? writeExact(upcasted.metadata) : "unchanged";
}

describe("a step", () => {
  it.each<[string, JsonObject, string]>([
    ["{}", { op: "default", path: "/a", value: 1 }, '{"a":1}'],
    ["{}", { op: "default", path: "/a/b/c", value: 1 }, '{"a":{"b":{"c":1}}}'],
    ['{"a":{"x":2}}', { op: "default", path: "/a/b", value: 1 }, '{"a":{"x":2,"b":1}}'],
    ['{"a":null}', { op: "default", path: "/a", value: 1 }, "unchanged"],
    ['{"a":5}', { op: "default", path: "/a/b", value: 1 }, "upcast.parent_no_object /a/b"],
    ["{}", { op: "default", path: "/__proto__/x", value: 1 }, '{"__proto__":{"x":1}}'],
    ["{}", { op: "default", path: "/constructor", value: 1 }, '{"constructor":1}'],
    ['{"a":1,"z":2}', { op: "rename", path: "/a", to: "b" }, '{"z":2,"b":1}'],
    ['{"z":2}', { op: "rename", path: "/a", to: "b" }, "unchanged"],
    ['{"a":1,"b":2}', { op: "rename", path: "/a", to: "b" }, "upcast.target_exists /b"],
    ['{"a":1,"b":1}', { op: "rename", path: "/a", to: "b" }, '{"b":1}'],
    ['{"a":1,"b":2}', { op: "rename", path: "/a", to: "b", allow_loss: true }, '{"b":1}'],
    ['{"a":{"b":1}}', { op: "move", path: "/a/b", to: "/c/d" }, '{"a":{},"c":{"d":1}}'],
    ['{"a":1}', { op: "move", path: "/a", to: "/a/value" }, '{"a":{"value":1}}'],
    ['{"a":1,"c":2}', { op: "move", path: "/a", to: "/c/d" }, "upcast.parent_no_object /c/d"],
    ['{"a":[1]}', { op: "copy", path: "/a", to: "/b" }, '{"a":[1],"b":[1]}'],
    ['{"a":1,"b":2}', { op: "copy", path: "/a", to: "/b" }, "upcast.target_exists /b"],
    ['{"a":[{"b":1}]}', { op: "drop", path: "/a/0/b", allow_loss: true }, "unchanged"],
    ['{"a":1,"b":2}', { op: "drop", path: "/a", allow_loss: true }, '{"b":2}'],
    ['{"a":"12.50"}', { op: "cast", path: "/a", type: "number" }, '{"a":12.5}'],
    ['{"a":"007"}', { op: "cast", path: "/a", type: "number" }, "upcast.uncastable /a"],
    ['{"a":9007199254740993}', { op: "cast", path: "/a", type: "string" }, '{"a":"9007199254740993"}'],
    ['{"a":-0.1234567890123456789}', { op: "cast", path: "/a", type: "string" }, '{"a":"-0.1234567890123456789"}'],
    ['{"a":"9007199254740993"}', { op: "cast", path: "/a", type: "integer" }, '{"a":9007199254740993}'],
    ['{"a":9007199254740993.5}', { op: "cast", path: "/a", type: "integer" }, "upcast.loses /a"],
    [
      '{"a":-9007199254740993.5}',
      { op: "cast", path: "/a", type: "integer", allow_loss: true },
      '{"a":-9007199254740993}',
    ],
    ['{"a":-0.123456789012345678901}', { op: "cast", path: "/a", type: "integer", allow_loss: true }, '{"a":0}'],
    ['{"a":2.0}', { op: "cast", path: "/a", type: "integer" }, "unchanged"],
    ['{"a":true}', { op: "cast", path: "/a", type: "integer" }, '{"a":1}'],
    ['{"a":0}', { op: "cast", path: "/a", type: "boolean" }, '{"a":false}'],
    ['{"a":2}', { op: "cast", path: "/a", type: "boolean" }, "upcast.uncastable /a"],
    ['{"a":"false"}', { op: "cast", path: "/a", type: "boolean" }, '{"a":false}'],
    ['{"a":null}', { op: "cast", path: "/a", type: "string" }, "unchanged"],
    ['{"a":[]}', { op: "cast", path: "/a", type: "string" }, "upcast.uncastable /a"],
    ['{"a":"qr"}', { op: "map", path: "/a", values: { qr: "QR" } }, '{"a":"QR"}'],
    ['{"a":"ean"}', { op: "map", path: "/a", values: { qr: "QR" } }, "unchanged"],
    ['{"a":1.0}', { op: "map", path: "/a", values: { "1": "QR" } }, '{"a":"QR"}'],
    ['{"a":9007199254740993}', { op: "map", path: "/a", values: { "9007199254740992": 1 } }, "unchanged"],
    ['{"a":null}', { op: "map", path: "/a", values: { null: "QR" } }, '{"a":"QR"}'],
    ['{"a":"toString"}', { op: "map", path: "/a", values: { qr: "QR" } }, "unchanged"],
    ['{"a":"x,y,z"}', { op: "split", path: "/a", to: "/b", separator: "," }, '{"b":["x","y","z"]}'],
    ['{"a":"x,y,z"}', { op: "split", path: "/a", to: ["/a", "/b"], separator: "," }, '{"a":"x","b":"y,z"}'],
    ['{"a":"x"}', { op: "split", path: "/a", to: ["/b", "/c"], separator: "," }, '{"b":"x"}'],
    ['{"a":"x,y","c":1}', { op: "split", path: "/a", to: ["/b", "/c"], separator: "," }, "upcast.target_exists /c"],
    ['{"a":1}', { op: "split", path: "/a", to: "/b", separator: "," }, "upcast.no_text /a"],
    ['{"a":12.34}', { op: "function", name: "minor_units", path: "/a" }, '{"a":1234}'],
    ['{"a":-0.5}', { op: "function", name: "minor_units", path: "/a" }, '{"a":-50}'],
    ['{"a":90071992547409.93}', { op: "function", name: "minor_units", path: "/a" }, '{"a":9007199254740993}'],
    ['{"a":1e20}', { op: "function", name: "minor_units", path: "/a" }, '{"a":1e+22}'],
    ['{"a":0.123}', { op: "function", name: "minor_units", path: "/a" }, "upcast.function_refuses /a"],
    ['{"a":" x "}', { op: "function", name: "trim", path: "/a", allow_loss: true }, '{"a":"x"}'],
    ['{"a":1}', { op: "function", name: "upper_case", path: "/a", allow_loss: true }, "upcast.function_refuses /a"],
    ['{"a":"É"}', { op: "function", name: "lower_case", path: "/a", allow_loss: true }, '{"a":"é"}'],
    ["{}", { op: "function", name: "minor_units" }, "upcast.function_refuses "],
  ])("makes of %s by %j: %s", (before, step, after) => {
    expect(stepped(before, step)).toBe(after);
  });
});

describe("a chain", () => {
  const chain: VersionSteps[] = [
    { schemaVersion: 3, steps: stepsOf([{ op: "rename", path: "/type", to: "barcode_type" }]) },
    { schemaVersion: 1, steps: [] },
    { schemaVersion: 2, steps: stepsOf([{ op: "default", path: "/type", value: "QR" }]) },
  ];

  it("goes through every version between, and no other", () => {
    expect(composeUpcast(chain, 1, 3).apply({ a: 1 })).toEqual({
      metadata: { a: 1, barcode_type: "QR" },
      isChanged: true,
    });
    expect(composeUpcast(chain, 2, 3).apply({ a: 1 })).toEqual({ metadata: { a: 1 }, isChanged: false });
  });

  it("says which version's step failed", () => {
    expect(composeUpcast(chain, 1, 3).apply({ barcode_type: 1 })).toMatchObject({
      failure: { code: "upcast.target_exists", pointer: "/barcode_type", schemaVersion: 3, step: 0 },
    });
  });

  it("is not made with a version missing, nor backwards", () => {
    const fault = expect.objectContaining({ category: "fault", code: "schema.chain_broken" });
    expect(() => composeUpcast(chain, 1, 4)).toThrow(fault);
    expect(() => composeUpcast(chain, 3, 2)).toThrow(fault);
  });

  it("gives back what there was where steps undo each other", () => {
    const there = { schemaVersion: 2, steps: stepsOf([{ op: "rename", path: "/a", to: "b" }]) };
    const back = { schemaVersion: 3, steps: stepsOf([{ op: "rename", path: "/b", to: "a" }]) };
    expect(composeUpcast([there, back], 1, 3).apply({ a: 1, c: 2 })).toMatchObject({ isChanged: false });
  });

  it("fills what its defaults come to over nothing, functions left out", () => {
    expect(fillOf(chain, 1)).toEqual({});
    expect(fillOf(chain, 2)).toEqual({ type: "QR" });
    expect(fillOf(chain, 3)).toEqual({ barcode_type: "QR" });
    const priced = stepsOf([
      { op: "default", path: "/price", value: 1 },
      { op: "function", name: "minor_units", path: "/price" },
    ]);
    expect(fillOf([{ schemaVersion: 2, steps: priced }], 2)).toEqual({ price: 1 });
  });

  it("has a text for its hash that does not depend on the order of members", () => {
    const one = stepsOf([{ op: "default", path: "/a", value: { x: 1, y: 2 } }]);
    const other = stepsOf([{ path: "/a", value: { y: 2, x: 1 }, op: "default" }]);
    expect(canonicalSteps(one)).toBe('[{"op":"default","path":"/a","value":{"x":1,"y":2}}]');
    expect(canonicalSteps(other)).toBe(canonicalSteps(one));
  });
});

describe("laws of upcasting", () => {
  it("a chain ends at the newest version and is identity there", () => {
    fc.assert(
      fc.property(anyChain, anyMetadata, (chain, metadata) => {
        const newest = chain.length;
        expect(composeUpcast(chain, newest, newest).apply(metadata)).toEqual({ metadata, isChanged: false });
      }),
    );
  });

  it("a way is the composition of its parts, failures included", () => {
    fc.assert(
      fc.property(anyChain, anyMetadata, fc.nat(), fc.nat(), (chain, metadata, one, other) => {
        const newest = chain.length;
        const from = 1 + (one % newest);
        const via = from + (other % (newest - from + 1));
        const whole = composeUpcast(chain, from, newest).apply(metadata);
        const first = composeUpcast(chain, from, via).apply(metadata);
        const second = "failure" in first ? first : composeUpcast(chain, via, newest).apply(first.metadata);
        if ("failure" in whole || "failure" in second) expect(second).toEqual(whole);
        else expect(second.metadata).toEqual(whole.metadata);
      }),
    );
  });

  it("never changes its input, and says truly whether something changed", () => {
    fc.assert(
      fc.property(anyChain, anyMetadata, (chain, metadata) => {
        const before = writeExact(metadata);
        const upcasted = composeUpcast(chain, 1, chain.length).apply(frozen(metadata));
        expect(writeExact(metadata)).toBe(before);
        if ("failure" in upcasted) return;
        if (upcasted.isChanged) expect(upcasted.metadata).not.toEqual(metadata);
        else expect(upcasted.metadata).toEqual(metadata);
      }),
    );
  });

  it("a split text can be joined again, whatever it was", () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1, maxLength: 2 }), (text, separator) => {
        fc.pre(!`${text}${separator}`.includes("\u0000"));
        const steps = stepsOf([{ op: "split", path: "/a", to: ["/x", "/y", "/z"], separator }]);
        const upcasted = composeUpcast([{ schemaVersion: 2, steps }], 1, 2).apply({ a: text });
        const parts = "failure" in upcasted ? [] : ["x", "y", "z"].map((key) => upcasted.metadata[key]);
        expect(parts.filter((part) => typeof part === "string").join(separator)).toBe(text);
      }),
    );
  });
});

interface Golden {
  chain: Record<string, JsonValue>;
  lines: { version: number; received: string; then: Record<string, string> }[];
}

// What an old version says stays: these files are read, never written.
describe("golden files", () => {
  it.each<[string, unknown]>([
    ["BarcodeScanned", barcode],
    ["PaymentSuccessful", payment],
    ["ArticleAddedToCart", article],
  ])("%s: every version of every line", (_type, file) => {
    const golden = file as Golden;
    const chain = Object.entries(golden.chain).map(([version, steps]) => ({
      schemaVersion: Number(version),
      steps: stepsOf(steps),
    }));
    for (const { version, received, then } of golden.lines) {
      for (const [to, text] of Object.entries(then)) {
        const upcasted = composeUpcast(chain, version, Number(to)).apply(parseExact(received) as JsonObject);
        const is =
          "failure" in upcasted
            ? `${upcasted.failure.code} ${upcasted.failure.pointer}`
            : writeExact(upcasted.metadata);
        expect(`${received} → ${to}: ${is}`).toBe(`${received} → ${to}: ${text}`);
      }
    }
  });
});
