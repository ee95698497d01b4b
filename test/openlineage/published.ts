// Holds run events against the published schemas: a folder `spec` as OpenLineage's own repository has it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";

interface Faceted {
  facets?: Record<string, { _schemaURL?: string }>;
  inputFacets?: Faceted["facets"];
  outputFacets?: Faceted["facets"];
}
interface Event {
  schemaURL?: string;
  run?: Faceted;
  job?: Faceted;
  inputs?: Faceted[];
  outputs?: Faceted[];
}

/** What is wrong with an event by its own `schemaURL` and those of its facets; nothing when it is valid. */
export function publishedJudge(specFolder: string): (event: unknown) => string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  for (const file of [join(specFolder, "OpenLineage.json"), ...facetFiles(join(specFolder, "facets"))]) {
    ajv.addSchema(JSON.parse(readFileSync(file, "utf8")) as object);
  }
  function judge(url: string | undefined, value: unknown): string[] {
    const validate = url === undefined ? undefined : ajv.getSchema(url);
    if (validate === undefined) {
      return [`${url} is not among the published schemas`];
    }
    return validate(value) ? [] : [`${url}: ${ajv.errorsText(validate.errors)}`];
  }
  return (value) => {
    const event = value as Event;
    const parts = [event.run, event.job, ...(event.inputs ?? []), ...(event.outputs ?? [])];
    const facets = parts
      .flatMap((part) => [part?.facets, part?.inputFacets, part?.outputFacets])
      .flatMap((named) => Object.values(named ?? {}));
    return [...judge(event.schemaURL, event), ...facets.flatMap((facet) => judge(facet._schemaURL, facet))];
  };
}

function facetFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(folder, name));
}
