import { ProblemError } from "@almanac/client/problem";
import { expect, test } from "vitest";
import { UsageError } from "./exit-code.ts";
import { refusalLines } from "./refusal.ts";

test("the server's detail, each place, then code and request", () => {
  const problem = new ProblemError({
    status: 422,
    code: "request.invalid",
    title: "The request is not valid",
    detail: "2 things in the request are not valid; see errors.",
    request_id: "req-1",
    errors: [
      { pointer: "/locations/3/location_id", code: "invalid_format", detail: "Invalid UUID" },
      { pointer: "?sync", code: "unknown", detail: "What is that?" },
    ],
  });
  expect(refusalLines(problem)).toEqual([
    "almanac: 2 things in the request are not valid; see errors.",
    "  /locations/3/location_id  invalid_format  Invalid UUID",
    "  ?sync                     unknown         What is that?",
    "  request.invalid (422), request req-1",
  ]);
});

test("nobody there: how to start it, and who said that it was there", () => {
  const away = new ProblemError({ status: 0, code: "client.unreachable", title: "", detail: "No.", errors: [] });
  expect(refusalLines(away, "ALMANAC_URL").at(-1)).toContain("`npm start`");
  expect(refusalLines(away, "ALMANAC_URL").at(-1)).toContain("ALMANAC_URL.");
  expect(refusalLines(new UsageError("Give one."))).toEqual(["almanac: Give one."]);
});
