import { expect, test } from "vitest";
import { outcomeWords } from "./sync-words.ts";

test.each([
  [[], "0 changed"],
  [["unchanged", "changed"], "1 changed"],
  [["changed", "failed", "quarantined", "failed"], "1 changed, 2 failed, 1 held back for a decision"],
])("%j", (outcomes, words) => {
  expect(outcomeWords(outcomes)).toBe(words);
});
