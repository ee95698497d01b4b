import { expect, test } from "vitest";
import { cutTo, fieldLines, tableLines, textOf } from "./table.ts";

test("columns line up, numbers to the right, wide signs as wide as they are", () => {
  const rows = [
    { name: "a", many: 1, note: null },
    { name: "日本 x", many: 20_000, note: "said" },
  ];
  expect(
    tableLines(rows, [
      { head: "name", cell: (row) => row.name },
      { head: "many", cell: (row) => row.many },
      { head: "note", cell: (row) => row.note },
    ]),
  ).toEqual(["NAME     MANY  NOTE", "a           1  -", "日本 x  20000  said"]);
});

test("fields line up, and a column of nothing is no column of numbers", () => {
  expect(
    fieldLines([
      ["a", true],
      ["longer", ""],
    ]),
  ).toEqual(["a       yes", "longer  -"]);
  expect(
    tableLines(
      [{}],
      [
        { head: "none", cell: () => null },
        { head: "x", cell: () => "x" },
      ],
    )[1],
  ).toBe("-     x");
});

test("what others wrote cannot move the cursor or end the line", () => {
  expect(textOf("\u001b[31mred\u001b[0m\u0007 two\r\nlines\u009b1A")).toBe("red  two lines");
});

test("a line is cut where the terminal ends, never in the middle of a wide sign", () => {
  expect([cutTo(5, "short"), cutTo(5, "longer"), cutTo(4, "日本語")]).toEqual(["short", "long…", "日…"]);
});
