// Rejects as callers see them, read in pages that stay small however long the lines are.
import type { Queryable } from "@almanac/db/database";
import { listRejects, type RejectView } from "@almanac/db/rejects";
import { roleAtLeast } from "@almanac/domain/access/roles";
import type { LoadId } from "@almanac/domain/ids";
import type { Dataset } from "@almanac/domain/load/media";
import { z } from "@hono/zod-openapi";
import type { Principal } from "../../access/principal.ts";

export const rejectCode = z.string().min(1).max(100).optional().openapi({
  description: "Those of this reason alone.",
  example: "event.schema_violation",
});

export const rejectPointer = z.string().max(1_000).optional().openapi({
  description: "Those with this JSON pointer alone; empty: of the whole line.",
  example: "/metadata/total_amount",
});

export const rejectSchema = z
  .object({
    line: z.int().min(1).openapi({ description: "Physical line; an array's element; a Parquet file's row." }),
    code: z.string(),
    pointer: z.string().openapi({ description: "JSON pointer into the event; empty for the whole line." }),
    detail: z.string(),
    raw: z.string().nullable().openapi({
      description:
        "The line as received, where it is text. Lines about users are told only to those who may send them.",
    }),
    raw_base64: z.string().nullable().openapi({ description: "Its bytes, where it is not." }),
    byte_offset: z.int().nullable().openapi({ description: "Where the line lies in the body." }),
    byte_length: z.int().nullable(),
    state: z.enum(["open", "replayed", "mended"]).openapi({
      description:
        "`mended`: a later line brought a version of its event, see `mended_by`; `replayed`: it was taken again, see `replayed_by`, and no version of its event came of that; else `open`. A line that names no event can only be replayed.",
    }),
    replayed_by: z.uuid().nullable().openapi({ description: "The load that took the line again." }),
    mended_by: z
      .object({ load_id: z.uuid(), line: z.int(), version: z.int() })
      .nullable()
      .openapi({ description: "The first later line with the same `event_id` that was taken." }),
  })
  .openapi("Reject");

export const exampleReject = {
  line: 3,
  code: "event.uuid_invalid",
  pointer: "/event_id",
  detail: 'event_id "3f2504e0-4f89-11d3-9ghi-0305e82c3303" is no UUID.',
  raw: '{"event_id": "3f2504e0-4f89-11d3-9ghi-0305e82c3303", "event_type": "BarcodeScanned"}',
  raw_base64: null,
  byte_offset: 514,
  byte_length: 84,
  state: "open" as const,
  replayed_by: null,
  mended_by: null,
};

/** Lines about users hold names and e-mail addresses, which analysts see masked everywhere else. */
export function mayReadLines({ role }: Principal, dataset: Dataset): boolean {
  return dataset !== "users" || roleAtLeast(role, "ingester");
}

/** The same reject without the line's own text. */
export function withoutLine(reject: RejectView): RejectView {
  return { ...reject, raw: null, rawBytes: null };
}

export function presentReject(reject: RejectView): z.input<typeof rejectSchema> {
  return {
    line: reject.line,
    code: reject.code,
    pointer: reject.pointer,
    detail: reject.detail,
    raw: reject.raw,
    raw_base64: reject.rawBytes?.toString("base64") ?? null,
    byte_offset: reject.byteOffset,
    byte_length: reject.byteLength,
    state: reject.mendedBy !== null ? "mended" : reject.replayedBy !== null ? "replayed" : "open",
    replayed_by: reject.replayedBy,
    mended_by:
      reject.mendedBy === null
        ? null
        : { load_id: reject.mendedBy.loadId, line: reject.mendedBy.line, version: reject.mendedBy.version },
  };
}

// A line may have a mebibyte: pages grow as long as lines are short.
const firstPage = 16;
const longestPage = 500;
const shortPageBytes = 256 * 1024;

export interface Reason {
  code?: string | undefined;
  pointer?: string | undefined;
}

/** Every reject behind the line, in order, page by page; of one reason where it is given. */
export async function* readRejects(
  database: Queryable,
  loadId: LoadId,
  after: number,
  { code, pointer }: Reason = {},
): AsyncGenerator<readonly RejectView[]> {
  for (let limit = firstPage, last = after; ;) {
    const rows = await listRejects(database, loadId, { after: last, limit, code, pointer });
    const end = rows.at(-1);
    if (end === undefined) {
      return;
    }
    yield rows;
    if (rows.length < limit) {
      return;
    }
    last = end.line;
    limit = sizeOf(rows) < shortPageBytes ? Math.min(limit * 4, longestPage) : firstPage;
  }
}

export function sizeOf(rows: readonly RejectView[]): number {
  return rows.reduce((sum, row) => sum + (row.raw?.length ?? 0) + (row.rawBytes?.length ?? 0), 0);
}
