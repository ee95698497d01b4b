// What was there before the chain is chained by the migration; and an owner who is no superuser can do no more than append.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { testDatabase } from "@almanac/db/testing";
import { Client } from "pg";
import { expect, test } from "vitest";
import { recordAudit } from "../audit.ts";
import { openDatabase } from "../database.ts";
import { migrate, migrationNames } from "../migrate.ts";
import { checkAuditChain } from "./chain.ts";
import { listAudit } from "./list.ts";

const before = migrationNames.slice(0, migrationNames.indexOf("0006-audit"));
const textOf = (name: string) => readFileSync(new URL(`../../migrations/${name}.sql`, import.meta.url), "utf8");

test("entries and rejects of an older database: chained in their order, found by their event", async () => {
  const server = await testDatabase({ migrated: false });
  const database = await openDatabase({ url: server.url });
  const id = "f1a7f6b2-1c5f-4a9f-9f0e-7a3f2f1a7f6b";
  try {
    for (const name of before) await database.query(textOf(name));
    for (let place = 0; place < 30; place += 1) {
      await database.query(
        "insert into audit (actor, action, object_type, object_id, after) values ('test', 'thing.made', 'thing', $1, $2)",
        [place, { place }],
      );
    }
    const { rows } = await database.query<{ load_id: string }>(
      `insert into load (dataset, channel, content_sha256, media_type, bytes, stored_bytes, raw_uri, requested_by, received_at)
       values ('events', 'upload', sha256('x'), 'application/x-ndjson', 1, 1, 'file:raw/x', 'test', now()) returning load_id`,
    );
    const lines = [
      JSON.stringify({ user_id: "3f2504e0-4f89-41d3-9a0c-0305e82c3301", event_id: id.toUpperCase() }),
      `{"event_id": "${id}", "cut`,
      `${id},PaymentSuccessful`,
      JSON.stringify({ id, specversion: "1.0" }),
      JSON.stringify({ event_id: "3f2504e0-4f89-11d3-9ghi-0305e82c3303", related_id: id }),
      "[1]",
      "nonsense",
    ];
    await database.query(
      `insert into reject (load_id, line, code, pointer, detail, raw)
       select $1, line, 'x', '', 'x', raw from unnest($2::text[]) with ordinality as t (raw, line)`,
      [rows[0]!.load_id, lines],
    );
    await database.query(textOf("0006-audit"));
    await database.transaction((tx) =>
      recordAudit(tx, { actor: "test", action: "thing.made", objectType: "thing", objectId: "new" }),
    );
    expect(await checkAuditChain(database)).toMatchObject({ checked: 31, firstBad: null, head: { seq: 31 } });
    const listed = await listAudit(database, { limit: 100 });
    expect(listed.map(({ objectId }) => objectId).slice(0, 3)).toEqual(["new", "29", "28"]);
    expect(listed.at(-1)).toMatchObject({ seq: 1, objectId: "0", afterHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const named = await database.query<{ event_id: string | null }>("select event_id from reject order by line");
    expect(named.rows.map((row) => row.event_id)).toEqual([id, id, null, id, null, null, null]);
  } finally {
    await database.close();
    await server.close();
  }
});

test("an owner without a superuser's rights migrates, appends and is chained, and can change nothing", async () => {
  const server = await testDatabase({ migrated: false });
  const role = `owner_${randomBytes(6).toString("hex")}`;
  const name = new URL(server.url).pathname.slice(1);
  await asAdmin(server.url, [
    `create role ${role} login password 'owner'`,
    `alter database ${name} owner to ${role}`,
    `alter schema public owner to ${role}`,
  ]);
  const url = Object.assign(new URL(server.url), { username: role, password: "owner" }).href;
  const database = await openDatabase({ url });
  try {
    await migrate(url);
    await database.transaction((tx) =>
      recordAudit(tx, { actor: "test", action: "thing.made", objectType: "thing", objectId: "1" }),
    );
    expect((await checkAuditChain(database)).firstBad).toBeNull();
    // The grants alone, as if there were no triggers.
    await database.query("alter table audit disable trigger audit_append_only");
    await database.query("alter table audit_chain disable trigger audit_chain_append_only");
    for (const statement of ["update audit set actor = 'x'", "delete from audit", "delete from audit_chain"]) {
      await expect(database.query(statement), statement).rejects.toMatchObject({
        code: "42501",
        message: expect.stringMatching(/^permission denied for table/),
      });
    }
  } finally {
    await database.close();
    await server.close();
    // What the role owned went with its database.
    await asAdmin(Object.assign(new URL(server.url), { pathname: "/postgres" }).href, [`drop role ${role}`]);
  }
});

async function asAdmin(url: string, statements: readonly string[]): Promise<void> {
  const admin = new Client({ connectionString: url });
  await admin.connect();
  try {
    for (const statement of statements) await admin.query(statement);
  } finally {
    await admin.end();
  }
}
