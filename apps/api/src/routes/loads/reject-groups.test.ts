// Refused lines by their reason, and what tells that one was mended.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import { anEvent, loadLines, runToEnd } from "../../../testing/events.ts";
import { openTestApi, type SendOptions, type TestApi } from "../../../testing/test-api.ts";
import type { rejectSchema } from "./rejects.ts";

type RejectJson = z.input<typeof rejectSchema>;
interface GroupJson {
  code: string;
  pointer: string;
  count: number;
  first_line: number;
  last_line: number;
  samples: RejectJson[];
}

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

async function read<Item>(path: string, options?: SendOptions): Promise<Item[]> {
  const response = await api.send("GET", path, options);
  expect(response.status).toBe(200);
  return ((await response.json()) as { data: Item[] }).data;
}

const wrong = (id = crypto.randomUUID()) => anEvent({ event_id: id, metadata: { total_amount: "a lot" } });

test("200: the largest group first, each with its first lines; each is had whole by its reason", async () => {
  const id = await loadLines(api, ["no json", wrong(), anEvent(), "nor this", wrong(), wrong(), wrong()]);
  const groups = await read<GroupJson>(`/v1/loads/${id}/rejects/groups`);
  expect(groups.map(({ count, first_line, last_line }) => [count, first_line, last_line])).toEqual([
    [4, 2, 7],
    [2, 1, 4],
  ]);
  expect(groups[0]!.samples.map(({ line }) => line)).toEqual([2, 5, 6]);
  for (const { code, pointer, count } of groups) {
    const search = new URLSearchParams({ code, pointer }).toString();
    const whole = await read<RejectJson>(`/v1/loads/${id}/rejects?${search}`);
    expect(whole.map((row) => [row.code, row.pointer])).toEqual(Array.from({ length: count }, () => [code, pointer]));
    const file = await (await api.send("GET", `/v1/loads/${id}/rejects?format=ndjson&${search}`)).text();
    expect(
      file
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as RejectJson).line),
    ).toEqual(whole.map(({ line }) => line));
    const table = await (await api.send("GET", `/v1/loads/${id}/rejects?format=csv&${search}`)).text();
    expect(table.trim().split("\r\n")).toHaveLength(count + 1);
  }
});

test("200: pages of one reason give each of its lines once", async () => {
  const id = await loadLines(
    api,
    Array.from({ length: 40 }, (_, place) => (place % 2 === 0 ? "no json" : wrong())),
  );
  const seen: number[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const path: string = `/v1/loads/${id}/rejects?code=line.not_json&limit=7${cursor === "" ? "" : `&cursor=${cursor}`}`;
    const page = (await (await api.send("GET", path)).json()) as { data: RejectJson[]; next_cursor: string | null };
    seen.push(...page.data.map(({ line }) => line));
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(Array.from({ length: 20 }, (_, place) => place * 2 + 1));
});

test("200: a reject is mended by the first later line of its event, wherever that came from", async () => {
  const [posted, below, never] = [wrong(), wrong(), wrong()];
  const { metadata } = anEvent();
  const id = await loadLines(api, [posted, below, never, { ...below, metadata }, "no json"]);
  await api.send("POST", "/v1/events", { body: { ...posted, version: 2, metadata } });
  const rows = await read<RejectJson>(`/v1/loads/${id}/rejects`);
  expect(rows.map(({ line, state }) => [line, state])).toEqual([
    [1, "mended"],
    [2, "mended"],
    [3, "open"],
    [5, "open"],
  ]);
  expect(rows[0]!.mended_by).toMatchObject({ line: 1, version: 2 });
  expect(rows[0]!.mended_by!.load_id).not.toBe(id);
  expect(rows[1]!.mended_by).toEqual({ load_id: id, line: 4, version: 1 });
});

test("200: a version that was there before mends nothing; what was replayed and refused again is told as replayed", async () => {
  const known = anEvent();
  await api.send("POST", "/v1/events", { body: known });
  const id = await loadLines(api, [{ ...known, metadata: { ...(known["metadata"] as object), total_amount: 1 } }]);
  expect(await read(`/v1/loads/${id}/rejects`)).toMatchObject([{ code: "event.conflict", state: "open" }]);
  const replay = (await (await api.send("POST", `/v1/loads/${id}/replay`, { body: { only: "rejects" } })).json()) as {
    load_id: string;
  };
  await runToEnd(api, replay.load_id);
  expect(await read(`/v1/loads/${id}/rejects`)).toMatchObject([
    { state: "replayed", replayed_by: replay.load_id, mended_by: null },
  ]);
});

test("200: a long line's text is left out of samples, and is in the list", async () => {
  const long = "x".repeat(5_000);
  const id = await loadLines(api, [long]);
  expect((await read<GroupJson>(`/v1/loads/${id}/rejects/groups`))[0]!.samples[0]!.raw).toBeNull();
  expect((await read<RejectJson>(`/v1/loads/${id}/rejects`))[0]!.raw).toBe(long);
});

test("200: loads by name, by the beginning of their id, and of several channels", async () => {
  const id = await loadLines(api, [anEvent()]);
  const ids = async (search: string) =>
    (await read<{ load_id: string }>(`/v1/loads?${search}`)).map((one) => one.load_id);
  expect(await ids(`q=${id.slice(0, 20).toUpperCase()}`)).toContain(id);
  expect(await ids("q=no+such+file")).toEqual([]);
  expect(await ids("channel=inbox&channel=replay")).not.toContain(id);
  expect(await ids("channel=inbox&channel=upload")).toContain(id);
});

test("403 for a reader and a limited key, 404 for no load", async () => {
  const id = await loadLines(api, [anEvent()]);
  const path = `/v1/loads/${id}/rejects/groups`;
  expect((await api.send("GET", path, { key: await api.keyOf("reader") })).status).toBe(403);
  const limited = await api.keyOf("analyst", [(await addPlace()).location_id]);
  expect((await api.send("GET", path, { key: limited })).status).toBe(403);
  expect((await api.send("GET", `/v1/loads/${crypto.randomUUID()}/rejects/groups`)).status).toBe(404);
});

async function addPlace() {
  const location = { location_id: crypto.randomUUID(), country_code: "NL", subdivision_code: "NL-NH" };
  await api.send("POST", "/v1/locations", { body: location });
  return location;
}
