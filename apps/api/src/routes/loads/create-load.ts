// POST /v1/loads: takes in a file of events of any length.
import { type AnyRoute, defineStreamRoute } from "../../http/route.ts";
import { accept, acceptAnswers, acceptProblems, acceptQuery, type IntakeDeps } from "./accept.ts";
import { eventFiles } from "./bodies.ts";

export function createLoad(deps: IntakeDeps): AnyRoute {
  return defineStreamRoute({
    operationId: "createLoad",
    method: "post",
    path: "/v1/loads",
    tag: "Loads",
    summary: "Load a file of events",
    description: [
      "The body is streamed to the raw zone, whatever its length, with `Content-Encoding: gzip` or `zstd` if you like.",
      "Once it is answered it is durable, and a worker loads it: follow it at its Location. A bad line costs itself alone.",
      "The same bytes again are the load that they were; a failed one resumes.",
    ].join("\n"),
    query: acceptQuery,
    stream: eventFiles(deps.mostBytes),
    answers: acceptAnswers,
    problems: acceptProblems,
    handle: (call) => accept(deps, "events", call.query.time_zone ?? null, call),
  });
}
