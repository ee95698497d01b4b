// What every declared route has in common, in order: who asks, may they, is the input right, was it answered before;
// then the handler.
import type { Database } from "@almanac/db/database";
import { AppError } from "@almanac/domain/errors";
import { parseExact } from "@almanac/domain/schema/exact-json";
import { z } from "@hono/zod-openapi";
import { readCredentials, requireSameOrigin } from "../access/credentials.ts";
import { permissions } from "../access/permissions.ts";
import type { Principal } from "../access/principal.ts";
import { sessionTokenOf } from "../access/session-cookie.ts";
import { admit, type AdmissionDeps } from "./admit.ts";
import type { Answer } from "./answer.ts";
import { parseJson, readBody, requireJson } from "./body.ts";
import { type Exchange, exchange, type ExchangeDeps, type HttpContext, pathOf } from "./exchange.ts";
import { type IdempotentCall, once, readIdempotencyKey } from "./idempotency.ts";
import { onceStreamed } from "./idempotent-stream.ts";
import { parseAs, parseStorable, queryParser, requireStorable } from "./parse.ts";
import { takeYourTime } from "./patience.ts";
import { unparsable } from "./problem.ts";
import type { AnyRoute, Call, StreamSpec } from "./route.ts";
import { openStream, type StreamedBody } from "./streamed-body.ts";

export interface ServeDeps extends AdmissionDeps, ExchangeDeps {
  database: Database;
  shutdown: AbortSignal;
  /** The longest time without a byte of a body that is streamed; default one minute. */
  idleMs?: number | undefined;
}

// Room for the whole list of some twenty thousand locations.
const mostBodyBytes = 4 * 1_048_576;
const timeoutMs = 30_000;
const defaultIdleMs = 60_000;

const nothing = z.object({});

/** The Hono handler of a declared route. */
export function serve(route: AnyRoute, deps: ServeDeps): (c: HttpContext) => Response | Promise<Response> {
  const permission = permissions[route.operationId];
  const parseQuery = queryParser(route.query ?? nothing);

  function callOf(c: HttpContext, state: Exchange, principal: Principal, body: Uint8Array | null): ServedCall {
    const params = route.params === undefined ? {} : parseAs(route.params, c.req.param(), "path");
    const query = parseQuery(searchOf(c.req.raw.url));
    const parsed = body === null ? undefined : parseBody(route, c.req.raw.headers, body);
    return new ServedCall(c.req.raw, deps.shutdown, {
      params,
      query,
      body: parsed,
      principal,
      requestId: state.requestId,
    });
  }

  function read(c: HttpContext, state: Exchange, principal: Principal): Answer | Promise<Answer> {
    const call = callOf(c, state, principal, null);
    return withinTime(route.handle(call), limitOf(route, call));
  }

  async function write(c: HttpContext, state: Exchange, principal: Principal): Promise<Answer> {
    const idempotencyKey = route.signsIn === true ? null : readIdempotencyKey(c.req.raw.headers);
    const body = await readBody(c.req.raw, mostBodyBytes);
    const call = callOf(c, state, principal, body);
    if (idempotencyKey === null) {
      return withinTime(route.handle(call), limitOf(route, call));
    }
    const handled = once(deps.database, idempotencyKey, idempotentCall(c, call, [body]), async (keepAnswer) => {
      call.keepAnswer = keepAnswer;
      return route.handle(call);
    });
    return withinTime(handled, limitOf(route, call));
  }

  // The path and the query are looked at before anybody sends gigabytes in vain.
  async function take(c: HttpContext, state: Exchange, principal: Principal, spec: StreamSpec): Promise<Answer> {
    const idempotencyKey = readIdempotencyKey(c.req.raw.headers);
    const call = callOf(c, state, principal, null);
    const { signal, done } = endOf(c.req.raw.signal, deps.shutdown);
    if (spec.patient) {
      takeYourTime(c.env?.incoming);
    }
    const opened = openStream(c.req.raw, spec, { signal, idleMs: deps.idleMs ?? defaultIdleMs });
    const { body, ended } = watched(opened);
    const handle = (stream: StreamedBody) => Promise.resolve(route.handle(call.streaming(stream, signal)));
    const handled =
      idempotencyKey === null
        ? handle(body)
        : onceStreamed(deps.database, idempotencyKey, idempotentCall(c, call), body, (stream, keepAnswer) => {
            call.keepAnswer = keepAnswer;
            return handle(stream);
          });
    return withinTime(handled, limitOf(route, call), ended).finally(done);
  }

  const { stream } = route;
  const work =
    stream !== undefined
      ? (...[c, state, principal]: Parameters<typeof read>) => take(c, state, principal, stream)
      : route.method === "get"
        ? read
        : write;
  return (c) =>
    exchange(c, deps, route.path, (state) => {
      if (route.signsIn === true && route.method !== "get") {
        requireSameOrigin(c.req.raw.headers);
      }
      const principal = admit(c, deps, permission, state);
      return principal instanceof Promise
        ? principal.then((known) => work(c, state, known))
        : work(c, state, principal);
    });
}

