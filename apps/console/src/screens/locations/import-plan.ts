// A list of places as text: read as JSON or CSV, and compared with what is tracked, before anything is sent.
import type { Location, LocationList } from "@almanac/client/contract";

export type Listed = LocationList["locations"][number];

export type ReadList = { listed: Listed[] } | { problem: string };

/** JSON (a list, or `{locations: […]}`), or CSV with a header that names location_id and subdivision_code. */
export function readList(text: string): ReadList {
  const trimmed = text.trim();
  if (trimmed === "") return { problem: "The list is empty." };
  return /^[[{]/.test(trimmed) ? readJson(trimmed) : readCsv(trimmed);
}

function readJson(text: string): ReadList {
  try {
    const parsed = JSON.parse(text) as unknown;
    const rows = Array.isArray(parsed) ? parsed : (parsed as { locations?: unknown }).locations;
    return Array.isArray(rows)
      ? checked(rows as Record<string, unknown>[])
      : { problem: "JSON must be a list of locations, or an object with `locations`." };
  } catch (error) {
    return { problem: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function readCsv(text: string): ReadList {
  const [header = "", ...lines] = text.split(/\r?\n/);
  const names = header.split(/[,;\t]/).map((name) => name.trim().replaceAll('"', ""));
  const rows = lines
    .filter((line) => line.trim() !== "")
    .map((line) =>
      Object.fromEntries(
        line.split(/[,;\t]/).map((cell, place) => [names[place] ?? "", cell.trim().replaceAll('"', "")]),
      ),
    );
  return checked(rows);
}

function checked(rows: readonly Record<string, unknown>[]): ReadList {
  const listed: Listed[] = [];
  for (const [place, row] of rows.entries()) {
    const { location_id: id, subdivision_code: code, country_code: country, time_zone: zone } = row;
    if (typeof id !== "string" || typeof code !== "string" || id === "" || code === "") {
      return { problem: `Row ${place + 1} has no location_id or no subdivision_code.` };
    }
    listed.push({
      location_id: id.toLowerCase(),
      country_code: typeof country === "string" && country !== "" ? country : code.slice(0, 2),
      subdivision_code: code,
      ...((typeof zone === "string" && zone !== "") || zone === null ? { time_zone: zone } : {}),
    });
  }
  const twice = listed.find(
    ({ location_id }, place) => listed.findIndex((other) => other.location_id === location_id) < place,
  );
  return twice === undefined ? { listed } : { problem: `${twice.location_id} stands there twice.` };
}

export interface ImportPlan {
  added: Listed[];
  updated: Listed[];
  reactivated: Listed[];
  deactivated: Location[];
  unchanged: number;
  /** More than the api takes without being told twice: max(2, a quarter of the active ones). */
  isMassDeactivation: boolean;
}

/** What the list as the whole list would do: what it does not name is deactivated. */
export function planImport(listed: readonly Listed[], known: readonly Location[]): ImportPlan {
  const byId = new Map(known.map((location) => [location.location_id, location]));
  const ids = new Set(listed.map(({ location_id }) => location_id));
  const plan: ImportPlan = {
    added: [],
    updated: [],
    reactivated: [],
    deactivated: known.filter(({ active, location_id }) => active && !ids.has(location_id)),
    unchanged: 0,
    isMassDeactivation: false,
  };
  for (const row of listed) {
    const before = byId.get(row.location_id);
    if (before === undefined) plan.added.push(row);
    else if (!before.active) plan.reactivated.push(row);
    else if (isOther(row, before)) plan.updated.push(row);
    else plan.unchanged += 1;
  }
  const active = known.filter((location) => location.active).length;
  plan.isMassDeactivation = plan.deactivated.length > Math.max(2, active / 4);
  return plan;
}

function isOther(row: Listed, before: Location): boolean {
  return (
    row.subdivision_code !== before.subdivision_code ||
    row.country_code !== before.country_code ||
    (row.time_zone !== undefined && row.time_zone !== before.time_zone)
  );
}
