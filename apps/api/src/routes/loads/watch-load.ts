// GET /v1/loads/{load_id}/progress: the load's state as server-sent events, until it has finished.
import { setTimeout as pause } from "node:timers/promises";
import type { LoadView } from "@almanac/db/loads";
import type { ApiDeps } from "../../deps.ts";
import { streamed } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleLoad, presentLoad } from "./present.ts";
import { loadPath, visibleLoad } from "./visible-load.ts";

const lookEveryMs = 500;
// Proxies cut what is silent for longer.
const heartbeatMs = 15_000;

export function watchLoad({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "watchLoad",
    method: "get",
    path: "/v1/loads/{load_id}/progress",
    tag: "Loads",
    summary: "Watch a load",
    description:
      "Server-sent events: `progress` whenever something changed, `finished` at the end, each with the load as JSON.",
    params: loadPath,
    answers: {
      200: {
        description: "Ends when the load has finished.",
        streams: true,
        media: {
          "text/event-stream": { example: `event: finished\nid: 1\ndata: ${JSON.stringify(exampleLoad)}\n\n` },
        },
      },
    },
    problems: { 403: ["key.limited"], 404: ["load.not_found"] },
    async handle({ params, principal, signal }) {
      const read = () => visibleLoad(database, principal, params.load_id);
      return streamed(200, progressOf(await read(), read, signal), "text/event-stream", {
        headers: { "x-accel-buffering": "no" },
      });
    },
  });
}

/** An event for every change that is seen; the last one is `finished`, unless the caller or the process ends first. */
async function* progressOf(
  first: LoadView,
  read: () => Promise<LoadView>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let told = "";
  let toldAt = performance.now();
  for (let load = first, id = 1; ; load = await read()) {
    const data = JSON.stringify(presentLoad(load));
    if (data !== told) {
      yield `event: ${load.finishedAt === null ? "progress" : "finished"}\nid: ${id}\ndata: ${data}\n\n`;
      id += 1;
      told = data;
      toldAt = performance.now();
    } else if (performance.now() - toldAt >= heartbeatMs) {
      yield ":\n\n";
      toldAt = performance.now();
    }
    if (load.finishedAt !== null || signal.aborted) {
      return;
    }
    await pause(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
