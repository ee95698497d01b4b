// Tables and views as datasets. A table is described by its comments and its note; a view takes over what is known of the
// columns that it reads under their name.
import type { Relation, RelationColumn } from "@almanac/db/catalogue/relations";
import { type ColumnNote, columnNotes, relationNotes, strongestClass } from "@almanac/domain/catalogue/notes";
import type { Column, Dataset } from "./dataset.ts";
import type { CatalogueFacts } from "./facts.ts";
import type { Lineage } from "./lineage.ts";
import { measuresOfTable, measuresOfView } from "./measured.ts";

/** What a view reads, with the columns that it uses. */
interface Source {
  dataset: Dataset;
  columns: readonly string[];
}

/** In the order of the facts. */
export function relationsOf(facts: CatalogueFacts, lineage: Lineage): Dataset[] {
  const byName = new Map(facts.relations.map((relation) => [relation.name, relation]));
  const sourcesOf = Map.groupBy(facts.viewSources, ({ view }) => view);
  const done = new Map<string, Dataset>();
  // Views read views: each relation is worked out once, after what it reads.
  function work(name: string): Dataset {
    const known = done.get(name);
    if (known !== undefined) {
      return known;
    }
    const sources = (sourcesOf.get(name) ?? []).map(({ source, columns }) => ({ dataset: work(source), columns }));
    const dataset = datasetOf(inFull(byName.get(name)!, byName), sources, facts, lineage);
    done.set(name, dataset);
    return dataset;
  }
  return facts.relations.map(({ name }) => work(name));
}

/** A column that is "As in events." is told in the words that stand there. */
function inFull(relation: Relation, byName: ReadonlyMap<string, Relation>): Relation {
  const columns = relation.columns.map((column) => {
    const [, other] = /^As in ([\w.]+?)\.$/.exec(column.description ?? "") ?? [];
    const target = byName.get(`${relation.schema}.${other}`) ?? byName.get(other ?? "");
    const told = target?.columns.find(({ name }) => name === column.name)?.description;
    return told === undefined || told === null ? column : { ...column, description: `${told} (As in ${other}.)` };
  });
  return { ...relation, columns };
}

function datasetOf(
  relation: Relation,
  sources: readonly Source[],
  { measured }: CatalogueFacts,
  lineage: Lineage,
): Dataset {
  const { name, schema, kind, description } = relation;
  const note = relationNotes[name];
  const columns = relation.columns.map((column) => columnOf(relation, column, sources));
  return {
    name,
    schema,
    kind,
    // That there is none is a failed build (packages/db/src/schema.test.ts).
    description: description ?? "",
    owner: note?.owner ?? (schema === "mart" ? "analysis" : (sources[0]?.dataset.owner ?? "operations")),
    refresh: note?.refresh ?? "with every read",
    personalData: strongestClass(columns.map((column) => column.personalData)),
    columns,
    upstream: lineage.upstream(name),
    downstream: lineage.downstream(name),
    measures:
      measured &&
      (kind === "table"
        ? measuresOfTable(name, measured)
        : measuresOfView(
            name,
            sources.map(({ dataset }) => dataset.measures),
            measured,
          )),
  };
}

function columnOf(relation: Relation, column: RelationColumn, sources: readonly Source[]): Column {
  const own: ColumnNote = { ...columnNotes[column.name], ...relationNotes[relation.name]?.columns?.[column.name] };
  const read = sources.flatMap(({ dataset, columns }) =>
    columns.includes(column.name) ? dataset.columns.filter(({ name }) => name === column.name) : [],
  );
  return {
    name: column.name,
    type: column.type,
    isNullable: column.isNullable,
    description: column.description,
    unit: own.unit ?? firstOf(read, "unit"),
    personalData: own.personalData ?? strongestClass(read.map(({ personalData }) => personalData)),
    isMasked: own.isMasked ?? read.some(({ isMasked }) => isMasked),
    isKey: column.isKey,
    isUnique: column.isUnique,
    references: referenceOf(relation, column, own.references ?? firstOf(read, "references")),
    isEnforced: column.references !== null,
  };
}

function firstOf(columns: readonly Column[], property: "unit" | "references"): string | null {
  return columns.find((column) => column[property] !== null)?.[property] ?? null;
}

/** What a foreign key says, or the notes; a column does not lead to itself. */
function referenceOf(relation: Relation, column: RelationColumn, noted: string | null): string | null {
  const target = column.references ?? noted;
  return target === `${relation.name}.${column.name}` ? null : target;
}
