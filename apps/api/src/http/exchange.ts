// One request, one response: runs the work, turns what it throws into a problem, adds the headers that every answer has,
// counts and logs. One place logs. Headers stay a plain object until the server writes them: the Headers class costs more
// than the rest of a cached read.
import { randomUUID } from "node:crypto";
import type { Logger } from "@almanac/process/log";
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { type Answer, bytes, encoded } from "./answer.ts";
import { etagOf, matches } from "./conditional.ts";
import type { RequestMetrics } from "./metrics.ts";
import { problemOf } from "./problem.ts";

export type HttpContext = Context<{ Bindings: Partial<HttpBindings> }>;

/** What belongs to one request while it is answered. */
export interface Exchange {
  requestId: string;
  /** Added to the answer, whatever it is. */
  headers: Record<string, string>;
  /** For the log. */
  actor: string;
}

export interface ExchangeDeps {
  log: Logger;
  metrics: RequestMetrics;
}

type Work = (exchange: Exchange) => Answer | Response | Promise<Answer | Response>;

/**
 * Answers one request; `route` is its pattern, for the metrics. Never rejects. Work that is done at once is answered at
 * once: the server writes a response that is no promise by a shorter way (a fifth of a cached read).
 */
export function exchange(c: HttpContext, deps: ExchangeDeps, route: string, work: Work): Response | Promise<Response> {
  const startedAt = performance.now();
  const requestId = sane(c.req.raw.headers.get("x-request-id")) ?? randomUUID();
  const state: Exchange = { requestId, headers: {}, actor: "none" };
  function conclude(response: Response, fault?: unknown): Response {
    const seconds = (performance.now() - startedAt) / 1_000;
    deps.metrics.observe(c.req.method, route, response.status, seconds);
    report(deps.log, c, response.status, { seconds, state, fault });
    return response;
  }
  function succeed(answer: Answer | Response): Response {
    return conclude(answer instanceof Response ? dressed(answer, state) : present(c, answer, state, deps));
  }
  function fail(thrown: unknown): Response {
    const { status, headers, problem, fault } = problemOf(thrown, { path: pathOf(c), requestId });
    const answer = bytes(status, JSON.stringify(problem), "application/problem+json", {
      headers: { "cache-control": "no-store", ...headers },
    });
    return conclude(present(c, answer, state, deps), fault);
  }
  try {
    const answer = work(state);
    return answer instanceof Promise ? answer.then(succeed).catch(fail) : succeed(answer);
  } catch (thrown) {
    return fail(thrown);
  }
}

/** As it was asked for: Hono's own `path` is decoded, and then it is no URI reference. */
export function pathOf(c: HttpContext): string {
  return new URL(c.req.url).pathname;
}

// What Hono's secureHeaders sends, as far as it means something for data, and a policy that lets an answer do nothing at
// all in a browser. Each header costs 0.4 µs of a cached read's 20: what concerns documents alone goes with documents.
const everyAnswer = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=15552000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

const everyDocument = {
  ...everyAnswer,
  "cross-origin-opener-policy": "same-origin",
  "origin-agent-cluster": "?1",
  "x-dns-prefetch-control": "off",
  "x-permitted-cross-domain-policies": "none",
};

function present(c: HttpContext, answer: Answer, state: Exchange, deps: ExchangeDeps): Response {
  if ("stream" in answer) {
    const headers = { ...everyAnswer, "cache-control": "no-store", "x-request-id": state.requestId, ...state.headers };
    return new Response(c.req.method === "HEAD" ? null : bodyOf(c, answer.stream, state, deps), {
      status: answer.status,
      headers: { ...headers, ...answer.headers, "content-type": answer.contentType },
    });
  }
  const { status, bytes: body, contentType, headers, etag } = encoded(answer);
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  const sent: Record<string, string> = {
    ...(contentType?.startsWith("text/html") === true ? everyDocument : everyAnswer),
    "cache-control": isRead ? "private, no-cache" : "no-store",
    "x-request-id": state.requestId,
    ...state.headers,
    ...headers,
  };
  if (isRead && status === 200 && body !== null) {
    sent["etag"] = etag ?? etagOf(body);
    if (matches(c.req.raw.headers.get("if-none-match"), sent["etag"])) {
      return new Response(null, { status: 304, headers: sent });
    }
  }
  if (contentType !== null) {
    sent["content-type"] = contentType;
  }
  return new Response(body, { status, headers: sent });
}

/** What fails on the way is logged, and the connection cut: the status was told already. */
function bodyOf(c: HttpContext, stream: AsyncIterable<string>, state: Exchange, deps: ExchangeDeps): ReadableStream {
  async function* encodedParts(): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder();
    try {
      for await (const part of stream) {
        yield encoder.encode(part);
      }
    } catch (error) {
      deps.log.error({ request_id: state.requestId, err: error }, `${c.req.method} ${c.req.path} broke off`);
      if (c.env?.outgoing === undefined) {
        throw new Error("broken off", { cause: error });
      }
      c.env.outgoing.destroy();
    }
  }
  return ReadableStream.from(encodedParts());
}

/** For responses that others made (Bull Board, files): the same headers, without touching what they set. */
function dressed(response: Response, state: Exchange): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries({ ...everyDocument, ...state.headers, "x-request-id": state.requestId })) {
    if (!headers.has(name)) {
      headers.set(name, value);
    }
  }
  return new Response(response.body, { status: response.status, headers });
}

function sane(requestId: string | null): string | undefined {
  return requestId !== null && /^[\w.:=+/-]{1,100}$/.test(requestId) ? requestId : undefined;
}

/** Faults are errors, changes and refusals are news; plain reads are told only to those who ask for debug. */
function report(
  log: Logger,
  c: HttpContext,
  status: number,
  { seconds, state, fault }: { seconds: number; state: Exchange; fault: unknown },
): void {
  const { method } = c.req;
  const level = status === 503 ? "warn" : status >= 500 ? "error" : quiet(method, status) ? "debug" : "info";
  if (!log.isLevelEnabled(level)) {
    return;
  }
  const { path } = c.req;
  const line = {
    request_id: state.requestId,
    method,
    path,
    status,
    duration_ms: Math.round(seconds * 1e6) / 1e3,
    actor: state.actor,
    ...(fault === undefined ? {} : { err: fault }),
  };
  log[level](line, `${method} ${path} ${status}`);
}

function quiet(method: string, status: number): boolean {
  return (method === "GET" || method === "HEAD") && status < 400;
}
