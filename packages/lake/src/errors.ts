// What does a failure of the store mean to those above? Every error that leaves this package is made here.
// No cause is attached to what an S3 SDK throws: its error objects carry request headers and signed strings.
import { AppError } from "@almanac/domain/errors";

/** Nobody can store anything until there is space: the operator's turn, then the callers try again. */
export function lakeFull(message: string, cause?: unknown): AppError {
  return new AppError("unavailable", {
    code: "lake.full",
    detail: "The raw zone has no space left. Nothing of this request was kept; send it again when there is space.",
    message: `lake is full: ${message}`,
    retryAfterMs: 60_000,
    cause,
  });
}

/** The store does not answer, or refuses us. */
export function lakeUnavailable(message: string, cause?: unknown): AppError {
  return new AppError("unavailable", {
    code: "lake.unavailable",
    detail: "The raw zone cannot be reached. Nothing of this request was kept; send it again in a moment.",
    message: `lake is unavailable: ${message}`,
    retryAfterMs: 5_000,
    cause,
  });
}

/** Bytes are not what was written. Reading again will not help; the object must be restored. */
export function lakeCorrupt(name: string, reason: string, cause?: unknown): AppError {
  return new AppError("fault", {
    code: "lake.corrupt",
    detail: "An object of the raw zone is damaged.",
    message: `object ${name} is damaged: ${reason}`,
    cause,
  });
}

/** A row or a manifest names an object that the store does not have. */
export function lakeMissing(name: string): AppError {
  return new AppError("fault", {
    code: "lake.missing",
    detail: "An object of the raw zone is missing.",
    message: `object ${name} is missing`,
  });
}

/** A name that would leave the zone or that not every store can keep: a mistake in our own code. */
export function lakeNameRefused(name: string): AppError {
  return new AppError("fault", {
    code: "lake.name_refused",
    detail: "An object cannot have this name.",
    message: `refused name ${JSON.stringify(name.slice(0, 200))}`,
  });
}

/** A way of use that this object does not allow, such as a range of a packed one. */
export function lakeMisused(message: string): AppError {
  return new AppError("fault", { code: "lake.misused", detail: "The raw zone was used wrongly.", message });
}

const fullCodes = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** The code of a system error (`ENOENT`), or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** An error of the file system in our vocabulary; what is an AppError already stays what it is. */
export function ofFileSystem(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error;
  const code = systemCode(error);
  const message = `${doing}: ${error instanceof Error ? error.message : String(error)}`;
  return code !== undefined && fullCodes.has(code) ? lakeFull(message, error) : lakeUnavailable(message, error);
}
