// What does a status mean? One raw answer as rows, as a refusal that stands for the year, or as an error that may pass.
import { AppError } from "@almanac/domain/errors";
import { type Answer, type Envelope, readAnswer, readEnvelope } from "./answer.ts";
import { type RawAnswer, invalidAnswer } from "./call.ts";

/** A refusal for good: asking again does not help until somebody changes the key, the plan or the code. */
export interface Refusal {
  status: 400 | 401 | 402;
  errorCode: "holiday.source_bad_request" | "holiday.source_unauthorized" | "holiday.source_payment_required";
  /** A sentence that may be shown. */
  detail: string;
}

export type Outcome = { kind: "answer"; answer: Answer } | { kind: "refusal"; refusal: Refusal };

const refusals = {
  400: { errorCode: "holiday.source_bad_request", detail: "The holiday source refused the request as wrong." },
  401: { errorCode: "holiday.source_unauthorized", detail: "The holiday source refused the API key." },
  402: {
    errorCode: "holiday.source_payment_required",
    detail: "The holiday source does not give this year on the present plan.",
  },
} as const;

// Where a 429 does not say when to come back.
const unknownPauseMs = 60_000;

/** The status that counts: a 200 whose body says 402 is a 402. */
function statusOf(raw: RawAnswer, body: Envelope | null): number {
  const told = body?.status;
  return raw.status === 200 && told !== undefined && told >= 400 && told < 600 ? told : raw.status;
}

/**
 * Reads a raw answer. Throws AppError `unavailable` for what may pass: `holiday.source_rate_limited` (with
 * `retryAfterMs`), `holiday.source_failed`, `holiday.source_invalid_answer`.
 */
export function outcomeOf(raw: RawAnswer, body: Envelope | null, redact: (text: string) => string): Outcome {
  const status = statusOf(raw, body);
  if (status === 400 || status === 401 || status === 402) {
    const said = body?.error ? ` It says: ${redact(body.error).slice(0, 200)}` : "";
    return {
      kind: "refusal",
      refusal: { status, errorCode: refusals[status].errorCode, detail: refusals[status].detail + said },
    };
  }
  if (status === 429) throw rateLimited(pauseMs(raw.retryAfter, body));
  if (status >= 500) {
    throw new AppError("unavailable", {
      code: "holiday.source_failed",
      detail: `The holiday source failed with status ${status}.`,
    });
  }
  if (status !== 200) throw invalidAnswer(`The holiday source answered with the unexpected status ${status}.`);
  const answer = body && readAnswer(body);
  if (!answer) throw invalidAnswer("The holiday source answered with something that is not a list of holidays.");
  return {
    kind: "answer",
    answer: { ...answer, warning: answer.warning === null ? null : redact(answer.warning).slice(0, 500) },
  };
}

/** Reads the body once for its status, quota and rows; null when it is not a JSON object. */
export const envelopeOf = (raw: RawAnswer): Envelope | null => readEnvelope(raw.body);

/** AppError `unavailable`, `holiday.source_rate_limited`, with the time after which to come back. */
export function rateLimited(retryAfterMs: number): AppError {
  return new AppError("unavailable", {
    code: "holiday.source_rate_limited",
    detail: `The holiday source takes no more requests for ${Math.ceil(retryAfterMs / 1000)} s.`,
    retryAfterMs,
  });
}

// Retry-After in seconds or as a date, else the quota's reset. Never less than a second, so that nobody spins.
function pauseMs(retryAfter: string | null, body: Envelope | null): number {
  const header = retryAfter?.trim() ?? "";
  const untilDate = Date.parse(header) - Date.now();
  const resetsAt = body?.quota?.resetsAt;
  const told = /^\d+$/.test(header)
    ? Number(header) * 1000
    : !Number.isNaN(untilDate)
      ? untilDate
      : resetsAt
        ? resetsAt.epochMilliseconds - Date.now()
        : unknownPauseMs;
  return Math.max(1000, told);
}
