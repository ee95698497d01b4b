// How long may a request's body take to arrive? A limit for all of it, unless a route says that any time is fine as long as
// bytes keep coming (streamed-body.ts looks after that). Node's own limit knows no exceptions.
import type { IncomingMessage } from "node:http";

const deadlines = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** Calls `tooLate` unless all of the body is there within the time. */
export function hurry(request: IncomingMessage, limitMs: number, tooLate: () => void): void {
  const isWhole = request.headers["content-length"] === undefined && request.headers["transfer-encoding"] === undefined;
  if (isWhole) {
    return;
  }
  const timer = setTimeout(() => {
    if (!request.complete) {
      tooLate();
    }
  }, limitMs);
  deadlines.set(request, timer);
  request.once("close", () => clearTimeout(timer));
}

/** The sender of this body has all the time that it needs. */
export function takeYourTime(request: IncomingMessage | undefined): void {
  if (request !== undefined) {
    clearTimeout(deadlines.get(request));
  }
}
