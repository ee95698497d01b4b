// What did HolidayAPI say? Its body as facts: strict about what would corrupt a calendar, forgiving about the rest.
import { z } from "zod";
import type { SourceQuota } from "../source.ts";

/** A row of the wire format, dates parsed. */
export interface WireHoliday {
  name: string;
  date: Temporal.PlainDate;
  observed: Temporal.PlainDate;
  public: boolean;
  /** The code the row is for; empty where the row names none. */
  country: string;
}

export interface Answer {
  holidays: readonly WireHoliday[];
  warning: string | null;
  /** How many rows could not be read; the rest is then a partial answer. */
  dropped: number;
  quota: SourceQuota | null;
}

const isoDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .transform((text, context) => {
    try {
      return Temporal.PlainDate.from(text, { overflow: "reject" });
    } catch {
      context.addIssue({ code: "custom", message: "no such day" });
      return z.NEVER;
    }
  });

const row = z.object({
  name: z.string().trim().min(1).max(300),
  date: isoDate,
  observed: isoDate.nullish(),
  public: z.boolean().nullish(),
  country: z.string().nullish(),
});

const count = z.coerce.number().int().nonnegative();
const requests = z.object({ used: count, available: count, resets: z.string().nullish() });

const envelope = z.object({
  status: z.coerce.number().int().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  warning: z.string().optional().catch(undefined),
  requests: requests.optional().catch(undefined),
  holidays: z.unknown().optional(),
});

/** The parts of a body that an error has too; null when it is no JSON object. */
export interface Envelope {
  status: number | undefined;
  error: string | undefined;
  warning: string | undefined;
  quota: SourceQuota | null;
  holidays: unknown;
}

/** Reads a body of any status. Null when it is not a JSON object. */
export function readEnvelope(body: string): Envelope | null {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return null;
  }
  const parsed = envelope.safeParse(json);
  if (!parsed.success) return null;
  const { requests: counted, status, error, warning, holidays } = parsed.data;
  const quota = counted
    ? { used: counted.used, available: counted.available, resetsAt: resetInstant(counted.resets) }
    : null;
  return { status, error, warning, quota, holidays };
}

/** The rows of a 200. Null when there is no list of holidays; single rows that cannot be read are counted, not fatal. */
export function readAnswer(from: Envelope): Answer | null {
  if (!Array.isArray(from.holidays)) return null;
  const holidays: WireHoliday[] = [];
  for (const each of from.holidays) {
    const parsed = row.safeParse(each);
    if (!parsed.success) continue;
    const { name, date, observed, country } = parsed.data;
    holidays.push({
      name,
      date,
      observed: observed ?? date,
      public: parsed.data.public ?? false,
      country: (country ?? "").toUpperCase(),
    });
  }
  return {
    holidays,
    warning: from.warning ?? null,
    dropped: from.holidays.length - holidays.length,
    quota: from.quota,
  };
}

// `resets` comes as "2026-10-01 00:00:00", which is UTC, or as an RFC 3339 instant.
function resetInstant(text: string | null | undefined): Temporal.Instant | null {
  if (!text) return null;
  const withZone = /(z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text.includes(":") ? text : `${text}T00:00`}Z`;
  try {
    return Temporal.Instant.from(withZone);
  } catch {
    return null;
  }
}
