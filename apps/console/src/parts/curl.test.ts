import { expect, test } from "vitest";
import { curlOf } from "./curl.ts";

test("a call is one command, quoted for a shell", () => {
  expect(curlOf("http://127.0.0.1:3000", "/v1/events?limit=3")).toBe(
    `curl -H "Authorization: Bearer $ALMANAC_KEY" 'http://127.0.0.1:3000/v1/events?limit=3'`,
  );
  expect(curlOf("http://127.0.0.1:3000", "/v1/x", { method: "POST", body: `{"a":"it's"}` })).toBe(
    `curl -X POST -H "Authorization: Bearer $ALMANAC_KEY" -H 'Content-Type: application/json' -d '{"a":"it'\\''s"}' 'http://127.0.0.1:3000/v1/x'`,
  );
});
