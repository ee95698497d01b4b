// How is a route declared? One object an operation: its place, its schemas, its answers, its handler. The permission
// stands in access/permissions.ts under the operationId; the pipeline (serve.ts) does everything that routes have in common.
import type { Tx } from "@almanac/db/database";
import type { z } from "@hono/zod-openapi";
import type { OperationId } from "../access/permissions.ts";
import type { Principal } from "../access/principal.ts";
import type { BytesAnswer, JsonAnswer, StreamAnswer, WholeAnswer } from "./answer.ts";
import type { StreamedBody } from "./streamed-body.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** One answer of an operation, for the document and for the compiler. */
export interface AnswerSpec {
  description: string;
  /** The JSON body. */
  schema?: z.ZodType;
  example?: unknown;
  /** Other media types of the same answer: content type → what it is. */
  media?: Record<string, { description?: string; example?: string }>;
  /** Headers beside the ones that every answer has: name → what it says. */
  headers?: Record<string, string>;
  /** The body, or one of its media types, is sent as it comes: it has no entity tag. */
  streams?: boolean;
}

/** A body that is handed on while it comes in, instead of a parsed one. */
export interface StreamSpec {
  /** Media type → what it is, and an example. */
  accepts: Readonly<Record<string, { description: string; example?: unknown }>>;
  /** Other names of a media type: alias → name in `accepts`. */
  aliases?: Readonly<Record<string, string>>;
  /** Bytes, content encoding undone. */
  mostBytes: number;
  /** Any length of time is fine as long as bytes keep coming. */
  patient: boolean;
}

/** What a handler gets: parsed input, and who asks. */
export interface Call<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  principal: Principal;
  requestId: string;
  /** A request header, or undefined. */
  header(name: string): string | undefined;
  /** Whether the caller's browser speaks https, by the proxy's word where there is one. */
  isHttps: boolean;
  /** Aborts when the caller is gone or the process shuts down. */
  signal: AbortSignal;
  /**
   * Stores the answer in the transaction that makes the change, so that a process that dies right after the commit has
   * not lost what an Idempotency-Key promises. Does nothing without such a header. Other handlers need not call it.
   */
  keepAnswer(tx: Tx, answer: WholeAnswer): Promise<void>;
}

type AnswerOf<Answers extends Record<number, AnswerSpec>> = {
  [Status in keyof Answers & number]:
    | (Answers[Status] extends { schema: infer Schema extends z.ZodType } ? JsonAnswer<Status, z.input<Schema>> : never)
    | BytesAnswer<Status>
    | StreamAnswer<Status>;
}[keyof Answers & number];

export interface RouteSpec<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answers extends Record<number, AnswerSpec>,
> {
  operationId: OperationId;
  method: Method;
  /** As in OpenAPI: `/v1/keys/{key_id}`. */
  path: `/${string}`;
  /** The heading in the docs. */
  tag: string;
  summary: string;
  description?: string;
  params?: Params;
  /** A plain object schema; a list parameter is an array, any other may be given once. */
  query?: Query;
  body?: {
    schema: Body;
    example?: unknown;
    /** Without a body the schema parses `{}`. */
    optional?: boolean;
    /** Numbers keep all their digits: the body is JSON as in `@almanac/domain/schema/exact-json`. */
    isExact?: true;
  };
  stream?: StreamSpec;
  answers: Answers;
  /** The codes of the problems that are this route's own, by status. What the pipeline itself answers is added to it. */
  problems?: Partial<Record<400 | 401 | 403 | 404 | 406 | 409 | 422 | 503, readonly string[]>>;
  /** `?wait=` is among the query's fields: such a call may take that much longer. */
  waits?: boolean;
  /**
   * It gives or ends a browser's sign-in: no page of another site may ask for it, and its answer, which sets the cookie, is
   * kept under no Idempotency-Key.
   */
  signsIn?: boolean;
  handle(call: Call<z.output<Params>, z.output<Query>, z.output<Body>>): AnswerOf<Answers> | Promise<AnswerOf<Answers>>;
}

// oxlint-disable-next-line no-explicit-any -- the one place where routes of all shapes lie in one list
export type AnyRoute = RouteSpec<any, any, any, any>;

/** Checks a declaration's types; returns it unchanged. */
export function defineRoute<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  const Answers extends Record<number, AnswerSpec> = Record<number, AnswerSpec>,
>(spec: RouteSpec<Params, Query, Body, Answers>): AnyRoute {
  return spec;
}

/** A route whose body is a stream; `handle` must have read it to its end before it changes anything. */
export function defineStreamRoute<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  const Answers extends Record<number, AnswerSpec> = Record<number, AnswerSpec>,
>(
  spec: Omit<RouteSpec<Params, Query, z.ZodType, Answers>, "body" | "stream" | "handle"> & {
    stream: StreamSpec;
    handle(call: Call<z.output<Params>, z.output<Query>, StreamedBody>): Promise<AnswerOf<Answers>>;
  },
): AnyRoute {
  return spec;
}
