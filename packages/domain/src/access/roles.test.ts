import { expect, it } from "vitest";
import { parseRole, roleAtLeast, roles } from "./roles.ts";

it.each([
  ["reader", "reader"],
  ["analyst", "reader analyst"],
  ["ingester", "ingester"],
  ["operator", "reader analyst operator"],
  ["admin", "reader analyst ingester operator admin"],
  ["none", ""],
] as const)("%s may do what is declared for: %s", (actual, granted) => {
  expect(roles.filter((required) => roleAtLeast(actual, required)).join(" ")).toBe(granted);
});

it("reads the five names and nothing else", () => {
  expect(roles.map(parseRole)).toEqual([...roles]);
  expect([parseRole("none"), parseRole("Admin"), parseRole("toString")]).toEqual([null, null, null]);
});
