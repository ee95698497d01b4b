// Where do run events go: appended to a file, a line each, or posted to an endpoint as OpenLineage's own clients do.
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError } from "@almanac/domain/errors";
import type { RunEvent } from "./document.ts";

export interface Transport {
  /** For people: without credentials. */
  readonly target: string;
  /**
   * `refused`: the endpoint will not have this event, now or later. Throws AppError `unavailable`
   * (`openlineage.unavailable`) when it cannot be told now.
   */
  send(event: RunEvent, signal: AbortSignal): Promise<"taken" | "refused">;
  close(): Promise<void>;
}

export interface TransportOptions {
  /** `file:<path>`, or `http(s)://…`: without a path, what the clients of OpenLineage take, `/api/v1/lineage`. */
  url: string;
  apiKey?: string | undefined;
  timeoutMs?: number;
}

const timeoutMs = 5_000;

export function openTransport(options: TransportOptions): Transport {
  return options.url.startsWith("file:") ? fileTransport(options.url) : httpTransport(options);
}

/** One write a line: lines of several writers do not mix. */
function fileTransport(url: string): Transport {
  const path = url.startsWith("file://") ? fileURLToPath(url) : resolve(url.slice("file:".length));
  let file: FileHandle | null = null;
  return {
    target: `file:${path}`,
    async send(event) {
      try {
        if (file === null) {
          await mkdir(dirname(path), { recursive: true });
          file = await open(path, "a");
        }
        await file.appendFile(`${JSON.stringify(event)}\n`);
        return "taken";
      } catch (cause) {
        throw unavailable(`cannot write ${path}`, cause);
      }
    },
    async close() {
      await file?.close();
      file = null;
    },
  };
}

// What another try would not change.
const refusals = new Set([400, 409, 413, 415, 422]);

function httpTransport({ url, apiKey, timeoutMs: most = timeoutMs }: TransportOptions): Transport {
  const endpoint = new URL(url);
  if (endpoint.pathname === "/") {
    endpoint.pathname = "/api/v1/lineage";
  }
  const target = `${endpoint.origin}${endpoint.pathname}`;
  return {
    target,
    async send(event, signal) {
      const response = await post(endpoint, event, {
        apiKey,
        signal: AbortSignal.any([signal, AbortSignal.timeout(most)]),
      });
      if (response.ok) {
        return "taken";
      }
      if (refusals.has(response.status)) {
        return "refused";
      }
      throw unavailable(`${target} answered ${response.status}`);
    },
    close: () => Promise.resolve(),
  };
}

async function post(
  endpoint: URL,
  event: RunEvent,
  { apiKey, signal }: { apiKey: string | undefined; signal: AbortSignal },
): Promise<{ ok: boolean; status: number }> {
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify(event),
      // The key goes to nobody else.
      redirect: "error",
      signal,
    });
    await response.body?.cancel();
    return { ok: response.ok, status: response.status };
  } catch (cause) {
    throw unavailable(`cannot reach ${endpoint.origin}`, cause);
  }
}

function unavailable(message: string, cause?: unknown): AppError {
  return new AppError("unavailable", {
    code: "openlineage.unavailable",
    detail: "Where OpenLineage events go cannot be reached right now.",
    message: `openlineage: ${message}`,
    cause,
  });
}
