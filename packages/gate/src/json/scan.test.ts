import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pointerTo } from "./pointer.ts";
import { JsonScan } from "./scan.ts";

/** What a scan of a whole text says: `ok`, or the problem. */
function verdict(text: string): string {
  const bytes = Buffer.from(text);
  const scan = new JsonScan().over(bytes, bytes.length);
  const end = scan.value(scan.space(0), 0);
  if (end === -1) return scan.problem;
  return scan.space(end) === bytes.length ? "ok" : "syntax";
}

function pointerOf(text: string): string {
  const bytes = Buffer.from(text);
  const scan = new JsonScan().over(bytes, bytes.length);
  expect(scan.value(scan.space(0), 0)).toBe(-1);
  return pointerTo(bytes, 0, scan.problemAt);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const characters = '{}[]",:\\ \t\n0123456789-+.eEtrufalsn/b'.split("");
const nearlyJson = fc
  .tuple(fc.json({ maxDepth: 4 }), fc.array(fc.tuple(fc.nat(), fc.constantFrom(...characters)), { maxLength: 3 }))
  .map(([text, edits]) =>
    edits.reduce((edited, [at, character], turn) => {
      const place = at % (edited.length + 1);
      return edited.slice(0, place) + character + edited.slice(place + (turn % 2));
    }, text),
  );

describe("a scan of JSON", () => {
  it("takes exactly what JSON.parse takes, apart from what it refuses for a reason of its own", () => {
    fc.assert(
      fc.property(nearlyJson, (text) => {
        const said = verdict(text.toWellFormed());
        if (said === "ok" || said === "syntax") expect(isJson(text), text).toBe(said === "ok");
      }),
      { numRuns: 3000 },
    );
  });

  it("takes every JSON text without duplicate keys and lone surrogates, however it is spaced", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.integer({ min: 0, max: 4 }), (value, spaces) => {
        const text = JSON.stringify(value, null, spaces);
        // A drawn string may hold a NUL or half a surrogate pair.
        if (!/\\u(?:0000|d[89a-f])/i.test(text)) expect(verdict(text), text).toBe("ok");
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"\\u0061":1,"a":2}',
    '{"__proto__":1,"__proto__":2}',
    '[{"x":{"k":1,"l":2,"k":3}}]',
    `{${Array.from({ length: 40 }, (_, n) => `"k${n}":${n}`).join(",")},"k7":0}`,
    '{"é":1,"\\u00e9":2}',
  ])("finds the key that is there twice in %s", (text) => {
    expect(verdict(text)).toBe("duplicate_key");
  });

  it("does not take keys of different objects for the same", () => {
    expect(verdict('{"a":{"a":{"b":1}},"b":[{"a":1},{"a":1}],"c":{"a":1,"b":2}}')).toBe("ok");
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-e]{1,3}$/), { maxLength: 40 }), (keys) => {
        const object = `{${keys.map((key) => `"${key}":{"${key}":0}`).join(",")}}`;
        expect(verdict(`[${object},${object}]`)).toBe("ok");
      }),
    );
  });

  it("finds any duplicate among many keys", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-e]{1,3}$/), { minLength: 1, maxLength: 40 }),
        fc.nat(),
        (keys, n) => {
          const twice = [...keys, keys[n % keys.length]];
          expect(verdict(`{${twice.map((key) => `"${key}":0`).join(",")}}`)).toBe("duplicate_key");
        },
      ),
    );
  });

  it.each([
    ['"\\ud800"', "lone_surrogate"],
    ['"\\udc00"', "lone_surrogate"],
    ['"\\ud83d\\ud83d"', "lone_surrogate"],
    ['"\\ud83dx"', "lone_surrogate"],
    ['"\\ud83d\\ude00"', "ok"],
    ['"\\uD83D\\uDE00"', "ok"],
    ['"\\u0000"', "nul"],
    ['{"\\u0000":1}', "nul"],
    ['"a\0b"', "nul"],
    ['"\\u000"', "syntax"],
    ['"\\x00"', "syntax"],
    ['"a\nb"', "syntax"],
    ['"a\tb"', "syntax"],
  ])("says of the string %j: %s", (text, said) => {
    expect(verdict(text)).toBe(said);
  });

  it("takes 32 levels and no more, without recursion beyond them", () => {
    expect(verdict("[".repeat(32) + "]".repeat(32))).toBe("ok");
    expect(verdict("[".repeat(33) + "]".repeat(33))).toBe("too_deep");
    expect(verdict('{"a":'.repeat(5000))).toBe("too_deep");
    expect(verdict("[".repeat(1_000_000))).toBe("too_deep");
  });

  it.each(["9007199254740993", "1e400", "-1e-400", "0.1000000000000000055", "1e999", "0e5", "1e1"])(
    "takes the number %s, whatever a double makes of it",
    (text) => {
      expect(verdict(text)).toBe("ok");
      const bytes = Buffer.from(text);
      const scan = new JsonScan().over(bytes, bytes.length);
      scan.value(0, 0);
      expect(scan.isInexact).toBe(true);
    },
  );

  it("calls a number exact only up to the 15 digits that every double gives back", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?(?:0|[1-9]\d{0,20})(?:\.\d{1,20})?$/), (text) => {
        const bytes = Buffer.from(text);
        const scan = new JsonScan().over(bytes, bytes.length);
        expect(scan.value(0, 0)).toBe(bytes.length);
        expect(scan.isInexact).toBe(text.replaceAll(/\D/g, "").length > 15);
      }),
    );
  });

  it.each(["1e1001", "1e131072", "1e-1001", "1e99999999999999999999", "9".repeat(1001), `0.${"1".repeat(1001)}`])(
    "refuses a number that would be written out with more than a thousand digits: %.20s",
    (text) => {
      expect(verdict(text)).toBe("number_out_of_range");
    },
  );

  it.each(["01", "-", "1.", ".5", "1e", "1e+", "+1", "NaN", "Infinity", "0x10", "1_000"])(
    "does not take %s for a number",
    (text) => {
      expect(verdict(text)).toBe("syntax");
    },
  );

  it.each([
    ['{"metadata":{"a":[1,{"b":"\\ud800"}]}}', "/metadata/a/1/b"],
    ['{"x":"a\\"}[","metadata":{"a/b~c":"\\u0000"}}', "/metadata/a~1b~0c"],
    ['{"metadata":{"a":1,"b":{"c":2},"a":3}}', "/metadata/a"],
    ['{"metadata":{"\\ud800":1}}', "/metadata"],
    ['{"a":1,"a":2}', "/a"],
    ['{"list":[[1],[2,1e1001]]}', "/list/1/1"],
  ])("points into %s at %s", (text, pointer) => {
    expect(pointerOf(text)).toBe(pointer);
  });
});
