// The catalogue for people: /catalog with a search, and a page a dataset whose lineage is links. Made on the server, complete
// without scripts and without internet; the search answers while typing where scripts run.
import { readFileSync } from "node:fs";
import { AppError } from "@almanac/domain/errors";
import type { Principal } from "../../access/principal.ts";
import { bytes } from "../../http/answer.ts";
import type { PageRoute } from "../../http/router.ts";
import { findDataset, seesMeasures } from "../../routes/catalogue/routes.ts";
import { assembleCatalogue } from "../assemble.ts";
import type { ReadFacts } from "../facts.ts";
import { datasetPage } from "./dataset-page.ts";
import { listPage } from "./list-page.ts";
import { searchScript } from "./search.ts";

// Everything comes from here, and nothing is written into the page but text.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const html = "text/html; charset=utf-8";

export function cataloguePages(readFacts: ReadFacts): PageRoute[] {
  const catalogueFor = async (principal: Principal) => assembleCatalogue(await readFacts(seesMeasures(principal)));
  const page = (text: string) => bytes(200, text, html, { headers: { "content-security-policy": policy } });
  return [
    {
      operationId: "getCataloguePage",
      method: "get",
      path: "/catalog",
      asksForKey: true,
      handle: async (c, principal) => page(listPage(await catalogueFor(principal), c.req.query("q") ?? "")),
    },
    {
      operationId: "getDatasetPage",
      method: "get",
      path: "/catalog/:dataset",
      asksForKey: true,
      handle: async (c, principal) =>
        page(datasetPage(findDataset(await catalogueFor(principal), c.req.param("dataset") ?? ""))),
    },
    {
      operationId: "getCatalogueFile",
      method: "get",
      path: "/catalog/files/:file",
      handle(c) {
        const file = files[c.req.param("file") ?? ""];
        if (file === undefined) {
          throw new AppError("not-found", {
            code: "route.not_found",
            detail: "There is no such file of the catalogue.",
          });
        }
        return bytes(200, file.text, file.contentType);
      },
    },
  ];
}

const files: Readonly<Record<string, { contentType: string; text: string }>> = {
  "style.css": {
    contentType: "text/css; charset=utf-8",
    text: readFileSync(new URL("style.css", import.meta.url), "utf8"),
  },
  "search.js": { contentType: "text/javascript; charset=utf-8", text: searchScript },
};
