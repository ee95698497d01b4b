// What came back? The typed body of a success; anything else is thrown as a ProblemError.
import type { ClientResponse } from "hono/client";
import type { SuccessStatusCode } from "hono/utils/http-status";
import { ownProblem, problemOf } from "./problem.ts";

type AnyAnswer = ClientResponse<unknown, number>;

/** An answer whose success is this JSON. */
export type Answer<Body> = ClientResponse<Body, 200, "json">;

/** The JSON of an operation's successes. */
export type BodyOf<Answer> =
  Answer extends ClientResponse<infer Body, infer Status, "json">
    ? Status extends SuccessStatusCode
      ? Body
      : never
    : never;

/** The JSON of a success; throws a ProblemError. */
export async function read<Answer extends AnyAnswer>(answer: Answer | Promise<Answer>): Promise<BodyOf<Answer>> {
  const whole = await success(answer);
  try {
    return (await whole.json()) as BodyOf<Answer>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw lost(whole, error);
    const detail = `${whole.url} answered with something that is not JSON: is it Almanac?`;
    throw ownProblem("client.unexpected_answer", whole.status, detail, error);
  }
}

/** The text of a success, for operations that speak CSV, iCalendar, Markdown …; throws a ProblemError. */
export async function readText(answer: AnyAnswer | Promise<AnyAnswer>): Promise<string> {
  const whole = await success(answer);
  return whole.text().catch((error: unknown) => {
    throw lost(whole, error);
  });
}

/** The body of a success as it comes; throws a ProblemError before the first byte. */
export async function readStream(answer: AnyAnswer | Promise<AnyAnswer>): Promise<ReadableStream<Uint8Array>> {
  const { body } = await success(answer);
  return (body as ReadableStream<Uint8Array> | null) ?? new Blob([]).stream();
}

async function success<Answer extends AnyAnswer>(answer: Answer | Promise<Answer>): Promise<Answer> {
  const told = await answer;
  if (!told.ok) throw await problemOf(told);
  return told;
}

/** An answer that broke off: a ProblemError, or whoever's wish it was. */
export function lost(answer: Pick<AnyAnswer, "url">, error: unknown): unknown {
  if (error instanceof Error && error.name === "AbortError") return error;
  return ownProblem("client.unreachable", 0, `The connection broke off in the middle of ${answer.url}.`, error);
}
