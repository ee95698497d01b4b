import { expect, test } from "vitest";
import { shapeOf } from "./send.ts";

test.each([
  ["events.ndjson", { kind: "ndjson", encoding: undefined }],
  ["a/b.v2/EVENTS.JSONL.GZ", { kind: "ndjson", encoding: "gzip" }],
  ["users.csv.zst", { kind: "csv", encoding: "zstd" }],
  ["x.parquet", { kind: "parquet", encoding: undefined }],
  ["x.json", { kind: "json", encoding: undefined }],
  ["notes.txt", undefined],
  ["archive.tar.gz", undefined],
  ["csv", undefined],
])("%s", (name, shape) => {
  expect(shapeOf(name)).toEqual(shape);
});
