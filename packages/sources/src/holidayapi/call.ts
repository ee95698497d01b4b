// One try of one call to HolidayAPI: bounded in time and bytes, never redirected, its key in the query and nowhere else.
import { AppError } from "@almanac/domain/errors";
import { describedCause, redactor } from "./secrets.ts";

export interface CallSettings {
  key: string;
  baseUrl: string;
  maxBodyBytes: number;
}

export interface RawAnswer {
  status: number;
  retryAfter: string | null;
  body: string;
}

/**
 * Asks for one year of up to ten codes and reads the whole body within `timeoutMs`.
 * Throws AppError `unavailable`: `holiday.source_timeout`, `holiday.source_unreachable`, `holiday.source_invalid_answer`
 * (a redirect, a body too large or not UTF-8); the caller's reason when `signal` aborts.
 */
export async function callOnce(
  settings: CallSettings,
  codes: readonly string[],
  year: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const url = new URL(`${settings.baseUrl}/v1/holidays`);
  url.search = new URLSearchParams({ key: settings.key, country: codes.join(","), year: String(year) }).toString();
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  try {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { accept: "application/json", "user-agent": "almanac" },
      signal: AbortSignal.any([signal, timeout.signal]),
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw invalidAnswer("The holiday source answered with a redirect, which is not followed.");
    }
    const body = await readBody(response, settings.maxBodyBytes);
    return { status: response.status, retryAfter: response.headers.get("retry-after"), body };
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    if (thrown instanceof AppError) throw thrown;
    if (timeout.signal.aborted) {
      throw new AppError("unavailable", {
        code: "holiday.source_timeout",
        detail: `The holiday source did not answer within ${timeoutMs} ms.`,
      });
    }
    throw new AppError("unavailable", {
      code: "holiday.source_unreachable",
      detail: "The holiday source could not be reached.",
      cause: describedCause(thrown, redactor(settings.key)),
    });
  } finally {
    clearTimeout(timer);
  }
}

/** AppError `unavailable`, `holiday.source_invalid_answer`. */
export function invalidAnswer(detail: string): AppError {
  return new AppError("unavailable", { code: "holiday.source_invalid_answer", detail });
}

// Counts the bytes after decompression, so that a small body that inflates is stopped too.
async function readBody(response: Response, maxBodyBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (bytes > maxBodyBytes) throw invalidAnswer(`The holiday source answered with more than ${maxBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw invalidAnswer("The holiday source answered with bytes that are not UTF-8.");
  }
}
