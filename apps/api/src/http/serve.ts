// What every declared route has in common, in order: who asks, may they, is the input right, was it answered before;
// then the handler.
import type { Database } from "@almanac/db/database";
import { AppError } from "@almanac/domain/errors";
import { z } from "@hono/zod-openapi";
import { readCredentials } from "../access/credentials.ts";
import { permissions } from "../access/permissions.ts";
import type { Principal } from "../access/principal.ts";
import { admit, type AdmissionDeps } from "./admit.ts";
import type { Answer } from "./answer.ts";
import { parseJson, readBody, requireJson } from "./body.ts";
import { type Exchange, exchange, type ExchangeDeps, type HttpContext } from "./exchange.ts";
import { once, readIdempotencyKey } from "./idempotency.ts";
import { parseAs, queryParser } from "./parse.ts";
import type { AnyRoute, Call } from "./route.ts";

export interface ServeDeps extends AdmissionDeps, ExchangeDeps {
  database: Database;
  shutdown: AbortSignal;
}

const mostBodyBytes = 1_048_576;
const timeoutMs = 30_000;

const nothing = z.object({});

/** The Hono handler of a declared route. */
export function serve(route: AnyRoute, deps: ServeDeps): (c: HttpContext) => Promise<Response> {
  const permission = permissions[route.operationId];
  const parseQuery = queryParser(route.query ?? nothing);
  const isRead = route.method === "get";

  async function work(c: HttpContext, state: Exchange): Promise<Answer> {
    const principal = await admit(c, deps, permission, state);
    const idempotencyKey = isRead ? null : readIdempotencyKey(c.req.raw.headers);
    const body = isRead ? null : await readBody(c.req.raw, mostBodyBytes);
    const call: Call<unknown, unknown, unknown> = {
      params: route.params === undefined ? {} : parseAs(route.params, c.req.param(), "path"),
      query: parseQuery(searchOf(c.req.raw.url)),
      body: body === null ? undefined : parseBody(route, c.req.raw.headers, body),
      principal,
      requestId: state.requestId,
      header: (name) => c.req.raw.headers.get(name) ?? undefined,
      get signal() {
        return AbortSignal.any([c.req.raw.signal, deps.shutdown]);
      },
      keepAnswer: async () => undefined,
    };
    const limitMs = timeoutMs + (route.waits === true ? Number((call.query as { wait?: number }).wait ?? 0) * 1_000 : 0);
    if (idempotencyKey === null || body === null) {
      return withinTime(route.handle(call), limitMs);
    }
    return withinTime(
      once(deps.database, idempotencyKey, idempotentCall(c, call, principal, body), (keepAnswer) => {
        call.keepAnswer = keepAnswer;
        return Promise.resolve(route.handle(call));
      }),
      limitMs,
    );
  }

  return (c) => exchange(c, deps, route.path, (state) => work(c, state));
}

function parseBody(route: AnyRoute, headers: Headers, body: Uint8Array): unknown {
  if (route.body === undefined) {
    if (body.byteLength > 0 && new TextDecoder().decode(body).trim() !== "{}") {
      throw new AppError("incorrect", { code: "body.unexpected", detail: "This call takes no body." });
    }
    return undefined;
  }
  if (route.body.optional === true && body.byteLength === 0) {
    return parseAs(route.body.schema, {}, "body");
  }
  requireJson(headers);
  return parseAs(route.body.schema, parseJson(body), "body");
}

function idempotentCall(c: HttpContext, call: Call<unknown, unknown, unknown>, principal: Principal, body: Uint8Array) {
  return {
    owner: principal.actor,
    route: `${c.req.method} ${c.req.path}`,
    content: [searchOf(c.req.raw.url), body],
    secret: readCredentials(c.req.raw.headers.get("authorization"))?.key ?? "",
    path: c.req.path,
    requestId: call.requestId,
    signal: call.signal,
  };
}

function searchOf(url: string): string {
  const at = url.indexOf("?");
  return at < 0 ? "" : url.slice(at);
}

/** 503 when a handler takes too long; what it still does goes on, bounded by the database's own limits. */
function withinTime(answer: Answer | Promise<Answer>, limitMs: number): Answer | Promise<Answer> {
  if (!(answer instanceof Promise)) {
    return answer;
  }
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      new AppError("unavailable", {
        code: "request.timeout",
        detail: "The answer took too long. Try again later.",
        retryAfterMs: 5_000,
      }),
    );
  }, limitMs);
  return Promise.race([answer, promise]).finally(() => {
    clearTimeout(timer);
  });
}
