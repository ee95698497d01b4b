// Datasets have the names that other tools give them, so that lineage of several tools meets.
import { expect, test } from "vitest";
import { datasetsOf } from "./datasets.ts";

const naming = { namespace: "almanac", databaseUrl: "postgresql://user:p%40ss@db.example/our%20data?sslmode=require" };
const datasets = datasetsOf(
  [
    {
      name: "mart.dim_users",
      schema: "mart",
      kind: "view",
      description: "Users.",
      columns: [
        {
          name: "user_id",
          type: "uuid",
          isNullable: true,
          description: "The user.",
          isKey: false,
          isUnique: false,
          references: null,
        },
      ],
    },
  ],
  naming,
);

test("relations are named by server, database and schema, and nothing of the credentials is told", () => {
  const view = datasets.relation("mart.dim_users");
  expect(view).toMatchObject({
    namespace: "postgres://db.example:5432",
    name: "our data.mart.dim_users",
    facets: {
      datasetType: { datasetType: "VIEW" },
      dataSource: { name: "our data", uri: "postgres://db.example:5432/our%20data" },
      documentation: { description: "Users." },
      schema: { fields: [{ name: "user_id", type: "uuid", description: "The user." }] },
    },
  });
  expect(JSON.stringify(view)).not.toMatch(/p%40ss|p@ss|user:/);
  expect(datasets.relation("nowhere")).toBeNull();
});

test.each([
  ["file:///var/lake/raw/events/a%20b.ndjson.zst", "file", "/var/lake/raw/events/a b.ndjson.zst"],
  ["file:raw/events/c.ndjson.zst", "file", "raw/events/c.ndjson.zst"],
  ["s3://bucket/prefix/raw/events/d.ndjson.zst", "s3://bucket", "prefix/raw/events/d.ndjson.zst"],
])("the object %s is named by its store", (uri, namespace, name) => {
  expect(datasets.object(uri)).toMatchObject({ namespace, name, facets: { datasetType: { datasetType: "FILE" } } });
});

test("a place outside of the database is in our own namespace", () => {
  expect(datasets.place("source.holidays")).toMatchObject({ namespace: "almanac", name: "source.holidays" });
});
