// What all pages of the catalogue have around them, and the small pieces that they share.
import type { PersonalData } from "@almanac/domain/catalogue/notes";
import type { Dataset, DatasetKind } from "../dataset.ts";
import { shortInstant } from "../words.ts";
import { html, type Html } from "./html.ts";

const kindWords: Readonly<Record<DatasetKind, string>> = {
  table: "table",
  view: "view",
  event_type: "event type",
  lake_zone: "lake",
  source: "source",
};

export interface Page {
  title: string;
  body: Html;
  /** What the search field holds. */
  query?: string;
  /** The dataset that the page is about; without one it is about all. */
  dataset?: string;
}

/** A whole page. */
export function layout({ title, body, query = "", dataset }: Page): string {
  const json = dataset === undefined ? "/v1/catalog" : `/v1/catalog/${encodeURIComponent(dataset)}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/catalog/files/style.css" />
      </head>
      <body>
        <header>
          <a class="home" href="/catalog">Almanac <span>data catalogue</span></a>
          <form action="/catalog" role="search">
            <input
              type="search"
              name="q"
              value="${query}"
              placeholder="Search datasets and columns  ( / )"
              aria-label="Search datasets and columns"
              autocomplete="off"
            />
          </form>
          <nav aria-label="Exports">
            <a href="${json}">JSON</a>
            <a href="${json}?format=markdown">Markdown</a>
            ${dataset === undefined ? html`<a href="/v1/catalog?format=dbt">dbt</a>` : ""}
            <a href="/docs">API</a>
          </nav>
        </header>
        <main>${body}</main>
      </body>
    </html> `.markup;
}

/** Where a dataset's page is. */
export function hrefOf(dataset: string): string {
  return `/catalog/${encodeURIComponent(dataset)}`;
}

export function kindBadge({ kind }: Dataset): Html {
  return html`<span class="badge kind-${kind}">${kindWords[kind]}</span>`;
}

const personalWords: Readonly<Record<Exclude<PersonalData, "none">, string>> = {
  direct: "personal data",
  possible: "may be personal",
  pseudonym: "pseudonym",
};

/** Nothing for what is about nobody. */
export function personalBadge({
  personalData,
  isMasked = false,
}: {
  personalData: PersonalData;
  isMasked?: boolean;
}): Html {
  return personalData === "none"
    ? html``
    : html`<span class="badge personal-${personalData}"
        >${personalWords[personalData]}${isMasked ? ", masked" : ""}</span
      >`;
}

/** An instant as people read it; the exact one is its tooltip. */
export function instantText(instant: string): Html {
  return html`<time datetime="${instant}" title="${instant}">${shortInstant(instant)}</time>`;
}
