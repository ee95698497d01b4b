// A row of features as the api tells it, and the types of its columns in a Parquet file.
import type { FeatureRow } from "@almanac/db/insights/features";
import { z } from "@hono/zod-openapi";

const count = (description: string) => z.int().nullable().openapi({ description });
const mean = (description: string) => z.number().nullable().openapi({ description });

export const featuresSchema = z
  .object({
    location_id: z.uuid(),
    date: z.string().openapi({ format: "date" }),
    target: count("What is to be forecast: events of the day. Null until it is over and sales are known up to it."),
    target_amount: z
      .string()
      .nullable()
      .openapi({ description: "A decimal as text; null where currencies are mixed." }),
    target_currency: z.string().nullable(),
    known_at: z.string().openapi({
      format: "date-time",
      description:
        "No feature uses what became known later: the end of the day `lead_days` before, or the read's instant.",
    }),
    weekday: z.int().min(1).max(7),
    month: z.int().min(1).max(12),
    is_weekend: z.boolean(),
    is_public_holiday: z.boolean().nullable(),
    is_bridge_day: z.boolean().nullable(),
    is_school_holiday: z.boolean().nullable(),
    holiday_names: z.array(z.string()).nullable(),
    days_to_next_holiday: count("0 on a holiday; null when none is known within a year."),
    days_since_previous_holiday: count("0 on a holiday."),
    sold_ahead: count("By visit: events for that day that were known already. Null by event."),
    sold_1_day_before: count("Events of the day before; null where that day was not over, or not known."),
    sold_7_days_before: count("Events of the same weekday a week before."),
    sold_14_days_before: count("Two weeks before."),
    sold_28_days_before: count("Four weeks before."),
    mean_7_days: mean("Mean of the known days among the last 7 that were over."),
    mean_28_days: mean("Mean of the known days among the last 28 that were over."),
    mean_same_weekday: mean("Mean of the known days among the last 4 of the same weekday that were over."),
  })
  .openapi("Features");

export const exampleFeatures: z.input<typeof featuresSchema> = {
  location_id: "9415913d-fffa-41f9-9323-6d62e6100a31",
  date: "2026-04-27",
  target: 41,
  target_amount: "1490.50",
  target_currency: "EUR",
  known_at: "2026-04-20T23:59:59.999999Z",
  weekday: 1,
  month: 4,
  is_weekend: false,
  is_public_holiday: true,
  is_bridge_day: false,
  is_school_holiday: null,
  holiday_names: ["King's Day"],
  days_to_next_holiday: 0,
  days_since_previous_holiday: 0,
  sold_ahead: 12,
  sold_1_day_before: null,
  sold_7_days_before: 20,
  sold_14_days_before: 22,
  sold_28_days_before: 17,
  mean_7_days: 25.1429,
  mean_28_days: 23.8214,
  mean_same_weekday: 19.75,
};

/** In the order of the file. Amounts are text there, too: a decimal loses nothing. */
export const featureColumns = {
  location_id: "STRING",
  date: "STRING",
  target: "INT32",
  target_amount: "STRING",
  target_currency: "STRING",
  known_at: "TIMESTAMP",
  weekday: "INT32",
  month: "INT32",
  is_weekend: "BOOLEAN",
  is_public_holiday: "BOOLEAN",
  is_bridge_day: "BOOLEAN",
  is_school_holiday: "BOOLEAN",
  holiday_names: "JSON",
  days_to_next_holiday: "INT32",
  days_since_previous_holiday: "INT32",
  sold_ahead: "INT32",
  sold_1_day_before: "INT32",
  sold_7_days_before: "INT32",
  sold_14_days_before: "INT32",
  sold_28_days_before: "INT32",
  mean_7_days: "DOUBLE",
  mean_28_days: "DOUBLE",
  mean_same_weekday: "DOUBLE",
} as const satisfies Record<keyof FeatureRow, "STRING" | "INT32" | "DOUBLE" | "BOOLEAN" | "TIMESTAMP" | "JSON">;
