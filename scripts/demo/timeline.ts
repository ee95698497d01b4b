// When did what happen in the demo's history? Syncs and files in the order of their instants; the present is the end.
import { announcements, lostRows } from "./announcements.ts";

export type Step = { at: Temporal.Instant; name: string } & (
  | { kind: "scheduled-sync" }
  | { kind: "announced-sync" }
  | { kind: "sales"; month: string }
  | { kind: "feed"; dataset: "users" | "tickets" | "articles"; isSecond: boolean }
);

/** The day on which the history begins: the schema, the locations, the first sync. */
const firstDay = Temporal.PlainDate.from("2019-04-01");
const nightlyDays = 14;
/** Nothing happens this close to the present: the replay itself takes its time. */
const marginMinutes = 10;

const scheduled = (day: Temporal.PlainDate) =>
  day.toZonedDateTime({ timeZone: "Europe/Amsterdam", plainTime: "03:00" }).toInstant();
const inUtc = (day: Temporal.PlainDate, time: string) =>
  day.toZonedDateTime({ timeZone: "UTC", plainTime: time }).toInstant();

/** When the database and the locations are made: before the first sync. */
export const firstInstant = scheduled(firstDay).subtract({ hours: 1 });

/**
 * A scheduled sync every quarter and on each of the last nights, at 03:00 in Amsterdam; one by hand at noon UTC of each day
 * on which something became known; with `months`, the files of sales on the day after each month's end, and the feeds.
 */
export function timeline(now: Temporal.Instant, months: readonly string[]): Step[] {
  const today = now.toZonedDateTimeISO("UTC").toPlainDate();
  const end = now.subtract({ minutes: marginMinutes });
  const quarters: Temporal.PlainDate[] = [];
  for (let day = firstDay; Temporal.PlainDate.compare(day, today) <= 0; day = day.add({ months: 3 }))
    quarters.push(day);
  const nights = Array.from({ length: nightlyDays }, (_, place) => today.subtract({ days: place }));
  const scheduledDays = new Set([...quarters, ...nights].map(String));
  const known = [...announcements.map((each) => each.day), lostRows.day].filter((day) => !scheduledDays.has(day));
  const steps: Step[] = [
    ...[...scheduledDays].map((day): Step => ({
      kind: "scheduled-sync",
      name: "scheduled sync",
      at: scheduled(Temporal.PlainDate.from(day)),
    })),
    ...known.map((day): Step => ({
      kind: "announced-sync",
      name: `sync of ${day}`,
      at: inUtc(Temporal.PlainDate.from(day), "12:00"),
    })),
    ...salesSteps(months, end),
  ];
  return steps
    .filter(({ at }) => Temporal.Instant.compare(at, end) <= 0)
    .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
}

function salesSteps(months: readonly string[], end: Temporal.Instant): Step[] {
  const after = (month: string) => Temporal.PlainDate.from(`${month}-01`).add({ months: 1 });
  const files = months.map((month, place): Step => {
    const at = inUtc(after(month), "04:00");
    // The last month may still go on: what there is of it has just come.
    return { kind: "sales", month, name: `synthetic sales of ${month}`, at: place === months.length - 1 ? end : at };
  });
  const [first, middle] = [months[0], months[Math.floor(months.length / 2)]];
  if (first === undefined || middle === undefined) return [];
  const feed = (dataset: "users" | "tickets" | "articles", at: Temporal.Instant, isSecond = false): Step => ({
    kind: "feed",
    dataset,
    isSecond,
    name: `synthetic feed of ${dataset}`,
    at,
  });
  return [
    feed("articles", inUtc(after(first), "02:00")),
    feed("users", inUtc(after(first), "02:30")),
    ...files,
    // Until then tickets are known by their names alone.
    feed("tickets", inUtc(after(middle), "05:00")),
    feed("articles", inUtc(after(middle), "06:00"), true),
  ];
}
