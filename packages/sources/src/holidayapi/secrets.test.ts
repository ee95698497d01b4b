import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HolidayApiDouble, faultKinds, startHolidayApiDouble } from "../double/double.ts";
import { openSource } from "../open.ts";

// A key that looks different in a URL, so that its encoded form is searched for too.
const key = "s3cret/key +&ü-0123456789";
const forms = [key, encodeURIComponent(key), new URLSearchParams({ key }).toString().slice(4), "s3cret", "0123456789"];

function everythingIn(thrown: unknown): string {
  const parts = [inspect(thrown, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true })];
  for (let error = thrown; error instanceof Error; error = error.cause) {
    parts.push(
      error.message,
      error.stack ?? "",
      String(error),
      JSON.stringify(error, Object.getOwnPropertyNames(error)),
    );
  }
  return parts.join("\n");
}

const expectNoKey = (text: string): void => {
  for (const form of forms) expect(text).not.toContain(form);
};

describe("the key", () => {
  let double: HolidayApiDouble;
  beforeAll(async () => {
    double = await startHolidayApiDouble({ key });
  });
  afterAll(() => double.close());

  test.each(faultKinds)("appears nowhere after %s", async (kind) => {
    double.setFaults([{ kind }]);
    const told: unknown[] = [];
    const source = openSource({
      kind: "holidayapi",
      holidayapi: { key, baseUrl: double.url, tryTimeoutMs: 300, deadlineMs: 2000, backoffMs: 1, maxTries: 2 },
      onCall: (call) => told.push(call),
    });
    const outcome: unknown = await source
      .fetch({ region: "NL", year: 2024, signal: new AbortController().signal })
      .catch((thrown: unknown) => thrown);
    expectNoKey(everythingIn(outcome));
    expectNoKey(inspect([told, source, double.calls], { depth: Number.POSITIVE_INFINITY, showHidden: true }));
    expect(double.calls.at(-1)?.keyOk).toBe(true);
  });

  test("is cut out of what the upstream says, in every encoding", async () => {
    const echo = createServer((request, response) => {
      const said = `bad request: ${request.url} (key ${key})`;
      const isWarning = request.url?.includes("country=GB-ENG");
      response.writeHead(isWarning ? 200 : 400, { "content-type": "application/json" });
      response.end(
        JSON.stringify(isWarning ? { status: 200, warning: said, holidays: [] } : { status: 400, error: said }),
      );
    });
    echo.listen(0, "127.0.0.1");
    await once(echo, "listening");
    const source = openSource({
      kind: "holidayapi",
      holidayapi: { key, baseUrl: `http://127.0.0.1:${(echo.address() as AddressInfo).port}` },
    });
    for (const region of ["NL", "GB-ENG"]) {
      const { warnings } = await source.fetch({ region, year: 2026, signal: new AbortController().signal });
      expect(warnings.join()).toContain("[key]");
      expectNoKey(warnings.join());
    }
    echo.closeAllConnections();
    echo.close();
  });

  test("is not shown by a refused base URL", () => {
    let thrown: unknown;
    try {
      openSource({ kind: "holidayapi", holidayapi: { key, baseUrl: `https://holidayapi.com/?key=${key}` } });
    } catch (error) {
      thrown = error;
    }
    expectNoKey(everythingIn(thrown));
  });
});
