// Whatever is done to the audit past its triggers is found, at the place where it was done.
import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AuditEntry, recordAudit } from "../audit.ts";
import { type Database, openDatabase, type Tx } from "../database.ts";
import { checkAuditChain, readAuditHead } from "./chain.ts";
import { listAudit } from "./list.ts";

let server: TestDatabase;
let database: Database;
const entries = 24;
beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url, poolSize: 20 });
  for (let place = 0; place < entries; place += 4) {
    await database.transaction((tx) => recordAudit(tx, ...[0, 1, 2, 3].map((more) => entryOf(place + more))));
  }
});
afterAll(async () => {
  await database.close();
  await server.close();
});

function entryOf(place: number): AuditEntry {
  return {
    actor: `key:${place % 3}`,
    action: place % 2 === 0 ? "load.accepted" : "load.reopened",
    objectType: "load",
    objectId: String(place),
    reason: place % 4 === 0 ? "because" : undefined,
    before: place % 3 === 0 ? undefined : { state: place },
    after: place % 5 === 0 ? undefined : { state: place + 1, list: [1, "two", null] },
    requestId: place % 2 === 0 ? `request-${place}` : undefined,
  };
}

/** Does something to the audit as a superuser without triggers, looks, and takes it back. */
async function tampered<Result>(
  tamper: (tx: Tx) => Promise<unknown>,
  look: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  const taken = new Error("taken back");
  let seen: Result | undefined;
  await database
    .transaction(async (tx) => {
      await tx.query("set local session_replication_role = replica");
      await tamper(tx);
      seen = await look(tx);
      throw taken;
    })
    .catch((error: unknown) => {
      if (error !== taken) throw error;
    });
  return seen as Result;
}

test("entries are chained in the order of their commits, without a gap, and the chain is sound", async () => {
  const { checked, firstBad, head } = await checkAuditChain(database, 7);
  const listed = await listAudit(database, { limit: 1_000 });
  expect([firstBad, checked, head.seq]).toEqual([null, listed.length, listed.length]);
  expect(listed.map(({ seq }) => seq)).toEqual(listed.map((_entry, place) => listed.length - place));
  expect(listed[0]?.hash).toBe(head.hash);
});

test("many transactions at once are one chain; one that is rolled back leaves no gap", async () => {
  const before = await readAuditHead(database);
  const work = Array.from({ length: 60 }, (_, place) =>
    database
      .transaction(async (tx) => {
        await recordAudit(tx, entryOf(place), entryOf(place + 1));
        if (place % 3 === 0) throw new Error("rolled back");
        await recordAudit(tx, entryOf(place + 2));
      })
      .catch(() => undefined),
  );
  await Promise.all(work);
  const { firstBad, head } = await checkAuditChain(database);
  expect([firstBad, head.seq - before.seq]).toEqual([null, 40 * 3]);
});

test("an entry of a savepoint is chained with its transaction, one that was taken back is not", async () => {
  const before = await readAuditHead(database);
  await database.transaction(async (tx) => {
    await recordAudit(tx, entryOf(1));
    await tx.query("savepoint one");
    await recordAudit(tx, entryOf(2));
    await tx.query("savepoint two");
    await recordAudit(tx, entryOf(3));
    await tx.query("rollback to savepoint two");
    await recordAudit(tx, entryOf(4));
    await tx.query("release savepoint one");
    await recordAudit(tx, entryOf(5), entryOf(6));
  });
  const { firstBad, head } = await checkAuditChain(database);
  expect([firstBad, head.seq - before.seq]).toEqual([null, 5]);
});

test("thousands of entries of one transaction are chained together", async () => {
  await tampered(
    async (tx) => {
      await tx.query("set local session_replication_role = origin");
      await recordAudit(tx, ...Array.from({ length: 3_000 }, (_, place) => entryOf(place)));
      await tx.query("set constraints all immediate");
    },
    async (tx) => expect((await checkAuditChain(tx)).firstBad).toBeNull(),
  );
});

describe("the tables refuse", () => {
  test.each([
    "update audit set actor = 'nobody'",
    "delete from audit",
    "truncate audit",
    "update audit_chain set seq = seq + 1",
    "delete from audit_chain",
    "truncate audit_chain",
    "insert into audit_chain (seq, audit_id, hash) select seq + 1, audit_id + 1, hash from audit_chain",
    "update audit_head set seq = 0",
    "delete from audit_head",
    "truncate audit_head",
  ])("%s", async (statement) => {
    await expect(database.query(statement)).rejects.toMatchObject({ code: "42501" });
  });

  test("an owner who is no superuser, by grants as well", async () => {
    const { rows } = await database.query<{ table: string; privileges: string[] }>(
      `select c.relname as table, array_agg(p.privilege_type order by p.privilege_type) as privileges
       from pg_class c cross join lateral aclexplode(c.relacl) p
       where c.relname in ('audit', 'audit_chain', 'audit_head')
         and p.privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE') group by 1`,
    );
    expect(rows).toEqual([{ table: "audit_head", privileges: ["UPDATE"] }]);
  });
});

