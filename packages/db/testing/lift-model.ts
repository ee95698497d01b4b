// What the lift must come to, by another way: plain loops over days in memory, in floating point. mart.holiday_lift is held
// against it, and it is what the simulations run.

/** A day of a location. */
export interface LiftDay {
  location: string;
  /** Days since 1970-01-01. */
  day: number;
  value: number;
  /** Over, and within the time in which sales are known. */
  complete: boolean;
  /** Names of the day's public holidays. */
  holidays: readonly string[];
  /** Known to be neither a public holiday nor a bridge day, and not known to be a school holiday. */
  ordinary: boolean;
}

export interface ModelLift {
  n: number;
  leftOut: number;
  dates: number;
  matchedDays: number;
  observed: number;
  expected: number;
  ratio: number | null;
  low: number | null;
  high: number | null;
}

interface Compared {
  location: string;
  day: number;
  value: number;
  matches: LiftDay[];
  expected: number;
}

/** Student's t at 97.5 %, by bisection of its distribution's integral. */
export function tQuantile(df: number): number {
  const density = (x: number) => (1 + (x * x) / df) ** (-(df + 1) / 2);
  // x = sqrt(df) tan(u) makes the whole integral one over a finite range.
  const area = (to: number) => {
    const steps = 2_000;
    const end = Math.atan(to / Math.sqrt(df));
    let sum = 0;
    for (let step = 0; step < steps; step += 1) {
      const u = ((step + 0.5) / steps) * end;
      sum += (density(Math.sqrt(df) * Math.tan(u)) * Math.sqrt(df)) / Math.cos(u) ** 2;
    }
    return (sum * end) / steps;
  };
  const half = area(1e9);
  let [low, high] = [0, 20];
  for (let round = 0; round < 40; round += 1) {
    const middle = (low + high) / 2;
    if (area(middle) / half < 0.95) low = middle;
    else high = middle;
  }
  return low;
}

const quantiles = new Map<number, number>();
function t975(df: number): number {
  if (!quantiles.has(df)) quantiles.set(df, tQuantile(df));
  return quantiles.get(df)!;
}

/** The lift of the days that `chosen` picks among those with a holiday, all of them together. */
export function modelLift(days: readonly LiftDay[], chosen: (day: LiftDay) => boolean, isCount = true): ModelLift {
  const at = new Map(days.map((day) => [`${day.location} ${day.day}`, day]));
  const picked = days.filter((day) => day.holidays.length > 0 && chosen(day));
  const compared = picked.flatMap((day) => comparison(day, at) ?? []);
  const byDate = [...Map.groupBy(compared, ({ day }) => day).values()];
  const observed = sum(compared.map(({ value }) => value));
  const expected = sum(compared.map((each) => each.expected));
  const told = {
    n: compared.length,
    leftOut: picked.length - compared.length,
    dates: byDate.length,
    matchedDays: sum(compared.map(({ matches }) => matches.length)),
    observed,
    expected,
    ratio: expected > 0 ? observed / expected : null,
    low: null,
    high: null,
  };
  if (!(observed > 0 && expected > 0)) return told;
  const found =
    byDate.length >= 5 ? jackknife(byDate, observed, expected) : spread(byDate, observed, expected, isCount);
  if (found === null || !(found.variance > 0)) return told;
  const theta = Math.log(observed / expected);
  const reach = t975(found.df) * Math.sqrt(found.variance);
  return { ...told, low: Math.exp(theta - Math.min(reach, 50)), high: reach <= 9 ? Math.exp(theta + reach) : null };
}

function comparison(holiday: LiftDay, at: ReadonlyMap<string, LiftDay>): Compared | null {
  if (!holiday.complete) return null;
  const side = (direction: 1 | -1) => {
    const found: LiftDay[] = [];
    for (let weeks = 1; weeks <= 5 && found.length < 2; weeks += 1) {
      const day = at.get(`${holiday.location} ${holiday.day + 7 * weeks * direction}`);
      if (day?.ordinary === true && day.complete) found.push(day);
    }
    return found;
  };
  const [before, after] = [side(-1), side(1)];
  if (before.length === 0 || after.length === 0) return null;
  const expected = (mean(before) + mean(after)) / 2;
  return { ...holiday, matches: [...before, ...after], expected };
}

function jackknife(byDate: readonly Compared[][], observed: number, expected: number) {
  const thetas = byDate.map((date) => {
    const [left, right] = [
      observed - sum(date.map((each) => each.value)),
      expected - sum(date.map((each) => each.expected)),
    ];
    return left > 0 && right > 0 ? Math.log(left / right) : Number.NaN;
  });
  const middle = sum(thetas) / thetas.length;
  const variance = ((thetas.length - 1) / thetas.length) * sum(thetas.map((theta) => (theta - middle) ** 2));
  return Number.isNaN(variance) ? null : { variance, df: thetas.length - 1 };
}

function spread(byDate: readonly Compared[][], observed: number, expected: number, isCount: boolean) {
  let [df, squares, chance] = [0, 0, 0];
  const parts: { expected: number; days: number }[] = [];
  for (const all of byDate) {
    const date = all.filter((each) => each.expected > 0);
    const together = new Map<number, { value: number; expected: number }>();
    for (const each of date) {
      for (const match of each.matches) {
        const known = together.get(match.day) ?? { value: 0, expected: 0 };
        together.set(match.day, { value: known.value + match.value, expected: known.expected + each.expected });
      }
    }
    if (together.size === 0) continue;
    const whole = sum(date.map((each) => each.expected));
    df += together.size - 1;
    chance += (together.size - 1) / whole;
    squares += sum([...together.values()].map(({ value, expected: wanted }) => ((value - wanted) / wanted) ** 2));
    parts.push({ expected: whole, days: together.size });
  }
  if (df === 0) return null;
  const sold = byDate.map((date) => sum(date.map((each) => each.value)));
  const extra = Math.max(0, squares / df - (isCount ? chance / df : 0));
  const variances = [
    sum(sold.map((value) => extra * value ** 2 + (isCount ? value : 0))) / observed ** 2,
    sum(parts.map((part) => (extra * part.expected ** 2 + (isCount ? part.expected : 0)) / part.days)) / expected ** 2,
  ];
  return { variance: sum(variances), df };
}

function mean(days: readonly LiftDay[]): number {
  return sum(days.map(({ value }) => value)) / days.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
