// Which two states of a location are compared? Two versions or two instants; all of it is in the URL.
import type { Diff, Holiday, Version } from "@almanac/client/contract";
import { type Search, textOf } from "../../frame/search.ts";

export type Compared =
  | { by: "version"; from_version: number; to_version: number }
  | { by: "as_of"; from_as_of: string; to_as_of: string };

/** Undefined where the URL names none, or only one. */
export function comparedOf(search: Search): Compared | undefined {
  const [from_as_of, to_as_of] = [textOf(search["from_as_of"]), textOf(search["to_as_of"])];
  if (from_as_of !== undefined && to_as_of !== undefined) return { by: "as_of", from_as_of, to_as_of };
  const [from_version, to_version] = [wholeOf(search["from_version"]), wholeOf(search["to_version"])];
  if (from_version === undefined || to_version === undefined) return undefined;
  return { by: "version", from_version, to_version };
}

function wholeOf(value: unknown): number | undefined {
  const text = textOf(value) ?? "";
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/** The last change, before anybody chose: what a location became with its last other version. */
export function lastChange(changed: readonly Version[]): Compared | undefined {
  const [last] = changed;
  if (last === undefined || last.version < 2) return undefined;
  return { by: "version", from_version: last.version - 1, to_version: last.version };
}

export function queryOf(compared: Compared) {
  const { by: _by, ...query } = compared;
  return query;
}

export function diffPath(location_id: string, compared: Compared): string {
  const query = Object.entries(queryOf(compared)).map(([name, value]) => [name, String(value)]);
  return `/v1/locations/${encodeURIComponent(location_id)}/diff?${new URLSearchParams(query).toString()}`;
}

export type How = "added" | "removed" | "moved" | "renamed";

export interface ChangeRow {
  how: How;
  holiday_id: string;
  before: Holiday | null;
  after: Holiday | null;
}

/** In the order of the days: where a holiday is now, or where it was. */
export function rowsOf(changes: Pick<Diff, How>): ChangeRow[] {
  const rows = (["added", "removed", "moved", "renamed"] as const).flatMap((how) =>
    changes[how].map((each): ChangeRow => ({ how, ...each })),
  );
  const dateOf = ({ before, after }: ChangeRow) => (after ?? before)?.date ?? "";
  return rows.toSorted((a, b) => (dateOf(a) < dateOf(b) ? -1 : dateOf(a) > dateOf(b) ? 1 : 0));
}

/** The versions after one state up to another: what may have brought a difference. The order asked does not matter. */
export function between(changed: readonly Version[], { from, to }: Pick<Diff, "from" | "to">): Version[] {
  const [low, high] = [Math.min(from.version, to.version), Math.max(from.version, to.version)];
  return changed.filter(({ version }) => version > low && version <= high);
}

/** The version that brought each holiday's difference, by its id; of several the last. */
export function broughtBy(diffs: readonly Diff[], versions: readonly Version[]): Map<string, Version> {
  const found = new Map<string, Version>();
  for (const diff of diffs.toSorted((a, b) => a.to.version - b.to.version)) {
    const version = versions.find((each) => each.version === diff.to.version);
    if (version === undefined) continue;
    for (const { holiday_id } of rowsOf(diff)) found.set(holiday_id, version);
  }
  return found;
}

/** `2020 to 2027`; years that lie apart are told one by one. */
export function yearsText(years: readonly number[]): string {
  const [first, last] = [years[0], years.at(-1)];
  if (first === undefined || last === undefined) return "none";
  return last - first === years.length - 1 && years.length > 2 ? `${first} to ${last}` : years.join(", ");
}
