// Bodies of events and of members that the gate takes, for the calls whose bodies no schema describes. Few ids and few
// versions, so that every outcome of a merge comes up.
import fc from "fast-check";
import { locationIdOf, places } from "./places.ts";

export interface EventBody {
  text: string;
  mediaType: string;
}

const eventId = fc.nat(30).map((place) => `60000000-0000-4000-8000-${String(place).padStart(12, "0")}`);

const event = fc
  .record({
    event_id: eventId,
    event_type: fc.constantFrom("CheckoutStarted", "PaymentFailed"),
    event_timestamp: fc.constantFrom("2026-03-01T10:00:00Z", "2026-03-01T10:00:00.5+02:00", "2026-03-01 10:00:00"),
    user_id: fc.uuid(),
    related_id: fc.option(fc.uuid()),
    version: fc.integer({ min: 1, max: 4 }),
    metadata: fc.record(
      { total_amount: fc.nat(900), currency: fc.constantFrom("EUR", "GBP"), note: fc.string() },
      { requiredKeys: [] },
    ),
    location_id: fc.option(fc.nat(places.length - 1).map(locationIdOf)),
    visit_date: fc.constantFrom("2026-04-27", null),
  })
  .map((drawn) => Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== null)));

const events = fc.array(event, { minLength: 1, maxLength: 6 });

const cloudEvent = event.map((data) => ({
  specversion: "1.0",
  id: data["event_id"],
  source: "/checkout",
  type: data["event_type"],
  time: "2026-03-01T10:00:00Z",
  data,
}));

function sent(value: fc.Arbitrary<unknown>, mediaType: string): fc.Arbitrary<EventBody> {
  return value.map((given) => ({ text: JSON.stringify(given), mediaType }));
}

function lines(value: fc.Arbitrary<readonly unknown[]>): fc.Arbitrary<EventBody> {
  return value.map((given) => ({
    text: given.map((line) => `${JSON.stringify(line)}\n`).join(""),
    mediaType: "application/x-ndjson",
  }));
}

/** By operation. */
export const eventBodies: Readonly<Record<string, fc.Arbitrary<EventBody>>> = {
  createLoad: fc.oneof(lines(events), sent(events, "application/json")),
  postEvents: fc.oneof(
    sent(event, "application/json"),
    sent(events, "application/json"),
    sent(cloudEvent, "application/cloudevents+json"),
    sent(fc.array(cloudEvent, { minLength: 1, maxLength: 3 }), "application/cloudevents-batch+json"),
  ),
  // Members of one dimension are refused one by one in another: the feed is taken all the same.
  putDimension: lines(
    fc.array(
      fc.oneof(
        fc.record({ article_id: fc.nat(20).map(String), article_name: fc.string(), price: fc.nat(90) }),
        fc.record({ user_id: fc.uuid(), name: fc.string(), country: fc.constantFrom("NL", "GB") }),
      ),
      { minLength: 1, maxLength: 5 },
    ),
  ),
};
