import { expect, test } from "vitest";
import { eventNamedIn } from "./named-event.ts";

const id = "f1a7f6b2-1c5f-4a9f-9f0e-7a3f2f1a7f6b";
const user = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

test.each([
  [
    "an object, wherever it stands in it",
    JSON.stringify({ user_id: user, metadata: { event_id: user }, event_id: id }),
    id,
  ],
  ["an object in upper case", JSON.stringify({ event_id: id.toUpperCase() }), id],
  ["a CloudEvent", JSON.stringify({ specversion: "1.0", id, data: { user_id: user } }), id],
  ["an object that is cut", `{"user_id":"${user}","event_id": "${id}","event_ty`, id],
  ["a line of CSV", `${id},PaymentSuccessful,2026-03-01T10:00:00Z,${user},,1,{}`, null],
  [
    "an object whose id is no UUID",
    JSON.stringify({ event_id: "3f2504e0-4f89-11d3-9ghi-0305e82c3303", user_id: user }),
    null,
  ],
  ["an object without an id", JSON.stringify({ user_id: user }), null],
  ["an object whose id is a number", JSON.stringify({ event_id: 7 }), null],
  ["nonsense", "no event", null],
  ["nothing", "", null],
  ["an id behind much nonsense", `${"x".repeat(70_000)}"event_id":"${id}"`, null],
])("%s", (_what, raw, expected) => {
  expect(eventNamedIn(raw)).toBe(expected);
});
