// What is there to look at in the demo, and what to try? The lines that follow the welcome, and the files that they name.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../settings.ts";
import { baseUrl } from "../welcome.ts";

const draft = "https://json-schema.org/draft/2020-12/schema";

/** The second version of a type's schema: the brief's own example. */
export const scannedVersion = {
  json_schema: {
    $schema: draft,
    title: "BarcodeScanned",
    description: "A ticket was scanned at the park; related_id names it.",
    type: "object",
    properties: {
      scanner_location: { type: "string", maxLength: 200, description: "Where it was scanned." },
      barcode_type: { type: "string", maxLength: 20, description: "What was scanned." },
    },
  },
  upcast: [{ op: "default", path: "/barcode_type", value: "QR" }],
};

/** A type that the tills send and nobody has registered: its lines are rejects until somebody does. */
export const admiredVersion = {
  json_schema: {
    $schema: draft,
    title: "ArticleAdmired",
    description: "Somebody looked at an article for long.",
    type: "object",
    properties: { article_id: { type: "string", maxLength: 200, description: "The article." } },
  },
};

const locations = "location_id=a2d0d6fd-3a18-4f58-ac36-d2e56bf71a46&location_id=9415913d-fffa-41f9-9323-6d62e6100a31";

/** Writes the files to try and returns the lines, to stand before the last one of the welcome. */
export function tour(settings: Settings): string {
  const base = baseUrl(settings);
  const folder = join(settings.dataDir, "try");
  mkdirSync(folder, { recursive: true });
  const scanned = join(folder, "barcode-scanned-2.json");
  const admired = join(folder, "article-admired-1.json");
  writeFileSync(scanned, `${JSON.stringify(scannedVersion, null, 2)}\n`);
  writeFileSync(admired, `${JSON.stringify(admiredVersion, null, 2)}\n`);
  // A start beside it has an address and a key of its own.
  const almanac = `    ALMANAC_DATA_DIR='${settings.dataDir}' npx almanac`;
  return `This is a demo: synthetic sales over real holidays. The holidays' history is true but for what is called illustrative in
scripts/demo/announcements.ts; nobody bought, visited or scanned anything. The next run makes it anew.

  Holidays as we knew them   ${base}/holidays?${locations}&year=2022
  What changed, and when     ${base}/versions
  Sales and holidays         ${base}/insights
  Files and refused lines    ${base}/loads
  A schema change to try     ${base}/schemas/BarcodeScanned

  Register that change, then see what it would do to the scans of the year:
${almanac} schema register BarcodeScanned '${scanned}'
${almanac} reprocess preview BarcodeScanned --wait
  Make the refused ArticleAdmired lines events: register their type, preview, and publish the run that it names.
${almanac} schema register ArticleAdmired '${admired}'
${almanac} reprocess preview ArticleAdmired --wait
${almanac} reprocess publish <run_id> --wait
`;
}
