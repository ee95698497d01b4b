// What does date-holidays say, row by row, before anything is folded? Its rows as plain dates, whatever the process's
// time zone and whatever the hour at which it lets a holiday begin.
import type { HolidayType } from "@almanac/domain/holiday";
import Holidays, { type HolidaysTypes } from "date-holidays";

/** One row of date-holidays: a holiday, or the substitute day of one. */
export interface RuleRow {
  rule: string;
  date: Temporal.PlainDate;
  /** 1 for an ordinary holiday. */
  days: number;
  type: HolidayType;
  /** date-holidays says that this is a substitute day; it does not always say so. */
  flagged: boolean;
  /** By BCP 47 tag; never with "(substitute day)". */
  names: Readonly<Record<string, string>>;
  localName: string;
}

// date-holidays names some languages by their country.
const tags: Readonly<Record<string, string>> = { cz: "cs", ge: "ka", jp: "ja", lat: "la" };

export interface RuleRows {
  rows: readonly RuleRow[];
  /** Every rule of the region, those that gave no row included. */
  rules: readonly string[];
}

/** The rows of three years around `year`, because a substitute day can lie in the year before or after its holiday's. */
export function ruleRows(region: string, year: number): RuleRows {
  const [country = region, state] = region.split("-");
  // UTC keeps `start` and `end` the wall clock's; the holiday's own zone must not move a day.
  const options: HolidaysTypes.Options = { timezone: "UTC" };
  const calendar = state === undefined ? new Holidays(country, options) : new Holidays(country, state, options);
  const language = calendar.getLanguages()[0] ?? "en";
  const ruleNames = new Map<string, unknown>();
  // Its declarations give rules no fields; at run time they have `rule`, and `name` as a text or by language.
  for (const { rule, name } of calendar.getRules() as unknown as { rule: string; name: unknown }[])
    ruleNames.set(rule, name);

  const rows = [year - 1, year, year + 1].flatMap((each) =>
    calendar.getHolidays(each).map((row) => toRow(row, ruleNames.get(row.rule), language)),
  );
  return { rows, rules: [...ruleNames.keys()] };
}

function toRow(row: HolidaysTypes.Holiday, named: unknown, language: string): RuleRow {
  const plain = typeof named === "object" && named !== null ? (named as Record<string, string>) : null;
  const onlyName = typeof named === "string" ? named : row.name;
  const localName = plain?.[language] ?? plain?.["en"] ?? onlyName;
  return {
    rule: row.rule,
    date: Temporal.PlainDate.from(row.date.slice(0, 10)),
    days: daysBetween(row.start, row.end),
    type: row.type,
    flagged: row.substitute === true,
    names: plain === null ? {} : byTag(plain),
    localName,
  };
}

// An hour more or less is a clock change of the process's own zone, less than a day is a holiday that begins at noon.
function daysBetween(start: Date, end: Date): number {
  return Math.max(1, Math.ceil((end.getTime() - start.getTime()) / 3_600_000 / 24 - 1 / 12));
}

function byTag(names: Record<string, string>): Record<string, string> {
  const tagged: Record<string, string> = {};
  for (const [language, name] of Object.entries(names)) {
    // The data has one `name.type` that belongs a level higher.
    if (language === "type" || typeof name !== "string") continue;
    const [tag] = Intl.getCanonicalLocales(tags[language] ?? language);
    if (tag !== undefined) tagged[tag] = name;
  }
  return tagged;
}
