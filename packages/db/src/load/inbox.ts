// Files of the drop folder: each is claimed once, however many workers sweep it.
import type { LoadId } from "@almanac/domain/ids";
import type { Queryable, Tx } from "../database.ts";
import { instantOf, instantOrNull } from "../instants.ts";

/** A file that was found. */
export interface InboxFile {
  uri: string;
  /** Size and time, or entity tag: another content under the same name is another file. */
  fingerprint: string;
  loadId: LoadId | null;
  seenAt: string;
  /** When it was put away; null while it is to be taken. */
  doneAt: string | null;
  errorCode: string | null;
}

/**
 * Holds a file until the transaction ends and tells what is known of it; null when another worker holds it now. A file
 * that is done may be told again: it was not put away before a crash.
 */
export async function claimInboxFile(tx: Tx, file: { uri: string; fingerprint: string }): Promise<InboxFile | null> {
  await tx.query("insert into inbox_file (uri, fingerprint) values ($1, $2) on conflict do nothing", [
    file.uri,
    file.fingerprint,
  ]);
  const { rows } = await tx.query<{
    load_id: LoadId | null;
    seen_at: string;
    done_at: string | null;
    error_code: string | null;
  }>(
    `select load_id, seen_at, done_at, error_code from inbox_file
     where uri = $1 and fingerprint = $2 for update skip locked`,
    [file.uri, file.fingerprint],
  );
  const row = rows[0];
  return row
    ? {
        ...file,
        loadId: row.load_id,
        seenAt: instantOf(row.seen_at),
        doneAt: instantOrNull(row.done_at),
        errorCode: row.error_code,
      }
    : null;
}

/**
 * The load that a claimed file has become, null while it is none. Others who ask wait until this transaction ends: who
 * stores the load in it, and notes it there, is the only one.
 */
export async function holdInboxLoad(tx: Tx, file: { uri: string; fingerprint: string }): Promise<LoadId | null> {
  const { rows } = await tx.query<{ load_id: LoadId | null }>(
    "select load_id from inbox_file where uri = $1 and fingerprint = $2 for update",
    [file.uri, file.fingerprint],
  );
  return rows[0]?.load_id ?? null;
}

/** Notes what a file became: a load, or why it could not be taken. */
export async function noteInboxFile(
  database: Queryable,
  file: { uri: string; fingerprint: string; loadId?: LoadId | null; errorCode?: string | null; isDone: boolean },
): Promise<void> {
  await database.query(
    `update inbox_file set load_id = coalesce($3, load_id), error_code = $4,
       done_at = case when $5 then coalesce(done_at, clock_timestamp()) end
     where uri = $1 and fingerprint = $2`,
    [file.uri, file.fingerprint, file.loadId ?? null, file.errorCode ?? null, file.isDone],
  );
}
