// What the calendars said before they were changed, and the day on which each change became known. The offline source
// tells what is known today; here stands what has to be undone to see it as it was seen then.
import type { HolidayFacts } from "@almanac/domain/holiday";

export interface Announcement {
  /** The day on which it became known, and what that rests on. */
  day: string;
  basis: string;
  /** `illustrative`: the days are true, but when a list said so is our choice. */
  truth: "true" | "illustrative";
  regions: readonly string[];
  year: number;
  /** The holidays of that year as they were before. */
  undo(holidays: readonly HolidayFacts[]): HolidayFacts[];
}

const england = ["GB-ENG"];
const netherlands = ["NL"];
const day = (text: string) => Temporal.PlainDate.from(text);

const movedFrom = (date: string, before: string) => (holidays: readonly HolidayFacts[]) =>
  holidays.map((holiday) => (isOn(holiday, date) ? { ...holiday, date: day(before) } : holiday));

const without = (date: string) => (holidays: readonly HolidayFacts[]) =>
  holidays.filter((holiday) => !isOn(holiday, date));

function isOn({ date, type }: HolidayFacts, text: string): boolean {
  return type === "public" && date.equals(day(text));
}

function plainlyNamed(holiday: HolidayFacts): HolidayFacts {
  const name = "Early May bank holiday";
  return holiday.name.startsWith(name) ? { ...holiday, name, localName: name, names: { en: name } } : holiday;
}

/** In the order of their days. What is undone last was known first. */
export const announcements: readonly Announcement[] = [
  {
    day: "2019-06-07",
    basis: "United Kingdom, Department for Business: the holiday of 2020 moved to the 75th anniversary of VE Day",
    truth: "true",
    regions: england,
    year: 2020,
    undo: movedFrom("2020-05-08", "2020-05-04"),
  },
  {
    day: "2019-07-01",
    basis: "the same holiday under the name that date-holidays has for it; the day of the new name is the next sync's",
    truth: "illustrative",
    regions: england,
    year: 2020,
    undo: (holidays) => holidays.map(plainlyNamed),
  },
  {
    day: "2020-11-12",
    basis:
      "United Kingdom, Department for Culture: the spring holiday of 2022 moved, a day added for the Platinum Jubilee",
    truth: "true",
    regions: england,
    year: 2022,
    undo: (holidays) => movedFrom("2022-06-02", "2022-05-30")(without("2022-06-03")(holidays)),
  },
  {
    day: "2022-09-10",
    basis: "the King's approval at the Accession Council: the day of the State Funeral is a bank holiday",
    truth: "true",
    regions: england,
    year: 2022,
    undo: without("2022-09-19"),
  },
  {
    day: "2022-11-06",
    basis: "United Kingdom, the Prime Minister: a bank holiday for the coronation",
    truth: "true",
    regions: england,
    year: 2023,
    undo: without("2023-05-08"),
  },
  {
    day: "2025-01-15",
    basis:
      "27 April 2025 is a Sunday, so King's Day is held on the 26th; lists with the 27th were published and corrected, and the day of this correction is ours",
    truth: "illustrative",
    regions: netherlands,
    year: 2025,
    undo: movedFrom("2025-04-26", "2025-04-27"),
  },
];

/** The holidays of a region and year as they were known on a day: what became known later is undone, the latest first. */
export function asKnownOn(
  { region, year, today }: { region: string; year: number; today: Temporal.PlainDate },
  holidays: readonly HolidayFacts[],
): HolidayFacts[] {
  return announcements
    .filter((each) => each.year === year && each.regions.includes(region))
    .filter((each) => Temporal.PlainDate.compare(day(each.day), today) > 0)
    .toReversed()
    .reduce<HolidayFacts[]>((known, each) => each.undo(known), [...holidays]);
}

/**
 * A day on which the source answers with much less than before. Illustrative: the lists of bank holidays of the United
 * Kingdom's government did lose years of holidays in August 2025; which years are lost here is made up.
 */
export const lostRows = { day: "2025-08-18", region: "GB-ENG", fromYear: 2026 } as const;
