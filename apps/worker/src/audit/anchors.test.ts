// A chain that is rewritten as a whole, or cut, is whole by its own measure: its anchors in the lake tell, over both lakes.
import { randomBytes } from "node:crypto";
import { recordAudit } from "@almanac/db/audit";
import { readAuditHead } from "@almanac/db/audit/chain";
import { listAudit } from "@almanac/db/audit/list";
import { type Database, openDatabase, type Tx } from "@almanac/db/database";
import { migrate } from "@almanac/db/migrate";
import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import type { Lake } from "@almanac/lake/lake";
import { openLake } from "@almanac/lake/open";
import { anchorAudit, anchorName } from "@almanac/usecases/audit/anchor";
import { findNewestAnchor } from "@almanac/usecases/audit/newest-anchor";
import { openSigner } from "@almanac/usecases/audit/signing";
import { verifyAudit } from "@almanac/usecases/audit/verify";
import { rebuild } from "@almanac/usecases/rebuild";
import { runLoadDefaults } from "@almanac/usecases/run-load";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lakes } from "../../testing/lakes.ts";
import { queueBackends, testWorker, until } from "../../testing/worker.ts";

const secret = () => randomBytes(32).toString("base64");

async function note(database: Database, count: number): Promise<void> {
  for (let place = 0; place < count; place += 1) {
    await database.transaction((tx) =>
      recordAudit(tx, { actor: "test", action: "thing.made", objectType: "thing", objectId: String(place) }),
    );
  }
}

/** As a superuser past the triggers; it stays. */
async function tamper(database: Database, work: (tx: Tx) => Promise<unknown>): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query("set local session_replication_role = replica");
    await work(tx);
  });
}

/** Hashes everything again from a place on, as somebody does who knows how the chain is made. */
async function rewrite(tx: Tx): Promise<void> {
  await tx.query(
    `with recursive again as (
       select 0::bigint as seq, audit_origin(chain_id) as hash from audit_head
       union all
       select c.seq, sha256(r.hash || convert_to(audit_text(a), 'UTF8'))
       from again r join audit_chain c on c.seq = r.seq + 1 join audit a on a.audit_id = c.audit_id
     ), written as (
       update audit_chain c set hash = r.hash from again r where r.seq = c.seq
     )
     update audit_head set (seq, hash) = (select seq, hash from again order by seq desc limit 1)`,
  );
}

