// To which of the codes that shared a call does a row belong? Exactly or not at all: a row that could be another code's
// would put a holiday into the wrong calendar.
import type { WireHoliday } from "./answer.ts";

export interface Attribution {
  rows: ReadonlyMap<string, readonly WireHoliday[]>;
  /** Codes whose rows cannot be told apart from a neighbour's: ask for each alone. */
  unclear: readonly string[];
  /** Other codes of a shared call that got no row at all: believed only of a code that was asked for alone. */
  empty: readonly string[];
  /** Rows of a country that nobody asked for. */
  strays: number;
}

const countryOf = (code: string): string => code.slice(0, 2);

/**
 * Hands out the rows of one call. A row belongs to the code that it names in `country`; a row that names only the
 * country belongs to the one requested code of that country. Where several codes of one country were asked for and a row
 * names only the country, none of them can be trusted.
 */
export function attribute(codes: readonly string[], holidays: readonly WireHoliday[]): Attribution {
  const rows = new Map<string, WireHoliday[]>(codes.map((code) => [code, []]));
  const siblings = Map.groupBy(codes, countryOf);
  const unclear = new Set<string>();
  let strays = 0;
  for (const holiday of holidays) {
    const inCountry = siblings.get(countryOf(holiday.country)) ?? [];
    const isBare = holiday.country.length === 2;
    if (codes.length === 1 && holiday.country === "") rows.get(codes[0] ?? "")?.push(holiday);
    else if (isBare && inCountry.length === 1) rows.get(inCountry[0] ?? "")?.push(holiday);
    else if (isBare && inCountry.length > 1) for (const code of inCountry) unclear.add(code);
    else if (rows.has(holiday.country)) rows.get(holiday.country)?.push(holiday);
    else strays += 1;
  }
  const empty = codes.length === 1 ? [] : codes.filter((code) => !unclear.has(code) && rows.get(code)?.length === 0);
  return { rows, unclear: [...unclear], empty, strays };
}
