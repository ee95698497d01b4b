// GET /v1/loads/{load_id}/rejects: the lines that were not taken, each with its reason; page by page, or all as a file.
import type { Queryable } from "@almanac/db/database";
import type { RejectView } from "@almanac/db/rejects";
import { AppError } from "@almanac/domain/errors";
import type { LoadId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { stringify } from "csv-stringify/sync";
import type { ApiDeps } from "../../deps.ts";
import { json, streamed } from "../../http/answer.ts";
import { cursor, limit } from "../../http/fields.ts";
import { negotiate } from "../../http/negotiate.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import {
  exampleReject,
  mayReadLines,
  presentReject,
  type Reason,
  readRejects,
  rejectCode,
  rejectPointer,
  rejectSchema,
  sizeOf,
  withoutLine,
} from "./rejects.ts";
import { loadPath, visibleLoad } from "./visible-load.ts";

const formats = ["json", "ndjson", "csv"] as const;
type Format = (typeof formats)[number];

const formatOfMedia: Record<string, Format> = {
  "application/json": "json",
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "application/jsonl": "ndjson",
  "text/csv": "csv",
  "*/*": "json",
  "application/*": "json",
  "text/*": "csv",
};

const query = z.object({
  format: z
    .enum(formats)
    .optional()
    .openapi({ description: "Instead of an Accept header; `ndjson` and `csv` give all rejects at once." }),
  code: rejectCode,
  pointer: rejectPointer,
  limit,
  cursor,
});

export function listRejects({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listRejects",
    method: "get",
    path: "/v1/loads/{load_id}/rejects",
    tag: "Loads",
    summary: "Rejects of a load",
    description:
      "In the order of lines; complete once the load has finished. Pages are shorter where lines are long. In CSV, cells that a spreadsheet would calculate begin with an apostrophe.",
    params: loadPath,
    query,
    answers: {
      200: {
        description: "One page as JSON; all of them as NDJSON and CSV.",
        streams: true,
        schema: pageOf(rejectSchema).openapi("RejectPage"),
        example: { data: [exampleReject], next_cursor: null },
        media: {
          "application/x-ndjson": { example: `${JSON.stringify(exampleReject)}\n` },
          "text/csv": { description: "A header and no preamble." },
        },
      },
    },
    problems: { 403: ["key.limited"], 404: ["load.not_found"], 406: ["request.not_acceptable"] },
    async handle({ params, query: asked, principal, header }) {
      const { loadId, dataset } = await visibleLoad(database, principal, params.load_id);
      const present = mayReadLines(principal, dataset)
        ? presentReject
        : (row: RejectView) => presentReject(withoutLine(row));
      const after = decodeCursor(asked.cursor, z.int().min(1).max(Number.MAX_SAFE_INTEGER)) ?? 0;
      const format = asked.format ?? negotiate(header("accept") || "*/*", formatOfMedia);
      switch (format) {
        case "json":
          return json(200, await onePage(database, loadId, after, asked, present));
        case "ndjson":
          return streamed(
            200,
            ndjson(readRejects(database, loadId, after, asked), present),
            "application/x-ndjson",
            named(loadId, format),
          );
        case "csv":
          return streamed(
            200,
            csv(readRejects(database, loadId, after, asked), present),
            "text/csv; charset=utf-8",
            named(loadId, format),
          );
        case null:
          throw new AppError("incorrect", {
            code: "request.not_acceptable",
            detail: "There are application/json, application/x-ndjson and text/csv.",
          });
      }
    },
  });
}

function named(loadId: LoadId, format: Format) {
  return { headers: { "content-disposition": `attachment; filename="rejects-${loadId}.${format}"` } };
}

const mostPageBytes = 8 * 1_048_576;

/** At most `most` rejects, fewer where their lines are long; the cursor says whether there are more. */
type Present = typeof presentReject;

async function onePage(
  database: Queryable,
  loadId: LoadId,
  after: number,
  { limit: most, ...reason }: Reason & { limit: number },
  present: Present,
) {
  const rows: RejectView[] = [];
  let isMore = false;
  for await (const some of readRejects(database, loadId, after, reason)) {
    if (rows.length > most || sizeOf(rows) >= mostPageBytes) {
      isMore = true;
      break;
    }
    rows.push(...some);
  }
  const shown = isMore ? Math.min(most, rows.length) : most;
  return page(isMore ? [...rows, rows.at(-1)!] : rows, shown, present, (row) => row.line);
}

async function* ndjson(pages: AsyncIterable<readonly RejectView[]>, present: Present): AsyncGenerator<string> {
  for await (const rows of pages) {
    yield rows.map((row) => `${JSON.stringify(present(row))}\n`).join("");
  }
}

const columns = Object.keys(exampleReject) as (keyof typeof exampleReject)[];

async function* csv(pages: AsyncIterable<readonly RejectView[]>, present: Present): AsyncGenerator<string> {
  yield csvOf([columns]);
  for await (const rows of pages) {
    yield csvOf(rows.map(present).map((row) => columns.map((column) => cellOf(row[column]))));
  }
}

/** What is no plain value is its JSON. */
function cellOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

function csvOf(rows: readonly (readonly unknown[])[]): string {
  return stringify(rows as unknown[][], { record_delimiter: "\r\n", escape_formulas: true });
}
