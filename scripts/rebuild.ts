// `npm run rebuild`: makes the loads of the raw zone (LAKE_URL) again in the empty database of DATABASE_URL.
// `npm run rebuild -- --compare <url>`: says, table by table, whether that database holds the same as DATABASE_URL's.
import { type Database, openDatabase } from "@almanac/db/database";
import { migrate } from "@almanac/db/migrate";
import { openLake } from "@almanac/lake/open";
import { commonSettings, lakeOptionsOf, lakeUrlOf, readSettings } from "@almanac/process/settings";
import { compareDatabases } from "@almanac/usecases/compare";
import { rebuild, type RebuildSummary } from "@almanac/usecases/rebuild";
import { runLoadDefaults } from "@almanac/usecases/run-load";
import { oneLine } from "./one-line.ts";

const { DATABASE_URL, LAKE_URL, AWS_ENDPOINT_URL_S3, ALMANAC_DATA_DIR } = commonSettings;
const usage = "usage: npm run rebuild, or npm run rebuild -- --compare <postgres url>";

try {
  const settings = readSettings({ DATABASE_URL, LAKE_URL, AWS_ENDPOINT_URL_S3, ALMANAC_DATA_DIR }, process.env);
  const [option, otherUrl, ...rest] = process.argv.slice(2);
  if (option === undefined) {
    await rebuildInto(settings.DATABASE_URL, lakeUrlOf(settings), lakeOptionsOf(settings));
  } else if (option === "--compare" && otherUrl !== undefined && rest.length === 0) {
    process.exitCode = (await compare(settings.DATABASE_URL, otherUrl)) ? 0 : 1;
  } else {
    console.error(`almanac: ${usage}`);
    process.exitCode = 2;
  }
} catch (error) {
  console.error(`almanac: the rebuild failed: ${oneLine(error)}`);
  process.exitCode = 1;
}

async function rebuildInto(url: string, lakeUrl: string, options: ReturnType<typeof lakeOptionsOf>): Promise<void> {
  const began = performance.now();
  const { applied } = await migrate(url);
  if (applied.length > 0) console.log(`Applied ${applied.join(", ")}.`);
  await using database = await open(url);
  const lake = openLake(lakeUrl, options);
  console.log(`Rebuilding from ${lakeUrl} …`);
  const deps = { database, lake, now: () => Temporal.Now.instant(), settings: runLoadDefaults };
  const summary = await rebuild({ ...deps, onProgress: throttled(tell) });
  await lake.close();
  tell(summary);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `Done in ${seconds} s: ${summary.loads} loads, ${summary.runs} reprocess runs, ${summary.batches} batches repeated with their instants, ` +
      `${summary.continued} loads finished that the journal does not end, ${summary.failed} failed ones.`,
  );
}

async function compare(url: string, otherUrl: string): Promise<boolean> {
  await using one = await open(url);
  await using other = await open(otherUrl);
  const tables = await compareDatabases(one, other);
  for (const { table, rows, otherRows, isEqual } of tables) {
    const verdict = isEqual ? "equal" : rows === otherRows ? "DIFFERENT content" : `DIFFERENT: ${otherRows} rows there`;
    console.log(`${table.padEnd(16)} ${String(rows).padStart(10)} rows  ${verdict}`);
  }
  const isEqual = tables.every((table) => table.isEqual);
  console.log(isEqual ? "The databases are equal." : "The databases differ.");
  return isEqual;
}

async function open(url: string): Promise<Database & AsyncDisposable> {
  const database = await openDatabase({ url, poolSize: 20, applicationName: "almanac rebuild" });
  return { ...database, [Symbol.asyncDispose]: () => database.close() };
}

function tell({ batches, batchesInJournal, continued }: RebuildSummary): void {
  console.log(`  ${batches} of ${batchesInJournal} batches, ${continued} loads beyond the journal`);
}

/** A line a second at the most. */
function throttled(tell: (summary: RebuildSummary) => void): (summary: RebuildSummary) => void {
  let next = 0;
  return (summary) => {
    if (performance.now() < next) return;
    next = performance.now() + 1_000;
    tell(summary);
  };
}
