// The members that an event names: who brought what is known of them. By their keys alone, whatever else is known.
import type { Dimension } from "@almanac/domain/dimension/member";
import { articleIdOf, isTicketEvent } from "@almanac/domain/dimension/named";
import type { LoadId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";
import { dimensionTables } from "../dimension/tables.ts";
import type { EventView } from "../event/view.ts";
import { instantOf } from "../instants.ts";

export interface LineageMember {
  dataset: Dimension;
  id: string;
  /** Known only because events name it. */
  isInferred: boolean;
  /** Counts what was said of it. */
  stateNo: number;
  recordedAt: string;
  /** The load, and of a feed the line, that brought its present state. */
  loadId: LoadId | null;
  line: number | null;
}

export async function readMembersOf(database: Queryable, event: EventView): Promise<LineageMember[]> {
  const keys = {
    users: event.userId,
    tickets: isTicketEvent(event.eventType) ? event.relatedId : null,
    articles: articleIdOf(event.metadata),
  };
  const members: LineageMember[] = [];
  for (const dataset of ["users", "tickets", "articles"] as const) {
    const id = keys[dataset];
    if (id === null) continue;
    const { current, key } = dimensionTables[dataset];
    const { rows } = await database.query<{
      inferred: boolean;
      state_no: number;
      committed_at: string;
      load_id: LoadId | null;
      line: number | null;
    }>(
      `select m.inferred, m.state_no, b.committed_at, b.load_id, m.line::float8 as line
       from ${current} m join batch b on b.batch_id = m.batch_id where m.${key.name} = $1`,
      [id],
    );
    members.push(
      ...rows.map((row) => ({
        dataset,
        id,
        isInferred: row.inferred,
        stateNo: row.state_no,
        recordedAt: instantOf(row.committed_at),
        loadId: row.load_id,
        line: row.line,
      })),
    );
  }
  return members;
}
