// One dataset: what it is, where it comes from and where it goes, and every column.
import type { PersonalData } from "@almanac/domain/catalogue/notes";
import type { Column, Dataset, Neighbour } from "../dataset.ts";
import { countText, qualityText } from "../words.ts";
import { html, type Html } from "./html.ts";
import { hrefOf, instantText, kindBadge, layout, personalBadge } from "./layout.ts";

export function datasetPage(dataset: Dataset): string {
  const body = html`<p class="trail"><a href="/catalog">Catalogue</a> / ${dataset.schema}</p>
    <h1 class="dataset">${dataset.name} ${kindBadge(dataset)} ${personalBadge(dataset)}</h1>
    <p class="lead">${dataset.description}</p>
    ${factsOf(dataset)}
    <section>
      <h2>Lineage</h2>
      <div class="lineage">
        ${side("Comes from", dataset.upstream)}
        <div class="self">${dataset.name}</div>
        ${side("Goes to", dataset.downstream)}
      </div>
    </section>
    ${columnsOf(dataset)}`;
  return layout({ title: `${dataset.name} · Almanac data catalogue`, body, dataset: dataset.name });
}

const classWords: Readonly<Record<PersonalData, string>> = {
  none: "none",
  pseudonym: "pseudonyms of persons",
  possible: "whatever senders write",
  direct: "yes",
};

function factsOf({ owner, refresh, personalData, measures }: Dataset): Html {
  const facts: [string, Html | string][] = [
    ["Owner", owner],
    ["New rows", refresh],
    ["Personal data", classWords[personalData]],
    ...(measures?.rowCount ? [["Rows", countText(measures.rowCount)] as [string, string]] : []),
    ...(measures?.newestAt ? [["Newest", instantText(measures.newestAt)] as [string, Html]] : []),
    ...(measures?.quality ? [["Quality", qualityText(measures.quality)] as [string, string]] : []),
  ];
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function side(title: string, neighbours: readonly Neighbour[]): Html {
  return html`<div class="side">
    <h3>${title}</h3>
    ${
      neighbours.length === 0
        ? html`<p class="none">Nothing here.</p>`
        : html`<ul>
            ${neighbours.map(
              ({ dataset, by }) =>
                html`<li><a href="${hrefOf(dataset)}">${dataset}</a> <small>${by.join(", ")}</small></li>`,
            )}
          </ul>`
    }
  </div>`;
}

function columnsOf({ columns, kind }: Dataset): Html {
  if (columns.length === 0) {
    return html``;
  }
  return html`<section>
    <h2>${kind === "event_type" ? "Fields of metadata" : "Columns"} <small>${columns.length}</small></h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">Meaning</th>
            <th scope="col">Leads to</th>
          </tr>
        </thead>
        <tbody>
          ${columns.map(rowOf)}
        </tbody>
      </table>
    </div>
  </section>`;
}

function rowOf(column: Column): Html {
  return html`<tr id="${column.name}">
    <th scope="row">${column.name} ${column.isKey ? html`<span class="badge key">key</span>` : ""}</th>
    <td class="type">${column.type}${column.isNullable ? html` <small>or null</small>` : ""}</td>
    <td>
      ${column.description ?? ""} ${column.unit === null ? "" : html`<small class="unit">in ${column.unit}</small>`}
      ${personalBadge(column)}
    </td>
    <td>${column.references === null ? "" : reference(column.references)}</td>
  </tr>`;
}

function reference(references: string): Html {
  const dot = references.lastIndexOf(".");
  return html`<a href="${hrefOf(references.slice(0, dot))}#${references.slice(dot + 1)}">${references}</a>`;
}
