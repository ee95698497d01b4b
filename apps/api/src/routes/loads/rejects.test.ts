// What was not taken can be had back, whole: as pages, as NDJSON, as CSV; and nothing in it becomes a formula.
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anEvent, loadLines, runToEnd, sendLoad } from "../../../testing/events.ts";
import { openTestApi, type SendOptions, type TestApi } from "../../../testing/test-api.ts";

interface RejectJson {
  line: number;
  code: string;
  pointer: string;
  raw: string | null;
  raw_base64: string | null;
}

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

function rejectsOf(loadId: string, search = "", options?: SendOptions): Promise<Response> {
  return api.send("GET", `/v1/loads/${loadId}/rejects${search}`, options);
}

async function every(loadId: string, limit: number): Promise<RejectJson[]> {
  const seen: RejectJson[] = [];
  for (
    let cursor: string | null = "", path = `?limit=${limit}`;
    cursor !== null;
    path = `?limit=${limit}&cursor=${cursor}`
  ) {
    const page = (await (await rejectsOf(loadId, path)).json()) as { data: RejectJson[]; next_cursor: string | null };
    expect(page.data.length).toBeLessThanOrEqual(limit);
    seen.push(...page.data);
    cursor = page.next_cursor;
  }
  return seen;
}

const hostile = ["=cmd|'/c calc'!A1", "+1", "-1", "@sum(A1)", '"quoted, and\ttabbed"', "=1 \u{1f600}"];

test("200: each with its line, its reason, its place and its text, in the order of lines", async () => {
  const raw = JSON.stringify(anEvent({ event_id: "3f2504e0-4f89-11d3-9ghi-0305e82c3303" }));
  const id = await loadLines(api, [anEvent(), raw, "no json", anEvent()]);
  const response = await rejectsOf(id);
  const page = (await response.json()) as { data: RejectJson[]; next_cursor: null };
  expect(response.status).toBe(200);
  expect(page.next_cursor).toBeNull();
  expect(page.data).toMatchObject([
    { line: 2, pointer: "/event_id", raw, raw_base64: null, replayed_by: null },
    { line: 3, pointer: "", raw: "no json" },
  ]);
});

test("200: pages of any size give every reject once", async () => {
  const id = await loadLines(
    api,
    Array.from({ length: 95 }, (_, place) => (place % 19 === 0 ? anEvent() : `bad ${place}`)),
  );
  const expected = Array.from({ length: 95 }, (_, place) => place + 1).filter((line) => (line - 1) % 19 !== 0);
  for (const limit of [1, 16, 17, 45, 90, 1_000]) {
    expect((await every(id, limit)).map(({ line }) => line)).toEqual(expected);
  }
});

test("200: long lines make short pages, and none is left out", async () => {
  const long = Array.from({ length: 24 }, (_, place) => `${place}${"x".repeat(900_000)}`);
  const id = await loadLines(api, long);
  const first = (await (await rejectsOf(id, "?limit=1000")).json()) as { data: RejectJson[] };
  expect(first.data.length).toBeLessThan(24);
  const all = await every(id, 1_000);
  expect(all.map(({ raw }) => raw)).toEqual(long);
});

describe("as a file", () => {
  test.each([
    ["?format=ndjson", {}, "application/x-ndjson"],
    ["", { accept: "application/x-ndjson" }, "application/x-ndjson"],
    ["?format=csv", {}, "text/csv; charset=utf-8"],
    ["", { accept: "text/csv, */*;q=0.1" }, "text/csv; charset=utf-8"],
  ])("%s %o is %s with a name", async (search, headers, type) => {
    const id = await loadLines(api, [`bad ${search}${JSON.stringify(headers)}`]);
    const response = await rejectsOf(id, search, { headers });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
    expect(response.headers.get("content-disposition")).toMatch(`filename="rejects-${id}.`);
    expect(await response.text()).not.toBe("");
  });

  test("NDJSON parses back to what the pages say", async () => {
    const id = await loadLines(
      api,
      Array.from({ length: 700 }, (_, place) => `bad ${place} ${hostile[place % hostile.length]}`),
    );
    const text = await (await rejectsOf(id, "?format=ndjson")).text();
    const lines = text.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(await every(id, 1_000));
    expect(lines).toHaveLength(700);
  });

  test("CSV parses back cell by cell, and no cell is a formula", async () => {
    const id = await loadLines(api, hostile);
    const rows = parse<Record<string, string>>(await (await rejectsOf(id, "?format=csv")).text(), {
      columns: true,
      bom: false,
    });
    expect(rows.map((row) => row["raw"]?.replace(/^'/, ""))).toEqual(hostile);
    expect(rows.map((row) => row["line"])).toEqual(hostile.map((_line, place) => String(place + 1)));
    for (const cell of rows.flatMap((row) => Object.values(row))) {
      expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    }
  });

  test("bytes that are no text come back as they were", async () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe, 0x00]), Buffer.from('"}')]);
    const response = await api.send("POST", "/v1/loads", {
      body: new Uint8Array(Buffer.concat([bytes, Buffer.from("\n")])),
      headers: { "content-type": "application/x-ndjson" },
    });
    const { load_id } = (await response.json()) as { load_id: string };
    await runToEnd(api, load_id);
    const [only] = await every(load_id, 10);
    expect([only?.raw, Buffer.from(only?.raw_base64 ?? "", "base64").equals(bytes)]).toEqual([null, true]);
  });

  test("HEAD asks for nothing to be read", async () => {
    const id = await loadLines(api, ["bad for head"]);
    const response = await api.send("HEAD", `/v1/loads/${id}/rejects?format=csv`);
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });
});

test("an empty list is a header, no line, an empty page", async () => {
  const { load_id } = await sendLoad(api, [anEvent()]);
  expect(await (await rejectsOf(load_id, "?format=ndjson")).text()).toBe("");
  expect(await (await rejectsOf(load_id, "?format=csv")).text()).toMatch(/^line,code,pointer,detail,raw[^\n]*\r\n$/);
  expect(await every(load_id, 5)).toEqual([]);
});

test("names and addresses in lines about users are for those who may send them; analysts see the reasons", async () => {
  const body = `user_id,name,email,country\nnobody,Bob Brown,bob@example.org,NL\n`;
  const headers = { "content-type": "text/csv" };
  const sent = await api.send("PUT", "/v1/dimensions/users", { body, headers });
  const { load_id } = (await sent.json()) as { load_id: string };
  await runToEnd(api, load_id);
  for (const search of ["", "?format=ndjson", "?format=csv"]) {
    const textFor = async (role: "analyst" | "operator" | "ingester") =>
      (await rejectsOf(load_id, search, { key: await api.keyOf(role) })).text();
    expect(await textFor("ingester")).toContain("bob@example.org");
    for (const masked of [await textFor("analyst"), await textFor("operator")]) {
      expect(masked).toContain("member.uuid_invalid");
      expect(masked).not.toMatch(/bob/i);
    }
  }
});

test("403 for a reader, 404 for an unknown load, 406 for what we do not have, 422 for another list's cursor", async () => {
  const { load_id } = await sendLoad(api, [anEvent()]);
  expect((await rejectsOf(load_id, "", { key: await api.keyOf("reader") })).status).toBe(403);
  expect((await rejectsOf(load_id, "", { key: await api.keyOf("analyst") })).status).toBe(200);
  expect((await rejectsOf("0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e")).status).toBe(404);
  expect((await rejectsOf(load_id, "", { headers: { accept: "image/png" } })).status).toBe(406);
  expect((await rejectsOf(load_id, "?cursor=eyJ9")).status).toBe(422);
});
