// What changed in a calendar, in words: "Early May bank holiday moved from 4 May to 8 May 2020".
import type { Diff, Holiday } from "@almanac/client/contract";

export type Changes = Pick<Diff, "added" | "removed" | "moved" | "renamed">;

export interface ChangeSentence {
  text: string;
  /** Where it is to be looked at. */
  date: string;
  holiday_id: string | null;
}

/** More than this that came or went in one year are told as a number. */
const most = 4;

/** In the order of their days. */
export function sentencesOf({ added, removed, moved, renamed }: Changes): ChangeSentence[] {
  return [
    ...many(
      added.map(({ after }) => after),
      ({ name, date }) => `${name} came in on ${shortDay(date)}`,
      "came in",
    ),
    ...many(
      removed.map(({ before }) => before),
      ({ name, date }) => `${name} on ${shortDay(date)} went`,
      "went",
    ),
    ...moved.map(({ holiday_id, before, after }) => ({ text: movedText(before, after), date: after.date, holiday_id })),
    ...renamed.map(({ holiday_id, before, after }) => ({
      text: renamedText(before, after),
      date: after.date,
      holiday_id,
    })),
  ].toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

function many(holidays: readonly Holiday[], one: (holiday: Holiday) => string, verb: string): ChangeSentence[] {
  const years = Map.groupBy(holidays, ({ date }) => date.slice(0, 4));
  return [...years].flatMap(([year, its]): ChangeSentence[] =>
    its.length > most
      ? [{ text: `${its.length} holidays of ${year} ${verb}`, date: its[0]!.date, holiday_id: null }]
      : its.map((holiday) => ({ text: one(holiday), date: holiday.date, holiday_id: holiday.holiday_id })),
  );
}

/** Which of its days moved: the day itself, or the day off, or the last one. */
function movedText(before: Holiday, after: Holiday): string {
  const { name } = after;
  if (before.date !== after.date) return `${name} moved from ${dayBefore(before.date, after.date)}`;
  if (before.observed_date !== after.observed_date) {
    if (after.observed_date === null) return `the day off of ${name} is ${shortDay(after.date)} itself again`;
    return `the day off of ${name} moved from ${dayBefore(before.observed_date ?? before.date, after.observed_date)}`;
  }
  const [last, now] = [before.end_date ?? before.date, after.end_date ?? after.date];
  return `the end of ${name} moved from ${dayBefore(last, now)}`;
}

function renamedText(before: Holiday, after: Holiday): string {
  const on = `on ${shortDay(after.date)}`;
  if (before.name !== after.name) return `${before.name} ${on} is now called ${after.name}`;
  if (before.type !== after.type) return `${after.name} ${on} is no longer ${before.type} but ${after.type}`;
  return `${after.name} ${on} is called ${after.local_name} in its place, no longer ${before.local_name}`;
}

/** `4 May to 8 May 2020`; both with their year where it is not the same. */
function dayBefore(before: string, after: string): string {
  const isSameYear = before.slice(0, 4) === after.slice(0, 4);
  return `${isSameYear ? shortDay(before).replace(/ \d{4}$/, "") : shortDay(before)} to ${shortDay(after)}`;
}

const written = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** `8 May 2020`, of a day or of an instant in UTC. */
export function shortDay(date: string): string {
  return written.format(new Date(`${date.slice(0, 10)}T00:00:00Z`));
}

/** The same words of several places are said once. */
export function byWords<Place>(
  told: readonly { place: Place; sentences: readonly ChangeSentence[] }[],
): (ChangeSentence & { places: Place[] })[] {
  const found = new Map<string, ChangeSentence & { places: Place[] }>();
  for (const { place, sentences } of told) {
    for (const sentence of sentences) {
      const known = found.get(sentence.text);
      if (known === undefined) found.set(sentence.text, { ...sentence, places: [place] });
      else known.places.push(place);
    }
  }
  return [...found.values()];
}
