// Stories of files of events, told over HTTP to a real api and done by a real worker.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, callerOf, type ToldLoad } from "../stage/caller.ts";
import type { Running } from "../stage/processes.ts";
import { openStage, type Stage } from "../stage/stage.ts";

const adminKey = "a key of the stories, 32 characters+";
const longestBody = 100_000_000;
let stage: Stage;
let caller: Caller;
let processes: Running[];
beforeAll(async () => {
  stage = (await openStage("postgres"))!;
  const settings = { HOLIDAY_SOURCE: "offline", ALMANAC_ADMIN_KEY: adminKey, LOAD_MAX_BYTES: String(longestBody) };
  processes = await Promise.all([stage.start("api", settings), stage.start("worker", settings)]);
  caller = callerOf(processes[0]!.url, adminKey);
});
afterAll(() => stage.close());

interface ToldReject {
  line: number;
  code: string;
  pointer: string;
  raw: string | null;
}
interface ToldVersion {
  version: number;
  load_id: string;
  line: number;
  recorded_at: string;
  superseded_at: string | null;
  metadata: Record<string, unknown>;
  patch: object[] | null;
}
const csv = { "content-type": "text/csv" };
const rows = (counts: Partial<ToldLoad["rows"]>) => ({
  total: Object.values(counts).reduce((sum, count) => sum + count, 0),
  inserted: 0,
  updated: 0,
  duplicate: 0,
  stale: 0,
  conflict: 0,
  rejected: 0,
  ...counts,
});
const rejectsOf = async (load: ToldLoad) =>
  (await caller.get<{ data: ToldReject[] }>(`/v1/loads/${load.load_id}/rejects?limit=1000`)).data.toSorted(
    (one, other) => one.line - other.line,
  );
const versionsOf = async (id: string) => (await caller.get<{ data: ToldVersion[] }>(`/v1/events/${id}/versions`)).data;

/** The brief's example events, as its table has them. */
const briefRows = [
  `1a2b3c4d-1234-5678-9abc-123456789abc | ArticleAddedToCart | 2024-08-17 10:00:00 | 123e4567-e89b-12d3-a456-426614174000 | 098f6bcd-4621-3373-8ade-4e832627b4f6 | 1 | {"article_id": "98765", "article_price": 29.99, "currency": "USD"}`,
  `2b3c4d5e-2234-5678-9def-223456789def | PaymentSuccessful | 2024-08-17 10:05:00 | 123e4567-e89b-12d3-a456-426614174000 | 678f6bcd-5621-3373-8bde-4e832627b4f7 | 1 | {"total_amount": 59.99, "currency": "USD", "payment_method": "CreditCard"}`,
  `3c4d5e6f-3234-5678-9ghi-323456789ghi | BarcodeScanned | 2024-08-17 10:10:00 | 123e4567-e89b-12d3-a456-426614174000 | 543f6bcd-6621-3373-8cde-4e832627b4f8 | 2 | {"barcode_type": "QR", "scanner_location": "Entrance A"}`,
].map((row) => row.split(" | "));
const names = ["event_id", "event_type", "event_timestamp", "user_id", "related_id", "version", "metadata"];
const isBare = (name: string) => name === "version" || name === "metadata";
const asNdjson = (cells: string[]) =>
  `{${cells.map((cell, place) => `"${names[place]}": ${isBare(names[place]!) ? cell : `"${cell}"`}`).join(", ")}}`;
