// How does an error look to a caller? Every failure leaves as one RFC 9457 problem with a stable code.
// Two tables decide the status: the category's, and a few codes that HTTP itself has a status for.
import { asAppError } from "@almanac/db/database";
import { AppError, type ErrorCategory, type ErrorItem } from "@almanac/domain/errors";
import { z } from "@hono/zod-openapi";
import { Refusal } from "./refusal.ts";

const statusOfCategory: Record<ErrorCategory, number> = {
  incorrect: 422,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  unavailable: 503,
  fault: 500,
};

const statusOfCode: Record<string, number> = {
  "request.unparsable": 400,
  "request.encoding_invalid": 400,
  "route.method_not_allowed": 405,
  "request.not_acceptable": 406,
  "request.stalled": 408,
  "request.too_large": 413,
  "request.unsupported_media_type": 415,
  "rate.limited": 429,
};

/** The sentence of each status; also the list of every status that a problem can have. */
export const titleOfStatus: Record<number, string> = {
  400: "The request cannot be parsed",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  406: "Not available in the media type asked for",
  408: "The body came too slowly",
  409: "Conflict",
  413: "The body is too large",
  415: "Unsupported media type",
  422: "The request is not valid",
  429: "Too many requests",
  500: "Internal error",
  503: "Not available right now",
};

export const problemSchema = z
  .object({
    type: z.string().openapi({ description: "Names the kind of problem; equal for equal codes." }),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: "One sentence for a person: what is wrong and what to do." }),
    instance: z.string().openapi({ description: "The path that was asked for." }),
    code: z.string().openapi({ description: "Stable and dotted, for programs." }),
    request_id: z.string().openapi({ description: "Quote it when asking for help; the log has it too." }),
    errors: z.array(
      z
        .object({
          pointer: z.string().openapi({
            description:
              "A JSON pointer into the body, `?name` for a query parameter, `{name}` for a part of the path, or a header's name.",
          }),
          code: z.string(),
          detail: z.string(),
        })
        .openapi("ProblemItem"),
    ),
  })
  .openapi("Problem", {
    example: {
      type: "urn:almanac:problem:request.invalid",
      title: "The request is not valid",
      status: 422,
      detail: "One thing in the request is not valid; see errors.",
      instance: "/v1/locations",
      code: "request.invalid",
      request_id: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
      errors: [{ pointer: "/locations/3/location_id", code: "invalid_format", detail: "Invalid UUID" }],
    },
  });
export type Problem = z.infer<typeof problemSchema>;

export interface ProblemAnswer {
  status: number;
  headers: Record<string, string>;
  problem: Problem;
  /** What the log gets; undefined where the caller's own mistake is all there is to say. */
  fault: unknown;
}

/** Turns anything thrown into what the caller may see. Nothing of an unexpected error reaches the answer. */
export function problemOf(thrown: unknown, at: { path: string; requestId: string }): ProblemAnswer {
  const translated = asAppError(thrown);
  const known = translated instanceof AppError && translated.category !== "fault";
  const error = known ? translated : unexpected;
  const status = statusOfCode[error.code] ?? statusOfCategory[error.category];
  return {
    status,
    headers: headersOf(status, error),
    fault: status >= 500 ? thrown : undefined,
    problem: {
      type: `urn:almanac:problem:${error.code}`,
      title: titleOfStatus[status] ?? "Error",
      status,
      detail: error.detail,
      instance: at.path,
      code: error.code,
      request_id: at.requestId,
      errors: error.errors,
    },
  };
}

const unexpected = new AppError("fault", {
  code: "fault.unexpected",
  detail: "Something went wrong on our side. The log has the details under this request_id.",
});

function headersOf(status: number, error: AppError): Record<string, string> {
  const headers: Record<string, string> = error instanceof Refusal ? { ...error.headers } : {};
  if (status === 401) {
    headers["www-authenticate"] ??= 'Bearer realm="almanac", charset="UTF-8"';
  }
  if (status === 503 || status === 429 || error.retryAfterMs !== undefined) {
    headers["retry-after"] = String(Math.max(1, Math.ceil((error.retryAfterMs ?? 1_000) / 1_000)));
  }
  return headers;
}

/** 422, naming every single thing that is wrong. A code of its own when all items agree on a dotted one. */
export function invalidRequest(errors: ErrorItem[]): AppError {
  const codes = new Set(errors.map((item) => item.code));
  const [only] = codes;
  const own = codes.size === 1 && only !== undefined && only.includes(".");
  return new AppError("incorrect", {
    code: own ? only : "request.invalid",
    detail:
      errors.length === 1 && errors[0] !== undefined
        ? `${errors[0].pointer === "" ? "The body" : errors[0].pointer}: ${errors[0].detail}`
        : `${errors.length} things in the request are not valid; see errors.`,
    errors,
  });
}

/** 400: only for what no parser can read. */
export function unparsable(detail: string): AppError {
  return new AppError("incorrect", { code: "request.unparsable", detail });
}
