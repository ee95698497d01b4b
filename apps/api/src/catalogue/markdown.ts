// The catalogue as Markdown, to be kept beside a project or put into a wiki: a list of contents, then a section a dataset.
import type { Column, Dataset, Neighbour } from "./dataset.ts";
import { countText, qualityText } from "./words.ts";

/** A whole document. */
export function catalogueMarkdown(datasets: readonly Dataset[]): string {
  const contents = [...Map.groupBy(datasets, ({ schema }) => schema)].flatMap(([schema, same]) => [
    `- **${inline(schema)}**`,
    ...same.map(({ name, description }) => `  - [${inline(name)}](#${anchorOf(name)}): ${inline(description)}`),
  ]);
  return ["# Data catalogue", "", ...contents, "", ...datasets.map(datasetMarkdown)].join("\n");
}

/** One section. */
export function datasetMarkdown(dataset: Dataset): string {
  const { measures } = dataset;
  const facts: [string, string | null][] = [
    ["Kind", dataset.kind.replace("_", " ")],
    ["Owner", dataset.owner],
    ["Personal data", dataset.personalData],
    ["New rows", dataset.refresh],
    ["Newest", measures?.newestAt ?? null],
    ["Rows", measures?.rowCount ? countText(measures.rowCount) : null],
    ["Quality", measures?.quality ? qualityText(measures.quality) : null],
    ["Upstream", neighbourText(dataset.upstream)],
    ["Downstream", neighbourText(dataset.downstream)],
  ];
  return [
    `<a id="${anchorOf(dataset.name)}"></a>`,
    "",
    `## ${inline(dataset.name)}`,
    "",
    inline(dataset.description),
    "",
    ...facts.filter(([, value]) => value !== null).map(([name, value]) => `- ${name}: ${value}`),
    "",
    ...columnTable(dataset.columns),
  ].join("\n");
}

function columnTable(columns: readonly Column[]): string[] {
  if (columns.length === 0) {
    return [];
  }
  const rows = columns.map((column) =>
    [
      inline(column.name),
      inline(column.type),
      column.isNullable ? "yes" : "no",
      [column.description, column.unit === null ? null : `Unit: ${column.unit}.`]
        .filter((text) => text !== null)
        .map(inline)
        .join(" "),
      column.personalData === "none" ? "" : `${column.personalData}${column.isMasked ? ", masked" : ""}`,
      column.references === null ? "" : inline(column.references),
    ].join(" | "),
  );
  return [
    "| Column | Type | Null | Meaning | Personal data | Leads to |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row} |`),
    "",
  ];
}

function neighbourText(neighbours: readonly Neighbour[]): string | null {
  return neighbours.length === 0
    ? null
    : neighbours
        .map(({ dataset, by }) => `[${inline(dataset)}](#${anchorOf(dataset)}) (${by.map(inline).join(", ")})`)
        .join(", ");
}

function anchorOf(name: string): string {
  return name.replaceAll(/[^\w.-]/g, "-");
}

/** Text that means itself: descriptions of event types are whatever somebody registered. */
function inline(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]<>|#]/g, "\\$&");
}
