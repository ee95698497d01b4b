// Who tells OpenLineage, and up to where everything was told? One worker at a time, by a lease that runs out.
import type { Database } from "../database.ts";
import { type Subject, subjects } from "./subjects.ts";

export type { Subject } from "./subjects.ts";

// What is younger may still be followed by a lower number: a transaction lasts 30 s at the most (database.ts).
const settlingMs = 60_000;

/** The right to tell, until the lease ends; `floors` are the numbers up to which everything was told to its end. */
export interface SenderClaim {
  token: string;
  floors: Record<Subject, number>;
}

/**
 * Takes or renews the right to tell for `leaseMs`; null while another worker has it. The first time ever begins with what
 * was requested in the last day.
 */
export async function claimSender(database: Database, token: string, leaseMs: number): Promise<SenderClaim | null> {
  const floors = Object.entries(subjects).map(
    ([subject, { table, no }]) =>
      `${subject}_floor = coalesce(${subject}_floor, (
         select max(${no}) from ${table} where requested_at < clock_timestamp() - interval '1 day'
       ), 0)`,
  );
  const { rows } = await database.query<Record<`${Subject}_floor`, number>>(
    `update openlineage_sender set lease_token = $1,
       lease_expires_at = clock_timestamp() + $2 * interval '1 millisecond', ${floors.join(", ")}
     where lease_token = $1 or lease_expires_at is null or lease_expires_at < clock_timestamp()
     returning ${Object.keys(subjects)
       .map((subject) => `${subject}_floor::float8 as ${subject}_floor`)
       .join(", ")}`,
    [token, leaseMs],
  );
  const row = rows[0];
  return row === undefined
    ? null
    : {
        token,
        floors: Object.fromEntries(
          Object.keys(subjects).map((subject) => [subject, row[`${subject as Subject}_floor`]]),
        ) as Record<Subject, number>,
      };
}

/** Gives the right back before it ends by itself. */
export async function releaseSender(database: Database, token: string): Promise<void> {
  await database.query(
    "update openlineage_sender set lease_token = null, lease_expires_at = null where lease_token = $1",
    [token],
  );
}

/** One object as it was told. */
export interface ToldState {
  subject: Subject;
  objectId: string;
  attempt: number;
  status: string;
  finishedAt: string | null;
}

/** Writes down what was told, if the teller still has the right to; false when somebody else has it. */
export async function recordTold(database: Database, token: string, told: readonly ToldState[]): Promise<boolean> {
  const { rowCount } = await database.query(
    `insert into openlineage_told (subject, object_id, attempt, status, finished_at)
     select t.* from openlineage_sender s,
       unnest($2::text[], $3::uuid[], $4::int[], $5::text[], $6::timestamptz[]) as t
     where s.lease_token = $1
     on conflict (subject, object_id) do update set attempt = excluded.attempt, status = excluded.status,
       finished_at = excluded.finished_at, told_at = clock_timestamp()`,
    [
      token,
      told.map(({ subject }) => subject),
      told.map(({ objectId }) => objectId),
      told.map(({ attempt }) => attempt),
      told.map(({ status }) => status),
      told.map(({ finishedAt }) => finishedAt),
    ],
  );
  return rowCount === told.length;
}

/**
 * Moves the floor over everything that was told to its end and is settled, and forgets it unless it may go on. It comes to
 * lie on a row, never between two: a number that no row has yet may belong to a transaction that is under way.
 */
export async function moveFloor(database: Database, subject: Subject): Promise<void> {
  const { table, id, no, mayGoOn } = subjects[subject];
  await database.query(
    `with open as (
       select min(${no}) as no from (
         select o.${no} from openlineage_sender s
         join ${table} o on o.${no} > s.${subject}_floor
         left join openlineage_told t on t.subject = '${subject}' and t.object_id = o.${id}
         where o.finished_at is null or o.requested_at > clock_timestamp() - $1 * interval '1 millisecond'
           or (t.status, t.finished_at) is distinct from (o.status, o.finished_at)
         order by o.${no} limit 1
       ) o
     ), moved as (
       update openlineage_sender s set ${subject}_floor = coalesce((
         select max(o.${no}) from ${table} o where o.${no} > s.${subject}_floor and (open.no is null or o.${no} < open.no)
       ), s.${subject}_floor)
       from open returning s.${subject}_floor as floor
     )
     delete from openlineage_told t using moved, ${table} o
     where t.subject = '${subject}' and o.${id} = t.object_id and o.${no} <= moved.floor
       and t.finished_at is not null and t.status <> all ($2::text[])`,
    [settlingMs, mayGoOn],
  );
}
