// GET /readyz: can this process do its work? The database, its schema, the queue, and a worker that was seen.
import { secondsSinceWorker } from "@almanac/db/access/readiness";
import { asAppError } from "@almanac/db/database";
import { isMigrated } from "@almanac/db/migrate";
import { AppError } from "@almanac/domain/errors";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";

const checkNames = ["database", "migrations", "queue", "worker"] as const;

const readinessSchema = z
  .object({
    status: z.enum(["ready", "not_ready"]),
    checks: z.array(
      z.object({
        name: z.enum(checkNames),
        ok: z.boolean(),
        reason: z.string().nullable().openapi({ description: "Why not; null when it is fine." }),
      }),
    ),
  })
  .openapi("Readiness");

const longestSilenceSeconds = 30;
const checkTimeoutMs = 3_000;

export function getReadiness(deps: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "getReadiness",
    method: "get",
    path: "/readyz",
    tag: "Operations",
    summary: "Can it do its work?",
    answers: {
      200: {
        description: "Everything it needs is there.",
        schema: readinessSchema,
        example: { status: "ready", checks: checkNames.map((name) => ({ name, ok: true, reason: null })) },
      },
      503: {
        description: "Something is missing; `checks` says what.",
        schema: readinessSchema,
        example: {
          status: "not_ready",
          checks: [{ name: "worker", ok: false, reason: "No worker was seen in the last 30 seconds." }],
        },
      },
    },
    async handle() {
      const checks = await Promise.all(checkNames.map((name) => check(name, questions[name](deps))));
      return checks.every((one) => one.ok)
        ? json(200, { status: "ready" as const, checks })
        : json(503, { status: "not_ready" as const, checks }, { headers: { "retry-after": "2" } });
    },
  });
}

/** Each resolves to a reason why not, or null. */
const questions: Record<(typeof checkNames)[number], (deps: ApiDeps) => Promise<string | null>> = {
  database: async ({ database }) => {
    await database.query("select 1");
    return null;
  },
  migrations: async ({ database }) =>
    (await isMigrated((text) => database.query<{ name: string }>(text)))
      ? null
      : "The schema is not the newest: run npm run migrate.",
  queue: async ({ queues }) => {
    await queues.ping();
    return null;
  },
  worker: async ({ database }) => {
    const seconds = await secondsSinceWorker(database);
    return seconds !== null && seconds <= longestSilenceSeconds
      ? null
      : `No worker was seen in the last ${longestSilenceSeconds} seconds.`;
  },
};

async function check(name: (typeof checkNames)[number], question: Promise<string | null>) {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, checkTimeoutMs, `No answer within ${checkTimeoutMs} ms.`);
  const reason = await Promise.race([question, late]).catch(reasonOf);
  clearTimeout(timer);
  return { name, ok: reason === null, reason };
}

/** Only what is safe to show. */
function reasonOf(thrown: unknown): string {
  const error = asAppError(thrown);
  return error instanceof AppError ? error.detail : "The check failed.";
}
