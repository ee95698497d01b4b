// Does history make reads slower? One event and a page of a day, as of an instant, in a table of many rows of which one in
// a hundred has been superseded, or every second one. Rows are written by SQL as a load would have left them.
import { type Database, openDatabase } from "@almanac/db/database";
import { findEvent, listEvents } from "@almanac/db/events";
import type { EventId } from "@almanac/domain/ids";
import { buffersOf, statementsOf } from "./counters.ts";
import type { EventsSize } from "./events.ts";
import { type Mark, rounded, type Say, table } from "./marks.ts";
import { alternate, median, timed } from "./measure.ts";
import { type ScratchServer, withClient } from "./scratch-server.ts";

const batchRows = 20_000;
const begunAt = "2027-01-01T00:00:00Z";
/** After all rows came, before any was superseded; and after everything. */
const instants = { before: "2027-01-15T00:00:00Z", after: "2027-02-15T00:00:00Z" };

interface Stored {
  url: string;
  database: Database;
}

type Reads = Record<string, (database: Database) => Promise<unknown>>;

export async function measureReads(server: ScratchServer, { stored }: EventsSize, say: Say): Promise<Mark[]> {
  // Every so many have been superseded.
  const little = await fill(server, "little_history", stored, 100);
  const much = await fill(server, "much_history", stored, 2);
  try {
    const samples = places(stored);
    const reads: Reads = {};
    for (const [name, asOf] of Object.entries(instants)) {
      reads[`one event, ${name}`] = (database) =>
        oneAfterTheOther(samples, (place) => readEvent(database, place, asOf));
      reads[`a day's 100, ${name}`] = (database) =>
        oneAfterTheOther(samples, (place) => readDay(database, place, stored, asOf));
    }
    const rows: string[][] = [];
    const marks: Mark[] = [];
    for (const [name, read] of Object.entries(reads)) {
      // Twice as often as a statement needs to be planned for all values.
      for (const { database } of [little, much]) {
        for (let time = 0; time < 3; time += 1) await read(database);
      }
      const pairs = await alternate(7, {
        ours: () => timed(() => read(much.database)),
        limit: () => timed(() => read(little.database)),
      });
      const ratio = median(pairs.map(({ ours, limit }) => ours / limit));
      const buffers = { little: await countBuffers(little, read), much: await countBuffers(much, read) };
      const perRead = (of: (pair: (typeof pairs)[number]) => number) => rounded(median(pairs.map(of)) / samples.length);
      rows.push([
        name,
        perRead((pair) => pair.limit),
        perRead((pair) => pair.ours),
        rounded(buffers.little),
        rounded(buffers.much),
      ]);
      marks.push({ name: `as-of read of ${name} / with little history`, value: ratio, wants: "at most", limit: 1.2 });
    }
    say(
      `\n${rounded(stored)} events; little history: 1 % of them superseded once, much: 50 %; as of an instant before that, or after`,
    );
    say(table(["as-of read", "ms little", "ms much", "buffers little", "buffers much"], rows));
    return marks;
  } finally {
    await Promise.all([little, much].map(({ database }) => database.close()));
    for (const name of ["little_history", "much_history"]) await server.run(`drop database ${name} with (force)`);
  }
}

