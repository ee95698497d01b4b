// PUT /v1/dimensions/{name}: a reference feed of users, tickets or articles, of any length.
import { z } from "@hono/zod-openapi";
import { type AnyRoute, defineStreamRoute } from "../../http/route.ts";
import { accept, acceptAnswers, acceptProblems, type IntakeDeps } from "./accept.ts";
import { memberFiles } from "./bodies.ts";

const dimensionPath = z.object({
  name: z.enum(["users", "tickets", "articles"]).openapi({ example: "articles" }),
});

export function putDimension(deps: IntakeDeps): AnyRoute {
  return defineStreamRoute({
    operationId: "putDimension",
    method: "put",
    path: "/v1/dimensions/{name}",
    tag: "Loads",
    summary: "Feed members of a dimension",
    description: [
      "Columns: users `user_id, name, email, country`; tickets `ticket_id, event_name, ticket_price`; articles",
      "`article_id, article_name, price, currency`. Members that are new or other than before get a new state, the old one",
      "stays in history; nobody is removed. The newest feed again changes nothing and is answered as that load.",
    ].join("\n"),
    params: dimensionPath,
    stream: memberFiles(deps.mostBytes),
    answers: acceptAnswers,
    problems: acceptProblems,
    handle: (call) => accept(deps, call.params.name, null, call),
  });
}
