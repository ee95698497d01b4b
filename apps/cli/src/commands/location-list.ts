// What does a file of locations say? CSV or JSON; whether the values are right is the server's to judge.
import { UsageError } from "../face/exit-code.ts";

const needed = ["location_id", "country_code", "subdivision_code"];

export function parseLocations(text: string): Record<string, unknown>[] {
  const content = text.replace(/^\uFEFF/, "").trim();
  return /^[[{]/.test(content) ? parseJson(content) : parseCsv(content);
}

function parseJson(content: string): Record<string, unknown>[] {
  let told: unknown;
  try {
    told = JSON.parse(content);
  } catch (error) {
    throw new UsageError(`The list is not JSON: ${(error as Error).message}.`);
  }
  const list = Array.isArray(told) ? told : (told as { locations?: unknown }).locations;
  if (!Array.isArray(list)) throw new UsageError('The JSON is no list: an array, or {"locations": […]}.');
  return list as Record<string, unknown>[];
}

function parseCsv(content: string): Record<string, unknown>[] {
  const [head = [], ...rows] = content.split(/\r?\n/).map((line) => cellsOf(line));
  const missing = needed.filter((name) => !head.includes(name));
  if (missing.length > 0) throw new UsageError(`The CSV's header has no ${missing.join(", ")}.`);
  return rows
    .filter((row) => row.some((cell) => cell !== ""))
    .map((row) =>
      Object.fromEntries(head.map((name, place) => [name, row[place] ?? ""]).filter(([, cell]) => cell !== "")),
    );
}

/** Cells of one line; a quoted one may have commas, not line ends: no code or name of a place has. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:\s*"((?:[^"]|"")*)"\s*|([^,]*))(?=,|$)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? "").trim() : quoted.replaceAll('""', '"'),
  );
}
