// A store that misbehaves: forwards to an S3 server, and answers itself where a test says so.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Seen {
  method: string;
  /** Path and query. */
  url: string;
  /** It is to be done only under a condition (`If-None-Match`). */
  isConditional: boolean;
  headers: IncomingHttpHeaders;
}

/** Decides over a request: `pass` forwards it; the rest answers, or breaks the connection, in its place. */
export type Verdict =
  | "pass"
  /** Forwards the request, and lets the answer break off in its middle. */
  | "cut"
  /** Forwards the request, and breaks the connection instead of answering. */
  | "lose"
  | { status: number; code?: string };

export interface FaultProxy {
  endpoint: string;
  /** Every request so far, in order. */
  seen: Seen[];
  /** What happens to the next requests. */
  judge(by: (seen: Seen, nth: number) => Verdict): void;
  close(): Promise<void>;
}

export async function faultProxy(target: string): Promise<FaultProxy> {
  const seen: Seen[] = [];
  let judgement: (seen: Seen, nth: number) => Verdict = () => "pass";
  const server = createServer((incoming, answer) => {
    const one = {
      method: incoming.method ?? "",
      url: incoming.url ?? "",
      isConditional: "if-none-match" in incoming.headers,
      headers: incoming.headers,
    };
    seen.push(one);
    const verdict = judgement(one, seen.length);
    if (typeof verdict === "object") refuse(incoming, answer, verdict);
    else forward(target, incoming, answer, verdict);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    judge(by) {
      judgement = by;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function refuse(incoming: IncomingMessage, answer: ServerResponse, verdict: { status: number; code?: string }): void {
  incoming.resume().once("end", () => {
    answer.writeHead(verdict.status, { "content-type": "application/xml" });
    const code = verdict.code ?? "InternalError";
    answer.end(verdict.status === 204 ? "" : `<Error><Code>${code}</Code><Message>by the test</Message></Error>`);
  });
}

function forward(
  target: string,
  incoming: IncomingMessage,
  answer: ServerResponse,
  how: "pass" | "cut" | "lose",
): void {
  const { hostname, port } = new URL(target);
  const { method, url: path, headers } = incoming;
  const outgoing = request({ hostname, port, method, path, headers }, (reply) => {
    if (how === "lose") {
      reply.resume().once("end", () => answer.destroy());
      return;
    }
    answer.writeHead(reply.statusCode ?? 500, reply.headers);
    if (how === "pass") {
      reply.pipe(answer);
      return;
    }
    reply.once("data", (part: Buffer) => {
      answer.write(part.subarray(0, part.length / 2), () => answer.destroy());
      reply.resume();
    });
  });
  outgoing.once("error", () => answer.destroy());
  incoming.pipe(outgoing);
}
