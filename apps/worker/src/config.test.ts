import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

const database = { DATABASE_URL: "postgres://localhost/almanac" };

test("nobody is told of lineage unless a URL says who", () => {
  expect(readConfig(database).openLineage).toBeUndefined();
  expect(
    readConfig({ ...database, OPENLINEAGE_URL: "http://marquez:5000", OPENLINEAGE_API_KEY: "k" }).openLineage,
  ).toEqual({
    url: "http://marquez:5000",
    apiKey: "k",
    namespace: "almanac",
    databaseUrl: database.DATABASE_URL,
  });
});

test.each(["file:", "ftp://somewhere", "marquez:5000", "http://"])(
  "OPENLINEAGE_URL=%s is refused, and not shown",
  (url) => {
    expect(() => readConfig({ ...database, OPENLINEAGE_URL: url })).toThrow(
      /^OPENLINEAGE_URL got a value that is not shown; it accepts file:<path> or http\(s\):\/\/…\.$/,
    );
  },
);
