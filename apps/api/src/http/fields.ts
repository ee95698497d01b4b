// The input fields that many routes share, each described once.
import { parseDate } from "@almanac/domain/dates";
import { z } from "@hono/zod-openapi";

/** Any UUID, in lower case from here on. */
export const uuid = z
  .string()
  .regex(/^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/, "Not a UUID.")
  .toLowerCase()
  .openapi({ format: "uuid", example: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e" });

/** `YYYY-MM-DD`, a day that exists; stays text. */
export const date = z
  .string()
  .refine((text) => parseDate(text) !== null, {
    error: "Not a day that exists, as YYYY-MM-DD from 1900 to 2200.",
    // Without it a choice between this and other forms would speak of this one alone.
    abort: true,
  })
  .openapi({ format: "date", example: "2026-12-26" });

/** RFC 3339 with an offset. Comes out in UTC, so that equal instants are equal text. */
export const instant = z
  .string()
  .refine(isInstant, {
    error: "Not an instant as RFC 3339 with an offset, such as 2026-12-26T09:00:00Z.",
    // Checks of the whole object would take what is none for one.
    abort: true,
  })
  .transform((text) => Temporal.Instant.from(text).toString())
  .openapi({ type: "string", format: "date-time", example: "2026-12-26T09:00:00Z" });

/** A time zone by its IANA name. */
export const timeZoneName = z.string().refine(isTimeZone, "Not an IANA time zone such as Europe/London.");

/** A whole number in a query; `default` is what is used without one. */
export function whole(range: { min: number; max: number; default: number; description: string }) {
  return z
    .string()
    .regex(/^\d{1,9}$/, "Not a whole number.")
    .transform(Number)
    .pipe(z.int().min(range.min).max(range.max))
    .default(range.default)
    .openapi({
      type: "integer",
      minimum: range.min,
      maximum: range.max,
      default: range.default,
      description: range.description,
    });
}

export const limit = whole({ min: 1, max: 1_000, default: 100, description: "Most items in one page." });

export const cursor = z
  .string()
  .max(1_000)
  .optional()
  .openapi({ description: "The `next_cursor` of the page before." });

/** For status URLs: answer when finished, or after so many seconds. */
export const wait = whole({
  min: 0,
  max: 60,
  default: 0,
  description: "Seconds to wait for the end: 200 when finished, 202 while it runs.",
});

/** `true` or `false`, nothing else. */
export const flag = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .openapi({ type: "boolean" });

function isInstant(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/.test(text)) {
    return false;
  }
  try {
    Temporal.Instant.from(text);
    return true;
  } catch {
    return false;
  }
}

function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 are accepted by the engine, but are no place's time zone.
  if (!/^[A-Z][\w+/-]{1,63}$/i.test(name)) {
    return false;
  }
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
