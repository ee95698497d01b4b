// Why somebody does something to a run: for the audit.
import { z } from "@hono/zod-openapi";

export const reason = z.string().min(1).max(1_000).nullish().openapi({ description: "Why: it is kept in the audit." });

/** The body of what is done to a run. */
export const reasonBody = z.strictObject({ reason }).openapi("ReprocessReason");
