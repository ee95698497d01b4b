// The input that reads of events share: which events, which state of them.
import { endOfDayUtc, parseDate, startOfDayUtc } from "@almanac/domain/dates";
import type { EventId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { date, instant, uuid } from "../../http/fields.ts";

export const eventPath = z.object({ event_id: uuid.transform((id) => id as EventId) });

/** A day or an instant; `end` says which end of the day is meant. */
export function moment(description: string) {
  return z
    .union(
      [date, instant],
      "Neither a day that exists (YYYY-MM-DD, 1900 to 2200) nor an instant with an offset (2026-12-26T09:00:00Z).",
    )
    .optional()
    .openapi({ type: "string", description, example: "2026-11-22" });
}

export const version = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, "Not a version number.")
  .transform(Number)
  .pipe(z.int().max(2_147_483_647))
  .optional()
  .openapi({ type: "integer", minimum: 1, maximum: 2_147_483_647, description: "A version of the event." });

export const asOf = moment("What we knew then: an instant, or a date, which means its end in UTC (today: now).");

/** An instant in a cursor, as an answer told it: within the years that the database writes with four digits. */
export const toldInstant = instant.refine((text) => text >= "0001");

/** The first instant that is meant. */
export function beginOf(text: string | undefined): string | null {
  if (text === undefined) {
    return null;
  }
  const day = parseDate(text);
  return day === null ? kept(Temporal.Instant.from(text), "ceil") : startOfDayUtc(day).toString();
}

/** The first instant behind all that are meant. */
export function behind(text: string | undefined): string | null {
  if (text === undefined) {
    return null;
  }
  const day = parseDate(text);
  const last = day === null ? Temporal.Instant.from(kept(Temporal.Instant.from(text), "floor")) : endOfDayUtc(day);
  return last.add({ microseconds: 1 }).toString();
}

const earliest = Temporal.Instant.from("0001-01-01T00:00:00Z");
const latest = Temporal.Instant.from("9999-12-31T23:59:59Z");

/** As the database keeps it: in microseconds, within the years that both of us write with four digits. */
function kept(instant: Temporal.Instant, roundingMode: "ceil" | "floor"): string {
  const exact = instant.round({ smallestUnit: "microsecond", roundingMode });
  const within = [earliest, exact, latest].toSorted(Temporal.Instant.compare)[1] ?? exact;
  return within.toString();
}
