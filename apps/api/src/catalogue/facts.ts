// What the catalogue is made of, as the database knows it at this moment: its relations, its event types, and for those who
// may see it how much and how new everything is.
import {
  type Quality,
  readEventTypeCounts,
  readNewest,
  readQuality,
  readRowCounts,
  type RowCount,
} from "@almanac/db/catalogue/measures";
import { readRelations, readViewSources, type Relation, type ViewSource } from "@almanac/db/catalogue/relations";
import type { Database } from "@almanac/db/database";
import { type EventSchemaView, readEventSchemas } from "@almanac/db/event-schemas";
import { type EventTypeView, readEventTypes } from "@almanac/db/event-types";

export interface CatalogueFacts {
  relations: Relation[];
  viewSources: ViewSource[];
  eventTypes: EventTypeView[];
  /** Every version of every type, by type and rising version. */
  schemas: EventSchemaView[];
  measured: MeasuredFacts | null;
}

export interface MeasuredFacts {
  rowCounts: ReadonlyMap<string, RowCount>;
  eventTypeCounts: ReadonlyMap<string, RowCount>;
  newest: ReadonlyMap<string, string | null>;
  quality: ReadonlyMap<string, Quality>;
}

export type ReadFacts = (isMeasured: boolean) => Promise<CatalogueFacts>;

/**
 * However many ask at a time, one of them asks the database: whoever comes while it is asked waits for the next answer,
 * so that nobody is told what was before the question.
 */
export function sharedFacts(database: Database): ReadFacts {
  const plain = shared(() => readFacts(database, false));
  const measured = shared(() => readEverything(database));
  return (isMeasured) => (isMeasured ? measured() : plain());
}

/** What only those are told who may see measures. */
export function readEverything(database: Database): Promise<CatalogueFacts> {
  return readFacts(database, true);
}

async function readFacts(database: Database, isMeasured: boolean): Promise<CatalogueFacts> {
  const [relations, viewSources, eventTypes, schemas] = await Promise.all([
    readRelations(database),
    readViewSources(database),
    readEventTypes(database),
    readEventSchemas(database),
  ]);
  return {
    relations,
    viewSources,
    eventTypes,
    schemas,
    measured: isMeasured ? await measure(database, relations) : null,
  };
}

async function measure(database: Database, relations: readonly Relation[]): Promise<MeasuredFacts> {
  const rowCounts = await readRowCounts(
    database,
    relations.map(({ name }) => name),
  );
  return {
    rowCounts,
    eventTypeCounts: await readEventTypeCounts(database, rowCounts.get("events") ?? { rows: 0, isEstimate: false }),
    newest: await readNewest(database),
    quality: await readQuality(database),
  };
}

/** `read`, at most once at a time. */
function shared<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let running: Promise<Value> | null = null;
  let next: Promise<Value> | null = null;
  function start(): Promise<Value> {
    next = null;
    const reading = read().finally(() => {
      if (running === reading) {
        running = null;
      }
    });
    running = reading;
    return reading;
  }
  return () => (running === null ? start() : (next ??= running.then(start, start)));
}
