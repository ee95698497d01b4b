// What does a caller learn when a call fails? One error with the server's own words, also for what never reached it.
import type { Problem, ProblemItem } from "./contract.ts";

/** Codes that no server says: this side's own. */
export type ClientCode =
  /** Nobody answered. */
  | "client.unreachable"
  /** Somebody answered who is not Almanac: a proxy, a page. */
  | "client.unexpected_answer"
  /** An empty name or `..` as a part of a path: it would be another path. */
  | "client.invalid_path";

/** The message is the `detail`: what is wrong and what to do, for a person. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  /** 0 when there was no answer. */
  readonly status: number;
  /** Stable and dotted: the server's, or a `ClientCode`. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: ProblemItem[];
  /** Undefined when it is this side's own. */
  readonly requestId: string | undefined;
  /** What the server asks to wait before the next try. */
  readonly retryAfterMs: number | undefined;

  constructor(
    problem: Pick<Problem, "status" | "code" | "title" | "detail" | "errors"> & { request_id?: string },
    options: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(problem.detail, options.cause === undefined ? {} : { cause: options.cause });
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.errors = problem.errors;
    this.requestId = problem.request_id;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A failure of this side. */
export function ownProblem(code: ClientCode, status: number, detail: string, cause?: unknown): ProblemError {
  return new ProblemError({ status, code, title: titles[code], detail, errors: [] }, { cause });
}

const titles: Record<ClientCode, string> = {
  "client.unreachable": "Nobody answers",
  "client.unexpected_answer": "Not an answer of Almanac",
  "client.invalid_path": "Not a name",
};

/** What an answer that is no success says; never throws. */
export async function problemOf(answer: {
  status: number;
  headers: Headers;
  url: string;
  text(): Promise<string>;
}): Promise<ProblemError> {
  const text = await answer.text().catch(() => "");
  if (answer.headers.get("content-type")?.startsWith("application/problem+json") === true) {
    const problem = parse(text);
    const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
    if (problem !== undefined) {
      return new ProblemError(problem, Number.isNaN(seconds) ? {} : { retryAfterMs: seconds * 1_000 });
    }
  }
  const who = URL.canParse(answer.url) ? new URL(answer.url).origin : "The server";
  return ownProblem(
    "client.unexpected_answer",
    answer.status,
    `${who} answered ${answer.status} without saying why: is it Almanac, or something in between?`,
  );
}

function parse(text: string): Problem | undefined {
  try {
    const told = JSON.parse(text) as Problem;
    return typeof told.code === "string" && Array.isArray(told.errors) ? told : undefined;
  } catch {
    return undefined;
  }
}
