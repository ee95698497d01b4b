import { expect, test } from "vitest";
import { mendedLine, usualHeader } from "./mended-line.ts";

test("JSON that was laid out for editing is one line again, with the digits that it had", () => {
  const text = '{\n  "version": 1,\n  "metadata": {\n    "price": 42.60\n  }\n}';
  for (const media_type of ["application/x-ndjson", "application/json", "application/vnd.apache.parquet"] as const) {
    expect(mendedLine({ media_type }, text, "")).toEqual({
      body: '{"version":1,"metadata":{"price":42.60}}\n',
      mediaType: "application/x-ndjson",
    });
  }
});

test("what is no JSON is sent as one line, for the api to say so", () => {
  expect(mendedLine({ media_type: "application/x-ndjson" }, '{"a":\n  1', "").body).toBe('{"a": 1\n');
});

test("a line of a CSV has its header before it", () => {
  expect(mendedLine({ media_type: "text/csv" }, "a,b\n", usualHeader)).toEqual({
    body: `${usualHeader}\na,b\n`,
    mediaType: "text/csv",
  });
});
