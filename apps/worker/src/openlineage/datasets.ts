// How is a dataset of ours called in OpenLineage, and what is known of it there? Relations by server, database and schema,
// objects of the lake by their store, everything else in our own namespace.
import { fileURLToPath } from "node:url";
import type { Relation } from "@almanac/db/catalogue/relations";
import { places } from "@almanac/domain/catalogue/work";
import { facets, type Facets } from "./facets.ts";

export interface LineageDataset {
  namespace: string;
  name: string;
  facets: Facets;
  inputFacets?: Facets;
  outputFacets?: Facets;
}

/** What names are made from. */
export interface Naming {
  /** The namespace of jobs, and of what is neither in a database nor in a store. */
  namespace: string;
  databaseUrl: string;
}

export interface Datasets {
  /** A table or view by its name in the catalogue; null where this database has none of that name. */
  relation(name: string): LineageDataset | null;
  /** An object of the lake by its URI. */
  object(uri: string): LineageDataset;
  /** A place outside of the database, such as `source.holidays`. */
  place(name: string): LineageDataset;
}

export function datasetsOf(relations: readonly Relation[], { namespace, databaseUrl }: Naming): Datasets {
  const server = new URL(databaseUrl);
  const host = `postgres://${server.hostname}:${server.port || "5432"}`;
  const database = decodeURIComponent(server.pathname.slice(1));
  const known = new Map(relations.map((relation) => [relation.name, relationOf(relation, host, database)]));
  return {
    relation: (name) => known.get(name) ?? null,
    object: objectOf,
    place: (name) => ({
      namespace,
      name,
      facets: { documentation: facets.documentation(places[name]?.description ?? name) },
    }),
  };
}

function relationOf(relation: Relation, host: string, database: string): LineageDataset {
  const table = relation.name.slice(relation.schema === "public" ? 0 : relation.schema.length + 1);
  return {
    namespace: host,
    name: `${database}.${relation.schema}.${table}`,
    facets: {
      documentation: facets.documentation(relation.description ?? ""),
      datasetType: facets.datasetType(relation.kind.toUpperCase()),
      dataSource: facets.dataSource(database, `${host}/${encodeURIComponent(database)}`),
      schema: facets.schema(
        relation.columns.map(({ name, type, description }) => ({ name, type, description: description ?? "" })),
      ),
    },
  };
}

function objectOf(uri: string): LineageDataset {
  const described = {
    documentation: facets.documentation(places["lake.raw"]!.description),
    datasetType: facets.datasetType("FILE"),
  };
  if (uri.startsWith("s3://")) {
    const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
    return { namespace: `s3://${bucket}`, name: key, facets: described };
  }
  const name = uri.startsWith("file://") ? fileURLToPath(uri) : uri.slice("file:".length);
  return { namespace: "file", name, facets: described };
}
