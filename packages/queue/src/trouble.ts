// What went wrong with the backend: will it pass, was the queue wiped, and how is that said once instead of a thousand times?

import { AppError } from "@almanac/domain/errors";
import type { QueueLog } from "./log.ts";

// Class 08 connection exception, 53 out of resources, 57P0x shutdown, 40 rollback by deadlock or serialization.
const passingSqlState = /^(08...|53...|57P0[1-5]|40001|40P01|55P03)$/;
const passingCode =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND)$/;
const passingMessage =
  /Connection is closed|Connection terminated|Client has encountered a connection error|connection timeout|timeout exceeded when trying to connect|max retries per request|^(LOADING|BUSY|MASTERDOWN|READONLY) |database system is (starting up|shutting down|in recovery)/i;

function chain(error: unknown): { code?: unknown; message?: unknown; name?: unknown }[] {
  const links: { code?: unknown; message?: unknown; name?: unknown }[] = [];
  for (let at: unknown = error; at instanceof Error && links.length < 5; at = at.cause) {
    links.push(at);
    if (at instanceof AggregateError) links.push(...(at.errors as Error[]));
  }
  return links;
}

/** A lost connection or a server that is not up (yet, any more): trying again later makes sense. Looks through causes. */
export function isPassing(error: unknown): boolean {
  return chain(error).some(
    ({ code, message, name }) =>
      (typeof code === "string" && (passingSqlState.test(code) || passingCode.test(code))) ||
      (typeof message === "string" && passingMessage.test(message)) ||
      name === "MaxRetriesPerRequestError",
  );
}

/** The database gave way to somebody else: nothing is left of what was asked, and it may be asked again at once. */
export function isRolledBack(error: unknown): boolean {
  return chain(error).some(({ code }) => code === "40P01" || code === "40001");
}

/** The queue's schema, a table or a function of it is not there: it was dropped under us. */
export function isWiped(error: unknown): boolean {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return code === "3F000" || code === "42P01" || code === "42883" || name === "SchemaMigrationRequiredError";
}

export function unavailable(detail: string, cause?: unknown): AppError {
  return new AppError("unavailable", { code: "queue.unavailable", detail, cause });
}

/** Settles like the promise, but no later than the deadline: then AppError `queue.unavailable`. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(`The job queue did not answer within ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined); // may still fail after the deadline
  }
}

/** Says each trouble at most once in five seconds: a backend that is down is told of by every loop that waits for it. */
export function quietly(log: QueueLog, fields: object): (error: unknown) => void {
  const told = new Map<string, number>();
  return (error) => {
    const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
    const what = typeof code === "string" ? code : String(message ?? error).slice(0, 80);
    const now = performance.now();
    if (now - (told.get(what) ?? -Infinity) < 5_000) return;
    if (told.size > 100) told.clear();
    told.set(what, now);
    log.warn(
      { ...fields, code: typeof code === "string" ? code : undefined, reason: String(message ?? error) },
      "trouble with the job queue",
    );
  };
}
