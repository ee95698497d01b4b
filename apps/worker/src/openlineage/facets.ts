// The pieces of an OpenLineage event that say more than names: each facet names its own published schema.
import manifest from "../../package.json" with { type: "json" };

/** Who makes the events. */
const { version } = manifest;
const producer = `urn:almanac:${version}`;

export type Facet = Record<string, unknown> & { _producer: string; _schemaURL: string };
export type Facets = Record<string, Facet>;

const spec = "https://openlineage.io/spec";

/** What every event has. */
export const envelope = { producer, schemaURL: `${spec}/2-0-2/OpenLineage.json#/$defs/RunEvent` };

function facet(revision: string, name: string, content: Record<string, unknown>): Facet {
  return { _producer: producer, _schemaURL: `${spec}/facets/${revision}/${name}.json#/$defs/${name}`, ...content };
}

export interface Field {
  name: string;
  type: string;
  description: string;
}

export const facets = {
  schema: (fields: readonly Field[]) => facet("1-2-0", "SchemaDatasetFacet", { fields }),
  dataSource: (name: string, uri: string) => facet("1-0-1", "DatasourceDatasetFacet", { name, uri }),
  documentation: (description: string) => facet("1-1-0", "DocumentationDatasetFacet", { description }),
  datasetType: (datasetType: string) => facet("1-0-1", "DatasetTypeDatasetFacet", { datasetType }),
  inputStatistics: (counts: { rowCount?: number; size?: number; fileCount?: number }) =>
    facet("1-0-0", "InputStatisticsInputDatasetFacet", counts),
  outputStatistics: (counts: { rowCount: number }) => facet("1-0-2", "OutputStatisticsOutputDatasetFacet", counts),
  jobDocumentation: (description: string) => facet("1-1-0", "DocumentationJobFacet", { description }),
  jobType: (jobType: string) =>
    facet("2-0-4", "JobTypeJobFacet", { processingType: "BATCH", integration: "ALMANAC", jobType }),
  errorMessage: (message: string) =>
    facet("1-0-1", "ErrorMessageRunFacet", { message, programmingLanguage: "TypeScript" }),
  processingEngine: () =>
    facet("1-1-1", "ProcessingEngineRunFacet", { name: "Almanac", version, openlineageAdapterVersion: version }),
} as const;
