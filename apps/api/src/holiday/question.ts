// What exactly does a caller ask about holidays? One value for all formats, with a key that is equal for equal questions.
import type { HolidayRange } from "@almanac/db/holidays";
import type { HolidayType } from "@almanac/domain/holiday";
import type { HolidayBasis } from "@almanac/domain/holiday/select";

/** Which state of the location is asked about. `asOf` is a date or an instant, as the caller gave it. */
export type Selector =
  | { kind: "current" }
  | { kind: "version"; version: number }
  | { kind: "as-of"; asOf: string }
  | { kind: "snapshot"; snapshotId: string };

export interface HolidayQuestion {
  range: HolidayRange;
  /** A BCP 47 tag in lower case: names in that language where they are known. */
  language: string | null;
  selector: Selector;
  /** Everything of the question but the selector. */
  key: string;
}

export interface AskedHolidays {
  from: string;
  to: string;
  type?: readonly HolidayType[] | "all" | undefined;
  basis?: HolidayBasis | undefined;
  language?: string | undefined;
  version?: number | undefined;
  as_of?: string | undefined;
  snapshot?: string | undefined;
}

export function questionOf(asked: AskedHolidays): HolidayQuestion {
  const types = asked.type ?? ["public"];
  const basis = asked.basis ?? "both";
  const language = asked.language?.toLowerCase() ?? null;
  return {
    range: { from: asked.from, to: asked.to, types, basis, withNames: language !== null },
    language,
    selector: selectorOf(asked),
    key: `${asked.from} ${asked.to} ${types === "all" ? types : types.join()} ${basis} ${language ?? ""}`,
  };
}

export function selectorOf(asked: Pick<AskedHolidays, "version" | "as_of" | "snapshot">): Selector {
  if (asked.snapshot !== undefined) {
    return { kind: "snapshot", snapshotId: asked.snapshot };
  }
  if (asked.version !== undefined) {
    return { kind: "version", version: asked.version };
  }
  return asked.as_of === undefined ? { kind: "current" } : { kind: "as-of", asOf: asked.as_of };
}
