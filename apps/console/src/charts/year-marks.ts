// What is drawn on a day? The strongest kind of holiday it is, and whether it is the day off, the day by name, or both.
import type { Holiday } from "@almanac/client/contract";

export const kinds = ["public", "bank", "school", "optional", "observance"] as const;
export type Kind = (typeof kinds)[number];

/**
 * `day`: the holiday's day, which is also the day off. `nominal`: its day by name, while the day off is another one.
 * `observed`: the day off in the place of another day.
 */
export type Role = "day" | "nominal" | "observed";

export interface DayHoliday {
  holiday: Holiday;
  role: Role;
}

export interface DayMark {
  date: string;
  kind: Kind;
  role: Role;
  holidays: readonly DayHoliday[];
}

const dayMs = 86_400_000;
/** The longest one that is drawn: what says more has a fault, and must not fill a page's memory. */
const longest = 366;

/** The days of a year that are holidays, each with its holidays, the strongest first. */
export function marksOf(holidays: readonly Holiday[], year: number): ReadonlyMap<string, DayMark> {
  const found = new Map<string, DayHoliday[]>();
  const put = (date: string, each: DayHoliday) => {
    if (date.startsWith(`${year}-`)) found.set(date, [...(found.get(date) ?? []), each]);
  };
  for (const holiday of holidays) {
    const isElsewhere = holiday.observed_date !== null && holiday.observed_date !== holiday.date;
    for (const date of daysOf(holiday)) put(date, { holiday, role: isElsewhere ? "nominal" : "day" });
    if (isElsewhere) put(holiday.observed_date!, { holiday, role: "observed" });
  }
  return new Map(
    [...found].map(([date, unsorted]) => {
      const sorted = unsorted.toSorted((a, b) => strength(a) - strength(b));
      return [date, { date, kind: sorted[0]!.holiday.type, role: sorted[0]!.role, holidays: sorted }];
    }),
  );
}

function daysOf({ date, end_date }: Holiday): string[] {
  const first = Date.parse(date);
  const length = end_date === null ? 1 : Math.round((Date.parse(end_date) - first) / dayMs) + 1;
  return Array.from({ length: Math.min(longest, Math.max(1, length)) }, (_, place) =>
    new Date(first + place * dayMs).toISOString().slice(0, 10),
  );
}

/** A day off is stronger than a day by name, whose day off is another one. */
function strength({ holiday, role }: DayHoliday): number {
  return kinds.indexOf(holiday.type) * 2 + (role === "nominal" ? 1 : 0);
}

const roleWords: Record<Role, string> = {
  day: "",
  nominal: " (by name; the day off is another day)",
  observed: " (day off in the place of another day)",
};

/** `King's Day, public holiday` */
export function markText({ holidays }: DayMark): string {
  return holidays.map(({ holiday, role }) => `${holiday.name}, ${kindText(holiday.type)}${roleWords[role]}`).join("; ");
}

const kindTexts: Record<Kind, string> = {
  public: "public holiday",
  bank: "bank holiday",
  school: "school holiday",
  optional: "optional holiday",
  observance: "observance",
};

export function kindText(kind: Kind): string {
  return kindTexts[kind];
}
