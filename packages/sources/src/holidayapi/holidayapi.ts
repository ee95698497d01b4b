// The holidays of a region from HolidayAPI: how its calls, refusals, quota and shared answers become one year of facts.
// No live call could be made while this was written; it is tested against the double in ../double.
import { AppError } from "@almanac/domain/errors";
import { declaresOffline } from "../offline/declared.ts";
import { regionNotDeclared } from "../offline/offline.ts";
import type { HolidaySource, SourceCall, SourceQuota, SourceYear } from "../source.ts";
import { attribute } from "./attribute.ts";
import { type Settled, createBatcher } from "./batch.ts";
import { type CallSettings, callOnce } from "./call.ts";
import { type Outcome, envelopeOf, outcomeOf, rateLimited } from "./outcome.ts";
import { type RetrySettings, withRetries } from "./retry.ts";
import { redactor } from "./secrets.ts";
import { refusedYear, toYear } from "./year.ts";

export interface HolidayApiSettings extends CallSettings, RetrySettings {
  batchWaitMs: number;
}

// HolidayAPI's own limit of codes in one `country` parameter.
const maxCodes = 10;
// What it allows in a pause when the quota is used up and its reset is not told.
const unknownResetMs = 15 * 60_000;

/** The HolidayAPI source. Opened once per process: quota and batches live in it. */
export function createHolidayApiSource(
  settings: HolidayApiSettings,
  onCall?: (call: SourceCall) => void,
): HolidaySource {
  const redact = redactor(settings.key);
  // Countries whose rows once came without their subdivision: their codes no longer share a call.
  const unsplittable = new Set<string>();
  // Codes of a shared call that failed: until each has been answered alone, none can drag its neighbours down.
  const suspects = new Set<string>();
  let quota: SourceQuota | null = null;
  let quotaToldAtMs = 0;

  const checkQuota = (): void => {
    if (quota?.available !== 0) return;
    const resetsAtMs = quota.resetsAt?.epochMilliseconds ?? quotaToldAtMs + unknownResetMs;
    if (resetsAtMs > Date.now()) throw rateLimited(Math.max(1000, resetsAtMs - Date.now()));
  };

  const ask = (codes: readonly string[], year: number, signal: AbortSignal): Promise<Outcome> =>
    withRetries(settings, signal, async (attempt, timeoutMs) => {
      checkQuota();
      const begunMs = performance.now();
      let status: number | null = null;
      const report = (outcome: string): void =>
        onCall?.({
          source: "holidayapi",
          regions: codes,
          year,
          attempt,
          outcome,
          status,
          durationMs: performance.now() - begunMs,
          quota,
        });
      try {
        const raw = await callOnce(settings, codes, year, timeoutMs, signal);
        status = raw.status;
        const envelope = envelopeOf(raw);
        if (envelope?.quota) {
          quota = envelope.quota;
          quotaToldAtMs = Date.now();
        }
        const outcome = outcomeOf(raw, envelope, redact);
        report(
          outcome.kind === "refusal" ? outcome.refusal.errorCode : outcome.answer.warning === null ? "ok" : "warning",
        );
        return outcome;
      } catch (thrown) {
        report(thrown instanceof AppError ? thrown.code : "aborted");
        throw thrown;
      }
    });

  const askAlone = async (code: string, year: number, signal: AbortSignal): Promise<Settled<SourceYear>> => {
    try {
      const outcome = await ask([code], year, signal);
      suspects.delete(code);
      if (outcome.kind === "refusal") return { ok: true, value: refusedYear(year, outcome.refusal) };
      const { rows, strays } = attribute([code], outcome.answer.holidays);
      return { ok: true, value: toYear(year, outcome.answer, rows.get(code) ?? [], strays) };
    } catch (reason) {
      return { ok: false, reason };
    }
  };

  const run = async (
    codes: readonly string[],
    year: number,
    signal: AbortSignal,
  ): Promise<Map<string, Settled<SourceYear>>> => {
    const settled = new Map<string, Settled<SourceYear>>();
    const alone = codes.length === 1 ? codes : await askShared(codes, year, signal, settled);
    await Promise.all(alone.map(async (code) => settled.set(code, await askAlone(code, year, signal))));
    return settled;
  };

  // Settles what it can and returns the codes that must be asked for one by one.
  const askShared = async (
    codes: readonly string[],
    year: number,
    signal: AbortSignal,
    settled: Map<string, Settled<SourceYear>>,
  ): Promise<readonly string[]> => {
    const outcome = await ask(codes, year, signal).catch((thrown: unknown) => {
      for (const code of codes) suspects.add(code);
      throw thrown;
    });
    if (outcome.kind === "refusal") {
      // The key is everybody's; a wrong code or a plan's limit may be one code's alone.
      if (outcome.refusal.status !== 401) return codes;
      for (const code of codes) settled.set(code, { ok: true, value: refusedYear(year, outcome.refusal) });
      return [];
    }
    const { rows, strays, unclear, empty } = attribute(codes, outcome.answer.holidays);
    for (const code of unclear) unsplittable.add(code.slice(0, 2));
    for (const code of codes)
      settled.set(code, { ok: true, value: toYear(year, outcome.answer, rows.get(code) ?? [], strays) });
    return [...unclear, ...empty];
  };

  const batcher = createBatcher<SourceYear>({
    waitMs: settings.batchWaitMs,
    maxCodes,
    keepApart: (code, other) =>
      suspects.has(code) ||
      suspects.has(other) ||
      (code.slice(0, 2) === other.slice(0, 2) && unsplittable.has(code.slice(0, 2))),
    run,
  });

  return {
    name: "holidayapi",
    knowsSchoolHolidays: false,
    // Its list of regions could not be read here, so the codes of the offline source are assumed; one that it does not
    // know after all answers 400 and its years become unavailable.
    declares: declaresOffline,
    quota: () => quota,
    async fetch({ region, year, signal }) {
      signal.throwIfAborted();
      if (!declaresOffline(region)) throw regionNotDeclared(region);
      return batcher.ask(region, year, signal);
    },
  };
}
