// The stops of an as-of slider: the syncs at which one of the chosen locations became another one, oldest first.
import type { Version } from "@almanac/client/contract";

export interface Stop {
  sync_id: string;
  /** When the last of the locations had it: what is known as of then has the whole sync. */
  at: string;
  changed: readonly { location_id: string; version: number; region: string; added: number }[];
}

/** One for each sync, whichever of the locations it changed. */
export function stopsOf(versions: ReadonlyMap<string, readonly Version[]>): Stop[] {
  const stops = new Map<string, Stop>();
  for (const [location_id, its] of versions) {
    for (const { sync_id, synced_at, version, region, changes } of its) {
      const known = stops.get(sync_id);
      stops.set(sync_id, {
        sync_id,
        at: known === undefined || known.at < synced_at ? synced_at : known.at,
        changed: [...(known?.changed ?? []), { location_id, version, region, added: changes.added }],
      });
    }
  }
  return [...stops.values()].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** The last stop that lies at or before an instant; -1 before the first. The present is after all of them. */
export function placeOf(stops: readonly Stop[], asOf: string | undefined): number {
  if (asOf === undefined) return stops.length;
  // Compared as texts: they have microseconds, of which a number of milliseconds knows nothing.
  const at = fullInstant(asOf);
  return stops.findLastIndex((stop) => fullInstant(stop.at) <= at);
}

/** In UTC with six decimals, so that texts compare as instants; of a day its end. */
function fullInstant(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${text}T23:59:59.999999`;
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
  const whole = new Date(text.replace(/\.\d+/, ""));
  return `${Number.isNaN(whole.getTime()) ? text : whole.toISOString().slice(0, 19)}.${fraction.padEnd(6, "0")}`;
}
