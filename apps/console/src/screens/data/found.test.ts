import type { CatalogDataset } from "@almanac/client/contract";
import { expect, test } from "vitest";
import { found } from "./found.ts";

const dataset = (name: string, changed: Partial<CatalogDataset> = {}): CatalogDataset => ({
  name,
  schema: "public",
  kind: "table",
  description: `All ${name}.`,
  owner: "checkout",
  personal_data: "none",
  columns: [],
  freshness: { refresh: "at once", newest_at: null },
  row_count: null,
  row_count_is_estimate: null,
  quality: null,
  upstream: [],
  downstream: [],
  ...changed,
});

const email = {
  name: "email",
  type: "text",
  nullable: true,
  description: "Where mail goes.",
  unit: null,
  personal_data: "direct" as const,
  masked: true,
  key: false,
  references: null,
};
const all = [
  dataset("events"),
  dataset("users", { columns: [email], personal_data: "direct" }),
  dataset("mart.dim_users", { kind: "view", columns: [email] }),
];

test("every word must be somewhere: in a name, a meaning or a column; case does not matter", () => {
  const names = (words: string) => found(all, { words }).map(({ name }) => name);
  expect(names("")).toEqual(["events", "users", "mart.dim_users"]);
  expect(names(" USERS mail ")).toEqual(["users", "mart.dim_users"]);
  expect(names("users scanner")).toEqual([]);
});

test("by kind, and only what has personal data", () => {
  expect(found(all, { words: "", kind: "view" }).map(({ name }) => name)).toEqual(["mart.dim_users"]);
  expect(found(all, { words: "", isPersonal: true }).map(({ name }) => name)).toEqual(["users"]);
});
