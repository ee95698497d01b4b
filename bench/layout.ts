// (e) How should `events` lie? Ten million rows in one table, in sixteen hash partitions, and with a BRIN index of time
// instead of a B-tree: what the next half million costs, what reads touch, how big it all is. By name only:
// `npm run bench -- layout`. Decided in ADR 0014.
import type { Client } from "pg";
import { buffersOf, type WalBytes, walOf } from "./counters.ts";
import { bytes, type Mark, rounded, type Say, type Scale, table } from "./marks.ts";
import { median, timed } from "./measure.ts";
import { startScratchServer, withClient } from "./scratch-server.ts";

interface Size {
  rows: number;
  /** Rows that come after them, in chunks as a load merges them. */
  next: number;
  chunk: number;
  reads: number;
}

const sizes: Record<Scale, Size> = {
  full: { rows: 10_000_000, next: 500_000, chunk: 20_000, reads: 25 },
  quick: { rows: 20_000, next: 4_000, chunk: 1_000, reads: 3 },
};

interface Layout {
  name: string;
  create: string[];
}

const others = [
  "create index on laid (user_id, event_timestamp)",
  "create index on laid (related_id, event_timestamp)",
];
const key = "alter table laid add primary key (event_id)";
const byTime = "create index on laid (event_timestamp, event_id)";
const like = "(like events including constraints including defaults)";
const partitions = 16;

const layouts: Layout[] = [
  { name: "one table", create: [`create table laid ${like}`, key, byTime, ...others] },
  {
    name: `${partitions} hash partitions`,
    create: [
      `create table laid ${like} partition by hash (event_id)`,
      ...Array.from(
        { length: partitions },
        (_, part) =>
          `create table laid_${part} partition of laid for values with (modulus ${partitions}, remainder ${part})`,
      ),
      key,
      byTime,
      ...others,
    ],
  },
  {
    name: "one table, BRIN of time",
    create: [`create table laid ${like}`, key, "create index on laid using brin (event_timestamp)", ...others],
  },
];

export async function layout(scale: Scale, say: Say): Promise<Mark[]> {
  const size = sizes[scale];
  const server = await startScratchServer(scale);
  try {
    await server.run("create extension pg_walinspect");
    // One checkpoint before the inserts, none in them: the same pages are written whole in every layout.
    for (const setting of ["max_wal_size = '5GB'", "wal_keep_size = '4GB'", "checkpoint_timeout = '1h'"]) {
      await server.run(`alter system set ${setting}`);
    }
    await server.run("select pg_reload_conf()");
    return await withClient(server.url, async (client) => {
      const tookMs = await timed(() => fill(client, size));
      say(`${rounded(size.rows)} rows made in ${rounded(tookMs / 1000)} s, ${rounded(size.next)} follow`);
      const measured: Measured[] = [];
      for (const each of layouts) {
        measured.push(await measure(client, each, size));
        say(`${each.name}: done`);
      }
      report(measured, size, say);
      return marksOf(measured);
    });
  } finally {
    await server.close();
  }
}

// Three percent of what comes is about the past, as late versions and reprocessed days are.
const late = "(hashint8(i) & 1023) < 31";

/** `base` with the rows that are there, `next` with those that follow, in chunks. */
async function fill(client: Client, { rows, next, chunk }: Size): Promise<void> {
  const made = (from: number, count: number, time: string) => `
    select md5('event' || i)::uuid as event_id,
      (array['ArticleAddedToCart', 'CheckoutStarted', 'PaymentSuccessful', 'TicketIssued', 'BarcodeScanned'])[1 + i % 5] as event_type,
      timestamptz '2026-01-01' + (${time}) * interval '365 days' as event_timestamp,
      md5('user' || (hashint8(i / 7) & 262143))::uuid as user_id, md5('cart' || i / 4)::uuid as related_id, 1 as version,
      jsonb_build_object('article_id', (10000 + i % 65)::text, 'article_price', 29.90 + i % 13, 'currency', 'EUR', 'quantity', 1) as metadata,
      md5('location' || i % 13)::uuid as location_id, date '2026-01-02' + (365.0 * i / ${rows})::int as visit_date,
      1 as schema_version, null::jsonb as extra, i / ${chunk} as batch_id, i as line
    from generate_series(${from}::bigint, ${from + count - 1}) i`;
  await client.query(`create unlogged table base as ${made(1, rows, `i::float8 / ${rows}`)}`);
  const times = `case when ${late} then (hashint8(i) & 1048575) / 1048576.0 else i::float8 / ${rows} end`;
  await client.query(`create unlogged table next as ${made(rows + 1, next, times)}`);
  await client.query("create index on next (batch_id)");
  await client.query("analyze base, next");
}

interface Measured {
  name: string;
  insertMs: number;
  wal: WalBytes;
  chunkBuffers: number;
  heap: number;
  indexes: number;
  reads: Record<string, { buffers: number; ms: number }>;
}

