// The scheme that the brief describes, to compare with: each sync copies every holiday of every location under the next
// version, and takes the flag away from the copies before. Tables and indexes are the brief's, with its columns alone.
import type { Client } from "pg";

export interface CopyScheme {
  /** One sync of every location as the brief's script does it, in two statements. */
  sync(version: number): Promise<void>;
  /** What `versions` syncs leave if nothing was ever in the way: the rows alone, no dead ones, indexes built at the end. */
  fill(versions: number): Promise<void>;
  current(locationId: string, year: number): { text: string; values: unknown[] };
  asOf(locationId: string, year: number, version: number): { text: string; values: unknown[] };
}

export interface CopiedData {
  locationIds: readonly string[];
  holidays: readonly { name: string; date: string }[];
}

const holidays = `(location_id uuid not null, holiday_name text not null, date date not null, version int not null,
  current_version boolean not null)`;

const indexes = [
  "create index idx_location_date on holidays (location_id, date)",
  "create index idx_current_version on holidays (current_version)",
];

/** `client` is connected to an empty database. */
export async function createCopyScheme(
  client: Client,
  { locationIds, holidays: days }: CopiedData,
): Promise<CopyScheme> {
  await client.query("set synchronous_commit = off; set maintenance_work_mem = '512MB'");
  await client.query(`
    create table location_mapping (location_id uuid primary key, country_code text not null, subdivision_code text not null,
      active boolean not null);
    create index idx_country_subdivision on location_mapping (country_code, subdivision_code);
    create temporary table fetched (holiday_name text, date date)`);
  await client.query(
    `insert into location_mapping
     select id, 'XA', 'XA-' || lpad((place % 300)::text, 3, '0'), true from unnest($1::uuid[]) with ordinality as l (id, place)`,
    [locationIds],
  );
  await client.query("insert into fetched select * from unnest($1::text[], $2::date[])", [
    days.map((day) => day.name),
    days.map((day) => day.date),
  ]);
  await client.query(`create table holidays ${holidays}`);
  for (const index of indexes) await client.query(index);
  const insert = `insert into holidays select l.location_id, f.holiday_name, f.date, $1, $2
    from location_mapping l cross join fetched f order by l.location_id, f.date`;

  return {
    async sync(version) {
      await client.query("begin");
      await client.query("update holidays set current_version = false where current_version");
      await client.query(insert, [version, true]);
      await client.query("commit");
    },
    async fill(versions) {
      await client.query(`drop table holidays; create unlogged table holidays ${holidays}`);
      for (let version = 1; version <= versions; version += 1) {
        await client.query(insert, [version, version === versions]);
      }
      for (const statement of [...indexes, "vacuum analyze holidays"]) await client.query(statement);
    },
    current: (locationId, year) => ({
      text: `select holiday_name, date from holidays
        where location_id = $1 and date between $2 and $3 and current_version`,
      values: [locationId, `${year}-01-01`, `${year}-12-31`],
    }),
    asOf: (locationId, year, version) => ({
      text: `select holiday_name, date from holidays
        where location_id = $1 and date between $2 and $3 and version = $4`,
      values: [locationId, `${year}-01-01`, `${year}-12-31`, version],
    }),
  };
}
