// What can go wrong, in one vocabulary: a category decides what the edges do with an error (HTTP status, job retry),
// a stable code tells callers which error it is.

/** What kind of failure this is; every edge maps it with an exhaustive table. */
export type ErrorCategory =
  | "incorrect"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "unavailable"
  | "fault";

/** One thing that is wrong with an input: a JSON pointer (or `?name` for a query parameter), a code and a sentence. */
export interface ErrorItem {
  pointer: string;
  code: string;
  detail: string;
}

export interface AppErrorOptions {
  /** Stable, dotted, for callers: `location.not_found`. */
  code: string;
  /** Safe to show to anybody; says what to do. */
  detail: string;
  /** For the log only. Defaults to `detail`. */
  message?: string;
  errors?: ErrorItem[];
  /** Milliseconds after which a retry makes sense, where known (429, pauses). */
  retryAfterMs?: number;
  cause?: unknown;
}

/** The one error class that is thrown on purpose. Never carries a secret, in no field. */
export class AppError extends Error {
  readonly category: ErrorCategory;
  readonly code: string;
  readonly detail: string;
  readonly errors: ErrorItem[];
  readonly retryAfterMs: number | undefined;

  constructor(category: ErrorCategory, options: AppErrorOptions) {
    super(options.message ?? options.detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.category = category;
    this.code = options.code;
    this.detail = options.detail;
    this.errors = options.errors ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }
}
