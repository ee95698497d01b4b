// GET /v1/runs: what was asked to run and what came of it, over our own tables, which remember what the queue has forgotten.
import { mostScanned, searchWork, workKinds, type WorkView } from "@almanac/db/run/search";
import { runStatuses } from "@almanac/domain/reprocess/run";
import { syncStatuses } from "@almanac/domain/sync/outcome";
import { z } from "@hono/zod-openapi";
import { requireUnlimited } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { cursor, instant, limit, uuid } from "../../http/fields.ts";
import { decodeCursor, encodeCursor, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";

const statuses = [...new Set([...syncStatuses, ...runStatuses])];
const unasked = new Set(["post"]);

const query = z.object({
  kind: z.array(z.enum(workKinds)).max(workKinds.length).optional().openapi({
    description:
      "One or several. `feed`: a load of members; `replay`: a load that takes another's bytes again; `post`: events within one call, left out unless asked for.",
  }),
  status: z.array(z.enum(statuses)).max(statuses.length).optional().openapi({ description: "One or several." }),
  q: z.string().min(1).max(200).optional().openapi({
    description:
      "Eight or more hexadecimal digits: the beginning of an id; else part of the file's name, the title, the detail, the error or the actor, in any case.",
    example: "sales-2026",
  }),
  from: instant.optional().openapi({ type: "string", format: "date-time", description: "Asked for then or later." }),
  to: instant.optional().openapi({ type: "string", format: "date-time", description: "Asked for before." }),
  limit,
  cursor,
});

const maybe = () => z.string().nullable().openapi({ format: "date-time" });

const workSchema = z
  .object({
    kind: z.enum(workKinds),
    id: z.uuid().openapi({ description: "Of the sync, load or reprocess run." }),
    status: z.enum(statuses),
    requested_at: z.string().openapi({ format: "date-time" }),
    started_at: maybe(),
    finished_at: maybe(),
    requested_by: z.string(),
    title: z.string().openapi({ description: "The file's name or dataset, the event type, the number of locations." }),
    detail: z.string(),
    counts: z.record(z.string(), z.int()).openapi({ description: "As the thing itself tells them." }),
    error: z.object({ code: z.string(), detail: z.string() }).nullable().openapi({
      description: "Of a sync: that of its first location without a version.",
    }),
  })
  .openapi("Work");

const exampleWork = {
  kind: "load" as const,
  id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  status: "partial" as const,
  requested_at: "2026-11-22T03:00:00.004511Z",
  started_at: "2026-11-22T03:00:00.031804Z",
  finished_at: "2026-11-22T03:00:00.113204Z",
  requested_by: "schedule",
  title: "sales-2026-11-22.ndjson",
  detail: "events by inbox, application/x-ndjson, 1204 bytes",
  counts: { total: 3, inserted: 2, updated: 0, duplicate: 0, stale: 0, conflict: 0, rejected: 1 },
  error: null,
};

export function searchRuns({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "searchRuns",
    method: "get",
    path: "/v1/runs",
    tag: "Operations",
    summary: "Syncs, loads and reprocess runs, newest first",
    description: `One page looks at the newest ${mostScanned} of each table behind the cursor: where few fit, it is shorter than \`limit\`, or empty, and \`next_cursor\` goes on.`,
    query,
    answers: {
      200: {
        description: "One page.",
        schema: pageOf(workSchema).openapi("WorkPage"),
        example: { data: [exampleWork], next_cursor: null },
      },
    },
    problems: { 403: ["key.limited"] },
    async handle({ query: asked, principal }) {
      requireUnlimited(principal);
      const ids = idsOf(asked.q);
      const { rows, nextBefore } = await searchWork(database, {
        kinds: asked.kind ?? workKinds.filter((kind) => !unasked.has(kind)),
        statuses: asked.status ?? null,
        ids,
        text: ids === null ? (asked.q?.toLowerCase() ?? null) : null,
        from: asked.from ?? null,
        to: asked.to ?? null,
        before: decodeCursor(asked.cursor, uuid),
        limit: asked.limit,
      });
      return json(200, {
        data: rows.map(present),
        next_cursor: nextBefore === null ? null : encodeCursor(nextBefore),
      });
    },
  });
}

/** The first and last UUID that begin so; null for what begins no UUID. */
function idsOf(q: string | undefined) {
  const digits = q?.trim().toLowerCase().replaceAll("-", "") ?? "";
  if (!/^[0-9a-f]{8,32}$/.test(digits)) return null;
  const filled = (fill: string) =>
    digits.padEnd(32, fill).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { least: filled("0"), most: filled("f") };
}

function present(view: WorkView): z.input<typeof workSchema> {
  return {
    kind: view.kind,
    id: view.id,
    status: statuses.find((known) => known === view.status) ?? "queued",
    requested_at: view.requestedAt,
    started_at: view.startedAt,
    finished_at: view.finishedAt,
    requested_by: view.requestedBy,
    title: view.title,
    detail: view.detail,
    counts: view.counts,
    error: view.error,
  };
}
