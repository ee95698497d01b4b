// How does the double answer one call: as HolidayAPI would, or as the fault that it met says?
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Fault } from "./faults.ts";
import type { WireRow } from "./holidays.ts";

/** What a call would get without a fault. */
export interface Honest {
  year: number;
  requests: { used: number; available: number; resets: string };
  rows: readonly WireRow[];
}

const send = (response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): number => {
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  });
  response.end(body);
  return status;
};

/** Sends a refusal in HolidayAPI's form; returns the status. */
export function sendError(
  response: ServerResponse,
  status: number,
  error: string,
  extra: object = {},
  headers: Record<string, string> = {},
): number {
  return send(response, status, JSON.stringify({ status, ...extra, error }), headers);
}

/** Sends the answer, or does what the fault says. Returns the status that was sent, or null when none was. */
export async function answerCall(
  response: ServerResponse,
  honest: Honest,
  fault: Fault | null,
): Promise<number | null> {
  const list = (holidays: readonly object[], extra: object = {}): string =>
    JSON.stringify({ status: 200, ...extra, requests: honest.requests, holidays });
  switch (fault?.kind) {
    case undefined:
      return send(response, 200, list(honest.rows));
    case "time_out":
      return null;
    case "reset":
      response.socket?.resetAndDestroy();
      return null;
    case "rate_limited":
      return sendError(response, 429, "Rate limit exceeded.", {}, { "retry-after": fault.retryAfter ?? "2" });
    case "rate_limited_until_reset":
      return sendError(response, 429, "Rate limit exceeded.", { requests: honest.requests });
    case "quota_exhausted":
      return sendError(response, 429, "Your quota is used up.", { requests: { ...honest.requests, available: 0 } });
    case "failed_empty":
      return send(response, 500, "");
    case "unavailable":
      return send(response, 503, "Service Unavailable", { "content-type": "text/plain" });
    case "html":
      return send(response, 200, "<!doctype html><title>Welcome</title><p>Please sign in.", {
        "content-type": "text/html",
      });
    case "cut_json":
      return send(response, 200, list(honest.rows).slice(0, -40));
    case "empty_list":
      return send(response, 200, list([]));
    case "half_list":
      return send(response, 200, list(honest.rows.filter((_, index) => index % 2 === 0)));
    case "wrong_year":
      return send(
        response,
        200,
        list(honest.rows.map((row) => ({ ...row, date: yearEarlier(row.date), observed: yearEarlier(row.observed) }))),
      );
    case "duplicates":
      return send(response, 200, list(honest.rows.flatMap((row) => [row, row])));
    case "too_large":
      return send(response, 200, list(honest.rows, { padding: " ".repeat(10 * 1024 * 1024) }));
    case "trickle":
      return trickle(response, list(honest.rows));
    case "redirect":
      return send(response, 302, "", { location: fault.location ?? "/elsewhere" });
    case "warning":
      return send(response, 200, list(honest.rows.slice(0, -1), { warning: "These results may be incomplete." }));
    case "bad_request":
      return sendError(response, 400, "The request was wrong.", { requests: honest.requests });
    case "unauthorized":
      return sendError(response, 401, "The API key is not valid.");
    case "payment_required":
      return honest.year === new Date().getUTCFullYear() - 1
        ? send(response, 200, list(honest.rows))
        : sendError(response, 402, "Free accounts are limited to last year's holidays.", { requests: honest.requests });
  }
}

const yearEarlier = (date: string): string => Temporal.PlainDate.from(date).subtract({ years: 1 }).toString();

// One byte a second: headers arrive at once, the body would take half an hour.
async function trickle(response: ServerResponse, body: string): Promise<number> {
  response.writeHead(200, { "content-type": "application/json" });
  const gone = new AbortController();
  once(response, "close").then(
    () => gone.abort(),
    () => gone.abort(),
  );
  for (const byte of Buffer.from(body)) {
    if (gone.signal.aborted) break;
    response.write(Buffer.of(byte));
    await wait(1000, undefined, { signal: gone.signal, ref: false }).catch(() => undefined);
  }
  response.end();
  return 200;
}
