// Which locations stand in the list, and in which order: the part of the question that the api is not asked.
import type { Location } from "@almanac/client/contract";

export const orders = ["added", "synced"] as const;
export type Order = (typeof orders)[number];

export interface Wanted {
  /** Part of an id, a code or a region; upper and lower case are the same. */
  words: string;
  country: string | undefined;
  /** `added`: as the api tells them; `synced`: who waits longest for a sync first, never synced before all. */
  order: Order;
}

export function shownOf(locations: readonly Location[], { words, country, order }: Wanted): Location[] {
  const sought = words.trim().toLowerCase();
  const fitting = locations.filter(
    (location) =>
      (country === undefined || location.country_code === country) && textFor(location).toLowerCase().includes(sought),
  );
  if (order === "added") return fitting;
  return fitting.toSorted((a, b) => (a.last_synced_at ?? "").localeCompare(b.last_synced_at ?? ""));
}

/** Each once, by the alphabet. */
export function countriesOf(locations: readonly Location[]): string[] {
  return [...new Set(locations.map(({ country_code }) => country_code))].toSorted();
}

function textFor({ location_id, subdivision_code, country_code, resolved_region }: Location): string {
  return `${location_id} ${subdivision_code} ${country_code} ${resolved_region ?? ""}`;
}
