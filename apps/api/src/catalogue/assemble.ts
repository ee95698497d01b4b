// The catalogue out of its facts: every relation, event type, zone and source with its columns, notes, lineage and measures.
// Pure: the same facts make the same catalogue.
import type { EventSchemaView } from "@almanac/db/event-schemas";
import type { EventTypeView } from "@almanac/db/event-types";
import { strongestClass } from "@almanac/domain/catalogue/notes";
import { places } from "@almanac/domain/catalogue/work";
import type { Dataset } from "./dataset.ts";
import { fieldsOf } from "./event-type.ts";
import type { CatalogueFacts } from "./facts.ts";
import { type Lineage, lineageOf } from "./lineage.ts";
import { measuresOfPlace, measuresOfType } from "./measured.ts";
import { relationsOf } from "./relation.ts";

/** Every dataset: relations by name, then event types, then zones and sources. */
export function assembleCatalogue(facts: CatalogueFacts): Dataset[] {
  const newest = new Map(facts.schemas.map((schema) => [schema.eventType, schema]));
  const eventTypes = facts.eventTypes.map(({ eventType }) => nameOfType(eventType));
  const lineage = lineageOf({ viewSources: facts.viewSources, eventTypes });
  return [
    ...relationsOf(facts, lineage),
    ...facts.eventTypes.map((type) => typeOf(type, newest.get(type.eventType), facts, lineage)),
    ...Object.keys(places).map((name) => placeOf(name, facts, lineage)),
  ];
}

function nameOfType(eventType: string): string {
  return `event_type.${eventType}`;
}

/** `newest` is the type's newest schema. */
function typeOf(
  type: EventTypeView,
  newest: EventSchemaView | undefined,
  { measured }: CatalogueFacts,
  lineage: Lineage,
): Dataset {
  const name = nameOfType(type.eventType);
  const columns = newest === undefined ? [] : fieldsOf(newest.jsonSchema);
  const title = newest?.jsonSchema["description"];
  return {
    name,
    schema: "event_type",
    kind: "event_type",
    description: type.description ?? (typeof title === "string" ? title : `Events of the type ${type.eventType}.`),
    owner: type.owner ?? "events",
    refresh: "with each load and each post of events",
    personalData: strongestClass(columns.map((column) => column.personalData)),
    columns,
    upstream: lineage.upstream(name),
    downstream: lineage.downstream(name),
    measures: measured && measuresOfType(type.eventType, newest?.registeredAt ?? type.createdAt, measured),
  };
}

function placeOf(name: string, { measured }: CatalogueFacts, lineage: Lineage): Dataset {
  const { kind, description, refresh, personalData } = places[name]!;
  return {
    name,
    schema: name.slice(0, name.indexOf(".")),
    kind,
    description,
    owner: "operations",
    refresh,
    personalData,
    columns: [],
    upstream: lineage.upstream(name),
    downstream: lineage.downstream(name),
    measures: measured && measuresOfPlace(name, measured),
  };
}
