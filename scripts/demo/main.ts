// The program that fills a fresh database and lake with the demo's history; `npm run demo` runs it before api and worker.
import { openLake } from "@almanac/lake/open";
import { commonSettings, lakeOptionsOf, lakeUrlOf, readSettings } from "@almanac/process/settings";
import { oneLine } from "../one-line.ts";
import { replayHistory } from "./replay.ts";

const events = 200_000;
const { DATABASE_URL, LAKE_URL, AWS_ENDPOINT_URL_S3, ALMANAC_DATA_DIR } = commonSettings;

try {
  const settings = readSettings({ DATABASE_URL, LAKE_URL, AWS_ENDPOINT_URL_S3, ALMANAC_DATA_DIR }, process.env);
  const lake = openLake(lakeUrlOf(settings), lakeOptionsOf(settings));
  let year = 0;
  const replayed = await replayHistory({
    databaseUrl: settings.DATABASE_URL,
    lake,
    events,
    onStep({ at }) {
      const its = at.toZonedDateTimeISO("UTC").year;
      if (its !== year) console.log(`Demo: replaying ${its} …`);
      year = its;
    },
  });
  await lake.close();
  console.log(`Demo: ${replayed.syncs} syncs and ${replayed.loads} loads of synthetic data replayed.`);
} catch (error) {
  console.error(`almanac: the demo could not be made: ${oneLine(error)}`);
  process.exitCode = 1;
}
