// Is every object of the raw zone still what was written? Reads all of it.
import type { Lake, ObjectInfo } from "@almanac/lake/lake";

export interface BadObject extends ObjectInfo {
  reason: string;
}

/** Re-reads every body and compares it with the hash that it is named by. Constant memory. */
export async function verifyLake(
  { lake }: { lake: Lake },
  options: { onBad: (object: BadObject) => void; signal?: AbortSignal },
): Promise<{ checked: number; bad: number }> {
  let checked = 0;
  let bad = 0;
  for await (const object of lake.list("raw/")) {
    options.signal?.throwIfAborted();
    const result = await lake.check(object);
    checked += 1;
    if (!result.ok) {
      bad += 1;
      options.onBad({ ...object, reason: result.reason });
    }
  }
  return { checked, bad };
}
