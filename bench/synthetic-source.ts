// A holiday source that computes nothing: eleven public holidays a year for any region, and changes on demand.
import type { HolidayFacts } from "@almanac/domain/holiday";
import type { HolidaySource, SourceYear } from "@almanac/sources/source";

export interface SyntheticSource extends HolidaySource {
  /** Changes one holiday of the region's newest year: moves it, renames it, or adds or takes away one, in turns. */
  edit(region: string): void;
  /** Answers given so far. */
  readonly calls: number;
}

const names = [
  ["New Year's Day", "Nieuwjaarsdag"],
  ["Good Friday", "Goede Vrijdag"],
  ["Easter Sunday", "Eerste paasdag"],
  ["Easter Monday", "Tweede paasdag"],
  ["King's Day", "Koningsdag"],
  ["Liberation Day", "Bevrijdingsdag"],
  ["Ascension Day", "Hemelvaartsdag"],
  ["Whit Sunday", "Eerste pinksterdag"],
  ["Whit Monday", "Tweede pinksterdag"],
  ["Christmas Day", "Eerste kerstdag"],
  ["Boxing Day", "Tweede kerstdag"],
] as const;

/** `newestYear` is the year that edits touch: one that lies ahead, so that no guard holds a change back. */
export function createSyntheticSource(newestYear: number): SyntheticSource {
  const edits = new Map<string, number>();
  let calls = 0;
  return {
    name: "offline",
    knowsSchoolHolidays: false,
    declares: () => true,
    quota: () => null,
    get calls() {
      return calls;
    },
    edit: (region) => void edits.set(region, (edits.get(region) ?? 0) + 1),
    async fetch({ region, year }): Promise<SourceYear> {
      calls += 1;
      const edited = year === newestYear ? (edits.get(region) ?? 0) : 0;
      return { year, coverage: "full", holidays: holidaysOf(year, edited), warnings: [] };
    },
  };
}

function holidaysOf(year: number, edits: number): HolidayFacts[] {
  // Of every three edits the first moves a day, the second renames one, the third adds one or takes it away again.
  const moves = Math.ceil(edits / 3);
  const renames = Math.ceil((edits - 1) / 3);
  const extras = Math.floor(edits / 3);
  const holidays = names.map(([name, localName], place) =>
    facts(
      Temporal.PlainDate.from({ year, month: place + 1, day: 9 + (place === 1 ? moves % 2 : 0) }),
      place === 2 && renames % 2 === 1 ? "Easter" : name,
      localName,
    ),
  );
  const extra = facts(Temporal.PlainDate.from({ year, month: 12, day: 5 }), "Jubilee Day", "Jubileumdag");
  return extras % 2 === 1 ? [...holidays, extra] : holidays;
}

function facts(date: Temporal.PlainDate, name: string, localName: string): HolidayFacts {
  return {
    occurrenceId: null,
    name,
    localName,
    names: {},
    date,
    observedDate: null,
    endDate: null,
    type: "public",
  };
}
