// What others would do: MikroORM's insertMany and upsertMany, and one INSERT a row, with the same events, ready as objects,
// into a table with the same indexes. None of them reads a file, checks, counts or keeps history.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { defineEntity, p } from "@mikro-orm/core";
import { MikroORM } from "@mikro-orm/postgresql";
import { copyReadyRows, createLimitTable } from "./event-files.ts";
import type { EventsSize } from "./events.ts";
import { type Mark, rounded, type Say, table } from "./marks.ts";
import { timed } from "./measure.ts";
import { type ScratchServer, withClient } from "./scratch-server.ts";

const OrmEvent = defineEntity({
  name: "OrmEvent",
  tableName: "orm_events",
  properties: {
    eventId: p.uuid().primary().fieldName("event_id"),
    eventType: p.text().fieldName("event_type"),
    eventTimestamp: p.datetime().fieldName("event_timestamp"),
    userId: p.uuid().fieldName("user_id"),
    relatedId: p.uuid().nullable().fieldName("related_id"),
    version: p.integer(),
    metadata: p.json<object>(),
    locationId: p.uuid().nullable().fieldName("location_id"),
    visitDate: p.date().nullable().fieldName("visit_date"),
    schemaVersion: p.integer().fieldName("schema_version"),
    batchId: p.integer().fieldName("batch_id"),
    line: p.integer(),
  },
});

interface Row {
  eventId: string;
  eventType: string;
  eventTimestamp: Date;
  userId: string;
  relatedId: string | null;
  version: number;
  metadata: object;
  locationId: string | null;
  visitDate: string | null;
  schemaVersion: number;
  batchId: number;
  line: number;
}

const chunk = 1_000;

export interface Ours {
  /** Events a second of a load with everything included, as a share of the limit's rows. */
  ratio: number;
  /** A file of events, and the same as ready rows. */
  events: string;
  ready: string;
}

/** Each way against the limit in the same minute, and so against ours. */
export async function measureOthers(
  server: ScratchServer,
  { ratio: ours, events, ready, size, say }: Ours & { size: EventsSize; say: Say },
): Promise<Mark[]> {
  const url = await server.copy("others");
  const rows = await readRows(events, size.slice.bulk);
  const found: { name: string; least: number; perSecond: number; ratio: number }[] = [];
  for (const { name, least, count, work } of ways(url)) {
    await createLimitTable(url);
    const limit = size.events / ((await copyReadyRows(url, ready)) / 1000);
    await withClient(url, (client) =>
      client.query("drop table if exists orm_events; create table orm_events (like events including all)"),
    );
    const some = rows.slice(0, count(size));
    const perSecond = some.length / ((await timed(() => work(some))) / 1000);
    found.push({ name, least, perSecond, ratio: perSecond / limit });
  }
  await server.run("drop database others with (force)");
  say("\nother ways, ready objects");
  say(
    table(
      ["", "rows/s", "of the limit", "ours / theirs"],
      found.map(({ name, perSecond, ratio }) => [name, rounded(perSecond), rounded(ratio), rounded(ours / ratio)]),
    ),
  );
  return found.map(({ name, least, ratio }) => ({
    name: `B2 first load / ${name}, rows a second`,
    value: ours / ratio,
    wants: "at least",
    limit: least,
  }));
}

function ways(url: string) {
  const withOrm = async (work: (orm: MikroORM) => Promise<void>) => {
    const orm = await MikroORM.init({ clientUrl: url, entities: [OrmEvent], logger: () => undefined });
    try {
      await work(orm);
    } finally {
      await orm.close();
    }
  };
  const inChunks = async (rows: readonly Row[], work: (some: Row[]) => Promise<unknown>) => {
    for (let from = 0; from < rows.length; from += chunk) await work(rows.slice(from, from + chunk));
  };
  const bulk = ({ slice }: EventsSize) => slice.bulk;
  return [
    {
      name: "MikroORM insertMany",
      least: 4,
      count: bulk,
      work: (rows: Row[]) => withOrm((orm) => inChunks(rows, (some) => orm.em.fork().insertMany(OrmEvent, some))),
    },
    {
      name: "MikroORM upsertMany",
      least: 6,
      count: bulk,
      work: (rows: Row[]) => withOrm((orm) => inChunks(rows, (some) => orm.em.fork().upsertMany(OrmEvent, some))),
    },
    {
      name: "row by row",
      least: 25,
      count: ({ slice }: EventsSize) => slice.single,
      work: (rows: Row[]) => oneByOne(url, rows),
    },
  ];
}

async function oneByOne(url: string, rows: readonly Row[]): Promise<void> {
  await withClient(url, async (client) => {
    const text = `insert into orm_events (event_id, event_type, event_timestamp, user_id, related_id, version, metadata,
        location_id, visit_date, schema_version, batch_id, line)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      on conflict (event_id) do update set version = excluded.version, metadata = excluded.metadata
      where orm_events.version < excluded.version`;
    for (const row of rows) {
      await client.query({ name: "one", text, values: Object.values(row) });
    }
  });
}

async function readRows(path: string, count: number): Promise<Row[]> {
  const rows: Row[] = [];
  const file = createReadStream(path);
  // Lines that this benchmark has written itself.
  for await (const line of createInterface({ input: file })) {
    const event = JSON.parse(line) as Record<string, string>;
    rows.push({
      eventId: event["event_id"]!,
      eventType: event["event_type"]!,
      eventTimestamp: new Date(event["event_timestamp"]!),
      userId: event["user_id"]!,
      relatedId: event["related_id"]!,
      version: 1,
      metadata: event["metadata"] as unknown as object,
      locationId: event["location_id"]!,
      visitDate: event["visit_date"]!,
      schemaVersion: 1,
      batchId: 1,
      line: rows.length + 1,
    });
    if (rows.length === count) break;
  }
  file.destroy();
  return rows;
}