async function fill(server: ScratchServer, name: string, rows: number, each: number): Promise<Stored> {
  const url = await server.copy(name);
  await withClient(url, async (client) => {
    const load = "'00000000-0000-7000-8000-000000000001'";
    await client.query(`insert into load (load_id, dataset, channel, content_sha256, media_type, bytes, stored_bytes, raw_uri,
        requested_by, received_at, status, started_at, finished_at)
      values (${load}, 'events', 'upload', '\\x${"00".repeat(32)}', 'application/x-ndjson', 0, 0, 'file:none', 'bench',
        now(), 'succeeded', now(), now())`);
    const batches = Math.ceil(rows / batchRows);
    await client.query(`insert into batch (batch_id, load_id, lane, from_line, to_line, committed_at)
      select 1 + round * ${batches} + i, ${load}, round, 1 + i * ${batchRows}, (i + 1) * ${batchRows},
        timestamptz '${begunAt}' + round * interval '1 month' + i * interval '1 second'
      from generate_series(0, ${batches - 1}) i, generate_series(0, 1) round`);
    const { rows: indexes } = await client.query<{ drop: string; create: string }>(`
      select format('drop index %s', indexrelid::regclass) as drop, pg_get_indexdef(indexrelid) as create
      from pg_index where indrelid in ('events'::regclass, 'event_history'::regclass) and not indisprimary`);
    for (const index of indexes) await client.query(index.drop);
    const isUpdated = `i % ${each} = 0`;
    const columns = (version: string, batch: string, price: string) => `md5('event' || i)::uuid, 'ArticleAddedToCart',
        timestamptz '2026-01-01' + (i::float8 / ${rows}) * interval '365 days', md5('user' || i / 12)::uuid,
        md5('cart' || i / 4)::uuid, ${version},
        jsonb_build_object('article_id', (10000 + i % 65)::text, 'article_price', ${price}, 'currency', 'EUR', 'quantity', 1),
        md5('location' || i % 13)::uuid, date '2026-01-01' + (365 * i::float8 / ${rows})::int, 1, null::jsonb, ${batch}, i`;
    const first = `1 + (i - 1) / ${batchRows}`;
    await client.query(`insert into events (event_id, event_type, event_timestamp, user_id, related_id, version, metadata,
        location_id, visit_date, schema_version, extra, batch_id, line)
      select ${columns(`case when ${isUpdated} then 2 else 1 end`, `${first} + case when ${isUpdated} then ${batches} else 0 end`, "29.9")}
      from generate_series(1, ${rows}) i`);
    await client.query(`insert into event_history (event_id, event_type, event_timestamp, user_id, related_id, version,
        metadata, location_id, visit_date, schema_version, extra, batch_id, line, superseded_batch_id)
      select ${columns("1", first, "19.9")}, ${first} + ${batches}
      from generate_series(1, ${rows}) i where ${isUpdated}`);
    await client.query("set maintenance_work_mem = '256MB'");
    for (const index of indexes) await client.query(index.create);
    await client.query("vacuum analyze events, event_history, batch");
  });
  return { url, database: await openDatabase({ url, poolSize: 2 }) };
}

/** Some rows, spread over the table. Every second of them has been superseded where there is much history. */
function places(rows: number): number[] {
  return Array.from({ length: 20 }, (_, place) => 1 + Math.floor(((place + 0.3) * rows) / 20) + (place % 2));
}

async function oneAfterTheOther(samples: readonly number[], read: (place: number) => Promise<unknown>): Promise<void> {
  for (const place of samples) await read(place);
}

const ids = new Map<number, EventId>();

async function readEvent(database: Pick<Database, "query">, place: number, asOf: string): Promise<void> {
  const eventId = ids.get(place) ?? (await idOf(database, place));
  ids.set(place, eventId);
  const event = await findEvent(database, eventId, { asOf });
  if (event === null) throw new Error(`event ${place} was not there`);
}

async function idOf(database: Pick<Database, "query">, place: number): Promise<EventId> {
  const { rows } = await database.query<{ id: EventId }>(`select md5('event' || ${place})::uuid as id`);
  return rows[0]!.id;
}

async function readDay(database: Pick<Database, "query">, place: number, rows: number, asOf: string): Promise<void> {
  const day = Temporal.PlainDate.from("2026-01-01").add({ days: Math.floor((364 * place) / rows) });
  const from = `${day.toString()}T00:00:00Z`;
  const to = `${day.add({ days: 1 }).toString()}T00:00:00Z`;
  const events = await listEvents(database, { from, to, asOf, limit: 100 });
  if (events.length === 0) throw new Error(`${from}: no events`);
}

/** Buffers that a read touches on average. */
async function countBuffers(
  { url, database }: Stored,
  read: (database: Database) => Promise<unknown>,
): Promise<number> {
  const statements = await statementsOf(database, (recorder) => read(recorder as Database));
  return withClient(url, async (client) => {
    let sum = 0;
    for (const statement of statements) sum += await buffersOf(client, statement);
    return sum / statements.length;
  });
}
