// Events that are posted: judged, merged and durable before they are answered, a few at a time. They are a load of one
// chunk, with its bytes in the raw zone like any other's.
import { randomUUIDv7 } from "node:crypto";
import { recordAudit } from "@almanac/db/audit";
import type { Database, Tx } from "@almanac/db/database";
import { mergePost } from "@almanac/db/event-posts";
import { readEventSchemas } from "@almanac/db/event-schemas";
import { insertLoad, type LoadView } from "@almanac/db/loads";
import { AppError, type ErrorItem } from "@almanac/domain/errors";
import type { EventOutcome } from "@almanac/domain/event/event";
import type { LoadId } from "@almanac/domain/ids";
import { extensionOf, type MediaType } from "@almanac/domain/load/media";
import { gateEvents } from "@almanac/gate/events";
import { compileSchemas } from "@almanac/gate/schemas";
import type { Lake, StoredBody } from "@almanac/lake/lake";
import { keepSchemas } from "./keep-schemas.ts";
import { Chunk } from "./lanes.ts";
import { sourceOf, writeManifest } from "./manifest.ts";
import { knownTo, type LoadPlan, newestOf } from "./plan.ts";
import type { GatedLine } from "./read-lines.ts";

export interface PostEventsDeps {
  database: Database;
  lake: Lake;
  now: () => Temporal.Instant;
  /** Most bytes of one event; default 1 MiB. */
  lineMaxBytes?: number;
}

export interface PostRequest {
  /** The whole body, content encoding undone. */
  body: Uint8Array;
  mediaType: MediaType;
  timeZone: string | null;
  /** Actor, for the audit. */
  requestedBy: string;
  requestId?: string;
  /** More events than this are `event.too_many`; default 1,000. */
  mostEvents?: number;
  signal?: AbortSignal;
  /** Runs in the transaction that stores the events: what the caller must not lose when the process dies after it. */
  onStored?: (tx: Tx, posted: PostedEvents) => Promise<void>;
}

export interface PostResult {
  /** As received, where the line names them at all. */
  event_id: string | null;
  version: number | null;
  outcome: EventOutcome;
  errors: ErrorItem[];
}

export interface PostedEvents {
  load: LoadView;
  /** One for each event, in the order of the body. */
  results: PostResult[];
}

const defaultLineMaxBytes = 1_048_576;
const defaultMostEvents = 1_000;

/**
 * Takes a few events in and tells what came of each. Durable when it resolves: bytes, rows and manifest. Throws what the
 * gate says about a body that is no such format, `event.too_many`, and what lake and database throw; then nothing is told,
 * and posting the same again changes nothing that was stored.
 */
export async function postEvents(deps: PostEventsDeps, request: PostRequest): Promise<PostedEvents> {
  const rows = await readEventSchemas(deps.database);
  const plan: LoadPlan = {
    lanes: 1,
    line_max_bytes: deps.lineMaxBytes ?? defaultLineMaxBytes,
    schemas: newestOf(rows),
  };
  const lines = await judge(request, {
    schemas: compileSchemas(knownTo(plan.schemas, rows)),
    lineCapBytes: plan.line_max_bytes,
  });
  await keepSchemas(deps.lake, rows);
  const stored = await deps.lake.putRaw(once(request.body), {
    source: sourceOf("events", "post"),
    date: deps.now().toZonedDateTimeISO("UTC").toPlainDate(),
    extension: extensionOf(request.mediaType),
    signal: request.signal,
  });
  const posted = await deps.database.transaction((tx) => store(tx, request, { stored, lines, plan }));
  await writeManifest(deps.lake, posted.load, plan);
  return posted;
}

async function judge(
  { body, mediaType, timeZone, mostEvents = defaultMostEvents }: PostRequest,
  reading: Pick<Parameters<typeof gateEvents>[1], "schemas" | "lineCapBytes">,
): Promise<GatedLine[]> {
  const lines: GatedLine[] = [];
  for await (const block of gateEvents(once(body), { mediaType, timeZone, ...reading })) {
    for (const line of block) lines.push(line);
    if (lines.length > mostEvents) {
      throw new AppError("incorrect", {
        code: "event.too_many",
        detail: `At most ${mostEvents} events are taken at once; POST /v1/loads takes any number.`,
      });
    }
  }
  if (lines.length === 0) {
    throw new AppError("incorrect", { code: "event.none", detail: "There is no event in the body." });
  }
  return lines;
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}

async function store(
  tx: Tx,
  request: PostRequest,
  { stored, lines, plan }: { stored: StoredBody; lines: readonly GatedLine[]; plan: LoadPlan },
): Promise<PostedEvents> {
  const { load } = await insertLoad(tx, {
    loadId: randomUUIDv7() as LoadId,
    dataset: "events",
    channel: "post",
    contentSha256: stored.sha256,
    mediaType: request.mediaType,
    bytes: stored.bytes,
    storedBytes: stored.storedBytes,
    rawUri: stored.uri,
    timeZone: request.timeZone,
    lineMaxBytes: plan.line_max_bytes,
    requestedBy: request.requestedBy,
  });
  await recordAudit(tx, {
    actor: request.requestedBy,
    action: "events.posted",
    objectType: "load",
    objectId: load.loadId,
    after: { events: lines.length, content_sha256: load.contentSha256 },
    requestId: request.requestId,
  });
  const chunk = new Chunk();
  for (const line of lines) chunk.add(line, lines.length);
  const outcomes = await mergePost(tx, {
    loadId: load.loadId,
    events: chunk.events,
    rejects: chunk.rejects,
    schemas: plan.schemas,
  });
  const byLine = new Map(outcomes.map(({ line, outcome }) => [line, outcome]));
  const posted = { load, results: lines.map((line) => resultOf(line, byLine.get(line.line)!)) };
  await request.onStored?.(tx, posted);
  return posted;
}

function resultOf(line: GatedLine, outcome: EventOutcome): PostResult {
  if ("reject" in line) {
    return { ...namedIn(line.raw), outcome, errors: [line.reject] };
  }
  const { eventId, version } = (line as Extract<GatedLine, { event: unknown }>).event;
  const errors =
    outcome === "conflict"
      ? [
          {
            code: "event.conflict",
            pointer: "",
            detail: `Version ${version} of this event is known with other content; the first one stays.`,
          },
        ]
      : [];
  return { event_id: eventId, version, outcome, errors };
}

/** Which event a refused line meant, as far as it says so. */
function namedIn(raw: string | null): Pick<PostResult, "event_id" | "version"> {
  const named = parsed(raw);
  const id = named["event_id"];
  const version = named["version"];
  return {
    event_id: typeof id === "string" ? id.slice(0, 200) : null,
    version: typeof version === "number" && Number.isSafeInteger(version) ? version : null,
  };
}

function parsed(raw: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(raw ?? "null");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
