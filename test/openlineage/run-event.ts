// What the run events that we send must look like: the rules of OpenLineage's RunEvent 2-0-2 and of the facets that we use, in
// our own words and narrower, since nothing that we do not send on purpose may be in them.
// validate.ts holds events against the published schemas themselves.

const text = { type: "string", minLength: 1 };
const uri = { type: "string", format: "uri" };
const instant = { type: "string", format: "date-time" };
const uuid = { type: "string", format: "uuid" };
const count = { type: "integer", minimum: 0 };

/** Nothing beside what is named; all of `required` (default: everything). */
function exactly(properties: Record<string, object>, required = Object.keys(properties)): object {
  return { type: "object", properties, required, additionalProperties: false };
}

/** A facet says who made it and by which published schema. */
function facet(name: string, properties: Record<string, object>, required?: string[]): object {
  const schemaUrl = {
    type: "string",
    pattern: `^https://openlineage\\.io/spec/facets/\\d+-\\d+-\\d+/${name}\\.json#/\\$defs/${name}$`,
  };
  const named = { _producer: uri, _schemaURL: schemaUrl, ...properties };
  return exactly(named, required === undefined ? undefined : ["_producer", "_schemaURL", ...required]);
}

const datasetFacets = exactly(
  {
    schema: facet("SchemaDatasetFacet", {
      fields: { type: "array", minItems: 1, items: exactly({ name: text, type: text, description: text }) },
    }),
    dataSource: facet("DatasourceDatasetFacet", { name: text, uri }),
    documentation: facet("DocumentationDatasetFacet", { description: text }),
    datasetType: facet("DatasetTypeDatasetFacet", { datasetType: { enum: ["TABLE", "VIEW", "FILE"] } }),
  },
  ["documentation"],
);

function dataset(own: Record<string, object>): object {
  return exactly({ namespace: text, name: text, facets: datasetFacets, ...own }, ["namespace", "name", "facets"]);
}

export const runEventSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  ...exactly({
    eventType: { enum: ["START", "RUNNING", "COMPLETE", "FAIL", "ABORT"] },
    eventTime: instant,
    producer: uri,
    schemaURL: { const: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent" },
    run: exactly({
      runId: uuid,
      facets: exactly(
        {
          processing_engine: facet("ProcessingEngineRunFacet", {
            name: text,
            version: text,
            openlineageAdapterVersion: text,
          }),
          errorMessage: facet("ErrorMessageRunFacet", { message: text, programmingLanguage: text }),
        },
        ["processing_engine"],
      ),
    }),
    job: exactly({
      namespace: text,
      name: text,
      facets: exactly({
        documentation: facet("DocumentationJobFacet", { description: text }),
        jobType: facet("JobTypeJobFacet", {
          processingType: { enum: ["BATCH", "STREAMING", "SERVICE"] },
          integration: text,
          jobType: text,
        }),
      }),
    }),
    inputs: {
      type: "array",
      minItems: 1,
      items: dataset({
        inputFacets: exactly({
          inputStatistics: facet(
            "InputStatisticsInputDatasetFacet",
            {
              rowCount: count,
              size: count,
              fileCount: count,
            },
            ["rowCount"],
          ),
        }),
      }),
    },
    // A preview writes nothing.
    outputs: {
      type: "array",
      items: dataset({
        outputFacets: exactly({
          outputStatistics: facet("OutputStatisticsOutputDatasetFacet", { rowCount: count }),
        }),
      }),
    },
  }),
};
