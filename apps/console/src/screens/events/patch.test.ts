import { expect, test } from "vitest";
import { changesOf } from "./patch.ts";

const before = { user_id: "u", metadata: { total: 42.6, method: "iDEAL", "a/b": [1, 2] } };

test("each operation says where, what stood there and what stands there now", () => {
  expect(
    changesOf(
      [
        { op: "replace", path: "/metadata/total", value: 40 },
        { op: "add", path: "/metadata/currency", value: "EUR" },
        { op: "remove", path: "/metadata/a~1b/1" },
        { op: "move", from: "/metadata/method", path: "/metadata/payment_method" },
        { op: "test", path: "/user_id", value: "u" },
      ],
      before,
    ),
  ).toEqual([
    { path: "metadata › total", kind: "changed", before: "42.6", after: "40" },
    { path: "metadata › currency", kind: "added", before: null, after: "EUR" },
    { path: "metadata › a/b › 1", kind: "removed", before: "2", after: null },
    { path: "metadata › payment_method", kind: "moved", before: "from metadata › method", after: "iDEAL" },
  ]);
});

test("without the state before it, only the new one is told", () => {
  const [change] = changesOf([{ op: "replace", path: "", value: { a: null } }]);
  expect(change).toEqual({ path: "all of it", kind: "changed", before: null, after: '{"a":null}' });
});
