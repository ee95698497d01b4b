// GET /v1/audit/verify: is the audit what was written?
import { type AuditCheck, verifyAudit as verify } from "@almanac/usecases/audit/verify";
import { z } from "@hono/zod-openapi";
import { requireUnlimited } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";

const count = z.int().min(0);

const checkSchema = z
  .object({
    valid: z.boolean().openapi({ description: "The chain is whole, and no anchor says otherwise." }),
    checked: count.openapi({ description: "Entries that were hashed again; up to the first bad one." }),
    first_bad: z
      .object({
        seq: z.int().nullable().openapi({ description: "Place in the chain." }),
        audit_id: z.int().nullable(),
        reason: z.enum(["missing", "changed", "unchained", "head_differs", "anchor_differs"]).openapi({
          description: [
            "`missing`: an entry or its link is gone; `changed`: it is not what it was, or not where it was; `unchained`:",
            "it came past the chain; `head_differs`: the end was moved; `anchor_differs`: the chain itself is whole, but not",
            "what was signed.",
          ].join("\n"),
        }),
      })
      .nullable(),
    head: z.object({
      chain_id: z.string(),
      seq: count.openapi({ description: "Entries that there are." }),
      hash: z.string(),
    }),
    anchors: z.object({
      state: z.enum(["on", "off"]).openapi({ description: "`off`: ALMANAC_SIGNING_KEY is unset, nothing is signed." }),
      checked: count.openapi({ description: "Anchors that were read: the newest ones." }),
      newest_seq: z.int().nullable().openapi({ description: "Up to here, rewriting all of the chain would show." }),
      valid: z.boolean().nullable().openapi({ description: "Null without any anchor." }),
      first_bad: z
        .object({
          name: z.string().openapi({ description: "The object in the lake." }),
          seq: z.int().nullable(),
          reason: z.enum(["unreadable", "key_unknown", "hash_differs", "chain_unknown"]),
        })
        .nullable(),
      signed_by: z
        .array(z.string())
        .openapi({ description: "Fingerprints (SHA-256 of the public key) of the keys that have signed." }),
    }),
  })
  .openapi("AuditCheck");

const exampleHash = "be0d7b1c9b4f2a7c3e5d8f9012349f6b8d3d0c7c36c11d5b2e0c7f54f2f3a1c4";

const exampleCheck = {
  valid: true,
  checked: 1017,
  first_bad: null,
  head: { chain_id: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a", seq: 1017, hash: exampleHash },
  anchors: {
    state: "on" as const,
    checked: 12,
    newest_seq: 1009,
    valid: true,
    first_bad: null,
    signed_by: ["7c36c11d5b2e0c7f54f2f3a1c4be0d7b1c9b4f2a7c3e5d8f9012349f6b8d3d0c"],
  },
};

export function verifyAudit({ database, lake, signer }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "verifyAudit",
    method: "get",
    path: "/v1/audit/verify",
    tag: "Audit",
    summary: "Is the audit what was written?",
    description: [
      "Hashes every entry again and compares it with the chain, then the chain with its signed anchors in the lake. Finds any",
      "edit, deletion (of the end, too), insertion and reordering. A million entries take ten seconds to a minute.",
    ].join("\n"),
    answers: { 200: { description: "What was found.", schema: checkSchema, example: exampleCheck } },
    problems: { 403: ["key.limited"], 503: ["lake.unavailable"] },
    async handle({ principal }) {
      requireUnlimited(principal);
      return json(200, present(await verify({ database, lake, signer }), signer === undefined ? "off" : "on"));
    },
  });
}

function present(check: AuditCheck, state: "on" | "off"): z.input<typeof checkSchema> {
  const { firstBad, head, anchors } = check;
  return {
    valid: check.isValid,
    checked: check.checked,
    first_bad: firstBad === null ? null : { seq: firstBad.seq, audit_id: firstBad.auditId, reason: firstBad.reason },
    head: { chain_id: head.chainId, seq: head.seq, hash: head.hash },
    anchors: {
      state,
      checked: anchors.checked,
      newest_seq: anchors.newestSeq,
      valid: anchors.isValid,
      first_bad: anchors.firstBad,
      signed_by: anchors.signedBy,
    },
  };
}