const asCsv = (cells: string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");

test("the brief's three events, with Z and as written, as NDJSON and as CSV: two are there, the third says why not", async () => {
  for (const [variant, { isCsv, hasZone }] of [
    { isCsv: false, hasZone: true },
    { isCsv: false, hasZone: false },
    { isCsv: true, hasZone: true },
    { isCsv: true, hasZone: false },
  ].entries()) {
    // Events of their own for each way of writing them.
    const own = briefRows.map(([id, ...rest]) => [id!.replace("-5678-", `-567${variant}-`), ...rest]);
    const told = own.map((cells) => cells.with(2, hasZone ? `${cells[2]!.replace(" ", "T")}Z` : cells[2]!));
    const lines = isCsv ? [names.join(","), ...told.map(asCsv)] : told.map(asNdjson);
    const load = await caller.load({
      path: `/v1/loads${hasZone ? "" : "?time_zone=UTC"}`,
      body: lines.map((line) => `${line}\n`).join(""),
      headers: isCsv ? csv : {},
    });
    expect(load).toMatchObject({ status: "partial", rows: rows({ inserted: 2, rejected: 1 }) });
    expect(await rejectsOf(load)).toMatchObject([
      { line: lines.length, code: "event.uuid_invalid", pointer: "/event_id", raw: lines.at(-1) },
    ]);
    const [first, second] = own;
    expect(await caller.get(`/v1/events/${first![0]}`)).toMatchObject({
      event_type: "ArticleAddedToCart",
      event_timestamp: "2024-08-17T10:00:00.000000Z",
      user_id: first![3],
      related_id: first![4],
      version: 1,
      metadata: { article_id: "98765", article_price: 29.99, currency: "USD" },
    });
    expect(await caller.get(`/v1/events/${second![0]}`)).toMatchObject({
      metadata: { total_amount: 59.99, currency: "USD", payment_method: "CreditCard" },
    });
  }
});

test("the brief's users, tickets and articles load, also those that events have named before", async () => {
  const feeds = {
    users: `user_id,name,email,country
123e4567-e89b-12d3-a456-426614174000,John Doe,john.doe@example.com,USA
789e4567-e89b-12d3-a456-426614174001,Jane Doe,jane.doe@example.com,Canada
`,
    tickets: `ticket_id,event_name,ticket_price
543f6bcd-6621-3373-8cde-4e832627b4f8,Music Concert,99.99
678f6bcd-5621-3373-8bde-4e832627b4f7,Theater Play,49.99
`,
    articles: `article_id,article_name,price,currency
98765,Winter Jacket,29.99,USD
12345,Running Shoes,59.99,USD
`,
  };
  for (const [name, body] of Object.entries(feeds)) {
    const load = await caller.load({ method: "PUT", path: `/v1/dimensions/${name}`, body, headers: csv });
    expect(load).toMatchObject({ status: "succeeded", rows: { total: 2 } });
    const [header, ...lines] = body.trim().split("\n");
    const { rows: found } = await stage.database.query<{ line: string }>(
      `select concat_ws(',', ${header}) as line from ${name} where ${header!.split(",")[0]}::text = any ($1) order by 1`,
      [lines.map((line) => line.split(",")[0])],
    );
    expect(found.map(({ line }) => line)).toEqual(lines.toSorted());
  }
});

/** An event of the stories; `id` stays, what it says is given. */
const sale = (event_id: string, version: number, metadata: object) => ({
  event_id,
  event_type: "PaymentSuccessful",
  event_timestamp: "2026-05-01T12:00:00Z",
  user_id: "123e4567-e89b-12d3-a456-426614174000",
  related_id: null,
  version,
  metadata,
});
const ndjson = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

test("versions in order, out of order, again and in conflict, in one file and across files: counts, current, history, patches", async () => {
  const [a, b, c, d, e] = Array.from({ length: 5 }, () => randomUUID()) as [string, string, string, string, string];
  const euros = (total_amount: number, more: object = {}) => ({ total_amount, currency: "EUR", ...more });
  const one = [
    sale(a, 1, euros(10)),
    sale(a, 2, euros(20)),
    sale(b, 3, euros(30)),
    sale(b, 1, euros(31)),
    sale(c, 1, euros(40, { payment_method: "ideal" })),
    // The same said otherwise: keys in another order, the instant in another zone, the UUID in capitals, a schema named.
    {
      schema_version: 1,
      ...sale(c.toUpperCase(), 1, { payment_method: "ideal", currency: "EUR", total_amount: 40 }),
      event_timestamp: "2026-05-01T14:00:00+02:00",
    },
    sale(d, 1, euros(50, { payment_method: "ideal" })),
    sale(d, 1, euros(51, { payment_method: "ideal" })),
  ];
  const first = await caller.load({ body: ndjson(one) });
  expect(first).toMatchObject({
    status: "partial",
    rows: rows({ inserted: 4, updated: 1, stale: 1, duplicate: 1, conflict: 1 }),
  });
  expect(await rejectsOf(first)).toMatchObject([{ line: 8, code: "event.conflict", raw: JSON.stringify(one[7]) }]);
  expect((await versionsOf(a)).map(({ version, patch }) => [version, patch])).toEqual([
    [2, [{ op: "replace", path: "/metadata/total_amount", value: 20 }]],
    [1, null],
  ]);

  const second = await caller.load({
    body: ndjson([
      sale(a, 1, euros(10)),
      sale(a, 3, euros(20, { note: "corrected" })),
      sale(b, 2, euros(32)),
      sale(b, 4, euros(30)),
      sale(c, 1, euros(41)),
      sale(d, 2, euros(50)),
      sale(e, 7, euros(70)),
    ]),
  });
  expect(second.rows).toEqual(rows({ inserted: 1, updated: 3, stale: 1, duplicate: 1, conflict: 1 }));

  const patches = async (id: string) => (await versionsOf(id)).map(({ version, patch }) => [version, patch]);
  const amount = (value: number) => [{ op: "replace", path: "/metadata/total_amount", value }];
  expect(await patches(a)).toEqual([
    [3, [{ op: "add", path: "/metadata/note", value: "corrected" }]],
    [2, amount(20)],
    [1, null],
  ]);
  expect(await patches(b)).toEqual([
    [4, []],
    [3, amount(30)],
    [2, amount(32)],
    [1, null],
  ]);
  expect(await patches(c)).toEqual([[1, null]]);
  expect(await patches(d)).toEqual([
    [2, [{ op: "remove", path: "/metadata/payment_method" }]],
    [1, null],
  ]);
  expect(await patches(e)).toEqual([[7, null]]);

  // A late version never was current; the others follow each other without a gap.
  const [four, three, two] = await versionsOf(b);
  expect(four).toMatchObject({ version: 4, superseded_at: null, load_id: second.load_id, line: 4 });
  expect(three).toMatchObject({ version: 3, superseded_at: four!.recorded_at, load_id: first.load_id, line: 3 });
  expect(two).toMatchObject({ version: 2, superseded_at: two!.recorded_at, load_id: second.load_id, line: 3 });
  expect(await caller.get(`/v1/events/${b}`)).toMatchObject({ version: 4, metadata: euros(30) });
  expect(await caller.get(`/v1/events/${b}?version=1`)).toMatchObject({ version: 1, metadata: euros(31) });
  expect(await caller.get(`/v1/events/${b}?as_of=${three!.recorded_at}`)).toMatchObject({ version: 3 });
  const nobody = await caller.send("GET", `/v1/events/${e}?as_of=${three!.recorded_at}`);
  expect(nobody.status).toBe(404);

  // The first file once more, its lines the other way round: other bytes, and nothing changes.
  const stored = async () =>
    (await stage.database.query("select md5(string_agg(e::text, ';' order by e::text)) from events e")).rows;
  const history = async () =>
    (await stage.database.query("select md5(string_agg(h::text, ';' order by h::text)) from event_history h")).rows;
  const before = [await stored(), await history()];
  const again = await caller.load({ body: ndjson(one.toReversed()) });
  expect(again.rows).toEqual(rows({ duplicate: 7, conflict: 1 }));
  expect([await stored(), await history()]).toEqual(before);
});

const good = (n: number) =>
  `{"event_id":"5a1e0000-0000-4000-8000-${String(n).padStart(12, "0")}","event_type":"BarcodeScanned","event_timestamp":"2026-05-01T12:00:00Z","user_id":"123e4567-e89b-12d3-a456-426614174000","related_id":null,"version":1,"metadata":{"barcode_type":"QR"}}`;
const having = (n: number, metadata: string) => good(n).replace('{"barcode_type":"QR"}', metadata);

/** Lines that break such systems, each with what is said of it. */
const hostile: readonly [string | Buffer, string, string][] = [
  [good(9001).replace("QR", "Q\0R"), "line.nul", ""],
  [having(9002, '{"barcode_type":"\\u0000"}'), "line.nul", ""],
  [having(9003, '{"barcode_type":"\\ud83d"}'), "line.lone_surrogate", "/metadata/barcode_type"],
  [having(9004, '{"barcode_type":"1","barcode_type":"2"}'), "line.duplicate_key", "/metadata/barcode_type"],
  [good(9005).replace("{", '{"version":7,'), "line.duplicate_key", "/version"],
  [having(9006, `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`), "line.too_deep", `/metadata${"/a".repeat(31)}`],
  [Buffer.from(good(9007).replace("QR", "Caf\u{e9}"), "latin1"), "line.not_utf8", ""],
  [Buffer.from(`\u{feff}${good(9008)}`, "utf16le"), "line.not_utf8", ""],
  [Buffer.from(good(9011), "utf16le"), "line.nul", ""],
  [good(9009).slice(0, 100), "line.not_json", ""],
  [`[${good(9010)}]`, "line.not_object", ""],
];

test("hostile bodies cost their own lines alone: every neighbour is there, numbers keep their digits, memory keeps its bound", async () => {
  const atFirst = await peaks();
  // A byte order mark, CRLF, blank lines, a good line between any two bad ones, no line break at the end.
  const kept = [
    having(8001, '{"n":[9007199254740993,1e400,0.1000000000000000055]}'),
    having(8002, '{"__proto__":{"polluted":true},"constructor":{"prototype":1}}'),
  ];
  const lines = [...hostile.flatMap(([bad], place) => [bad, good(place)]), "", ...kept];
  const body = Buffer.concat([
    Buffer.from([0xef, 0xbb, 0xbf]),
    ...lines.flatMap((line, place) => [Buffer.from(place === 0 ? "" : "\r\n"), Buffer.from(line as string)]),
  ]);
  const load = await caller.load({ body });
  expect(load.rows).toEqual(rows({ inserted: hostile.length + kept.length, rejected: hostile.length }));
  expect((await rejectsOf(load)).map(({ line, code }) => [line, code])).toEqual(
    hostile.map(([, code], place) => [place * 2 + 1, code]),
  );
  const pointers = (await rejectsOf(load)).map(({ pointer }) => pointer);
  hostile.forEach(([, , pointer], place) => pointer !== "" && expect(pointers[place]).toBe(pointer));
  const shown = await textOf(`/v1/events/5a1e0000-0000-4000-8000-000000008001`);
  expect(shown).toContain(`9007199254740993, 1${"0".repeat(400)}, 0.1000000000000000055`);
  expect(await textOf(`/v1/events/5a1e0000-0000-4000-8000-000000008002`)).toContain('"__proto__": {"polluted": true}');

  const long = Buffer.concat([
    Buffer.from(`${good(8101)}\n{"event_id":"`),
    Buffer.alloc(64 * 1_048_576, "x"),
    Buffer.from(`"}\n${good(8102)}`),
  ]);
  const packed = { "content-encoding": "gzip" };
  const longLoad = await caller.load({ body: gzipSync(long), headers: packed });
  expect(longLoad).toMatchObject({ bytes: long.length, rows: rows({ inserted: 2, rejected: 1 }) });
  expect(await rejectsOf(longLoad)).toMatchObject([{ line: 2, code: "line.too_long", raw: null }]);

  const wide = await caller.load({ body: Buffer.from(`\u{feff}${good(8201)}\n${good(8202)}\n`, "utf16le") });
  expect(wide.rows.inserted).toBe(0);
  expect((await rejectsOf(wide)).map(({ code }) => code)).toContain("line.not_utf8");

  const count = async () => (await stage.database.query("select count(*)::int as loads from load")).rows[0];
  const before = await count();
  const bomb = await caller.upload<{ code: string }>({
    body: gzipSync(Buffer.alloc(longestBody + 1, "\n")),
    headers: packed,
  });
  expect([bomb.status, bomb.body.code]).toEqual([413, "request.too_large"]);
  expect(await count()).toEqual(before);
  // A body that was held in memory would show: one is 64 MiB long, the other one 100 MB.
  const after = await peaks();
  expect(after.api - atFirst.api).toBeLessThan(96);
  expect(after.worker - atFirst.worker).toBeLessThan(96);
});

/** The most memory that each process has held so far, in MiB; 0 where the system does not tell. */
async function peaks(): Promise<Record<"api" | "worker", number>> {
  const [api, worker] = await Promise.all(
    processes.map(async ({ pid }) => {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
    }),
  );
  return { api: api!, worker: worker! };
}

async function textOf(path: string): Promise<string> {
  const response = await fetch(`${processes[0]!.url}${path}`, { headers: { authorization: `Bearer ${adminKey}` } });
  return response.text();
}

test("the same file sixteen times at once is one load with sixteen answers; its key with another body is refused", async () => {
  const body = ndjson(
    Array.from({ length: 200 }, (_, n) => sale(randomUUID(), 1, { total_amount: n, currency: "EUR" })),
  );
  const answers = await Promise.all(Array.from({ length: 16 }, () => caller.upload({ body })));
  expect(new Set(answers.map((answer) => answer.body.load_id)).size).toBe(1);
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(answers.filter(({ status, body: told }) => status === 200 && told.already_loaded)).toHaveLength(15);
  const { load_id, rows: counted } = await caller.ended(answers[0]!.body.load_id);
  expect(counted).toEqual(rows({ inserted: 200 }));
  const { rows: batches } = await stage.database.query<{ lines: number }>(
    "select count(*)::int as lines from events e join batch b using (batch_id) where b.load_id = $1",
    [load_id],
  );
  expect(batches[0]!.lines).toBe(200);

  const headers = { "idempotency-key": randomUUID() };
  const other = ndjson([sale(randomUUID(), 1, { total_amount: 1, currency: "EUR" })]);
  const twins = await Promise.all(Array.from({ length: 16 }, () => caller.upload({ body: other, headers })));
  expect(new Set(twins.map((twin) => JSON.stringify([twin.status, twin.body]))).size).toBe(1);
  expect(twins[0]!.status).toBe(202);
  const refused = await caller.upload<{ code: string }>({ body, headers });
  expect([refused.status, refused.body.code]).toEqual([409, "idempotency.mismatch"]);
});
