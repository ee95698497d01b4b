import type { Holiday, HolidayFacts } from "@almanac/domain/holiday";
// Where the sample's visitors go: the brief's 13 locations, or others, each with the public holidays of its region.
import { type DayRow, dayRows } from "@almanac/domain/holiday/days";
import type { HolidayId } from "@almanac/domain/ids";
import { openSource, regionOf } from "@almanac/sources/open";

export interface SampleLocation {
  locationId: string;
  /** ISO 3166-2. */
  subdivisionCode: string;
  /** Of all years from the first to the one after the last; without them the offline source is asked. */
  holidays?: readonly HolidayFacts[];
}

/** As the brief lists them. */
export const briefLocations: readonly SampleLocation[] = [
  { locationId: "9415913d-fffa-41f9-9323-6d62e6100a31", subdivisionCode: "NL-FL" },
  { locationId: "432d10d2-1a7c-4bbd-abd2-85075fb19c71", subdivisionCode: "NL-GR" },
  { locationId: "a2d0d6fd-3a18-4f58-ac36-d2e56bf71a46", subdivisionCode: "GB-NSM" },
  { locationId: "ab5df8c0-dfe7-4ca3-a9e4-c77f93e551a7", subdivisionCode: "NL-ZH" },
  { locationId: "fdbf55b4-1b97-43a8-a096-a71d0b9d6940", subdivisionCode: "GB-WLL" },
  { locationId: "d9a11093-b1a4-4c1a-9e2a-7cc951b55a32", subdivisionCode: "NL-DR" },
  { locationId: "4f2c9d63-73b3-40f4-892d-136599854b87", subdivisionCode: "NL-FR" },
  { locationId: "423ff765-83ac-472c-9ef7-b3a592696711", subdivisionCode: "NL-UT" },
  { locationId: "5770db11-e7bf-4044-b54c-d49f69e947ec", subdivisionCode: "GB-SOM" },
  { locationId: "d70aed5a-3960-44fa-9c08-f725c2b03ce8", subdivisionCode: "NL-NH" },
  { locationId: "e826584c-c32b-4ca1-835f-b7d7416f2958", subdivisionCode: "NL-LI" },
  { locationId: "e40a0514-03e7-4d28-b7be-38c18a5ae73c", subdivisionCode: "GB-WRT" },
  { locationId: "4c8eb5ba-0140-4b48-924b-899112abe562", subdivisionCode: "NL-GE" },
];

// What was asked for once is the same the next time; a process makes samples of few regions and years.
const known = new Map<string, Promise<DayRow[]>>();

/** What kind of day each day is, for each location; days and locations as given, `to` inclusive. */
export async function readDays(
  locations: readonly SampleLocation[],
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
): Promise<DayRow[][]> {
  const source = openSource({ kind: "offline" });
  const { signal } = new AbortController();
  const daysOf = async (facts: Iterable<HolidayFacts>) =>
    dayRows({ from, to, holidays: Array.from(facts, identified), schoolKnown: false });
  const ofRegion = async (region: string) => {
    const years = Array.from({ length: to.year - from.year + 3 }, (_, place) => from.year - 1 + place);
    const answers = await Promise.all(years.map((year) => source.fetch({ region, year, signal })));
    return daysOf(answers.flatMap((answer) => answer.holidays));
  };
  return Promise.all(
    locations.map(({ subdivisionCode, holidays }) => {
      if (holidays !== undefined) return daysOf(holidays);
      const region = regionOf(source, subdivisionCode)?.region;
      // A place without a calendar sells tickets as well.
      if (region === undefined) return daysOf([]);
      const key = `${region} ${from} ${to}`;
      if (!known.has(key)) known.set(key, ofRegion(region));
      return known.get(key)!;
    }),
  );
}

function identified(facts: HolidayFacts, place: number): Holiday {
  return { ...facts, holidayId: String(place) as HolidayId, year: facts.date.year };
}
