// GET /v1/audit: who changed what, newest first.
import { type AuditView, listAudit as listRows } from "@almanac/db/audit/list";
import { z } from "@hono/zod-openapi";
import { requireUnlimited } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { cursor, limit } from "../../http/fields.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { beginOf, behind, moment } from "../events/fields.ts";

const query = z.object({
  object: z
    .string()
    .regex(/^[a-z][a-z_]{0,99}(?::.{1,500})?$/, "Neither a kind of thing (`load`) nor one of them (`load:<id>`).")
    .optional()
    .openapi({ description: "`type:id`, or a type alone.", example: "load:0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e" }),
  actor: z.string().min(1).max(300).optional().openapi({
    description: "`key:<key_id>`, `admin-key`, `schedule`, `start`, `worker`, `job:<queue>:<id>` …",
    example: "admin-key",
  }),
  action: z.string().min(1).max(200).optional().openapi({ example: "load.accepted" }),
  from: moment("First instant of `recorded_at`, or day in UTC; inclusive."),
  to: moment("Last instant, or day in UTC; inclusive."),
  limit,
  cursor,
});

const sha256 = z.string().openapi({ description: "SHA-256, hex.", pattern: "^[0-9a-f]{64}$" });

const entrySchema = z
  .object({
    audit_id: z.int(),
    seq: z.int().min(1).openapi({ description: "Place in the chain: in the order of the commits, without a gap." }),
    recorded_at: z.string().openapi({ format: "date-time" }),
    actor: z.string(),
    action: z.string().openapi({ description: "`object.verb`, past tense." }),
    object_type: z.string(),
    object_id: z.string(),
    reason: z.string().nullable(),
    before: z.unknown().openapi({ description: "The state before; null for something new." }),
    after: z.unknown().openapi({ description: "The state after; null where nothing is left." }),
    before_hash: sha256.nullable(),
    after_hash: sha256.nullable(),
    hash: sha256.openapi({ description: "Of the entry and of the hash before it." }),
    request_id: z.string().nullable().openapi({ description: "The HTTP request or the job that did it." }),
  })
  .openapi("AuditEntry");

const exampleEntry = {
  audit_id: 1021,
  seq: 1017,
  recorded_at: "2026-03-01T09:30:00.113204Z",
  actor: "admin-key",
  action: "location.updated",
  object_type: "location",
  object_id: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
  reason: null,
  before: { active: true, time_zone: null, country_code: "NL", subdivision_code: "NL-NH" },
  after: { active: true, time_zone: "Europe/Amsterdam", country_code: "NL", subdivision_code: "NL-NH" },
  before_hash: "9f6b8d3d0c7c36c11d5b2e0c7f54f2f3a1c4be0d7b1c9b4f2a7c3e5d8f901234",
  after_hash: "1c3e5d8f9012349f6b8d3d0c7c36c11d5b2e0c7f54f2f3a1c4be0d7b1c9b4f2a",
  hash: "be0d7b1c9b4f2a7c3e5d8f9012349f6b8d3d0c7c36c11d5b2e0c7f54f2f3a1c4",
  request_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
};

export function listAudit({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listAudit",
    method: "get",
    path: "/v1/audit",
    tag: "Audit",
    summary: "Every change of state, newest first",
    description: [
      "In the order of the commits. `before_hash` and `after_hash` are over the states as the database writes them (keys by",
      "length, then by bytes; `, ` and `: ` between). No entry holds a key, a secret, or what a feed or an event says of people.",
    ].join("\n"),
    query,
    answers: {
      200: {
        description: "One page.",
        schema: pageOf(entrySchema).openapi("AuditPage"),
        example: { data: [exampleEntry], next_cursor: null },
      },
    },
    problems: { 403: ["key.limited"] },
    async handle({ query: asked, principal }) {
      requireUnlimited(principal);
      const rows = await listRows(database, {
        ...objectOf(asked.object),
        actor: asked.actor,
        action: asked.action,
        from: beginOf(asked.from),
        to: behind(asked.to),
        before: decodeCursor(asked.cursor, z.int().min(1).max(Number.MAX_SAFE_INTEGER)),
        limit: asked.limit + 1,
      });
      return json(
        200,
        page(rows, asked.limit, present, (entry) => entry.seq),
      );
    },
  });
}

const uuidLike = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function objectOf(text: string | undefined): { objectType?: string; objectId?: string } {
  if (text === undefined) return {};
  const colon = text.indexOf(":");
  if (colon === -1) return { objectType: text };
  const id = text.slice(colon + 1);
  return { objectType: text.slice(0, colon), objectId: uuidLike.test(id) ? id.toLowerCase() : id };
}

function present(entry: AuditView): z.input<typeof entrySchema> {
  return {
    audit_id: entry.auditId,
    seq: entry.seq,
    recorded_at: entry.recordedAt,
    actor: entry.actor,
    action: entry.action,
    object_type: entry.objectType,
    object_id: entry.objectId,
    reason: entry.reason,
    before: entry.before,
    after: entry.after,
    before_hash: entry.beforeHash,
    after_hash: entry.afterHash,
    hash: entry.hash,
    request_id: entry.requestId,
  };
}
