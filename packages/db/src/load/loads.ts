// Loads: what was taken into the raw zone, in the order of acceptance. The truth about work; the queue only wakes.
import type { LoadId } from "@almanac/domain/ids";
import type { Dataset, LoadChannel, LoadStatus, MediaType } from "@almanac/domain/load/media";
import type { Queryable, Tx } from "../database.ts";
import { loadColumns, loadLanes, type LoadRow, type LoadView, viewOf } from "./view.ts";

export type { LoadView } from "./view.ts";

/** A manifest to write down. The bytes are durable in the raw zone before. */
export interface NewLoad {
  /** UUID version 7, made by the caller: the raw zone's manifest bears the same name. */
  loadId: LoadId;
  dataset: Dataset;
  channel: LoadChannel;
  replayOf?: LoadId | null;
  replayOnly?: "rejects" | "all" | null;
  /** 32 bytes. */
  contentSha256: Uint8Array;
  mediaType: MediaType;
  bytes: number;
  storedBytes: number;
  rawUri: string;
  fileName?: string | null;
  timeZone: string | null;
  /** Of a post: the most bytes of a line. */
  lineMaxBytes?: number | null;
  requestedBy: string;
  /** For a rebuild, which repeats what the raw zone's manifest says; the database's present time without it. */
  requestedAt?: string;
}

// Any number that nobody else uses: two equal feeds of one dimension at once are one load.
const feedLock = 2_562_623;

/**
 * Inserts a load, or finds the one that it repeats; `isNew` tells which. Events that are uploaded or found are the same
 * load when their bytes and media type are; a feed of members is when it equals the newest feed of its dimension; a replay
 * of rejects is when its parent has one. Posts and other replays are always new.
 */
export async function insertLoad(tx: Tx, load: NewLoad): Promise<{ load: LoadView; isNew: boolean }> {
  if (load.dataset !== "events" && load.channel !== "replay") {
    await tx.query(`select pg_advisory_xact_lock(${feedLock})`);
    const newest = await newestFeed(tx, load.dataset);
    if (newest && isSame(newest, load)) {
      return { load: newest, isNew: false };
    }
  }
  const { rows } = await tx.query<{ load_id: LoadId }>({
    name: "insert_load",
    text: `insert into load (load_id, dataset, channel, replay_of, replay_only, content_sha256, media_type, bytes,
        stored_bytes, raw_uri, file_name, time_zone, requested_by, requested_at, line_max_bytes, received_at)
      select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, now.at, $15, coalesce(
        (select received_at from load where load_id = $4), now.at
      ) from (select coalesce($14::timestamptz, clock_timestamp()) as at) now
      on conflict do nothing
      returning load_id`,
    values: [
      load.loadId,
      load.dataset,
      load.channel,
      load.replayOf ?? null,
      load.replayOnly ?? null,
      load.contentSha256,
      load.mediaType,
      load.bytes,
      load.storedBytes,
      load.rawUri,
      load.fileName ?? null,
      load.timeZone,
      load.requestedBy,
      load.requestedAt ?? null,
      load.lineMaxBytes ?? null,
    ],
  });
  const isNew = rows.length === 1;
  return { load: (await (isNew ? findLoad(tx, load.loadId) : findRepeated(tx, load)))!, isNew };
}

function findRepeated(tx: Tx, { replayOf, contentSha256, mediaType }: NewLoad): Promise<LoadView | null> {
  return replayOf ? findReplayOfRejects(tx, replayOf) : findLoadByIdentity(tx, contentSha256, mediaType);
}

function isSame(view: LoadView, load: NewLoad): boolean {
  const sha256 = Buffer.from(load.contentSha256).toString("hex");
  return view.contentSha256 === sha256 && view.mediaType === load.mediaType;
}

export async function findLoad(database: Queryable, loadId: LoadId): Promise<LoadView | null> {
  const { rows } = await database.query<LoadRow>({
    name: "find_load",
    text: `select ${loadColumns} from load l ${loadLanes} where l.load_id = $1`,
    values: [loadId],
  });
  return rows[0] ? viewOf(rows[0]) : null;
}

/** The replay that has taken the load's rejects: all of them, once. */
async function findReplayOfRejects(database: Queryable, loadId: LoadId): Promise<LoadView | null> {
  const { rows } = await database.query<LoadRow>(
    `select ${loadColumns} from load l ${loadLanes} where l.replay_of = $1 and l.replay_only = 'rejects'`,
    [loadId],
  );
  return rows[0] ? viewOf(rows[0]) : null;
}

/** The load of events that these bytes are, however they came (upload or drop folder). */
export async function findLoadByIdentity(
  database: Queryable,
  contentSha256: Uint8Array,
  mediaType: MediaType,
): Promise<LoadView | null> {
  const { rows } = await database.query<LoadRow>({
    name: "find_load_by_identity",
    text: `select ${loadColumns} from load l ${loadLanes}
      where l.content_sha256 = $1 and l.media_type = $2 and l.dataset = 'events' and l.channel in ('upload', 'inbox')`,
    values: [contentSha256, mediaType],
  });
  return rows[0] ? viewOf(rows[0]) : null;
}

