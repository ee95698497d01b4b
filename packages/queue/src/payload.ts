// Is this what the job promises to carry? The one place where a payload is parsed, whoever made it.

import { AppError, type ErrorItem } from "@almanac/domain/errors";
import { type JobName, type JobPayload, payloads } from "./catalogue.ts";

const step = (part: PropertyKey) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** The parsed payload, or an AppError `incorrect` with code `job.payload_invalid` that names each pointer and code. */
export function parsePayload<N extends JobName>(name: N, data: unknown): JobPayload<N> | AppError {
  const parsed = payloads[name].safeParse(data);
  if (parsed.success) return parsed.data as JobPayload<N>;
  const errors = parsed.error.issues.flatMap((issue): ErrorItem[] => {
    const at = issue.path.map(step).join("");
    if (issue.code !== "unrecognized_keys") return [{ pointer: at, code: issue.code, detail: issue.message }];
    return issue.keys.map((key) => ({
      pointer: `${at}${step(key)}`,
      code: "unknown_key",
      detail: "is not part of this payload",
    }));
  });
  const listed = errors
    .map((item) => `${item.pointer === "" ? "payload" : item.pointer} ${item.code} (${item.detail})`)
    .join("; ");
  return new AppError("incorrect", {
    code: "job.payload_invalid",
    detail: `The payload of ${name} is not valid: ${listed}`.slice(0, 2_000),
    errors,
  });
}
