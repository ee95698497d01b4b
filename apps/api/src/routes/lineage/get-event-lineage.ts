// GET /v1/events/{event_id}/lineage: the whole story of an event, from its raw lines to what it means today.
import type { Database } from "@almanac/db/database";
import { type EventView, listEventVersions } from "@almanac/db/events";
import { findRejectsOf, type InterpretationOrigin, readOrigins, readRunsOf } from "@almanac/db/lineage/event";
import { type LineageLoad, readLoadsBack } from "@almanac/db/lineage/loads";
import { readMembersOf } from "@almanac/db/lineage/members";
import { findReject, readRetakings } from "@almanac/db/lineage/reject";
import type { EventId, LoadId } from "@almanac/domain/ids";
import type { Lake } from "@almanac/lake/lake";
import { type RawLine, readRawLines } from "@almanac/usecases/raw-lines";
import { z } from "@hono/zod-openapi";
import type { Principal } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { eventSchema, eventText, exampleEvent } from "../../event/json.ts";
import { bytes } from "../../http/answer.ts";
import { flag } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { eventPath } from "../events/fields.ts";
import { mayRead, noSuchEvent } from "../events/visible.ts";
import {
  exampleLineageLoad,
  exampleStoriedReject,
  lineageLoadSchema,
  lineageMemberSchema,
  lineageRunSchema,
  presentLineageLoad,
  presentMember,
  presentRawLine,
  presentRun,
  presentStoriedReject,
  rawLineSchema,
  storiedRejectSchema,
} from "./present.ts";

const interpretationSchema = eventSchema
  .extend({
    is_current: z.boolean(),
    judged_by: z.int().openapi({ description: "Schema version by which the content was judged when it came." }),
    batch: z
      .object({
        batch_id: z.int(),
        committed_at: z.string().openapi({ format: "date-time" }),
        lane: z.int(),
        from_line: z.int(),
        to_line: z.int(),
      })
      .openapi({
        description:
          "The transaction that wrote it: of a load's lane, or where there is a `run_id` of a range of keys.",
      }),
    raw: rawLineSchema.nullable().openapi({
      description: "The line as it came; null where it was not asked for, or lies beyond what is read for one answer.",
    }),
  })
  .openapi("Interpretation");

const lineageSchema = z
  .object({
    event_id: z.uuid(),
    is_whole: z
      .boolean()
      .openapi({ description: "False where there are more interpretations or rejects than are told." }),
    loads: z.array(lineageLoadSchema).nullable().openapi({
      description:
        "Every load that is named, and those whose bytes it took again, oldest first. Null for a key that is limited to locations: loads are about all of them.",
    }),
    runs: z
      .array(lineageRunSchema)
      .openapi({ description: "Reprocess runs that wrote one, or failed to; oldest first." }),
    rejects: z.array(storiedRejectSchema).nullable().openapi({
      description: "Lines that named the event and were not taken, conflicts included. Null for a limited key.",
    }),
    members: z.array(lineageMemberSchema).openapi({ description: "Whom and what it names today, by key alone." }),
    interpretations: z
      .array(interpretationSchema)
      .openapi({ description: "Every version in every revision, the highest first." }),
  })
  .openapi("EventLineage");

const exampleLineage = {
  event_id: exampleEvent.event_id,
  is_whole: true,
  loads: [exampleLineageLoad],
  runs: [],
  rejects: [exampleStoriedReject],
  members: [
    {
      dataset: "users" as const,
      id: exampleEvent.user_id,
      inferred: true,
      state: 1,
      recorded_at: exampleEvent.recorded_at,
      load_id: exampleEvent.load_id,
      line: null,
    },
  ],
  interpretations: [
    {
      ...exampleEvent,
      is_current: true,
      judged_by: 1,
      batch: { batch_id: 7, committed_at: exampleEvent.recorded_at, lane: 0, from_line: 1, to_line: 3 },
      raw: { byte_offset: 0, byte_length: 30, text: '{"event_id":"f1a7f6b2-1c5f-…"}', base64: null },
    },
  ],
};

