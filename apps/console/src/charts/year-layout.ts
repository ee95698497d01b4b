// Where does a day stand in a half year of weeks × weekdays? Weeks are columns from Monday on, two halves make a year.

export interface HalfLayout {
  half: 1 | 2;
  columns: number;
  months: readonly { label: string; column: number }[];
  days: readonly DayPlace[];
}

export interface DayPlace {
  date: string;
  column: number;
  /** 0 is Monday. */
  row: number;
  isWeekend: boolean;
}

const dayMs = 86_400_000;
const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
/** Of 1 January and 1 July, from Monday on. */
const rowOf = (at: number) => (new Date(at).getUTCDay() + 6) % 7;

export function halvesOf(year: number): readonly [HalfLayout, HalfLayout] {
  return [halfOf(year, 1), halfOf(year, 2)];
}

function halfOf(year: number, half: 1 | 2): HalfLayout {
  const firstMonth = half === 1 ? 0 : 6;
  const first = Date.UTC(year, firstMonth);
  const length = (Date.UTC(year, firstMonth + 6) - first) / dayMs;
  const shift = rowOf(first);
  const days = Array.from({ length }, (_, place): DayPlace => {
    const row = (place + shift) % 7;
    const date = new Date(first + place * dayMs).toISOString().slice(0, 10);
    return { date, row, column: Math.floor((place + shift) / 7), isWeekend: row > 4 };
  });
  const months = Array.from({ length: 6 }, (_, place) => {
    const start = (Date.UTC(year, firstMonth + place) - first) / dayMs;
    return { label: monthNames[firstMonth + place]!, column: Math.floor((start + shift) / 7) };
  });
  return { half, months, days, columns: days.at(-1)!.column + 1 };
}

/** The day under a column and a row of a half, if one stands there. */
export function dayAt({ days }: HalfLayout, column: number, row: number): string | undefined {
  return days.find((day) => day.column === column && day.row === row)?.date;
}

const isoOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** Where a key leads from a day, never out of its year; undefined for a key that leads nowhere. */
export function dayByKey(date: string, key: string): string | undefined {
  const year = Number(date.slice(0, 4));
  const at = Date.parse(date);
  const [first, last] = [Date.UTC(year, 0), Date.UTC(year, 11, 31)];
  const steps: Record<string, number> = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -7, ArrowRight: 7 };
  const within = (wanted: number) => isoOf(Math.min(last, Math.max(first, wanted)));
  if (steps[key] !== undefined) return within(at + steps[key] * dayMs);
  if (key === "Home") return isoOf(first);
  if (key === "End") return isoOf(last);
  if (key === "PageUp") return within(monthsFrom(date, -1));
  if (key === "PageDown") return within(monthsFrom(date, 1));
  return undefined;
}

/** The same day of another month, or its last one. */
function monthsFrom(date: string, months: number): number {
  const [year, month, day] = date.split("-").map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return Date.UTC(year, month - 1 + months, Math.min(day, last));
}

/** `1` to `366`. */
export function dayOfYear(date: string): number {
  return (Date.parse(date) - Date.UTC(Number(date.slice(0, 4)), 0)) / dayMs + 1;
}

export function daysInYear(year: number): number {
  return (Date.UTC(year + 1, 0) - Date.UTC(year, 0)) / dayMs;
}