type AnyCall = Call<unknown, unknown, unknown>;

/** A class, so that what few handlers ask for (headers, the signal) costs nothing until it is asked for. */
class ServedCall implements AnyCall {
  readonly params: unknown;
  readonly query: unknown;
  body: unknown;
  readonly principal: Principal;
  readonly requestId: string;
  readonly #request: Request;
  readonly #shutdown: AbortSignal;
  #signal: AbortSignal | null = null;
  keepAnswer: AnyCall["keepAnswer"] = keepNothing;

  constructor(
    request: Request,
    shutdown: AbortSignal,
    input: Pick<AnyCall, "params" | "query" | "body" | "principal" | "requestId">,
  ) {
    this.#request = request;
    this.#shutdown = shutdown;
    this.params = input.params;
    this.query = input.query;
    this.body = input.body;
    this.principal = input.principal;
    this.requestId = input.requestId;
    this.header = this.header.bind(this);
  }

  header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined;
  }

  get isHttps(): boolean {
    return this.#request.url.startsWith("https:") || this.#request.headers.get("x-forwarded-proto") === "https";
  }

  get signal(): AbortSignal {
    return (this.#signal ??= AbortSignal.any([this.#request.signal, this.#shutdown]));
  }

  /** The call with a body that is still to come. */
  streaming(body: StreamedBody, signal: AbortSignal): this {
    this.body = body;
    this.#signal = signal;
    return this;
  }
}

async function keepNothing(): Promise<void> {}

function limitOf(route: AnyRoute, call: AnyCall): number {
  const waitSeconds = route.waits === true ? ((call.query as { wait?: number }).wait ?? 0) : 0;
  return timeoutMs + waitSeconds * 1_000;
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
  const parsed = parseJson(body);
  if (route.body.isExact !== true) {
    return parseAs(route.body.schema, parsed, "body");
  }
  // What marks a number in exact JSON is no text that a body may have.
  requireStorable(parsed, "body");
  return parseStorable(route.body.schema, parseExact(new TextDecoder().decode(body)), "body");
}

function idempotentCall(c: HttpContext, call: AnyCall, content: Uint8Array[] = []): IdempotentCall {
  return {
    owner: call.principal.actor,
    route: `${c.req.method} ${c.req.path}`,
    content: [searchOf(c.req.raw.url), ...content],
    secret: secretOf(c.req.raw.headers),
    path: pathOf(c),
    requestId: call.requestId,
    signal: call.signal,
  };
}

/** What the caller proved to know: the key, or the token of the browser's sign-in. */
function secretOf(headers: Headers): string {
  return readCredentials(headers.get("authorization"))?.key ?? sessionTokenOf(headers.get("cookie")) ?? "";
}

function searchOf(url: string): string {
  const at = url.indexOf("?");
  return at < 0 ? "" : url.slice(at);
}

/** A signal whose reason says, as an AppError, why the body will not come to its end. */
function endOf(request: AbortSignal, shutdown: AbortSignal): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const gone = () => controller.abort(unparsable("The caller went away."));
  const ending = () =>
    controller.abort(
      new AppError("unavailable", {
        code: "process.ending",
        detail: "This process is ending. Send it again.",
        retryAfterMs: 1_000,
      }),
    );
  request.addEventListener("abort", gone);
  shutdown.addEventListener("abort", ending);
  return {
    signal: controller.signal,
    done() {
      request.removeEventListener("abort", gone);
      shutdown.removeEventListener("abort", ending);
    },
  };
}

/** The same body, and when its last byte was handed on. */
function watched(stream: StreamedBody): { body: StreamedBody; ended: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield* stream.bytes;
    resolve();
  }
  return { body: { ...stream, bytes: bytes() }, ended: promise };
}

/** 503 when a handler takes too long; what it still does goes on, bounded by the database's own limits. */
function withinTime<Given extends Answer | Promise<Answer>>(
  answer: Given,
  limitMs: number,
  begun?: Promise<void>,
): Given | Promise<Answer> {
  if (!(answer instanceof Promise)) {
    return answer;
  }
  const { promise, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  let isAnswered = false;
  const start = () => {
    timer = isAnswered ? undefined : setTimeout(() => reject(tooLate()), limitMs);
  };
  void (begun === undefined ? start() : begun.then(start));
  return Promise.race([answer, promise]).finally(() => {
    isAnswered = true;
    clearTimeout(timer);
  });
}

function tooLate(): AppError {
  return new AppError("unavailable", {
    code: "request.timeout",
    detail: "The answer took too long. Try again later.",
    retryAfterMs: 5_000,
  });
}
