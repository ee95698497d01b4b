// The holidays of a region without network and without key: date-holidays, asked only for regions that it has, its
// substitute rows folded, its known errors corrected. Data: date-holidays, CC BY-SA 3.0.
import { AppError } from "@almanac/domain/errors";
import type { HolidayFacts, HolidayType } from "@almanac/domain/holiday";
import { byDateThenName } from "../order.ts";
import type { HolidaySource, SourceCall } from "../source.ts";
import { corrections } from "./corrections.ts";
import { declaresOffline } from "./declared.ts";
import { type FoldedRow, foldSubstitutes } from "./fold.ts";
import { ruleRows } from "./rows.ts";

// Of one day and name under two types, the one that matters most to a visitor is kept.
const typeRank: Readonly<Record<HolidayType, number>> = { public: 0, bank: 1, school: 2, optional: 3, observance: 4 };

/** The offline source. A year costs about 10 ms of CPU (three years are computed, see `ruleRows`). */
export function createOfflineSource(options: { onCall?: (call: SourceCall) => void } = {}): HolidaySource {
  return {
    name: "offline",
    // It types a few days as school holidays, but does not have the school terms.
    knowsSchoolHolidays: false,
    declares: declaresOffline,
    quota: () => null,
    async fetch({ region, year, signal }) {
      signal.throwIfAborted();
      if (!declaresOffline(region)) throw regionNotDeclared(region);
      const begunMs = performance.now();
      const holidays = offlineHolidays(region, year);
      const durationMs = performance.now() - begunMs;
      options.onCall?.({
        source: "offline",
        regions: [region],
        year,
        attempt: 1,
        outcome: "ok",
        status: null,
        durationMs,
        quota: null,
      });
      return { year, coverage: "full", holidays, warnings: [] };
    },
  };
}

/** What `fetch` throws for a region that the source does not declare: AppError `incorrect`, `holiday.region_not_declared`. */
export function regionNotDeclared(region: string): AppError {
  return new AppError("incorrect", {
    code: "holiday.region_not_declared",
    detail: `The holiday source has no calendar for ${region}.`,
  });
}

/** The holidays whose nominal date lies in `year`, by date, then name; no two share both. */
export function offlineHolidays(region: string, year: number): HolidayFacts[] {
  const folded = foldSubstitutes(ruleRows(region, year)).filter((row) => row.date.year === year);
  const corrected = correct(region, year, folded.map(toFacts));
  const unique = new Map<string, HolidayFacts>();
  for (const holiday of corrected.toSorted((a, b) => typeRank[a.type] - typeRank[b.type])) {
    const key = `${holiday.date.toString()} ${holiday.name}`;
    if (!unique.has(key)) unique.set(key, holiday);
  }
  return [...unique.values()].toSorted(byDateThenName);
}

function toFacts(row: FoldedRow): HolidayFacts {
  return {
    occurrenceId: null,
    name: row.names["en"] ?? row.localName,
    localName: row.localName,
    names: row.names,
    date: row.date,
    observedDate: row.observed,
    endDate: row.days > 1 ? row.date.add({ days: row.days - 1 }) : null,
    type: row.type,
  };
}

function correct(region: string, year: number, holidays: readonly HolidayFacts[]): HolidayFacts[] {
  const corrected = [...holidays];
  for (const { change } of corrections.filter((each) => each.year === year && each.regions.includes(region))) {
    const date = Temporal.PlainDate.from(change.date);
    const index = corrected.findIndex(({ name }) => name === change.name);
    const known = corrected[index];
    if (change.do === "move" && known) corrected[index] = { ...known, date, observedDate: null };
    if (change.do === "add") corrected.push(publicHoliday(change.name, date));
  }
  return corrected;
}

function publicHoliday(name: string, date: Temporal.PlainDate): HolidayFacts {
  const names = { en: name };
  return { occurrenceId: null, name, localName: name, names, date, observedDate: null, endDate: null, type: "public" };
}
