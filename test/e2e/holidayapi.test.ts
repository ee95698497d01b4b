// Stories of a source that changes its mind and misbehaves, over HTTP to two real apis, done by a real worker.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Caller, callerOf, type ToldHolidays } from "../stage/caller.ts";
import { openStage, type Stage } from "../stage/stage.ts";

const adminKey = "a key of the stories, 32 characters+";
const year = new Date().getUTCFullYear() + 1;
let stage: Stage;
let caller: Caller;
let twin: Caller;
beforeAll(async () => {
  stage = (await openStage("postgres"))!;
  const settings = { ALMANAC_ADMIN_KEY: adminKey };
  const [one, two] = await Promise.all([
    stage.start("api", settings),
    stage.start("api", settings),
    stage.start("worker", settings),
  ]);
  caller = callerOf(one.url, adminKey);
  twin = callerOf(two.url, adminKey);
});
afterEach(() => stage.double.setFaults());
afterAll(() => stage.close());

async function located(code: string): Promise<string> {
  const location_id = crypto.randomUUID();
  const added = await caller.send("POST", "/v1/locations", {
    location_id,
    country_code: code.slice(0, 2),
    subdivision_code: code,
  });
  expect(added.status).toBe(201);
  expect(await caller.sync({ location_ids: [location_id] })).toMatchObject({ status: "succeeded" });
  return location_id;
}
const read = (by: Caller, id: string, query = "") =>
  by.get<ToldHolidays>(`/v1/locations/${id}/holidays?from=${year}-01-01&to=${year}-12-31${query}`);

interface ToldDiff {
  [change: string]: {
    holiday_id: string;
    before: { date: string; name: string } | null;
    after: { date: string; name: string } | null;
  }[];
}

test("a moved, a renamed, an added and a removed holiday: the diff says exactly that, and as-of tells before from after", async () => {
  const id = await located("GB-NSM");
  expect((await caller.sync({ location_ids: [id] })).locations).toMatchObject([{ outcome: "unchanged", version: 2 }]);
  const before = await read(caller, id);
  const { rows: stored } = await stage.database.query("select count(*)::int as rows from holiday");
  stage.double.setHolidays("GB-ENG", year, [
    { do: "move", name: "Summer bank holiday", date: `${year}-08-02` },
    { do: "rename", name: "Boxing Day", to: "Saint Stephen's Day" },
    { do: "add", holiday: { name: "Park Day", date: `${year}-07-07` } },
    { do: "remove", name: "Good Friday" },
  ]);
  const changed = await caller.sync({ location_ids: [id] });
  expect(changed.locations).toMatchObject([
    { outcome: "changed", version: 3, changes: { added: 1, removed: 1, moved: 1, renamed: 1 } },
  ]);
  const diff = await caller.get<ToldDiff>(`/v1/locations/${id}/diff?from_version=2&to_version=3`);
  expect(diff["added"]!.map(({ after }) => [after!.date, after!.name])).toEqual([[`${year}-07-07`, "Park Day"]]);
  expect(diff["removed"]!.map(({ before: gone }) => gone!.name)).toEqual(["Good Friday"]);
  expect(diff["moved"]!.map(({ after }) => [after!.date, after!.name])).toEqual([
    [`${year}-08-02`, "Summer bank holiday"],
  ]);
  expect(diff["renamed"]!.map(({ before: old, after }) => [old!.name, after!.name])).toEqual([
    ["Boxing Day", "Saint Stephen's Day"],
  ]);
  const after = await read(caller, id);
  const idOf = (told: ToldHolidays, name: string) => told.data.find((each) => each.name === name)?.holiday_id;
  expect(idOf(after, "Summer bank holiday")).toBe(idOf(before, "Summer bank holiday"));
  expect(idOf(after, "Saint Stephen's Day")).toBe(idOf(before, "Boxing Day"));
  const asOf = await read(caller, id, `&as_of=${before.synced_at}`);
  expect(asOf.data).toEqual(before.data);
  expect(asOf.data).not.toEqual(after.data);
  // Four states more: three that changed or came, and none for what only went.
  const { rows } = await stage.database.query("select count(*)::int as rows from holiday");
  expect((rows[0] as { rows: number }).rows - (stored[0] as { rows: number }).rows).toBe(3);
});

