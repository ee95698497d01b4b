// `npm run migrate`: brings the database of DATABASE_URL to the newest schema, and does nothing else.
import { migrate } from "@almanac/db/migrate";
import { oneLine } from "./one-line.ts";

const url = process.env["DATABASE_URL"];
if (url === undefined || url === "") {
  console.error("almanac: DATABASE_URL is not set; it takes postgres://user:password@host:port/database.");
  process.exit(1);
}
try {
  const { applied } = await migrate(url);
  console.log(applied.length === 0 ? "The schema is up to date." : `Applied ${applied.join(", ")}.`);
} catch (error) {
  console.error(`almanac: the migration failed: ${oneLine(error)}`);
  process.exit(1);
}
