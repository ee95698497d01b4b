// The catalogue's tables and views as dbt sources (sources.yml, version 2): descriptions, types, tests where keys say that
// they hold, and freshness where a column tells it.
import { stringify } from "yaml";
import type { Column, Dataset } from "./dataset.ts";

const sourceOfSchema: Readonly<Record<string, string>> = { public: "almanac", mart: "almanac_mart" };

interface Expectation {
  loadedAt: string;
  warnAfterHours: number;
}

// A sync a day and a sale an hour are what an installation has at the least; other paces are overridden in the project.
const expectations: Readonly<Record<string, Expectation>> = {
  batch: { loadedAt: "committed_at", warnAfterHours: 24 },
  calendar_year: { loadedAt: "finished_at", warnAfterHours: 48 },
  load: { loadedAt: "requested_at", warnAfterHours: 24 },
  sync: { loadedAt: "requested_at", warnAfterHours: 48 },
  "mart.fact_events": { loadedAt: "recorded_at", warnAfterHours: 24 },
  "mart.location_versions": { loadedAt: "synced_at", warnAfterHours: 48 },
};

/** YAML. */
export function dbtSources(datasets: readonly Dataset[]): string {
  const relations = datasets.filter(({ kind }) => kind === "table" || kind === "view");
  const names = new Map(relations.map((dataset) => [dataset.name, refOf(dataset)]));
  const sources = [...Map.groupBy(relations, ({ schema }) => schema)].map(([schema, tables]) => ({
    name: sourceOfSchema[schema] ?? schema,
    schema,
    tables: tables.map((table) => tableOf(table, names)),
  }));
  return stringify({ version: 2, sources }, { lineWidth: 0 });
}

function tableOf(dataset: Dataset, names: ReadonlyMap<string, string>) {
  const expected = expectations[dataset.name];
  return {
    name: tableName(dataset),
    description: literal(dataset.description),
    config: {
      meta: { owner: dataset.owner, personal_data: dataset.personalData },
      ...(expected === undefined
        ? {}
        : {
            loaded_at_field: expected.loadedAt,
            freshness: { warn_after: { count: expected.warnAfterHours, period: "hour" } },
          }),
    },
    columns: dataset.columns.map((column) => columnOf(column, names)),
  };
}

function columnOf(column: Column, names: ReadonlyMap<string, string>) {
  const tests = testsOf(column, names);
  const meta = {
    ...(column.personalData === "none" ? {} : { personal_data: column.personalData }),
    ...(column.unit === null ? {} : { unit: column.unit }),
  };
  return {
    name: column.name,
    description: literal(column.description ?? ""),
    data_type: column.type,
    ...(Object.keys(meta).length === 0 ? {} : { config: { meta } }),
    ...(tests.length === 0 ? {} : { data_tests: tests }),
  };
}

/** What the database itself holds to: a test that fails says that a copy is not what it was made from. */
function testsOf({ isUnique, isNullable, isEnforced, references }: Column, names: ReadonlyMap<string, string>) {
  const [, target, field] = /^(.*)\.([^.]+)$/.exec(references ?? "") ?? [];
  const to = target === undefined ? undefined : names.get(target);
  return [
    ...(isUnique ? ["unique"] : []),
    ...(isNullable ? [] : ["not_null"]),
    ...(isEnforced && to !== undefined ? [{ relationships: { arguments: { to, field } } }] : []),
  ];
}

function refOf(dataset: Dataset): string {
  return `source('${sourceOfSchema[dataset.schema] ?? dataset.schema}', '${tableName(dataset)}')`;
}

function tableName({ name, schema }: Dataset): string {
  return schema === "public" ? name : name.slice(schema.length + 1);
}

/** dbt reads descriptions as templates. */
function literal(text: string): string {
  return text.replaceAll(/\{(?=[{%#])/g, "{ ");
}