// A column, and another value for it. Generated columns are taken off their expression first.
const edits: Record<string, string> = {
  audit_id: "audit_id + 1000000",
  recorded_at: "recorded_at + interval '1 microsecond'",
  actor: "actor || '.'",
  action: "upper(action)",
  object_type: "object_type || 's'",
  object_id: "'0' || object_id",
  reason: "case when reason is null then '' end",
  before: "case when before is null then 'null' else before || '{\"more\": 1}' end",
  after: "case when after is null then '{}' else jsonb_set(after, '{state}', '0') end",
  before_hash: "case when before_hash is null then '\\x00' else reverse(before_hash) end",
  after_hash: "null",
  request_id: "coalesce(request_id, '') || ' '",
};

test("every column of an entry is in its text", async () => {
  const { rows } = await database.query<{ name: string }>(
    `select attname::text as name from pg_attribute
     where attrelid = 'audit'::regclass and attnum > 0 and not attisdropped order by 1`,
  );
  expect(Object.keys(edits).toSorted()).toEqual(rows.map(({ name }) => name));
  const same: string[] = [];
  await tampered(giveUpExpressions, async (tx) => {
    for (const [column, value] of Object.entries(edits)) {
      const changed = await tx.query<{ is_same: boolean }>(
        `update audit set ${column} = ${value} where ${column} is distinct from ${value}
         returning audit_text(old) = audit_text(new) as is_same`,
      );
      expect([column, changed.rows.length > 0]).toEqual([column, true]);
      if (changed.rows.some((row) => row.is_same)) same.push(column);
    }
  });
  expect(same).toEqual([]);
});

/** Generated columns take no value otherwise; a superuser can do that, too. */
async function giveUpExpressions(tx: Tx): Promise<void> {
  await tx.query("alter table audit alter column before_hash drop expression, alter column after_hash drop expression");
  await tx.query("alter table audit alter column audit_id drop identity");
}

interface Harm {
  name: string;
  run: (tx: Tx) => Promise<unknown>;
}