test("an answer that is held back changes nothing until an operator approves it, or for good when it is rejected", async () => {
  for (const [code, decision, version] of [
    ["FR", "approve", 2],
    ["BE", "reject", 1],
  ] as const) {
    const id = await located(code);
    const before = await read(caller, id);
    stage.double.setFaults([{ kind: "half_list" }]);
    const held = await caller.sync({ location_ids: [id] });
    stage.double.setFaults();
    expect(held).toMatchObject({ status: "quarantined", locations: [{ outcome: "quarantined", version: null }] });
    expect((await read(caller, id)).data).toEqual(before.data);
    const decided = await caller.send("POST", `/v1/syncs/${held.sync_id}/${decision}`);
    expect(decided).toMatchObject({ status: 200, body: { status: decision === "approve" ? "succeeded" : "failed" } });
    for (const by of [caller, twin]) {
      const after = await read(by, id);
      expect(after.version).toBe(version);
      expect(after.data.length < before.data.length).toBe(decision === "approve");
    }
    expect(await caller.send("POST", `/v1/syncs/${held.sync_id}/${decision}`)).toMatchObject({ status: 409 });
  }
});

test("while the source fails the old data is served, and its staleness is told", async () => {
  const id = await located("AT");
  const before = await read(caller, id);
  stage.double.setFaults([{ kind: "failed_empty" }]);
  expect(await caller.sync({ location_ids: [id] })).toMatchObject({
    status: "failed",
    locations: [{ outcome: "failed", version: null, error: { code: "holiday.source_failed" } }],
  });
  expect(await read(caller, id)).toMatchObject({ version: 1, data: before.data });
  const shown = await caller.get<Record<string, unknown>>(`/v1/locations/${id}`);
  expect(shown).toMatchObject({ version: 1, last_sync_outcome: "failed", last_synced_at: before.synced_at });
});

test("once one api has told a sync as done, the other never answers with what was before", async () => {
  const id = await located("NL-UT");
  for (let round = 1; round <= 15; round += 1) {
    // Both hold the present answer in memory.
    await Promise.all([read(caller, id), read(twin, id)]);
    stage.double.setHolidays("NL", year, [{ do: "add", holiday: { name: `Day ${round}`, date: `${year}-09-07` } }]);
    const [told, seen] = round % 2 === 0 ? [caller, twin] : [twin, caller];
    expect((await told.sync({ location_ids: [id] })).locations).toMatchObject([{ version: round + 1 }]);
    const answer = await read(seen, id);
    expect(answer.version).toBe(round + 1);
    expect(answer.data.find((each) => each.date === `${year}-09-07`)?.name).toBe(`Day ${round}`);
  }
});

test("the source's key is in no log and in no table, whatever went wrong", async () => {
  const id = await located("DK");
  for (const kind of ["unauthorized", "redirect", "cut_json", "reset"] as const) {
    stage.double.setFaults([{ kind, times: 2 }]);
    expect(JSON.stringify(await caller.sync({ location_ids: [id] }))).not.toContain(stage.double.key);
  }
  const printed = stage.printed();
  expect(printed).toContain("asked the holiday source");
  expect(printed).not.toContain(stage.double.key);
  expect(printed).not.toContain(adminKey);
  const { rows: tables } = await stage.database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  expect(tables.map((table) => table.name)).toEqual(expect.arrayContaining(["public.audit", "bullmq.job"]));
  for (const secret of [stage.double.key, adminKey]) {
    for (const { name } of tables) {
      const { rows } = await stage.database.query<{ found: boolean }>(
        `select exists (select from ${name} t where strpos(t::text, $1) > 0 or strpos(t::text, $2) > 0) as found`,
        [secret, Buffer.from(secret).toString("hex")],
      );
      expect({ name, found: rows[0]!.found }).toEqual({ name, found: false });
    }
  }
});
