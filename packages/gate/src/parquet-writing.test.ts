import { parquetReadObjects } from "hyparquet";
import { expect, test } from "vitest";
import { parquetOf } from "./parquet-writing.ts";

test("what is written is read again, nulls included, times and lists as what they are", async () => {
  const at = new Date("2026-04-20T23:59:59.999Z");
  const file = parquetOf([
    { name: "place", type: "STRING", data: ["a", "b", null] },
    { name: "sold", type: "INT32", data: [null, 0, 41] },
    { name: "mean", type: "DOUBLE", data: [0.25, null, 3] },
    { name: "open", type: "BOOLEAN", data: [true, false, null] },
    { name: "known_at", type: "TIMESTAMP", data: [at, at, null] },
    { name: "names", type: "JSON", data: [["King's Day", "x"], [], null] },
  ]);
  expect(await parquetReadObjects({ file: file.buffer })).toEqual([
    { place: "a", sold: null, mean: 0.25, open: true, known_at: at, names: ["King's Day", "x"] },
    { place: "b", sold: 0, mean: null, open: false, known_at: at, names: [] },
    { place: null, sold: 41, mean: 3, open: null, known_at: null, names: null },
  ]);
});

test("a table without a row is a file that says which columns it has", async () => {
  const file = parquetOf([
    { name: "place", type: "STRING", data: [] },
    { name: "known_at", type: "TIMESTAMP", data: [] },
    { name: "names", type: "JSON", data: [] },
  ]);
  expect(await parquetReadObjects({ file: file.buffer })).toEqual([]);
});
