// The same write twice is one write: the first answer is stored for 24 hours and given again. Concurrent twins wait for
// the first, whichever process has it. Bodies are sealed with the caller's own key (or the token of its sign-in), because an answer may hold a secret
// (a new API key) and the table must not.
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import {
  claimRequest,
  releaseClaim,
  renewClaim,
  type RequestIdentity,
  storeAnswer,
} from "@almanac/db/access/idempotent-requests";
import type { Database, Queryable, Tx } from "@almanac/db/database";
import { AppError } from "@almanac/domain/errors";
import { type Answer, bytes, type BytesAnswer, encoded, type WholeAnswer } from "./answer.ts";
import { invalidRequest, problemOf } from "./problem.ts";

export interface IdempotentCall {
  owner: string;
  /** Method and path. */
  route: string;
  /** Everything else that makes two requests the same: the query and the body. */
  content: (string | Uint8Array)[];
  /** What the caller proved to know; seals the stored body. */
  secret: string;
  path: string;
  requestId: string;
  signal: AbortSignal;
}

/** Stores an answer in the transaction that makes the change. */
export type KeepAnswer = (tx: Tx, answer: WholeAnswer) => Promise<void>;

const claimMs = 15_000;
const renewEveryMs = 5_000;
const longestWaitMs = 25_000;

/** The key of a request, null without one; 422 for one that cannot be a key. */
export function readIdempotencyKey(headers: Headers): string | null {
  const key = headers.get("idempotency-key");
  if (key !== null && !/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw invalidRequest([
      {
        pointer: "Idempotency-Key",
        code: "idempotency.invalid_key",
        detail: "1 to 255 printable ASCII characters.",
      },
    ]);
  }
  return key;
}

/** Runs `work` once per key. `work` gets a function that stores its answer within its own transaction. */
export async function once(
  database: Database,
  idempotencyKey: string,
  call: IdempotentCall,
  work: (keep: KeepAnswer) => Promise<Answer>,
): Promise<Answer> {
  const identity = { owner: call.owner, route: call.route, idempotencyKey };
  const claimed = await claim(database, identity, call);
  if (typeof claimed !== "string") {
    return claimed;
  }
  const held = hold(database, identity, claimed);
  let kept = false;
  async function keep(db: Queryable | Tx, answer: WholeAnswer): Promise<void> {
    const full = encoded(answer);
    const body = full.bytes === null ? null : seal(full.bytes, call.secret, identity);
    const headers = { ...full.headers, ...(full.contentType === null ? {} : { "content-type": full.contentType }) };
    if (!(await storeAnswer(db, identity, await held.stop(), { status: full.status, headers, body }))) {
      throw new AppError("conflict", {
        code: "idempotency.lost",
        detail: "Another process took this request over. Send it again for its answer.",
      });
    }
    kept = true;
  }
  try {
    const answer = await work(keep).catch((thrown: unknown) => answerOf(thrown, call));
    if (!kept) {
      await keep(database, whole(answer));
    }
    return answer;
  } catch (failed) {
    await releaseClaim(database, identity, await held.stop()).catch(() => undefined);
    throw failed;
  }
}

/** A claim of our own, or the answer of whoever had it first. */
async function claim(database: Database, identity: RequestIdentity, call: IdempotentCall): Promise<string | Answer> {
  const bodyHash = call.content
    .reduce((digest, part) => digest.update(part).update("\n"), createHash("sha256"))
    .digest();
  const deadline = performance.now() + longestWaitMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, 250)) {
    const outcome = await claimRequest(database, identity, bodyHash, claimMs);
    switch (outcome.kind) {
      case "claimed":
        return outcome.claim;
      case "answered":
        return replayed(outcome.answer, call.secret, identity);
      case "mismatch":
        throw new AppError("conflict", {
          code: "idempotency.mismatch",
          detail: "This Idempotency-Key was used for another body. Use a new key for a new request.",
        });
      case "busy":
    }
    if (performance.now() > deadline || call.signal.aborted) {
      throw new AppError("conflict", {
        code: "idempotency.in_progress",
        detail: "The first request with this Idempotency-Key is still running.",
        retryAfterMs: 1_000,
      });
    }
    await pause(pauseMs, undefined, { signal: call.signal }).catch(() => undefined);
  }
}

/** Keeps a claim alive until it is stopped; `stop` gives the claim as it stands then. */
function hold(database: Database, identity: RequestIdentity, first: string): { stop: () => Promise<string> } {
  let current = first;
  let renewal: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    renewal = renewClaim(database, identity, current, claimMs)
      .then((renewed) => {
        current = renewed ?? current;
      })
      .catch(() => undefined);
  }, renewEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await renewal;
      return current;
    },
  };
}

/** Refusals are answers too and are kept; faults and outages are not, because the next try may succeed. */
function answerOf(thrown: unknown, call: IdempotentCall): Answer {
  const { status, headers, problem } = problemOf(thrown, call);
  if (status >= 500) {
    throw thrown;
  }
  return bytes(status, JSON.stringify(problem), "application/problem+json", { headers });
}

function whole(answer: Answer): WholeAnswer {
  if ("stream" in answer) {
    throw new Error("a change is answered at once, not by a stream");
  }
  return answer;
}

function replayed(
  stored: { status: number; headers: Record<string, string>; body: Uint8Array | null },
  secret: string,
  identity: RequestIdentity,
): BytesAnswer<number> {
  const { "content-type": contentType = null, ...headers } = stored.headers;
  const body = stored.body === null ? null : unseal(stored.body, secret, identity);
  return bytes(stored.status, body, contentType, { headers: { ...headers, "idempotency-replayed": "true" } });
}

function sealingKey(secret: string, identity: RequestIdentity): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, JSON.stringify(identity), "almanac idempotency", 32));
}

function seal(body: string | Uint8Array, secret: string, identity: RequestIdentity): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(secret, identity), iv);
  return Buffer.concat([iv, cipher.update(body), cipher.final(), cipher.getAuthTag()]);
}

/** 409 where it was sealed for another credential of the same caller: a browser's later sign-in, or the key itself. */
function unseal(sealed: Uint8Array, secret: string, identity: RequestIdentity): Uint8Array<ArrayBuffer> {
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(secret, identity), sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(-16));
  const opened = decipher.update(sealed.subarray(12, -16));
  try {
    return new Uint8Array(Buffer.concat([opened, decipher.final()]));
  } catch {
    throw new AppError("conflict", {
      code: "idempotency.mismatch",
      detail:
        "This Idempotency-Key was answered under another sign-in of yours, and only that one can read the answer.",
    });
  }
}
