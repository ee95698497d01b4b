import fc from "fast-check";
import { expect, test } from "vitest";
import { personalDataClasses, strongestClass } from "./notes.ts";

test("the strongest class is one of those given, and none of them is stronger", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...personalDataClasses)), (classes) => {
      const strongest = strongestClass(classes);
      expect(classes.length === 0 ? ["none"] : classes).toContain(strongest);
      for (const each of classes) {
        expect(strongestClass([strongest, each])).toBe(strongest);
      }
    }),
  );
  expect(strongestClass([])).toBe("none");
  expect(strongestClass(["pseudonym", "direct", "possible"])).toBe("direct");
});