/** The feed of a dimension that was accepted last, replays apart. */
export async function newestFeed(database: Queryable, dataset: Dataset): Promise<LoadView | null> {
  const { rows } = await database.query<LoadRow>(
    `select ${loadColumns} from load l ${loadLanes}
     where l.dataset = $1 and l.dataset <> 'events' and l.channel <> 'replay' order by l.load_no desc limit 1`,
    [dataset],
  );
  return rows[0] ? viewOf(rows[0]) : null;
}

/** The oldest load of the same dataset that was accepted before this one and has not finished. */
export async function findEarlierFeed(
  database: Queryable,
  load: Pick<LoadView, "dataset" | "loadNo">,
): Promise<LoadId | null> {
  const { rows } = await database.query<{ load_id: LoadId }>(
    `select load_id from load where dataset = $1 and load_no < $2 and status in ('queued', 'running')
     order by load_no limit 1`,
    [load.dataset, load.loadNo],
  );
  return rows[0]?.load_id ?? null;
}

/** By what a post was judged; null for what is no post. */
export async function readPostPlan(
  database: Queryable,
  loadId: LoadId,
): Promise<{ lineMaxBytes: number; schemas: Record<string, number> } | null> {
  const { rows } = await database.query<{ line_max_bytes: number; schemas: Record<string, number> }>(
    "select line_max_bytes, schemas from load where load_id = $1 and channel = 'post' and line_max_bytes is not null",
    [loadId],
  );
  return rows[0] ? { lineMaxBytes: rows[0].line_max_bytes, schemas: rows[0].schemas } : null;
}

/** Newest first. `before` is the loadNo of the last one of the page before. */
export async function listLoads(
  database: Queryable,
  filter: {
    before?: number | null;
    limit: number;
    status?: LoadStatus | null;
    dataset?: Dataset | null;
    channels?: readonly LoadChannel[] | null;
    /** Part of the file's name, or the beginning of the id; in any case of letters. */
    q?: string | null;
  },
): Promise<LoadView[]> {
  const { rows } = await database.query<LoadRow>(
    `select ${loadColumns} from (
       select * from load
       where ($1::bigint is null or load_no < $1) and ($3::text is null or status = $3)
         and ($4::text is null or dataset = $4) and ($5::text[] is null or channel = any($5))
         and ($6::text is null or strpos(lower(file_name), $6) > 0 or starts_with(load_id::text, $6))
       order by load_no desc limit $2
     ) l ${loadLanes} order by l.load_no desc`,
    [
      filter.before ?? null,
      filter.limit,
      filter.status ?? null,
      filter.dataset ?? null,
      filter.channels ?? null,
      filter.q?.toLowerCase() ?? null,
    ],
  );
  return rows.map(viewOf);
}

/** Lets a failed load go on where it stopped; null when it has not failed (or is not there). */
export async function reopenLoad(tx: Tx, loadId: LoadId): Promise<LoadView | null> {
  const { rowCount } = await tx.query(
    `update load set status = 'queued', finished_at = null, error_code = null, error_detail = null,
       cancel_requested = false, updated_at = clock_timestamp()
     where load_id = $1 and status = 'failed'`,
    [loadId],
  );
  return rowCount === 1 ? findLoad(tx, loadId) : null;
}

/**
 * Asks an unfinished load to stop: its next chunk is refused with `load.cancelled` (a conflict), what is committed stays.
 * Null when it has finished (or is not there).
 */
export async function requestCancel(tx: Tx, loadId: LoadId): Promise<LoadView | null> {
  const { rowCount } = await tx.query(
    `update load set cancel_requested = true, updated_at = clock_timestamp()
     where load_id = $1 and status in ('queued', 'running')`,
    [loadId],
  );
  return rowCount === 1 ? findLoad(tx, loadId) : null;
}

/** Unfinished loads that nobody has written to for `quietMs`, oldest first: the reconciler looks after their jobs. */
export async function readUnfinishedLoads(
  database: Queryable,
  input: { quietMs: number; limit: number },
): Promise<{ loadId: LoadId; dataset: Dataset; status: LoadStatus }[]> {
  const { rows } = await database.query<{ load_id: LoadId; dataset: Dataset; status: LoadStatus }>(
    `select load_id, dataset, status from load l
     where status in ('queued', 'running') and greatest(
         updated_at, (select max(updated_at) from load_lane where load_id = l.load_id)
       ) < clock_timestamp() - $1 * interval '1 millisecond'
     order by load_no limit $2`,
    [input.quietMs, input.limit],
  );
  return rows.map((row) => ({ loadId: row.load_id, dataset: row.dataset, status: row.status }));
}
