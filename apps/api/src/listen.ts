// The server's socket: where it listens, what a request gets that is no HTTP, and how it stops.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { AppError } from "@almanac/domain/errors";
import { getRequestListener, RequestError } from "@hono/node-server";
import { hurry } from "./http/patience.ts";
import { problemOf, unparsable } from "./http/problem.ts";
import type { ApiApp } from "./http/router.ts";

export interface Listening {
  /** The real one, also for port 0. */
  url: string;
  /** Takes no new requests, waits for the running ones. */
  close(): Promise<void>;
}

export interface ListenOptions {
  host: string;
  port: number;
  /** How long a request's headers, and its body, may take to arrive; default 10 and 30 seconds. Streams take longer. */
  headersTimeoutMs?: number;
  requestTimeoutMs?: number;
}

// A caller that sends slower than this ties up a socket for nothing. Answers may take longer: see ?wait=.
const patience = { headersTimeoutMs: 10_000, requestTimeoutMs: 30_000 };

export async function listen(app: ApiApp, options: ListenOptions): Promise<Listening> {
  const at = { ...patience, ...options };
  const answer = getRequestListener(app.fetch, {
    // HTTP/1.0 knows no Host, and the checks of some load balancers are such requests.
    hostname: "localhost",
    errorHandler: (error) => {
      const known = error instanceof RequestError ? unparsable("The request's target or its Host is no URL.") : error;
      const { status, problem } = problemOf(known, { path: "", requestId: "" });
      return new Response(JSON.stringify(problem), { status, headers: { "content-type": "application/problem+json" } });
    },
  });
  function answerNamed(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers.host === undefined && request.httpVersion === "1.1") {
      refuse(new Error("no Host"), request.socket);
      return;
    }
    hurry(request, at.requestTimeoutMs, () => {
      if (response.headersSent) {
        request.socket.destroy();
      } else {
        refuse(Object.assign(new Error("too slow"), { code: "ERR_HTTP_REQUEST_TIMEOUT" }), request.socket);
      }
    });
    void answer(request, response);
  }
  const server = createServer(
    {
      requireHostHeader: false,
      headersTimeout: at.headersTimeoutMs,
      // Bodies have deadlines of their own: see http/patience.ts.
      requestTimeout: 0,
      // Node looks for callers that are too slow every 30 seconds otherwise.
      connectionsCheckingInterval: Math.min(1_000, at.headersTimeoutMs),
    },
    answerNamed,
  );
  server.keepAliveTimeout = 65_000;
  let closing = false;
  server.prependListener("request", (_request, response: ServerResponse) => {
    if (closing) {
      response.setHeader("connection", "close");
    }
  });
  server.on("clientError", refuse);
  // What a caller expects beyond 100-continue is nobody's duty: such a request is one like any other.
  server.on("checkExpectation", answerNamed);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (error: NodeJS.ErrnoException) => reject(unusable(at, error)));
  server.listen(at.port, at.host, resolve);
  await promise;
  return {
    url: urlOf(server.address() as AddressInfo),
    async close() {
      closing = true;
      const closed = new Promise((done) => server.close(done));
      server.closeIdleConnections();
      await closed;
    },
  };
}

/** One line for whoever starts the api. */
function unusable({ host, port }: { host: string; port: number }, error: NodeJS.ErrnoException): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: `PORT ${port} is taken on ${host}; 0 picks a free one.`,
    EACCES: `PORT ${port} is not for this user to listen on; take one above 1023, or 0 for a free one.`,
    EADDRNOTAVAIL: `HOST ${host} is no address of this machine.`,
    ENOTFOUND: `HOST ${host} is not known.`,
  };
  const detail = reasons[error.code ?? ""];
  return detail === undefined ? error : new AppError("incorrect", { code: "listen.refused", detail, cause: error });
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

const refusals: Record<string, { status: string; code: string; detail: string }> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: "408 Request Timeout",
    code: "request.timeout",
    detail: "The request came too slowly.",
  },
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    code: "request.too_large",
    detail: "The headers are too large.",
  },
};
const unreadable = { status: "400 Bad Request", code: "request.unparsable", detail: "This is no HTTP request." };

/** What never became a request still gets a problem. */
function refuse(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, code, detail } = refusals[error.code ?? ""] ?? unreadable;
  const body = JSON.stringify({
    type: `urn:almanac:problem:${code}`,
    title: status.slice(4),
    status: Number(status.slice(0, 3)),
    detail,
    instance: "",
    code,
    request_id: "",
    errors: [],
  });
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
