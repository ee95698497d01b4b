// When do people buy, and for which day? Every location has a wish for every day (weekday, season, holidays, a little
// chance); a purchase lies a lead time before the visit, so that visits add up to the wishes and purchases follow.
import { dayNumber } from "@almanac/domain/dates";
import type { DayRow } from "@almanac/domain/holiday/days";
import { createRandom } from "./random.ts";

/** How much more people come than on an ordinary day like it. */
const publicHolidayUplift = 1.8;
const bridgeDayUplift = 1.35;

/** Days between purchase and visit at the most. */
export const longestLead = 60;

const weekdayFactor = [0.7, 0.65, 1, 0.75, 0.95, 1.6, 1.45];
/** In the middle of each month; between them it goes evenly, as no season ends on the last of a month. */
const monthFactor = [0.35, 0.55, 0.7, 1.1, 1.2, 1.2, 1.7, 1.75, 0.95, 1.1, 0.5, 0.65];

// A fifth decides in the morning; the rest thins out over weeks.
const leadWeight = Array.from({ length: longestLead + 1 }, (_, days) => (days === 0 ? 3 : Math.exp(-days / 11)));
const leadTotal = leadWeight.reduce((sum, weight) => sum + weight, 0);
/** Share of purchases whose lead is at most so many days. */
const leadUpTo = cumulated(leadWeight.map((weight) => weight / leadTotal));

export interface Demand {
  /** Days since 1970-01-01, both inclusive. */
  firstDay: number;
  lastDay: number;
  /** Share of a day in all purchases of the time. */
  purchases(day: number): number;
  /** Visits on a day that were bought within the time, as a share of all purchases of the time. */
  visits(day: number): number;
  /** Draws `[location, visit day]` of a purchase on that day by two numbers from 0 to 1. */
  draw(day: number, forLocation: number, forLead: number): { location: number; visitDay: number };
}

/** `days`: by location, from the first day to `longestLead` days after the last. */
export function createDemand(days: readonly (readonly DayRow[])[], lastDay: number, seed: number): Demand {
  const firstDay = dayNumber(days[0]![0]!.date);
  const wishes = days.map((rows, location) => wishesOf(rows, location, seed));
  const count = lastDay - firstDay + 1;

  // By day and location: the wishes that lie ahead, each by how likely it is bought on that day.
  const ahead = Array.from({ length: count }, (_, day) =>
    wishes.map((wish) => leadWeight.reduce((sum, weight, lead) => sum + weight * wish[day + lead]!, 0)),
  );
  const byDay = ahead.map((each) => each.reduce((sum, value) => sum + value, 0));
  const total = byDay.reduce((sum, value) => sum + value, 0);
  const locationsUpTo = ahead.map((each, day) => cumulated(each.map((value) => value / byDay[day]!)));
  const visitShare = Array.from({ length: count }, (_, day) => {
    const wish = wishes.reduce((sum, each) => sum + each[day]!, 0);
    return (wish * leadUpTo[Math.min(day, longestLead)]! * leadTotal) / total;
  });

  return {
    firstDay,
    lastDay,
    purchases: (day) => byDay[day - firstDay]! / total,
    visits: (day) => visitShare[day - firstDay]!,
    draw(day, forLocation, forLead) {
      const place = day - firstDay;
      const location = firstAbove(locationsUpTo[place]!, forLocation);
      const wish = wishes[location]!;
      let rest = forLead * ahead[place]![location]!;
      let lead = 0;
      while (lead < longestLead) {
        rest -= leadWeight[lead]! * wish[place + lead]!;
        if (rest < 0) break;
        lead += 1;
      }
      return { location, visitDay: day + lead };
    },
  };
}

function wishesOf(rows: readonly DayRow[], location: number, seed: number): number[] {
  const random = createRandom();
  random.start(seed, location, 101);
  const size = 0.4 + 1.2 * random.next();
  return rows.map((row) => {
    const holiday = row.isPublicHoliday === true ? publicHolidayUplift : row.isBridgeDay === true ? bridgeDayUplift : 1;
    const chance = 0.88 + 0.24 * random.next();
    return size * weekdayFactor[row.weekday - 1]! * seasonOf(row.date) * holiday * chance;
  });
}

function seasonOf({ month, day, daysInMonth }: Temporal.PlainDate): number {
  // In months, 0 in the middle of January.
  const place = month - 1 + (day - 0.5) / daysInMonth - 0.5;
  const before = Math.floor(place);
  const share = place - before;
  return (1 - share) * monthFactor[(before + 12) % 12]! + share * monthFactor[(before + 13) % 12]!;
}

function cumulated(shares: readonly number[]): number[] {
  let sum = 0;
  return shares.map((share) => (sum += share));
}

function firstAbove(sums: readonly number[], value: number): number {
  let place = 0;
  while (place < sums.length - 1 && sums[place]! <= value) place += 1;
  return place;
}
