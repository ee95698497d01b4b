// Bull Board at /jobs: who is let in, what a change must prove, and the audit of what was changed there.
import { recordAudit } from "@almanac/db/audit";
import type { Database } from "@almanac/db/database";
import { payloads, policies, type JobName } from "@almanac/queue/catalogue";
import type { Queues } from "@almanac/queue/connect";
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { HonoAdapter } from "@bull-board/hono";
import { serveStatic } from "@hono/node-server/serve-static";
import { z } from "@hono/zod-openapi";
import { Hono } from "hono";
import { isAnonymous, type Principal } from "../access/principal.ts";
import { framedPage } from "../docs/pages.ts";
import { keyMissing } from "../http/admit.ts";
import { readBody } from "../http/body.ts";
import type { HttpContext } from "../http/exchange.ts";
import type { PageRoute } from "../http/router.ts";
import { requireAllLocations, refuse } from "./refuse.ts";

const mostBodyBytes = 1_048_576;

export function boardPages(database: Database, queues: Queues): PageRoute[] {
  const board = mountBoard(queues);
  async function serveBoard(c: HttpContext, principal: Principal, requestId: string): Promise<Response> {
    // Whatever the anonymous role may do: a job that was changed has somebody who changed it.
    if (isAnonymous(principal)) {
      throw keyMissing();
    }
    requireAllLocations(principal);
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    const body = isRead ? null : new Uint8Array(await readBody(c.req.raw, mostBodyBytes));
    const { method, headers } = c.req.raw;
    const response = await board.fetch(new Request(c.req.url, { method, headers, body }));
    if (!isRead && response.ok) {
      await database.transaction((tx) =>
        recordAudit(tx, {
          actor: principal.actor,
          action: "jobs.changed",
          objectType: "queue",
          objectId: /\/api\/queues\/([^/]+)/.exec(c.req.path)?.[1] ?? "all",
          after: { method, path: c.req.path },
          requestId,
        }),
      );
    }
    for (const [name, value] of Object.entries(framedPage)) {
      response.headers.set(name, value);
    }
    const isPage = (response.headers.get("content-type") ?? "").startsWith("text/html");
    return isPage ? new Response(asGuest(await response.text()), response) : response;
  }
  return [
    { operationId: "boardHome", method: "get", path: "/jobs", refuses: refuse, handle: serveBoard },
    { operationId: "board", method: "*", path: "/jobs/*", refuses: refuse, handle: serveBoard },
  ];
}

/**
 * The board works without internet: its fonts fall back to the machine's own instead of being asked for elsewhere. And it is a
 * guest in the console's frame: a link that leads out of it leads out of the frame.
 */
function asGuest(page: string): string {
  return page.replaceAll(/<link[^>]+href="https:\/\/[^>]+>/g, "").replace(/<base (?=href)/, '<base target="_top" ');
}

function mountBoard(queues: Queues): Hono {
  const adapter = new HonoAdapter(serveStatic);
  adapter.setBasePath("/jobs");
  createBullBoard({
    queues: queues.boardQueues().map((queue) => {
      const name = queue.name as JobName;
      return new BullMQAdapter(queue as ConstructorParameters<typeof BullMQAdapter>[0], {
        description: policies[name].summary,
        jobDataSchema: z.toJSONSchema(payloads[name], { io: "input" }),
      });
    }),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: "Almanac jobs",
        hideDocsLink: true,
        miscLinks: [
          { text: "Console", url: "/" },
          { text: "API", url: "/docs" },
        ],
      },
    },
  });
  return new Hono().route("/jobs", adapter.registerPlugin());
}
