// By what is a load judged? Fixed when it is first claimed and kept in the raw zone, so that a load that is resumed, and a
// rebuild years later, judge every line as it was judged then.
import type { EventSchemaView } from "@almanac/db/event-schemas";
import type { LoadSchemas } from "@almanac/db/load-claims";
import type { LoadId } from "@almanac/domain/ids";
import type { Lake } from "@almanac/lake/lake";
import { z } from "zod";

export const planSchema = z.object({
  lanes: z.int().min(1),
  line_max_bytes: z.int().min(1),
  /** The schema version of each event type. */
  schemas: z.record(z.string(), z.int().min(1)),
});

export type LoadPlan = z.output<typeof planSchema>;

const nameOf = (loadId: LoadId) => `plans/${loadId}.json`;

/** Makes the plan durable, or gives the one that the load had before. */
export async function keepPlan(lake: Pick<Lake, "putNamed" | "getNamed">, loadId: LoadId, plan: LoadPlan) {
  const isNew = await lake.putNamed(nameOf(loadId), Buffer.from(`${JSON.stringify(plan)}\n`));
  return isNew ? plan : ((await readPlan(lake, loadId)) ?? plan);
}

/** Null when the load was never claimed. */
export async function readPlan(lake: Pick<Lake, "getNamed">, loadId: LoadId): Promise<LoadPlan | null> {
  const bytes = await lake.getNamed(nameOf(loadId));
  return bytes === null ? null : planSchema.parse(JSON.parse(Buffer.from(bytes).toString()));
}

/** The newest version of each type: what a load that begins now is judged by. */
export function newestOf(rows: readonly EventSchemaView[]): LoadSchemas {
  const newest = new Map<string, number>();
  for (const { eventType, schemaVersion } of rows) {
    newest.set(eventType, Math.max(newest.get(eventType) ?? 0, schemaVersion));
  }
  return Object.fromEntries(newest);
}

/** Every version that a load with those newest ones knows. */
export function knownTo(schemas: LoadSchemas, rows: readonly EventSchemaView[]): EventSchemaView[] {
  return rows.filter(
    ({ eventType, schemaVersion }) => Object.hasOwn(schemas, eventType) && schemaVersion <= schemas[eventType]!,
  );
}
