// Which source does this process use, and which of its regions answers for a location's code?
import { AppError } from "@almanac/domain/errors";
import { resolveRegion } from "@almanac/domain/region";
import { createHolidayApiSource } from "./holidayapi/holidayapi.ts";
import { createOfflineSource } from "./offline/offline.ts";
import { isIsoCode, parentOf, replacementOf } from "./region/subdivisions.ts";
import type { HolidaySource, SourceCall } from "./source.ts";

/** Everything about HolidayAPI that a deployment may set; times in milliseconds, sizes in bytes. */
export interface HolidayApiOptions {
  key: string;
  /** Without `/v1`; default `https://holidayapi.com`. */
  baseUrl?: string;
  /** One try, reading the body included. Default 5 s. */
  tryTimeoutMs?: number;
  /** All tries and the waits between them. Default 12 s. */
  deadlineMs?: number;
  /** Default 3. */
  maxTries?: number;
  /** Default 2 MiB. */
  maxBodyBytes?: number;
  /** How long a request waits for others of the same year to share a call (up to ten codes). Default 5 ms. */
  batchWaitMs?: number;
  /** Upper bound of the first wait between tries (full jitter, doubling). Default 250 ms. */
  backoffMs?: number;
}

export interface SourceOptions {
  kind: "offline" | "holidayapi";
  /** Required when `kind` is `holidayapi`. */
  holidayapi?: HolidayApiOptions;
  /** Told of every call that leaves for the source (offline: of every year computed). Must not throw. */
  onCall?: (call: SourceCall) => void;
}

/** Opens a source. Throws AppError `incorrect` (`holiday.source_misconfigured`) when HolidayAPI is asked for without a key or with a bad base URL. */
export function openSource(options: SourceOptions): HolidaySource {
  if (options.kind === "offline") return createOfflineSource({ onCall: options.onCall });
  const { key, baseUrl = "https://holidayapi.com", ...limits }: HolidayApiOptions = options.holidayapi ?? { key: "" };
  if (key === "") throw misconfigured("HolidayAPI needs a key.");
  const settings = {
    key,
    baseUrl: checkedBaseUrl(baseUrl),
    tryTimeoutMs: limits.tryTimeoutMs ?? 5000,
    deadlineMs: limits.deadlineMs ?? 12_000,
    maxTries: limits.maxTries ?? 3,
    maxBodyBytes: limits.maxBodyBytes ?? 2 * 1024 * 1024,
    batchWaitMs: limits.batchWaitMs ?? 5,
    backoffMs: limits.backoffMs ?? 250,
  };
  return createHolidayApiSource(settings, options.onCall);
}

/**
 * The region that answers for an ISO 3166-1 or 3166-2 code: the first code up its chain (CLDR's subdivision parents, the
 * country last) that the source declares, and the chain that was walked, the asked code first and the region last.
 * A code that was replaced goes on as its replacement: NL-AW is Aruba (AW), which is not the Netherlands' calendar.
 * Null for a code that is unknown, or a country that the source does not know. Never a guess.
 */
export function regionOf(source: HolidaySource, code: string): { region: string; chain: string[] } | null {
  if (!isIsoCode(code)) return null;
  const replacement = source.declares(code) ? null : replacementOf(code);
  if (replacement !== null) {
    const further = regionOf(source, replacement);
    return further && { region: further.region, chain: [code, ...further.chain] };
  }
  const isUnknown = code.includes("-") && parentOf(code) === null && !source.declares(code);
  if (isUnknown) return null;
  const resolved = resolveRegion({ code, parentOf, declares: (each) => source.declares(each) });
  return resolved && { region: resolved.region, chain: [...resolved.chain] };
}

function checkedBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  // A user, a query or a fragment would be lost or end up in every request.
  if (!url || !isHttp || url.username !== "" || url.search !== "" || url.hash !== "") {
    throw misconfigured("The base URL of HolidayAPI must be plain http or https, without user, query or fragment.");
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function misconfigured(detail: string): AppError {
  return new AppError("incorrect", { code: "holiday.source_misconfigured", detail });
}
