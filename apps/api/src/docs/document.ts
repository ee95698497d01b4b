// The OpenAPI 3.1 document, generated from the same schemas that parse the requests.
import { version } from "../about.ts";
import { sessionCookieName } from "../access/session-cookie.ts";
import type { ApiApp } from "../http/router.ts";

export function openApiDocument(app: ApiApp): object {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "An API key: `Authorization: Bearer alm_…`.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "basic", {
    type: "http",
    scheme: "basic",
    description: "An API key as the password, for calendar programs and browsers; the user name does not matter.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: sessionCookieName,
    description:
      "A browser that is signed in (`POST /v1/session`). What changes something must come from a page of this site.",
  });
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Almanac",
      version,
      description: [
        "Which days are holidays for a place, as we knew it on any past day; every checkout event, in every version; and",
        "what the one does to the other.\n\n",
        "Errors are RFC 9457 `application/problem+json` with a stable `code`. Lists are newest first with `limit` and",
        "`cursor`. Every write takes an `Idempotency-Key`, but for signing in and out. Reads carry a strong `ETag` and answer 304. Dates are",
        "`YYYY-MM-DD`, instants RFC 3339 in UTC.",
      ].join(" "),
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url: "/", description: "This server" }],
    tags: [
      { name: "Holidays", description: "Which days are holidays, now or as of any earlier state." },
      { name: "Locations", description: "The places whose holidays are kept." },
      { name: "Syncs", description: "Fetching holidays from the source, and what came of it." },
      { name: "Loads", description: "Files of events and of members: taken in, followed, replayed." },
      { name: "Events", description: "Checkout events in every version." },
      { name: "Insights", description: "Events and holidays, day by day." },
      {
        name: "Snapshots",
        description: "Pairs of instants that make an analysis repeatable, and what two of them differ in.",
      },
      { name: "Schemas", description: "What events must look like." },
      { name: "Catalogue", description: "Which data there is, what it means, where it comes from and where it goes." },
      { name: "Audit", description: "Who changed what, and whether that record is whole." },
      { name: "Access", description: "Who calls: API keys, and browsers that are signed in with one." },
      { name: "Operations", description: "Is it alive, is it ready, what does it do." },
    ],
  });
}
