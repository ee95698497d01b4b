// Holidays for calendar programs: one all-day event for the nominal days, a second one for a day off on another date.
// UIDs follow the holiday, so a program that reads again moves its events instead of doubling them.
import ical, { type ICalCalendar, ICalEventTransparency } from "ical-generator";
import type { HolidayJson, HolidaysJson } from "./json.ts";

const productId = { company: "Almanac", product: "Holidays", language: "EN" };
const refreshSeconds = 86_400;

export function holidaysIcs(answer: HolidaysJson): string {
  const calendar = ical({ name: `Holidays ${answer.region}`, prodId: productId, ttl: refreshSeconds });
  const stamp = Temporal.Instant.from(answer.synced_at);
  for (const holiday of answer.data) {
    addEvent(calendar, holiday, {
      uid: `${holiday.holiday_id}@almanac`,
      summary: holiday.name,
      first: holiday.date,
      last: holiday.end_date ?? holiday.date,
      stamp,
    });
    if (holiday.observed_date !== null) {
      addEvent(calendar, holiday, {
        uid: `${holiday.holiday_id}-observed@almanac`,
        summary: `${holiday.name} (observed)`,
        first: holiday.observed_date,
        last: holiday.observed_date,
        stamp,
      });
    }
  }
  return calendar.toString();
}

interface EventDays {
  uid: string;
  summary: string;
  first: string;
  last: string;
  stamp: Temporal.Instant;
}

function addEvent(calendar: ICalCalendar, holiday: HolidayJson, { uid, summary, first, last, stamp }: EventDays): void {
  calendar.createEvent({
    id: uid,
    summary,
    start: Temporal.PlainDate.from(first),
    // A day off is no appointment, and DTEND is the first day that is not part of the event.
    end: Temporal.PlainDate.from(last).add({ days: 1 }),
    allDay: true,
    transparency: ICalEventTransparency.TRANSPARENT,
    stamp,
    categories: [{ name: holiday.type }],
    ...(holiday.local_name === holiday.name ? {} : { description: holiday.local_name }),
  });
}