async function measure(client: Client, { name, create }: Layout, { rows, next, chunk, reads }: Size) {
  // The rows first, then the indexes: how they came to be there is not the question.
  const creating = create.filter((statement) => statement.startsWith("create table"));
  for (const statement of creating) await client.query(statement);
  await client.query("insert into laid select * from base");
  await client.query("set maintenance_work_mem = '512MB'");
  for (const statement of create.filter((each) => !creating.includes(each))) await client.query(statement);
  await client.query("vacuum analyze laid");
  await client.query("checkpoint");

  let insertMs = 0;
  const buffers: number[] = [];
  const wal = await walOf(client, async () => {
    const first = Math.floor((rows + 1) / chunk);
    const last = Math.floor((rows + next) / chunk);
    for (let batch = first; batch <= last; batch += 1) {
      const run = await insertChunk(client, batch);
      insertMs += run.ms;
      buffers.push(run.buffers);
    }
  });
  const { rows: stored } = await client.query<{ heap: string; indexes: string }>(
    `select sum(pg_table_size(oid)) as heap, sum(pg_indexes_size(oid)) as indexes
     from pg_class where relname ~ '^laid(_[0-9]+)?$' and relkind = 'r'`,
  );
  const measured: Measured = {
    name,
    insertMs,
    wal,
    chunkBuffers: median(buffers),
    heap: Number(stored[0]!.heap),
    indexes: Number(stored[0]!.indexes),
    reads: await measureReads(client, reads),
  };
  await client.query("drop table laid");
  await client.query("checkpoint");
  return measured;
}

/** A chunk as a load merges it: what is known is left out first, the rest goes in sorted by its key. */
async function insertChunk(client: Client, batch: number): Promise<{ ms: number; buffers: number }> {
  await client.query("begin; set local enable_hashjoin = off; set local enable_mergejoin = off");
  const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: Record<string, number>; "Execution Time": number }] }>(
    `explain (analyze, buffers, timing off, format json)
     insert into laid select n.* from next n left join laid l on l.event_id = n.event_id
     where n.batch_id = ${batch} and l.event_id is null order by n.event_id on conflict (event_id) do nothing`,
  );
  const commitMs = await timed(() => client.query("commit"));
  const { Plan: plan, "Execution Time": ms } = rows[0]!["QUERY PLAN"][0];
  return { ms: ms + commitMs, buffers: plan["Shared Hit Blocks"]! + plan["Shared Read Blocks"]! };
}

const day = "event_timestamp >= '2026-08-17' and event_timestamp < '2026-08-18'";
const questions = {
  "one event": "select * from laid where event_id = md5('event1234')::uuid",
  "a day's newest 100": `select * from laid where ${day} order by event_timestamp desc, event_id desc limit 100`,
  "a day by type": `select event_type, count(*) from laid where ${day} group by event_type`,
  "a user's newest 100":
    "select * from laid where user_id = md5('user77')::uuid order by event_timestamp desc limit 100",
};

async function measureReads(client: Client, times: number): Promise<Measured["reads"]> {
  const reads: Measured["reads"] = {};
  for (const [name, text] of Object.entries(questions)) {
    const buffers = await buffersOf(client, { text });
    const took: number[] = [];
    for (let time = 0; time < times; time += 1) took.push(await timed(() => client.query(text)));
    reads[name] = { buffers, ms: median(took) };
  }
  return reads;
}

function report(measured: readonly Measured[], { next }: Size, say: Say): void {
  const row = (name: string, cell: (each: Measured) => string) => [name, ...measured.map(cell)];
  say(
    table(
      ["", ...measured.map(({ name }) => name)],
      [
        row("inserts: rows a second", ({ insertMs }) => rounded(next / (insertMs / 1000))),
        row("inserts: buffers a chunk", ({ chunkBuffers }) => rounded(chunkBuffers)),
        row("inserts: WAL of the rows", ({ wal }) => bytes(wal.records)),
        row("inserts: WAL of page images", ({ wal }) => bytes(wal.pageImages)),
        row("stored: rows", ({ heap }) => bytes(heap)),
        row("stored: indexes", ({ indexes }) => bytes(indexes)),
        ...Object.keys(questions).map((name) =>
          row(`${name}: buffers, ms`, ({ reads }) => `${rounded(reads[name]!.buffers)}, ${rounded(reads[name]!.ms)}`),
        ),
      ],
    ),
  );
}

function marksOf([one, hashed, brin]: readonly Measured[]): Mark[] {
  const day = "a day's newest 100";
  return [
    {
      name: "buffers of a day's page, BRIN of time / B-tree",
      value: brin!.reads[day]!.buffers / one!.reads[day]!.buffers,
      wants: "at least",
      limit: 1,
    },
    {
      name: "buffers of a day's page, hash partitions / one table",
      value: hashed!.reads[day]!.buffers / one!.reads[day]!.buffers,
      wants: "at least",
      limit: 1,
    },
  ];
}
