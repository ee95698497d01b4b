// `npm run lake -- verify`: re-reads every body of the raw zone (LAKE_URL) and compares it with the hash that it is named by.
// Prints each one that is damaged; exit code 1 when there is one.
import { openLake } from "@almanac/lake/open";
import { commonSettings, lakeOptionsOf, lakeUrlOf, readSettings } from "@almanac/process/settings";
import { verifyLake } from "@almanac/usecases/verify-lake";
import { oneLine } from "./one-line.ts";

const { LAKE_URL, AWS_ENDPOINT_URL_S3, ALMANAC_DATA_DIR } = commonSettings;

if (process.argv[2] !== "verify") {
  console.error("almanac: usage: npm run lake -- verify");
  process.exit(2);
}
try {
  const settings = readSettings({ LAKE_URL, AWS_ENDPOINT_URL_S3, ALMANAC_DATA_DIR }, process.env);
  const lakeUrl = lakeUrlOf(settings);
  const lake = openLake(lakeUrl, lakeOptionsOf(settings));
  const onBad = ({ name, reason }: { name: string; reason: string }) => console.log(`DAMAGED ${name}: ${reason}`);
  const { checked, bad } = await verifyLake({ lake }, { onBad });
  await lake.close();
  console.log(
    bad === 0
      ? `${checked} objects of ${lakeUrl} are as they were written.`
      : `${bad} of ${checked} objects are damaged.`,
  );
  process.exitCode = bad === 0 ? 0 : 1;
} catch (error) {
  console.error(`almanac: the raw zone could not be verified: ${oneLine(error)}`);
  process.exitCode = 1;
}
