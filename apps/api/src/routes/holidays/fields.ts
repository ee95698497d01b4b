// The input that calls about holidays share: the range, the state asked about, and which holidays of it.
import { parseDate } from "@almanac/domain/dates";
import { holidayTypes, type HolidayType } from "@almanac/domain/holiday";
import { holidayBases } from "@almanac/domain/holiday/select";
import { z } from "@hono/zod-openapi";
import { date, instant, uuid } from "../../http/fields.ts";
import { checkOneState, snapshotProblems } from "../../snapshot/asked.ts";

export const locationPath = z.object({ location_id: uuid });

export const range = {
  from: date.openapi({ description: "First day, inclusive." }),
  to: date.openapi({ description: "Last day, inclusive; at most ten years after the first." }),
};

/** `public,bank` or `all`. */
export const type = z
  .string()
  .default("public")
  .refine((text) => typesOf(text) !== null, `all, or some of ${holidayTypes.join(", ")}, separated by commas.`)
  .transform((text) => typesOf(text) ?? [])
  .openapi({
    type: "string",
    default: "public",
    description: `\`all\`, or some of ${holidayTypes.map((name) => `\`${name}\``).join(", ")}, separated by commas.`,
    example: "public,bank",
  });

function typesOf(text: string): HolidayType[] | "all" | null {
  if (text === "all") {
    return "all";
  }
  const asked = text.split(",").map((name) => name.trim());
  const types = holidayTypes.filter((each) => asked.includes(each));
  return asked.every((name) => holidayTypes.some((each) => each === name)) ? types : null;
}

export const basis = z.enum(holidayBases).default("both").openapi({
  description: "Which day must be in the range: the nominal one(s), the day off in its place (`observed`), or either.",
});

export const language = z
  .string()
  .regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/, "Not a language tag such as nl or pt-BR.")
  .max(35)
  .optional()
  .openapi({
    description: "A language tag (BCP 47): `name` is in it where the source knows that name.",
    example: "nl",
  });

export const version = wholeOf("A version of the location: the answer is as it was right after that sync.");

export function wholeOf(description: string) {
  return z
    .string()
    .regex(/^[1-9]\d{0,8}$/, "Not a version number.")
    .transform(Number)
    .optional()
    .openapi({ type: "integer", minimum: 1, description });
}

export const asOf = pointInTime("What we knew then: an instant, or a date, which means its end in UTC (today: now).");

export function pointInTime(description: string) {
  return z
    .union(
      [date, instant],
      "Neither a day that exists (YYYY-MM-DD, 1900 to 2200) nor an instant with an offset (2026-12-26T09:00:00Z).",
    )
    .optional()
    .openapi({ type: "string", description, example: "2026-03-01" });
}

export const format = z
  .enum(["json", "csv", "ics"])
  .optional()
  .openapi({ description: "Instead of an Accept header." });

interface Asked {
  from: string;
  to: string;
  version?: number | undefined;
  as_of?: string | undefined;
  snapshot?: string | undefined;
}

/** What no single field can tell; a check for `superRefine`. It runs although a field may be wrong. */
export function checkAsked(asked: Asked, check: z.RefinementCtx): void {
  checkDays(asked, check);
  checkOneState(asked, check);
}

/** The days of a range, where both are given. */
export function checkDays(asked: { from?: string | undefined; to?: string | undefined }, check: z.RefinementCtx): void {
  const from = parseDate(asked.from ?? "");
  const to = parseDate(asked.to ?? "");
  if (from !== null && to !== null) {
    checkRange(from, to, check);
  }
}

function checkRange(from: Temporal.PlainDate, to: Temporal.PlainDate, check: z.RefinementCtx): void {
  if (Temporal.PlainDate.compare(to, from) < 0) {
    refuse(check, "to", "range.reversed", "Lies before `from`.");
  } else if (Temporal.PlainDate.compare(to, from.add({ years: 10 })) > 0) {
    refuse(check, "to", "range.too_long", "Lies more than ten years after `from`.");
  }
}

export function refuse(check: z.RefinementCtx, path: string, code: string, message: string): void {
  check.addIssue({ code: "custom", path: [path], message, params: { code } });
}

/** Codes that reads of one location share, by status. */
export const readProblems = {
  404: ["location.not_found", "version.not_found", "version.pruned", ...snapshotProblems[404]],
  409: ["location.not_synced"],
  422: ["range.reversed", "range.too_long", "version.ambiguous", "as_of.future", ...snapshotProblems[422]],
} as const;
