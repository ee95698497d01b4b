// How is Almanac called from TypeScript? By its paths, with the types of its own document, in a browser and on Node:
// `await read(api.v1.locations[":location_id"].holidays.$get({ param: { location_id }, query: { from, to } }))`.
import type { Hono } from "hono";
import { type ClientRequestOptions, hc } from "hono/client";
import type { BlankEnv } from "hono/types";
import type { Contract } from "./contract.ts";
import { ownProblem } from "./problem.ts";

export type Client = ReturnType<typeof hc<Hono<BlankEnv, Contract>>>;

export interface ClientOptions {
  /** `http://127.0.0.1:3000`; in a browser the page's own origin. */
  baseUrl: string;
  /** On every call: `{ authorization: "Bearer …" }`. */
  headers?: Record<string, string>;
  /** Default: the platform's. */
  fetch?: typeof fetch;
}

/** Nothing is sent until a method is called; calls reject with a ProblemError when nobody answers. */
export function openClient({ baseUrl, headers = {}, fetch: send = fetch }: ClientOptions): Client {
  return withWholeNames(hc<Hono<BlankEnv, Contract>>(baseUrl, { headers, fetch: careful(send) }));
}

export interface SendingOptions {
  signal?: AbortSignal;
  /** How the bytes are compressed. */
  encoding?: "gzip" | "zstd";
}

/** The options of a call whose body is not JSON: a file, a stream, text. It is sent as it is read. */
export function sending(
  body: Blob | ReadableStream<Uint8Array> | string,
  { signal, encoding }: SendingOptions = {},
): ClientRequestOptions {
  // Without `duplex` a stream is refused; the types of a browser do not know it.
  const init: RequestInit & { duplex: "half" } = { body, duplex: "half", ...(signal === undefined ? {} : { signal }) };
  return { init, ...(encoding === undefined ? {} : { headers: { "Content-Encoding": encoding } }) };
}

/** Every write can be told from its twin, so one whose answer got lost is sent once more. */
function careful(send: typeof fetch): typeof fetch {
  return async (input, init = {}) => {
    const headers = new Headers(init.headers);
    if (init.method !== "GET" && !headers.has("idempotency-key")) headers.set("idempotency-key", newKey());
    const call = { ...init, headers };
    const isWhole = call.body == null || typeof call.body === "string";
    try {
      return await send(input, call).catch((error: unknown) => {
        if (!isWhole || isAbort(error)) throw error;
        return send(input, call);
      });
    } catch (error) {
      if (isAbort(error)) throw error;
      const { origin } = new URL(input instanceof Request ? input.url : input);
      throw ownProblem("client.unreachable", 0, `${origin} does not answer${reasonOf(error)}.`, error);
    }
  };
}

/** Not `crypto.randomUUID`: a browser has that on https and on its own machine alone. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}

function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === "string" ? ` (${cause.code})` : "";
}

type Callable = ((...args: unknown[]) => unknown) & Record<string, unknown>;

/** hc puts the parts of a path in as they are: a name with a slash, an empty one or `..` would be another path. */
function withWholeNames<Chain>(client: Chain): Chain {
  return new Proxy(client as Callable, {
    get: (inner, key) => (typeof key === "string" && key !== "then" ? withWholeNames(inner[key]) : undefined),
    apply(inner, _self, [first, ...rest]: [{ param?: Record<string, unknown> } | undefined]) {
      const params = Object.entries(first?.param ?? {}).map(([name, value]) => [name, String(value)] as const);
      const bad = params.find(([, text]) => /^\.{0,2}$/.test(text));
      if (bad !== undefined) {
        return Promise.reject(ownProblem("client.invalid_path", 0, `"${bad[1]}" is no ${bad[0]}.`));
      }
      const param = Object.fromEntries(params.map(([name, text]) => [name, encodeURIComponent(text)]));
      return inner(params.length === 0 ? first : { ...first, param }, ...rest);
    },
  }) as Chain;
}
