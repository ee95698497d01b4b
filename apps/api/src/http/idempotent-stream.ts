// An Idempotency-Key on a body that nobody can hold: its hash is known when its last byte has come, and only then is the
// key claimed. The handler has not changed anything by then, because it waits for the end of the body.
import { createHash } from "node:crypto";
import type { Database } from "@almanac/db/database";
import type { Answer } from "./answer.ts";
import { type IdempotentCall, type KeepAnswer, once } from "./idempotency.ts";
import type { StreamedBody } from "./streamed-body.ts";

/**
 * Runs `handle` once per key. Where the key was used before, the end of the body fails for `handle`, which keeps nothing
 * of it, and the answer is the first one's. What is refused before the body has ended is not kept.
 */
export async function onceStreamed(
  database: Database,
  idempotencyKey: string,
  { content, ...call }: IdempotentCall,
  body: StreamedBody,
  handle: (body: StreamedBody, keepAnswer: KeepAnswer) => Promise<Answer>,
): Promise<Answer> {
  const ended = Promise.withResolvers<Buffer>();
  const claimed = Promise.withResolvers<KeepAnswer>();
  claimed.promise.catch(() => undefined);
  async function* hashed(): AsyncGenerator<Uint8Array> {
    const digest = createHash("sha256");
    for await (const chunk of body.bytes) {
      digest.update(chunk);
      yield chunk;
    }
    ended.resolve(digest.digest());
    await claimed.promise;
  }
  const keepAnswer: KeepAnswer = async (tx, answer) => (await claimed.promise)(tx, answer);
  const handled = handle({ ...body, bytes: hashed() }, keepAnswer);
  const sha256 = await Promise.race([ended.promise, handled.then(() => null)]);
  if (sha256 === null) {
    return handled;
  }
  try {
    return await once(database, idempotencyKey, { ...call, content: [...content, body.mediaType, sha256] }, (keep) => {
      claimed.resolve(keep);
      return handled;
    });
  } finally {
    claimed.reject(new Error("this request was answered by an earlier one"));
    await handled.catch(() => undefined);
  }
}