function randomOf(seed: number) {
  let state = seed;
  // mulberry32
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** Something that an intruder might do to one or two entries, to their links, or to both. */
function harmOf(random: (below: number) => number, ids: readonly number[]): Harm {
  const one = ids[random(ids.length)]!;
  const other = ids.filter((id) => id !== one)[random(ids.length - 1)]!;
  const columns = Object.keys(edits);
  const column = columns[random(columns.length)]!;
  const swap = (table: string, key: string, what: string) => (tx: Tx) =>
    tx.query(
      `update ${table} t set (${what}) = (select ${what} from ${table} o
         where o.${key} = case t.${key} when $1 then $2::bigint else $1::bigint end)
       where t.${key} in ($1, $2)`,
      [one, other],
    );
  const harms: Harm[] = [
    { name: `edits ${column} of ${one}`, run: editOf(column, one) },
    { name: `deletes ${one}`, run: (tx) => tx.query("delete from audit where audit_id = $1", [one]) },
    { name: `deletes ${one} and its link`, run: (tx) => deleteWithLink(tx, one) },
    { name: `deletes ${one} and closes the gap`, run: (tx) => closeGap(tx, one) },
    { name: `cuts the tail from ${one} on`, run: (tx) => cutTail(tx, one) },
    {
      name: `lets ${one} and ${other} change their contents`,
      run: swap("audit", "audit_id", "actor, object_id, recorded_at"),
    },
    { name: `lets ${one} and ${other} change their places`, run: swap("audit_chain", "audit_id", "hash") },
    { name: `lets ${one} and ${other} change their numbers`, run: (tx) => swapNumbers(tx, one, other) },
    { name: "inserts an entry past the chain", run: insertPast },
    { name: `inserts an entry with a link behind ${one}`, run: (tx) => insertBetween(tx, one) },
    { name: "moves the head", run: (tx) => tx.query("update audit_head set seq = seq - 1") },
  ];
  return harms[random(harms.length)]!;
}

const editOf = (column: string, id: number) => async (tx: Tx) => {
  const { rowCount } = await tx.query(
    `update audit set ${column} = ${edits[column]} where audit_id = $1 and (${column}) is distinct from (${edits[column]})`,
    [id],
  );
  return rowCount;
};

async function deleteWithLink(tx: Tx, id: number): Promise<void> {
  await tx.query("delete from audit where audit_id = $1", [id]);
  await tx.query("delete from audit_chain where audit_id = $1", [id]);
}

/** The links behind it move up, and so does the head. */
async function closeGap(tx: Tx, id: number): Promise<void> {
  const { rows } = await tx.query<{ seq: string }>("select seq from audit_chain where audit_id = $1", [id]);
  await deleteWithLink(tx, id);
  await tx.query("update audit_chain set seq = -seq where seq > $1", [rows[0]!.seq]);
  await tx.query("update audit_chain set seq = -seq - 1 where seq < 0");
  await tx.query("update audit_head set seq = seq - 1");
}

async function cutTail(tx: Tx, id: number): Promise<void> {
  await tx.query("delete from audit_chain where audit_id >= $1", [id]);
  await tx.query("delete from audit where audit_id >= $1", [id]);
}

async function swapNumbers(tx: Tx, one: number, other: number): Promise<void> {
  await tx.query("update audit_chain set audit_id = -audit_id where audit_id in ($1, $2)", [one, other]);
  await tx.query(
    "update audit_chain set audit_id = case audit_id when -$1::bigint then $2::bigint else $1 end where audit_id in (-$1::bigint, -$2::bigint)",
    [one, other],
  );
}

function insertPast(tx: Tx) {
  return tx.query("insert into audit (actor, action, object_type, object_id) values ('x', 'y.z', 'y', '1')");
}

async function insertBetween(tx: Tx, id: number): Promise<void> {
  await tx.query(
    "update audit_chain set seq = -seq - 1 where seq > (select seq from audit_chain where audit_id = $1)",
    [id],
  );
  await tx.query("update audit_chain set seq = -seq where seq < 0");
  await tx.query(
    `with entry as (
       insert into audit (actor, action, object_type, object_id) values ('x', 'y.z', 'y', '1') returning audit_id
     )
     insert into audit_chain (seq, audit_id, hash)
     select c.seq + 1, e.audit_id, sha256(c.hash) from audit_chain c cross join entry e where c.audit_id = $1`,
    [id],
  );
  await tx.query("update audit_head set seq = seq + 1");
}

const trials = 1_000;

test(`of ${trials} random edits, deletions, insertions and reorderings every one is found`, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = randomOf(seed);
  const missed: string[] = [];
  const found = new Set<string>();
  await tampered(
    async (tx) => {
      await giveUpExpressions(tx);
      await tx.query("alter table audit_chain drop constraint audit_chain_seq_check");
      await tx.query("create temporary sequence spare start 5000000");
      await tx.query("alter table audit alter column audit_id set default nextval('spare')");
      await tx.query("delete from audit_chain where seq > $1", [entries]);
      await tx.query("delete from audit where audit_id > (select max(audit_id) from audit_chain)");
      await tx.query(
        "update audit_head set (seq, hash) = (select seq, hash from audit_chain order by seq desc limit 1)",
      );
    },
    async (tx) => {
      expect((await checkAuditChain(tx, 10)).firstBad).toBeNull();
      const { rows } = await tx.query<{ id: number }>("select audit_id::int as id from audit order by 1");
      const ids = rows.map(({ id }) => id);
      for (let trial = 0; trial < trials; trial += 1) {
        const harm = harmOf(random, ids);
        await tx.query("savepoint trial");
        const changed = await harm.run(tx);
        // An edit to what was there already is none.
        const { firstBad } = changed === 0 ? { firstBad: "no harm" } : await checkAuditChain(tx, 10);
        if (firstBad === null) missed.push(harm.name);
        else if (typeof firstBad !== "string") found.add(firstBad.reason);
        await tx.query("rollback to savepoint trial");
      }
      expect((await checkAuditChain(tx)).firstBad).toBeNull();
    },
  );
  expect(missed, `seed ${seed}`).toEqual([]);
  expect([...found].toSorted()).toEqual(["changed", "head_differs", "missing", "unchained"]);
});

test("the first bad place is told", async () => {
  const look = async (tx: Tx) => (await checkAuditChain(tx)).firstBad;
  const { rows } = await database.query<{ id: number }>(
    "select audit_id::int as id from audit_chain where seq in (5, 9) order by seq",
  );
  const [fifth, ninth] = rows.map(({ id }) => id) as [number, number];
  expect(await tampered(editOf("actor", fifth), look)).toEqual({ seq: 5, auditId: fifth, reason: "changed" });
  expect(await tampered((tx) => deleteWithLink(tx, ninth), look)).toEqual({ seq: 9, auditId: null, reason: "missing" });
  expect(await tampered((tx) => tx.query("delete from audit where audit_id = $1", [ninth]), look)).toEqual({
    seq: 9,
    auditId: ninth,
    reason: "missing",
  });
});
