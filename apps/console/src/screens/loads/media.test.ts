import { expect, test } from "vitest";
import { accepted, mediaOf, mediaWord } from "./media.ts";

test.each([
  ["sales.ndjson", "application/x-ndjson", null],
  ["Sales 2026.JSONL.gz", "application/x-ndjson", "gzip"],
  ["a.b.csv", "text/csv", null],
  ["a.csv.zst", "text/csv", "zstd"],
  ["events.json", "application/json", null],
  ["events.parquet", "application/vnd.apache.parquet", null],
])("%s is %s, encoded by %s", (name, mediaType, encoding) => {
  expect(mediaOf(name)).toEqual({ mediaType, encoding });
});

test.each(["sales.xlsx", "sales", "ndjson", "sales.gz", ".ndjson.", "csv.txt"])("what %s is nobody knows", (name) => {
  expect(mediaOf(name)).toBeUndefined();
});

test("types have words, and the chooser offers what can be taken", () => {
  expect([mediaWord("text/csv"), mediaWord("application/x-other")]).toEqual(["CSV", "application/x-other"]);
  expect(accepted.split(",").every((ending) => mediaOf(`a${ending}`) !== undefined || /gz|zst/.test(ending))).toBe(
    true,
  );
});