describe.each(await lakes())("anchors on $kind", ({ fresh }) => {
  const signer = openSigner(secret());
  const now = () => Temporal.Now.instant();
  let server: TestDatabase;
  let database: Database;
  let lake: Lake;
  // Each on a chain and a lake of its own: what one test breaks is whole for the next.
  beforeEach(async () => {
    server = await testDatabase();
    database = await openDatabase({ url: server.url });
    lake = openLake(await fresh());
    await note(database, 5);
  });
  afterEach(async () => {
    await lake.close();
    await database.close();
    await server.close();
  });

  const anchor = (by = signer) => anchorAudit({ database, lake, now, signer: by });
  const verify = (by = signer) => verifyAudit({ database, lake, signer: by });

  test("the newest anchor is found from the chain's end, past a round number too, and never behind a former end", async () => {
    const head = () => readAuditHead(database);
    expect(await findNewestAnchor(lake, await head())).toBeNull();
    const grow = async (by: number) =>
      database.query(
        `insert into audit (actor, action, object_type, object_id)
         select 'test', 'thing.made', 'thing', n::text from generate_series(1, $1::int) as n`,
        [by],
      );
    const first = await anchor();
    await grow(995 - first.seq);
    const second = await anchor();
    expect(second.seq).toBe(995);
    expect(await findNewestAnchor(lake, await head())).toMatchObject({ seq: 995 });
    await grow(10);
    expect(await findNewestAnchor(lake, await head())).toMatchObject({ seq: 995 });
    const { chainId } = await head();
    expect(await findNewestAnchor(lake, { chainId, seq: 994 })).toMatchObject({ seq: first.seq });
  });

  test("one place is written once; what came behind it is another one; a key is named in the audit before it signs", async () => {
    const first = await anchor();
    expect(first.isNew).toBe(true);
    expect(await anchor()).toEqual({ seq: first.seq, isNew: false });
    await note(database, 3);
    const second = await anchor();
    expect(second).toEqual({ seq: first.seq + 3, isNew: true });
    // Also for a reader who does not have the key.
    for (const by of [signer, undefined]) {
      expect(await verifyAudit({ database, lake, signer: by })).toMatchObject({
        isValid: true,
        firstBad: null,
        anchors: { checked: 2, newestSeq: second.seq, isValid: true, signedBy: [signer.fingerprint] },
      });
    }
  });

  test("without any there is nothing to say about them", async () => {
    expect(await verify()).toMatchObject({ isValid: true, anchors: { checked: 0, newestSeq: null, isValid: null } });
  });

  test("an edit whose chain was made to fit is found by the anchor behind it", async () => {
    const { seq } = await anchor();
    await note(database, 2);
    await tamper(database, async (tx) => {
      await tx.query("update audit set actor = 'nobody' where object_id = '3'");
      await rewrite(tx);
    });
    const found = await verify();
    expect(found).toMatchObject({
      isValid: false,
      firstBad: { seq, auditId: null, reason: "anchor_differs" },
      anchors: { isValid: false, firstBad: { seq, reason: "hash_differs" } },
    });
    // Nobody can sign that place again, and who tries is told.
    await tamper(database, async (tx) => {
      await tx.query("delete from audit_chain where seq > $1", [seq]);
      await tx.query("delete from audit where audit_id not in (select audit_id from audit_chain)");
      await rewrite(tx);
    });
    await expect(anchor()).rejects.toMatchObject({ category: "fault", code: "audit.anchor_differs" });
  });

  test("a tail that was cut together with the head is found", async () => {
    const { seq } = await anchor();
    await tamper(database, async (tx) => {
      await tx.query("delete from audit where object_id in ('3', '4') or object_type = 'signing_key'");
      await tx.query("delete from audit_chain where audit_id not in (select audit_id from audit)");
      await rewrite(tx);
    });
    expect(await verify()).toMatchObject({
      isValid: false,
      firstBad: { seq, reason: "anchor_differs" },
      anchors: { firstBad: { reason: "hash_differs" } },
    });
  });

  test("a database that begins its audit anew beside the anchors of another one is found", async () => {
    await anchor();
    await tamper(database, async (tx) => {
      await tx.query("truncate audit, audit_chain");
      await tx.query("update audit_head set chain_id = gen_random_uuid(), seq = 0");
      await tx.query("update audit_head set hash = audit_origin(chain_id)");
    });
    expect(await verify()).toMatchObject({ isValid: false, anchors: { firstBad: { reason: "chain_unknown" } } });
  });

  test("a rebuild begins the audit anew and names the one that has ended, whose anchors are then no fault", async () => {
    const { seq } = await anchor();
    const { chainId } = await readAuditHead(database);
    const empty = await testDatabase({ migrated: false });
    await migrate(empty.url);
    const other = await openDatabase({ url: empty.url });
    try {
      expect(await verifyAudit({ database: other, lake, signer })).toMatchObject({
        isValid: false,
        anchors: { firstBad: { reason: "chain_unknown" } },
      });
      await rebuild({ database: other, lake, now, settings: runLoadDefaults });
      const [entry] = await listAudit(other, { objectType: "database", limit: 1 });
      expect(entry).toMatchObject({
        actor: "rebuild",
        action: "database.rebuilt",
        after: { loads: 0, former_chains: [{ chain_id: chainId, newest_seq: seq }] },
      });
      await anchorAudit({ database: other, lake, now, signer });
      const found = await verifyAudit({ database: other, lake, signer });
      expect(found).toMatchObject({ isValid: true, anchors: { checked: 1, isValid: true } });
      // What the old one would write behind its end is one again.
      await note(database, 1);
      await anchor();
      expect((await verifyAudit({ database: other, lake, signer })).anchors.firstBad?.reason).toBe("chain_unknown");
    } finally {
      await other.close();
      await empty.close();
    }
  });

  test("an anchor that somebody else has signed, or that was changed, is none", async () => {
    await anchor();
    const { chainId, seq, hash } = await readAuditHead(database);
    const stranger = openSigner(secret());
    const at = "2026-03-01T09:30:00Z";
    const text = `almanac audit anchor\n${chainId}\n${seq + 1}\n${hash}\n${at}\n`;
    const forged = { chain_id: chainId, seq: seq + 1, hash, at, public_key: stranger.publicKey };
    const put = (place: number, content: object) =>
      lake.putNamed(anchorName(chainId, place), Buffer.from(JSON.stringify(content)));
    await put(seq + 1, { ...forged, signature: stranger.sign(text) });
    expect((await verify()).anchors.firstBad).toMatchObject({ seq: seq + 1, reason: "key_unknown" });
    await put(seq - 1, { ...forged, seq: seq - 1, public_key: signer.publicKey, signature: stranger.sign(text) });
    expect((await verify()).anchors.firstBad).toMatchObject({ seq: seq - 1, reason: "unreadable" });
  });

  test("with a new key the anchors of the old one still hold", async () => {
    await anchor();
    const next = openSigner(secret());
    const { seq } = await anchor(next);
    expect(await verify(next)).toMatchObject({
      isValid: true,
      anchors: { checked: 2, newestSeq: seq, signedBy: [signer.fingerprint, next.fingerprint] },
    });
  });
});

describe.each(await queueBackends("anchors"))("a worker on a $kind queue", ({ queue }) => {
  test("anchors the audit when it starts, by a job, and when it ends", async () => {
    const signer = openSigner(secret());
    const worker = await testWorker({ ...queue, signer });
    try {
      const { deps } = worker;
      const newest = async () => (await verifyAudit({ ...deps, signer })).anchors.newestSeq;
      await until(async () => (await newest()) !== null);
      expect((await deps.queues.schedules()).map(({ key }) => key)).toContain("scheduled-audit-anchor");
      await note(deps.database, 1);
      const head = await readAuditHead(deps.database);
      await deps.queues.enqueue("audit-anchor", {});
      await until(async () => (await newest()) === head.seq);
      await note(deps.database, 1);
      await worker.stop();
      expect(await newest()).toBe(head.seq + 1);
    } finally {
      await worker.close();
    }
  });

  test("without a key has no schedule of them, and a job by hand says why nothing is written", async () => {
    const worker = await testWorker({ ...queue });
    try {
      const { deps } = worker;
      expect((await deps.queues.schedules()).map(({ key }) => key)).not.toContain("scheduled-audit-anchor");
      const id = await deps.queues.enqueue("audit-anchor", {});
      await until(async () => (await deps.queues.jobStates("audit-anchor", [id])).get(id) === "completed");
      expect((await verifyAudit(deps)).anchors).toMatchObject({ checked: 0, isValid: null });
    } finally {
      await worker.close();
    }
  });
});
