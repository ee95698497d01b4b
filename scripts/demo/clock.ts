// System time of the demo's own database while its history is replayed: a function of the same name before the real
// clock on the search path. The product has no such door: only who made the database, before its schema, can do this.
import { type Database, openDatabase } from "@almanac/db/database";
import { migrate } from "@almanac/db/migrate";

/** The clock that a replay runs by: it stands on an instant that was set, and goes on from there as clocks do. */
export interface ReplayClock {
  database: Database;
  now(): Temporal.Instant;
  /** Goes to a later instant, which is not later than the present. Throws RangeError for another one. */
  goTo(instant: Temporal.Instant): Promise<void>;
  /** Gives the database the real clock for ever and closes the connections. */
  end(): Promise<void>;
}

// Tables are made in the first schema; of two functions of a name the first schema's is called.
const replayPath = "public, replay, pg_catalog";

const prepare = `
create schema replay;
create table replay.clock (shift interval not null);
insert into replay.clock values ('0');
create function replay.clock_timestamp() returns timestamptz language sql volatile as
  'select pg_catalog.clock_timestamp() + shift from replay.clock';
`;

// Dropped without `cascade`: whatever still went by the replayed clock would stop it.
const restore = `
do $$
declare
  found record;
begin
  for found in
    select d.adrelid::regclass as relation, a.attname as name
    from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    where pg_get_expr(d.adbin, d.adrelid) = 'replay.clock_timestamp()'
  loop
    execute format('alter table %s alter column %I set default pg_catalog.clock_timestamp()', found.relation, found.name);
  end loop;
end $$;
drop function replay.clock_timestamp();
drop table replay.clock;
drop schema replay;
`;

/** Makes the schema in an empty database as if it were `begin`, and opens it at that instant. */
export async function turnBackClock(url: string, begin: Temporal.Instant): Promise<ReplayClock> {
  await alone(url, (database) => database.query(`${prepare} ${onThisDatabase(`set search_path = ${replayPath}`)}`));
  const database = await openDatabase({ url, poolSize: 12, applicationName: "almanac demo" });
  let shift = new Temporal.Duration();
  const now = () => Temporal.Now.instant().add(shift);
  const goTo = async (instant: Temporal.Instant) => {
    const present = Temporal.Now.instant();
    if (Temporal.Instant.compare(instant, shift.blank ? begin : now()) < 0)
      throw new RangeError(`The replay is behind ${instant} already.`);
    if (Temporal.Instant.compare(instant, present) > 0) throw new RangeError(`${instant} is still to come.`);
    shift = present.until(instant);
    const microseconds = Math.round(shift.total("microseconds"));
    await database.query("update replay.clock set shift = $1::bigint * interval '1 microsecond'", [microseconds]);
  };
  await goTo(begin);
  await migrate(url);
  return {
    database,
    now,
    goTo,
    async end() {
      await database.close();
      await alone(url, (real) => real.query(onThisDatabase("reset search_path")));
      await alone(url, (real) => real.query(restore));
    },
  };
}

/** A connection of its own: settings of the database hold for those that come after. */
async function alone(url: string, work: (database: Database) => Promise<unknown>): Promise<void> {
  const database = await openDatabase({ url, poolSize: 1, applicationName: "almanac demo" });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

const onThisDatabase = (change: string) =>
  `do $$ begin execute format('alter database %I ${change}', current_database()); end $$`;
