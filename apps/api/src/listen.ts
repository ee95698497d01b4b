// The server's socket: where it listens, what a request gets that is no HTTP, and how it stops.
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { ApiApp } from "./http/router.ts";

export interface Listening {
  /** The real one, also for port 0. */
  url: string;
  /** Takes no new requests, waits for the running ones. */
  close(): Promise<void>;
}

// A caller that sends slower than this ties up a socket for nothing. Answers may take longer: see ?wait=.
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;

export async function listen(app: ApiApp, at: { host: string; port: number }): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = 65_000;
  let closing = false;
  server.prependListener("request", (_request, response: ServerResponse) => {
    if (closing) {
      response.setHeader("connection", "close");
    }
  });
  server.on("clientError", refuse);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
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
