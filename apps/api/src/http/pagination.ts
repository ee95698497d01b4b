// Lists, newest first, page by page. A cursor is the position of the last row seen: it stays right while rows are added.
import { z } from "@hono/zod-openapi";
import { parseAs } from "./parse.ts";
import { invalidRequest } from "./problem.ts";

export interface Page<Item> {
  data: Item[];
  next_cursor: string | null;
}

/** The schema of a list's answer. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item),
    next_cursor: z
      .string()
      .nullable()
      .openapi({ description: "Pass it as `cursor` for the next page; null at the end." }),
  });
}

/**
 * Cuts a page out of rows that were read with `limit + 1`.
 * `position` names the row where the next page starts after: small, plain JSON.
 */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
  position: (row: Row) => unknown,
): Page<Item> {
  const last = rows[limit - 1];
  const next = rows.length > limit && last !== undefined ? encodeCursor(position(last)) : null;
  return { data: rows.slice(0, limit).map(present), next_cursor: next };
}

/** A cursor that says where a page ended. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** The position in a cursor, or null without one. 422 `cursor.invalid` for anything that is no cursor of this list. */
export function decodeCursor<Schema extends z.ZodType>(
  cursor: string | undefined,
  schema: Schema,
): z.output<Schema> | null {
  if (cursor === undefined) {
    return null;
  }
  try {
    return parseAs(schema, JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")), "query");
  } catch {
    throw invalidRequest([
      { pointer: "?cursor", code: "cursor.invalid", detail: "Not a cursor of this list. Start again without one." },
    ]);
  }
}
