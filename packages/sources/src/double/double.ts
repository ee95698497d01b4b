// A loopback HolidayAPI that misbehaves on demand: what tests and a curious user talk to instead of the real one.
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { declaresOffline } from "../offline/declared.ts";
import { answerCall, sendError } from "./answer.ts";
import { handleControl } from "./control.ts";
import { type Fault, FaultBoard, type FaultKind } from "./faults.ts";
import { type HolidayChange, wireRows } from "./holidays.ts";

export { type HolidayChange } from "./holidays.ts";
export { type Fault, type FaultKind, faultKinds } from "./faults.ts";

/** One request that arrived; the key never appears, only whether it was the right one. */
export interface DoubleCall {
  path: string;
  codes: string[];
  year: number | null;
  keyOk: boolean;
  /** The fault that it met, if any. */
  fault: FaultKind | null;
  /** What was answered; null when nothing was (yet). */
  status: number | null;
}

export interface DoubleOptions {
  /** 0, the default, picks a free one. */
  port?: number;
  /** The only key that is accepted. The default is fixed, public and worthless. */
  key?: string;
  /** Calls that are answered before the quota is used up. Default 10,000. */
  quota?: number;
  /** Whether the rows of GB-ENG name `GB-ENG` (the default) or only `GB` in `country`; the real service's way is unknown. */
  countryLabel?: "requested" | "alpha2";
}

export interface HolidayApiDouble {
  /** Give this as base URL. */
  readonly url: string;
  readonly key: string;
  /** Every request for holidays, and every one that hit an unknown path, in order of arrival. */
  readonly calls: DoubleCall[];
  /** Replaces all faults; no argument or an empty list clears them. */
  setFaults(faults?: readonly Fault[]): void;
  /** Replaces all changes of one region and year; an empty list restores the default. */
  setHolidays(region: string, year: number, changes: readonly HolidayChange[]): void;
  close(): Promise<void>;
}

/** Starts the double on 127.0.0.1. Its data is the offline source's; its faults can be switched over HTTP too (`/_faults`, `/_holidays`, `/_calls`). */
export async function startHolidayApiDouble(options: DoubleOptions = {}): Promise<HolidayApiDouble> {
  const key = options.key ?? "double-key-00000000-0000-4000-8000-000000000000";
  const quota = options.quota ?? 10_000;
  const calls: DoubleCall[] = [];
  const faults = new FaultBoard();
  const changes = new Map<string, readonly HolidayChange[]>();
  let used = 0;

  const setHolidays = (region: string, year: number, to: readonly HolidayChange[]): void => {
    changes.set(`${region} ${year}`, to);
  };

  const handleHolidays = async (url: URL, response: ServerResponse, call: DoubleCall): Promise<number | null> => {
    const { codes, year } = call;
    if (!call.keyOk) return sendError(response, 401, "The API key is not valid.");
    const fault = faults.take(codes, year);
    call.fault = fault?.kind ?? null;
    if (year === null) return sendError(response, 400, "The year parameter is missing or wrong.");
    if (codes.length === 0 || codes.length > 10)
      return sendError(response, 400, "The country parameter needs one to ten codes.");
    const unknown = codes.find((code) => !declaresOffline(code));
    if (unknown !== undefined)
      return sendError(response, 400, "The country parameter has a code that is not supported.");
    used += 1;
    const requests = { used, available: Math.max(0, quota - used), resets: nextMonth() };
    if (used > quota) return sendError(response, 429, "Your quota is used up.", { requests });
    const onlyPublic = url.searchParams.get("public") === "true";
    const rows = codes
      .flatMap((code) =>
        wireRows(
          code,
          year,
          changes.get(`${code} ${year}`) ?? [],
          options.countryLabel === "alpha2" ? code.slice(0, 2) : code,
        ),
      )
      .filter((row) => row.public || !onlyPublic);
    return answerCall(response, { year, requests, rows }, fault);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://double");
    if (url.pathname.startsWith("/_"))
      return handleControl(request, response, url.pathname, { calls, faults, setHolidays });
    const codes = (url.searchParams.get("country") ?? "").split(",").filter((code) => code !== "");
    const year = /^\d{4}$/.test(url.searchParams.get("year") ?? "") ? Number(url.searchParams.get("year")) : null;
    const call: DoubleCall = {
      path: url.pathname,
      codes,
      year,
      keyOk: url.searchParams.get("key") === key,
      fault: null,
      status: null,
    };
    calls.push(call);
    const isHolidays = request.method === "GET" && url.pathname === "/v1/holidays";
    call.status = isHolidays
      ? await handleHolidays(url, response, call)
      : sendError(response, 404, "There is nothing here.");
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((thrown: unknown) => {
      if (!response.headersSent) sendError(response, 500, String(thrown));
      else response.destroy();
    });
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    key,
    calls,
    setFaults: (to = []) => faults.set(to),
    setHolidays,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

// In HolidayAPI's form: UTC, no zone written.
function nextMonth(): string {
  const now = Temporal.Now.plainDateISO("UTC");
  return `${now.with({ day: 1 }).add({ months: 1 }).toString()} 00:00:00`;
}
