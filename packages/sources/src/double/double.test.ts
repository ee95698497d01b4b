import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type HolidayApiDouble, startHolidayApiDouble } from "./double.ts";

let double: HolidayApiDouble;
beforeEach(async () => {
  double = await startHolidayApiDouble();
});
afterEach(() => double.close());

const holidays = async (query: string): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await fetch(`${double.url}/v1/holidays?${query}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const control = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${double.url}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

describe("the double", () => {
  test("answers in HolidayAPI's form", async () => {
    const { status, body } = await holidays(`key=${double.key}&country=GB-ENG&year=2026`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 200,
      requests: { used: 1, available: 9999, resets: expect.stringMatching(/^\d{4}-\d\d-01 00:00:00$/) },
    });
    expect(body["holidays"]).toContainEqual({
      name: "Boxing Day",
      date: "2026-12-26",
      observed: "2026-12-28",
      public: true,
      country: "GB-ENG",
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      weekday: { date: { name: "Saturday", numeric: "6" }, observed: { name: "Monday", numeric: "1" } },
    });
  });

  test.each([
    ["no key", "country=NL&year=2026", 401],
    ["a wrong key", "key=x&country=NL&year=2026", 401],
    ["no year", "key=KEY&country=NL", 400],
    ["no country", "key=KEY&year=2026", 400],
    ["eleven codes", `key=KEY&year=2026&country=${Array(11).fill("NL").join(",")}`, 400],
    ["one code of several that it does not know", "key=KEY&year=2026&country=NL,ZZ", 400],
  ])("refuses %s", async (_, query, status) => {
    expect(await holidays(query.replace("KEY", double.key))).toMatchObject({
      status,
      body: { status, error: expect.any(String) },
    });
  });

  test("leaves out what is not public when asked to", async () => {
    const { body } = await holidays(`key=${double.key}&country=NL&year=2026&public=true`);
    expect(new Set((body["holidays"] as { public: boolean }[]).map((row) => row.public))).toEqual(new Set([true]));
  });

  test("records each request without its key", async () => {
    await holidays(`key=${double.key}&country=NL,US&year=2026`);
    expect(double.calls).toEqual([
      { path: "/v1/holidays", codes: ["NL", "US"], year: 2026, keyOk: true, fault: null, status: 200 },
    ]);
  });

  test("refuses when its quota is used up", async () => {
    const small = await startHolidayApiDouble({ quota: 1 });
    const ask = (): Promise<Response> => fetch(`${small.url}/v1/holidays?key=${small.key}&country=NL&year=2026`);
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
    await small.close();
  });

  test("takes faults, changes and look-ups over HTTP, and refuses what it does not know", async () => {
    await control("PUT", "/_faults", { faults: [{ kind: "failed_empty", region: "NL", year: 2026, times: 1 }] });
    const ask = async (query: string): Promise<number> =>
      (await fetch(`${double.url}/v1/holidays?key=${double.key}&${query}`)).status;
    expect([
      await ask("country=US&year=2026"),
      await ask("country=NL&year=2025"),
      await ask("country=NL&year=2026"),
      await ask("country=NL&year=2026"),
    ]).toEqual([200, 200, 500, 200]);
    await control("PUT", "/_holidays", {
      region: "NL",
      year: 2026,
      changes: [{ do: "rename", name: "King's Day", to: "Day of the King" }],
    });
    const { body } = await holidays(`key=${double.key}&country=NL&year=2026`);
    expect((body["holidays"] as { name: string }[]).map(({ name }) => name)).toContain("Day of the King");
    expect(await (await control("GET", "/_calls")).json()).toMatchObject({
      calls: expect.arrayContaining([expect.objectContaining({ fault: "failed_empty" })]),
    });
    expect(await (await control("DELETE", "/_faults")).json()).toEqual({ faults: [] });
    expect((await control("PUT", "/_faults", { faults: [{ kind: "earthquake" }] })).status).toBe(422);
    expect((await control("PUT", "/_faults", "not faults")).status).toBe(422);
    expect((await control("GET", "/_nothing")).status).toBe(404);
  });

  test("starts from the command line, says what to export, and stops on SIGTERM", async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL("./main.ts", import.meta.url)), "--port", "0"]);
    const exited = once(child, "exit");
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line.trim());
      if (line.startsWith("Ctrl-C")) break;
    }
    expect(lines).toEqual(
      expect.arrayContaining(["export HOLIDAY_SOURCE=holidayapi", expect.stringMatching(/^export HOLIDAYAPI_KEY=./)]),
    );
    const url = lines.find((line) => line.startsWith("export HOLIDAYAPI_BASE_URL="))?.split("=")[1];
    expect((await fetch(`${url}/_faults`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  });
});
