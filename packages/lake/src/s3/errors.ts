import { AppError } from "@almanac/domain/errors";
// What does an answer of an S3 store mean? Names and status codes only: the SDK's error objects also carry signed
// strings and key ids, so they are never passed on as a cause.
import { S3ServiceException } from "@aws-sdk/client-s3";
import { lakeFull, lakeUnavailable } from "../errors.ts";

const fullNames = new Set(["QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "StorageFull"]);

/** The HTTP status of the store's answer; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** True for "there is no such object"; a missing bucket is not that. */
export function isAbsent(error: unknown): boolean {
  return statusOf(error) === 404 && nameOf(error) !== "NoSuchBucket";
}

/** True when a condition of ours is not met: the name of a write is taken or being written, an object is another one. */
export function isTaken(error: unknown): boolean {
  return statusOf(error) === 412 || statusOf(error) === 409;
}

/** True when the store may not know conditional writes: some call the header not implemented, some a bad request. */
export function isNotUnderstood(error: unknown): boolean {
  return statusOf(error) === 501 || statusOf(error) === 400;
}

export function ofS3(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error;
  const status = statusOf(error);
  // What the store says is left out, what the SDK says on this side ("Region is missing") is not.
  const reason = status === undefined && error instanceof Error ? `: ${error.message}` : `, status ${status}`;
  const message = `${doing}: ${nameOf(error)}${reason}`;
  return status === 507 || fullNames.has(nameOf(error)) ? lakeFull(message) : lakeUnavailable(message);
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  // A refused connection is an AggregateError or an Error with a code: that says more than its name.
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
