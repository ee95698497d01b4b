// The brief's own stories, told over HTTP to a real api and done by a real worker.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, callerOf, type ToldHolidays } from "../stage/caller.ts";
import { openStage, type Stage } from "../stage/stage.ts";

const adminKey = "a key of the stories, 32 characters+";
let stage: Stage;
let caller: Caller;
beforeAll(async () => {
  stage = (await openStage("postgres"))!;
  const settings = { HOLIDAY_SOURCE: "offline", ALMANAC_ADMIN_KEY: adminKey };
  const [api] = await Promise.all([stage.start("api", settings), stage.start("worker", settings)]);
  caller = callerOf(api.url, adminKey);
});
afterAll(() => stage.close());

const year = new Date().getUTCFullYear();
const wholeYear = `from=${year}-01-01&to=${year}-12-31`;
const put = (locations: readonly object[]) =>
  caller.send<Record<string, number>>("PUT", "/v1/locations", { locations });
const read = (id: string, query = wholeYear) => caller.get<ToldHolidays>(`/v1/locations/${id}/holidays?${query}`);

test("five locations synced twice, then four of them: versions 3, 3, 3, 3 and 2, and every version still answers as it did", async () => {
  const five = ["NL-FL", "NL-GR", "GB-NSM", "NL-ZH", "GB-WLL"].map((code) => ({
    location_id: crypto.randomUUID(),
    country_code: code.slice(0, 2),
    subdivision_code: code,
  }));
  const ids = five.map((location) => location.location_id);
  const fifth = ids[4]!;
  expect(await put(five)).toMatchObject({ status: 200, body: { added: 5 } });
  const answered: ToldHolidays[] = [];
  const syncAll = async () => {
    expect(await caller.sync()).toMatchObject({ status: "succeeded" });
    answered.push(...(await Promise.all(ids.map((id) => read(id)))));
  };
  await syncAll();
  await syncAll();
  expect(await put(five.slice(0, 4))).toMatchObject({ status: 200, body: { deactivated: 1, unchanged: 4 } });
  await syncAll();

  const newest = answered.slice(-5);
  expect(newest.map((each) => each.version)).toEqual([3, 3, 3, 3, 2]);
  expect(newest.map((each) => each.active)).toEqual([true, true, true, true, false]);
  expect(newest[4]!.data).toEqual(answered[4]!.data);
  const { rows } = await stage.database.query<{ count: number }>(
    "select count(*)::int as count from holidays where location_id = $1 and current_version",
    [fifth],
  );
  expect(rows[0]!.count).toBeGreaterThan(10);

  // What each version answered when it was the newest, the fifth's as it was before it left the list.
  for (const once of answered.filter((each) => each.active)) {
    expect(await read(once.location_id, `${wholeYear}&version=${once.version}`)).toEqual(once);
  }
});

// As kept and announced: Banking and Financial Dealings Act 1971, Schedule 1, and the Royal Proclamations of each year.
const officialDaysOff = `
  2019-01-01 2019-04-19 2019-04-22 2019-05-06 2019-05-27 2019-08-26 2019-12-25 2019-12-26
  2020-01-01 2020-04-10 2020-04-13 2020-05-08 2020-05-25 2020-08-31 2020-12-25 2020-12-28
  2021-01-01 2021-04-02 2021-04-05 2021-05-03 2021-05-31 2021-08-30 2021-12-27 2021-12-28
  2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 2022-12-27
  2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26
  2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
  2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26
  2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
  2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
  2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26`
  .trim()
  .split(/\s+/);

test("England's council areas keep England's days off, 2019 to 2028; the Dutch provinces keep the Netherlands'", async () => {
  const codes = ["GB-NSM", "GB-WLL", "GB-SOM", "GB-WRT"];
  const dutch = ["NL-FL", "NL-GR", "NL-ZH", "NL-DR", "NL-FR", "NL-UT", "NL-NH", "NL-LI", "NL-GE"];
  const locations = [...codes, ...dutch].map((code) => ({
    location_id: crypto.randomUUID(),
    country_code: code.slice(0, 2),
    subdivision_code: code,
  }));
  expect(await caller.send("PUT", "/v1/locations?allow_mass_deactivation=true", { locations })).toMatchObject({
    status: 200,
  });
  const years = Array.from({ length: 10 }, (_, place) => 2019 + place);
  expect(await caller.sync({ years })).toMatchObject({ status: "succeeded" });
  const decade = "from=2019-01-01&to=2028-12-31&type=public,bank";
  for (const { location_id } of locations.slice(0, 4)) {
    const england = await read(location_id, decade);
    expect(england.region).toBe("GB-ENG");
    expect(england.data.map((each) => each.observed_date ?? each.date).toSorted()).toEqual(officialDaysOff);
    const boxing = england.data.filter((each) => each.date === "2026-12-26" || each.observed_date === "2026-12-28");
    expect(boxing).toMatchObject([{ date: "2026-12-26", observed_date: "2026-12-28", name: "Boxing Day" }]);
  }
  for (const { location_id } of locations.slice(4)) {
    const netherlands = await read(location_id, "from=2025-04-20&to=2025-04-30");
    expect(netherlands.region).toBe("NL");
    expect(netherlands.data.filter((each) => each.name === "King's Day").map((each) => each.date)).toEqual([
      "2025-04-26",
    ]);
  }
});
