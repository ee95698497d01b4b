import fc from "fast-check";
import { expect, test } from "vitest";
import { joined, placeOf, spread, valueAt } from "./json-text.ts";

test("laid out over lines, it keeps every token", () => {
  const text = '{"price":42.60,"big":12345678901234567890,"note":"a,\\"b\\":{","none":{},"list":[1,[]]}';
  expect(spread(text)).toBe(
    [
      "{",
      '  "price": 42.60,',
      '  "big": 12345678901234567890,',
      '  "note": "a,\\"b\\":{",',
      '  "none": {},',
      '  "list": [',
      "    1,",
      "    []",
      "  ]",
      "}",
    ].join("\n"),
  );
  expect(joined(spread(text))).toBe(text);
});

test("any JSON is the same JSON when it is laid out, and when it is joined again", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(spread(text))).toEqual(JSON.parse(text));
      expect(joined(spread(text))).toBe(joined(text));
    }),
  );
});

test("what is no JSON stays as it is", () => {
  expect([spread('{"a": '), joined("a\nb")]).toEqual(['{"a": ', "a\nb"]);
});

test("a pointer's place is its value in the text", () => {
  const text = '{ "required": ["id", "kind"], "a/b": {"c": "x,y"}, "n": 4.50 }';
  const at = (pointer: string) => {
    const { from, to } = placeOf(text, pointer)!;
    return text.slice(from, to);
  };
  expect(["/required/1", "/a~1b/c", "/n", "/required"].map(at)).toEqual(['"kind"', '"x,y"', "4.50", '["id", "kind"]']);
  expect([at("/a~1b/missing"), at(""), at("/nothing")]).toEqual(['{"c": "x,y"}', text, text]);
  expect(placeOf("{", "/a")).toBeUndefined();
});

test("the place of each value of any JSON is that value", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = spread(JSON.stringify(value));
      for (const name of Object.keys(value)) {
        const pointer = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
        const { from, to } = placeOf(text, pointer)!;
        expect(JSON.parse(text.slice(from, to))).toEqual(valueAt(JSON.parse(text), pointer));
      }
    }),
  );
});
