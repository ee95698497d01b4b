// Brings a database to the newest schema. Safe when several processes start at once: one migrates, the others wait.
import { readFileSync } from "node:fs";
import { AppError } from "@almanac/domain/errors";
import { Migration, Migrator } from "@mikro-orm/migrations";
import { MikroORM } from "@mikro-orm/postgresql";
import { Client } from "pg";
import type { Queryable } from "./database.ts";
import { entities } from "./schema/entities.ts";

/** In the order in which they are applied. */
export const migrationNames = [
  "0001-holidays",
  "0002-events",
  "0003-star",
  "0004-schemas",
  "0005-reprocess",
  "0006-audit",
  "0007-snapshots",
  "0008-catalogue",
  "0009-sign-in-links",
  "0010-insights",
  "0011-status",
] as const;

// Any number that nobody else uses; "almanac" on a telephone's keys.
const migrationLock = 2_562_622;

const oldestServer = 180_000;

/** Applies what is missing and returns the names applied. Refuses a server older than PostgreSQL 18. */
export async function migrate(url: string): Promise<{ applied: string[] }> {
  const guard = new Client({ connectionString: url, application_name: "almanac migrate" });
  guard.on("error", () => undefined);
  await guard.connect();
  try {
    await refuseOldServer(guard);
    await guard.query("select pg_advisory_lock($1)", [migrationLock]);
    const orm = await openMigrator(url);
    try {
      const applied = await orm.migrator.up();
      return { applied: applied.map((migration) => migration.name) };
    } finally {
      await orm.close(true);
    }
  } finally {
    await guard.end().catch(() => undefined);
  }
}

/** True when every migration of this build has been applied to the database that `query` reaches. */
export async function isMigrated(query: (text: string) => Promise<{ rows: { name: string }[] }>): Promise<boolean> {
  const { rows } = await query(
    "select name from almanac_migration where to_regclass('almanac_migration') is not null",
  ).catch(() => ({ rows: [] }));
  const applied = new Set(rows.map((row) => row.name));
  return migrationNames.every((name) => applied.has(name));
}

/** What a process does about the schema on its start: migrates (`on`), or only looks (`off`). */
export async function prepareSchema(
  database: Queryable,
  url: string,
  mode: "on" | "off",
): Promise<{ applied: string[]; isNewest: boolean }> {
  if (mode === "on") {
    return { ...(await migrate(url)), isNewest: true };
  }
  // A database that cannot be reached is told apart from one that is not migrated.
  await database.query("select 1");
  return { applied: [], isNewest: await isMigrated((text) => database.query(text)) };
}

async function refuseOldServer(client: Client): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as version",
  );
  const server = rows[0];
  if (!server || server.number < oldestServer) {
    throw new AppError("incorrect", {
      code: "database.too_old",
      detail: `DATABASE_URL is PostgreSQL ${server?.version ?? "of an unknown version"}; Almanac needs 18 or newer.`,
    });
  }
}

function openMigrator(url: string) {
  return MikroORM.init({
    clientUrl: url,
    entities,
    pool: { min: 0, max: 1 },
    extensions: [Migrator],
    logger: () => undefined,
    migrations: {
      tableName: "almanac_migration",
      snapshot: false,
      disableForeignKeys: false,
      migrationsList: migrationNames.map((name) => ({ name, class: sqlMigration(name) })),
    },
  });
}

/** A migration that is a file of plain SQL beside this package's sources. */
function sqlMigration(name: string) {
  return class extends Migration {
    override up(): void {
      this.addSql(readFileSync(new URL(`../migrations/${name}.sql`, import.meta.url), "utf8"));
      this.addSql(
        `insert into audit (actor, action, object_type, object_id) values ('migrate', 'schema.migrated', 'migration', '${name}')`,
      );
    }
  };
}
