import { expect, test } from "vitest";
import { askedOf, pathOf, seriesQueryOf } from "./asked.ts";

const now = Date.parse("2026-11-28T03:00:00Z");

test("without a question it is the year that ended yesterday, by the day of the visit", () => {
  expect(askedOf({}, now)).toMatchObject({ from: "2025-11-28", to: "2026-11-27", basis: "visit", days: "public" });
  expect(askedOf({ to: "2026-03-01" }, now)).toMatchObject({ from: "2025-03-02", to: "2026-03-01" });
});

test("the URL is the call: lists are repeated, what is not asked for is not there", () => {
  const asked = askedOf({ from: "2026-01-01", to: "2026-01-31", location_id: ["a", "b"], holiday: "King's Day" }, now);
  expect(pathOf("holiday-lift", { ...asked, group_by: ["total"] })).toBe(
    "/v1/insights/holiday-lift?from=2026-01-01&to=2026-01-31&location_id=a&location_id=b" +
      "&event_type=PaymentSuccessful&basis=visit&days=public&holiday=King%27s+Day&group_by=total",
  );
  expect(pathOf("series", seriesQueryOf(asked))).toBe(
    "/v1/insights/series?from=2026-01-01&to=2026-01-31&location_id=a&location_id=b" +
      "&event_type=PaymentSuccessful&basis=visit",
  );
});
