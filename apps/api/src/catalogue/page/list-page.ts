// The list of datasets, in sections by where they are, narrowed by a search over names, meaning and columns.
import type { Dataset } from "../dataset.ts";
import { countText } from "../words.ts";
import { html, type Html } from "./html.ts";
import { hrefOf, instantText, kindBadge, layout, personalBadge } from "./layout.ts";

interface Section {
  title: string;
  about: string;
  has: (dataset: Dataset) => boolean;
}

const sections: readonly Section[] = [
  { title: "Mart", about: "The star schema that BI tools read.", has: ({ schema }) => schema === "mart" },
  {
    title: "Relations",
    about: "Views for people with psql, by the names that the business uses.",
    has: ({ schema, kind }) => schema === "public" && kind === "view",
  },
  {
    title: "Tables",
    about: "What is true: everything else is made from it.",
    has: ({ schema }) => schema === "public",
  },
  {
    title: "Event types",
    about: "What the metadata of events looks like, by the newest schema of each type.",
    has: ({ kind }) => kind === "event_type",
  },
  { title: "Lake and sources", about: "Where bytes lie and where data comes from.", has: () => true },
];

const hidden = "Row counts, freshness and quality are for analysts whose key is not limited to locations.";

export function listPage(datasets: readonly Dataset[], query: string): string {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const sorted = Map.groupBy(datasets, (dataset) => sections.find(({ has }) => has(dataset))!);
  const found = (dataset: Dataset) => words.every((word) => wordsOf(dataset).includes(word));
  const isMeasured = datasets.some(({ measures }) => measures !== null);
  const isEmpty = !datasets.some(found);
  const body = html`<div class="intro">
      <h1>What data there is</h1>
      <p>
        ${datasets.length} datasets with ${datasets.reduce((sum, { columns }) => sum + columns.length, 0)} columns, told
        by the database itself, the schema registry and the jobs. ${isMeasured ? "" : hidden}
      </p>
    </div>
    ${sections.map((section) => sectionOf(section, sorted.get(section) ?? [], found))}
    <p class="none" data-none ${isEmpty ? "" : "hidden"}>Nothing has all of these words.</p>
    <script src="/catalog/files/search.js"></script>`;
  return layout({ title: "Almanac data catalogue", query, body });
}

/** What is not found is there all the same: clearing the search needs no other page where scripts run. */
function sectionOf(
  { title, about }: Section,
  datasets: readonly Dataset[],
  found: (dataset: Dataset) => boolean,
): Html {
  return html`<section data-section ${datasets.some(found) ? "" : "hidden"}>
    <h2>${title} <small>${about}</small></h2>
    <ul class="datasets">
      ${datasets.map(
        (dataset) =>
          html`<li data-words="${wordsOf(dataset)}" ${found(dataset) ? "" : "hidden"}>
            <div class="name">
              <a href="${hrefOf(dataset.name)}">${dataset.name}</a>
              ${kindBadge(dataset)} ${personalBadge(dataset)}
            </div>
            <p>${dataset.description}</p>
            <div class="measures">${measuresOf(dataset)}</div>
          </li>`,
      )}
    </ul>
  </section>`;
}

function measuresOf({ measures }: Dataset): Html {
  const rowCount = measures?.rowCount ?? null;
  const newestAt = measures?.newestAt ?? null;
  return html`${rowCount === null ? "" : html`<span>${countText(rowCount)} ${rowCount.rows === 1 ? "row" : "rows"}</span>`}
  ${newestAt === null ? "" : html`<span>${instantText(newestAt)}</span>`}`;
}

function wordsOf({ name, description, owner, kind, columns }: Dataset): string {
  return [name, description, owner, kind, ...columns.map((column) => column.name)].join(" ").toLowerCase();
}