export function getEventLineage({ database, lake }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "getEventLineage",
    method: "get",
    path: "/v1/events/{event_id}/lineage",
    tag: "Events",
    summary: "Where an event comes from",
    description: [
      "Each interpretation with the load, the line and the run that it is of; the loads back to the first; refused lines that",
      "named the event, and what became of them. Repeated lines that changed nothing are counted by their loads, not told here.",
    ].join("\n"),
    params: eventPath,
    query: z.object({
      raw: flag
        .default(true)
        .openapi({ default: true, description: "`false` leaves out the raw lines, which are read in the raw zone." }),
    }),
    answers: { 200: { description: "The whole story.", schema: lineageSchema, example: exampleLineage } },
    problems: { 404: ["event.not_found"] },
    async handle({ params, query, principal }) {
      const told = await readInterpretations(database, principal, params.event_id);
      const [current] = told.events;
      if (current === undefined) {
        throw noSuchEvent(params.event_id);
      }
      const isLimited = principal.locationIds !== null;
      const runIds = told.events.flatMap(({ runId }) => (runId === null ? [] : [runId]));
      const rejects = isLimited ? null : await readRejects(database, params.event_id);
      const again = rejects?.list.flatMap((reject) => reject.taken_again.map((each) => each.load_id as LoadId)) ?? [];
      const named = [...told.events, ...(rejects?.places ?? [])].map(({ loadId }) => loadId);
      const loads = await readLoadsBack(database, [...new Set([...named, ...again])]);
      const raw = query.raw ? await readRaw(lake, told.events, loads) : () => null;
      const rest = {
        event_id: params.event_id,
        is_whole: told.isWhole && rejects?.isWhole !== false,
        loads: isLimited ? null : loads.map(presentLineageLoad),
        runs: (await readRunsOf(database, params.event_id, runIds)).map(presentRun),
        rejects: rejects?.list ?? null,
        members: (await readMembersOf(database, current)).map(presentMember),
      };
      const items = told.events.map((event) => interpretationText(event, told.originOf(event), raw(event)));
      const text = `${JSON.stringify(rest).slice(0, -1)},"interpretations":[${items.join(",")}]}`;
      return bytes(200, text, "application/json");
    },
  });
}

// A version may have a mebibyte: few are read at a time, and a long story ends early.
const atATime = 8;
const mostEvents = 500;
const mostBytes = 8 * 1_048_576;

/** Those that the caller may see, the highest first. */
async function readInterpretations(database: Database, principal: Principal, eventId: EventId) {
  const origins = new Map<string, InterpretationOrigin>();
  for (const origin of await readOrigins(database, eventId, mostEvents)) origins.set(keyOf(origin), origin);
  const originOf = (event: EventView) => origins.get(keyOf(event))!;
  const events: EventView[] = [];
  let size = 0;
  for (let below: { version: number; revision: number } | null = null; ;) {
    const rows: EventView[] = await listEventVersions(database, eventId, { below, limit: atATime });
    // What was written since the origins were read belongs to a later answer.
    const known = rows.filter((row) => origins.has(keyOf(row)));
    for (const row of known.filter((each) => mayRead(principal, each))) {
      size += row.metadata.length + (row.received?.length ?? 0) + (row.extra?.length ?? 0);
      events.push(row);
    }
    if (rows.length < atATime) return { events, originOf, isWhole: true };
    if (size >= mostBytes || known.length < rows.length) return { events, originOf, isWhole: false };
    below = rows.at(-1)!;
  }
}

function keyOf({ version, revision }: { version: number; revision: number }): string {
  return `${version}.${revision}`;
}

const mostRejects = 100;

async function readRejects(database: Database, eventId: EventId) {
  const places = await findRejectsOf(database, eventId, mostRejects + 1);
  const list = [];
  let size = 0;
  for (const { loadId, line } of places.slice(0, mostRejects)) {
    const reject = await findReject(database, loadId, line);
    if (reject === null || size >= mostBytes) continue;
    size += (reject.raw?.length ?? 0) + (reject.rawBytes?.length ?? 0);
    list.push(presentStoriedReject(reject, await readRetakings(database, loadId, line)));
  }
  return { places, list, isWhole: list.length === places.length };
}

// A gigabyte of lines is counted in about a second.
const mostRawBytes = 2 ** 30;

/** The raw line of each interpretation's first revision, as far as they are found. */
async function readRaw(lake: Lake, events: readonly EventView[], loads: readonly LineageLoad[]) {
  const budget = { bytes: mostRawBytes };
  const byLoad = Map.groupBy(events, ({ loadId }) => loadId);
  const found = new Map<LoadId, Map<number, RawLine>>();
  for (const load of loads) {
    const lines = new Set(byLoad.get(load.loadId)?.map(({ line }) => line));
    if (lines.size > 0 && budget.bytes > 0) found.set(load.loadId, await readRawLines(lake, load, lines, budget));
  }
  return ({ loadId, line }: EventView) => found.get(loadId)?.get(line) ?? null;
}

function interpretationText(event: EventView, origin: InterpretationOrigin, raw: RawLine | null): string {
  const { batch } = origin;
  const shown = {
    batch_id: batch.batchId,
    committed_at: batch.committedAt,
    lane: batch.lane,
    from_line: batch.fromLine,
    to_line: batch.toLine,
  };
  return eventText(event, {
    is_current: String(origin.isCurrent),
    judged_by: String(origin.judgedBy),
    batch: JSON.stringify(shown),
    raw: raw === null ? "null" : JSON.stringify(presentRawLine(raw)),
  });
}
