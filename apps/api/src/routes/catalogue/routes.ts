// GET /v1/catalog and /v1/catalog/{dataset}: what data there is, what it means, where it comes from and where it goes.
import { roleAtLeast } from "@almanac/domain/access/roles";
import { AppError } from "@almanac/domain/errors";
import { z } from "@hono/zod-openapi";
import type { Principal } from "../../access/principal.ts";
import { assembleCatalogue } from "../../catalogue/assemble.ts";
import type { Dataset } from "../../catalogue/dataset.ts";
import { dbtSources } from "../../catalogue/dbt.ts";
import type { ReadFacts } from "../../catalogue/facts.ts";
import { catalogueMarkdown, datasetMarkdown } from "../../catalogue/markdown.ts";
import { datasetSchema, exampleDataset, presentDataset } from "../../catalogue/present.ts";
import { bytes, json } from "../../http/answer.ts";
import { negotiate } from "../../http/negotiate.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";

type Format = "json" | "markdown" | "dbt";

const formatOfMedia: Record<string, Format> = {
  "application/json": "json",
  "text/markdown": "markdown",
  "application/yaml": "dbt",
  "application/x-yaml": "dbt",
  "text/yaml": "dbt",
  "*/*": "json",
  "application/*": "json",
  "text/*": "markdown",
};

const formatOfOne = {
  "application/json": "json",
  "text/markdown": "markdown",
  "*/*": "json",
  "application/*": "json",
  "text/*": "markdown",
} as const;

const markdownType = "text/markdown; charset=utf-8";
const vary = { headers: { vary: "accept" } };

const access =
  "Names, columns, meaning and lineage are for every reader. Row counts, newest instants and quality are told to analysts and above whose key is not limited to locations: they are about all locations at once; others get null. No answer holds a value of the data.";

export function catalogueRoutes(readFacts: ReadFacts): AnyRoute[] {
  const catalogueFor = async (principal: Principal) => assembleCatalogue(await readFacts(seesMeasures(principal)));
  return [listDatasets(catalogueFor), getDataset(catalogueFor)];
}

/** Whoever may read events may know how many there are, unless the key stands for some locations alone. */
export function seesMeasures(principal: Principal): boolean {
  return principal.locationIds === null && roleAtLeast(principal.role, "analyst");
}

type CatalogueFor = (principal: Principal) => Promise<Dataset[]>;

function listDatasets(catalogueFor: CatalogueFor): AnyRoute {
  return defineRoute({
    operationId: "listDatasets",
    method: "get",
    path: "/v1/catalog",
    tag: "Catalogue",
    summary: "Every dataset",
    description: `Tables, views, event types, zones of the lake and sources, generated from the database's comments, the schema registry and the graph of jobs. ${access}`,
    query: z.object({
      format: z
        .enum(["json", "markdown", "dbt"])
        .optional()
        .openapi({ description: "Instead of an Accept header; `dbt` is a `sources.yml` of the tables and views." }),
    }),
    answers: {
      200: {
        description: "All of them: relations by name, then event types, then zones and sources.",
        schema: z.object({ data: z.array(datasetSchema), next_cursor: z.null() }).openapi("CatalogDatasetList"),
        example: { data: [exampleDataset], next_cursor: null },
        media: {
          "text/markdown": { description: "A document with a section a dataset." },
          "application/yaml": { description: "dbt's sources.yml, version 2." },
        },
        headers: { Vary: "The Accept header." },
      },
    },
    problems: { 406: ["request.not_acceptable"] },
    async handle({ query, principal, header }) {
      const format = query.format ?? negotiate(header("accept") || "*/*", formatOfMedia);
      switch (format) {
        case "json": {
          const data = (await catalogueFor(principal)).map(presentDataset);
          return json(200, { data, next_cursor: null }, vary);
        }
        case "markdown":
          return bytes(200, catalogueMarkdown(await catalogueFor(principal)), markdownType, vary);
        case "dbt":
          return bytes(200, dbtSources(await catalogueFor(principal)), "application/yaml; charset=utf-8", vary);
        case null:
          throw notAcceptable("application/json, text/markdown and application/yaml");
      }
    },
  });
}

function getDataset(catalogueFor: CatalogueFor): AnyRoute {
  return defineRoute({
    operationId: "getDataset",
    method: "get",
    path: "/v1/catalog/{dataset}",
    tag: "Catalogue",
    summary: "One dataset",
    description: access,
    params: z.object({
      dataset: z.string().min(1).max(300).openapi({
        description: "Its name; relations of public may have their schema before it.",
        example: "mart.fact_events",
      }),
    }),
    query: z.object({
      format: z.enum(["json", "markdown"]).optional().openapi({ description: "Instead of an Accept header." }),
    }),
    answers: {
      200: {
        description: "The dataset.",
        schema: datasetSchema,
        example: exampleDataset,
        media: { "text/markdown": { description: "A section of a document." } },
        headers: { Vary: "The Accept header." },
      },
    },
    problems: { 404: ["dataset.not_found"], 406: ["request.not_acceptable"] },
    async handle({ params, query, principal, header }) {
      const format = query.format ?? negotiate(header("accept") || "*/*", formatOfOne);
      if (format === null) {
        throw notAcceptable("application/json and text/markdown");
      }
      const dataset = findDataset(await catalogueFor(principal), params.dataset);
      return format === "json"
        ? json(200, presentDataset(dataset), vary)
        : bytes(200, datasetMarkdown(dataset), markdownType, vary);
    },
  });
}

/** 404 `dataset.not_found` for what is not there. */
export function findDataset(datasets: readonly Dataset[], name: string): Dataset {
  const found = datasets.find((each) => each.name === name || `${each.schema}.${each.name}` === name);
  if (found === undefined) {
    throw new AppError("not-found", {
      code: "dataset.not_found",
      detail: "The catalogue has no dataset of that name.",
    });
  }
  return found;
}

function notAcceptable(formats: string): AppError {
  return new AppError("incorrect", { code: "request.not_acceptable", detail: `There are ${formats}.` });
}
