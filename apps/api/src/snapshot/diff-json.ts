// A figure that differs between two snapshots, as callers see it.
import type { Change, DiffFigure, DiffTotal } from "@almanac/db/snapshots/diff";
import { z } from "@hono/zod-openapi";

/** The same members for counts and for amounts, which are decimal numbers as text. */
function changeOf<Value extends z.ZodType, Part extends z.ZodType>(value: Value, part: Part) {
  return z.object({
    before: value,
    after: value,
    difference: part.openapi({
      description: "`after - before` = `events_corrected.total` + `calendar_changed`, exactly.",
    }),
    events_corrected: z
      .object({
        total: part.openapi({
          description: "The events of the second pin in the calendar of the first one, less `before`.",
        }),
        added: part.openapi({ description: "By events that only one of the two knows." }),
        corrected: part.openapi({ description: "By other versions of the same events." }),
        reprocessed: part.openapi({ description: "By another reading of the same versions." }),
        rezoned: part.openapi({ description: "By another time zone of the location: the same events on other days." }),
      })
      .openapi({ description: "In this order: each one beside those before it." }),
    calendar_changed: part.openapi({ description: "The same events, the second pin's, in the second pin's calendar." }),
    events_alone: value.openapi({ description: "Events of the second pin, calendar of the first one." }),
    calendar_alone: value.openapi({ description: "Events of the first pin, calendar of the second one." }),
  });
}

const amount = z.string().openapi({ description: "A decimal number, exact.", example: "17.15" });
const countsSchema = changeOf(z.int().min(0), z.int()).openapi("ChangedCount");
const amountsSchema = changeOf(amount.nullable(), amount).openapi("ChangedAmount");
const flag = z.boolean().nullable();

export const figureSchema = z
  .object({
    date: z.string().openapi({ format: "date" }),
    location_id: z.uuid().nullable().openapi({ description: "Null: the events name none." }),
    event_type: z.string(),
    currency: z.string().nullable(),
    is_public_holiday: flag.openapi({ description: "Null where nobody can know." }),
    is_school_holiday: flag.openapi({ description: "Null where the source does not know." }),
    events: countsSchema,
    users: countsSchema,
    amount: amountsSchema,
  })
  .openapi("ChangedFigure");

export const totalSchema = z
  .object({
    event_type: z.string(),
    currency: z.string().nullable(),
    is_public_holiday: flag,
    events: countsSchema,
    amount: amountsSchema,
  })
  .openapi("ChangedTotal", { description: "The changed figures of a kind of day, summed over days and locations." });

function present<Value>(change: Change<Value>) {
  return {
    before: change.before,
    after: change.after,
    difference: change.difference,
    events_corrected: {
      total: change.byEvents,
      added: change.parts.added,
      corrected: change.parts.corrected,
      reprocessed: change.parts.reprocessed,
      rezoned: change.parts.rezoned,
    },
    calendar_changed: change.parts.calendar,
    events_alone: change.eventsAlone,
    calendar_alone: change.calendarAlone,
  };
}

export function presentFigure(figure: DiffFigure): z.input<typeof figureSchema> {
  return {
    date: figure.date,
    location_id: figure.locationId,
    event_type: figure.eventType,
    currency: figure.currency,
    is_public_holiday: figure.isPublicHoliday,
    is_school_holiday: figure.isSchoolHoliday,
    events: present(figure.events),
    users: present(figure.users),
    amount: present(figure.amount),
  };
}

export function presentTotal(total: DiffTotal): z.input<typeof totalSchema> {
  return {
    event_type: total.eventType,
    currency: total.currency,
    is_public_holiday: total.isPublicHoliday,
    events: present(total.events),
    amount: present(total.amount),
  };
}

const counts = (before: number, added: number, calendar: number) => ({
  before,
  after: before + added + calendar,
  difference: added + calendar,
  events_corrected: { total: added, added, corrected: 0, reprocessed: 0, rezoned: 0 },
  calendar_changed: calendar,
  events_alone: before + added,
  calendar_alone: before + calendar,
});

const exampleAmount = {
  before: null,
  after: "1490.50",
  difference: "1490.50",
  events_corrected: { total: "0", added: "0", corrected: "0", reprocessed: "0", rezoned: "0" },
  calendar_changed: "1490.50",
  events_alone: null,
  calendar_alone: "1441.50",
};

export const exampleTotal = {
  event_type: "PaymentSuccessful",
  currency: "EUR",
  is_public_holiday: true,
  events: { ...counts(0, 0, 31), calendar_alone: 30 },
  amount: exampleAmount,
};

export const exampleFigure = {
  date: "2026-12-28",
  location_id: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
  ...exampleTotal,
  is_school_holiday: null,
  users: { ...counts(0, 0, 29), calendar_alone: 28 },
};
