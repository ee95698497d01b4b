// A list of places as text, as people have it: read as JSON or CSV, before anything is sent. Whether the codes are right is the
// api's to judge.
import { parse } from "csv-parse/browser/esm/sync";
import type { Location, LocationList } from "./contract.ts";

export type ListedLocation = LocationList["locations"][number];

export type ReadLocationList = { listed: ListedLocation[] } | { problem: string };

/** What may stand in a row: what the api takes, and what it tells, so that a list that was exported can be read again. */
const names = {
  location_id: true,
  country_code: true,
  subdivision_code: true,
  time_zone: true,
  active: true,
  version: true,
  last_synced_at: true,
  last_sync_outcome: true,
  last_error: true,
  resolved_region: true,
} as const satisfies Record<keyof Location, true>;

/**
 * JSON (a list, or `{locations: […]}`), or CSV whose header names `location_id` and `subdivision_code`; cells are parted by
 * commas, semicolons or tabs. A country that is not told is the code's; ids are lower case; a row that says it is not active is
 * no part of the list. Gives the rows, or a sentence that says what is wrong.
 */
export function readLocationList(text: string): ReadLocationList {
  // Tabs at the end of a line are cells.
  const content = text.replace(/^\uFEFF/, "").trimStart();
  if (content === "") return { problem: "The list is empty." };
  try {
    return checked(/^[[{]/.test(content) ? rowsOfJson(content) : rowsOfCsv(content));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function rowsOfJson(content: string): unknown[] {
  let told: unknown;
  try {
    told = JSON.parse(content);
  } catch (error) {
    throw new Error(`This is no JSON: ${(error as Error).message}.`, { cause: error });
  }
  const rows = Array.isArray(told) ? (told as unknown[]) : (told as { locations?: unknown }).locations;
  if (!Array.isArray(rows)) throw new Error("JSON must be a list of locations, or an object with `locations`.");
  return rows as unknown[];
}

function rowsOfCsv(content: string): unknown[] {
  try {
    return parse(content, {
      columns: true,
      delimiter: [",", ";", "\t"],
      trim: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    });
  } catch (error) {
    throw new Error(`This is no CSV: ${(error as Error).message}.`, { cause: error });
  }
}

function checked(rows: readonly unknown[]): ReadLocationList {
  const listed = new Map<string, ListedLocation>();
  for (const [place, row] of rows.entries()) {
    const where = `Row ${place + 1}`;
    if (typeof row !== "object" || row === null) return { problem: `${where} is no location.` };
    const cells = row as Record<string, unknown>;
    const stranger = Object.keys(cells).find((name) => !Object.hasOwn(names, name));
    if (stranger !== undefined) {
      return {
        problem: `${where} has "${stranger}", which no location has: ${Object.keys(names).slice(0, 4).join(", ")}.`,
      };
    }
    const { location_id: id, subdivision_code: code, country_code: country, time_zone: zone, active } = cells;
    if (typeof id !== "string" || typeof code !== "string" || id === "" || code === "") {
      return { problem: `${where} has no location_id or no subdivision_code.` };
    }
    if (active === false || active === "false") continue;
    const locationId = id.toLowerCase();
    if (listed.has(locationId)) return { problem: `${locationId} stands there twice.` };
    listed.set(locationId, {
      location_id: locationId,
      country_code: typeof country === "string" && country !== "" ? country : code.slice(0, 2),
      subdivision_code: code,
      ...((typeof zone === "string" && zone !== "") || zone === null ? { time_zone: zone } : {}),
    });
  }
  return { listed: [...listed.values()] };
}
