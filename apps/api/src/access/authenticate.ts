// Who is calling? A presented key becomes a principal, or 401. A verdict is kept for 50 ms, measured from before the
// database was asked, and revoking waits that long: once a revocation is answered, no process accepts the key.
import { createHash, hash, timingSafeEqual } from "node:crypto";
import { findKeyProof, type KeyProof, noteKeyUse } from "@almanac/db/access/api-keys";
import { findSignIn } from "@almanac/db/access/sign-ins";
import type { Queryable } from "@almanac/db/database";
import { type Role, parseRole } from "@almanac/domain/access/roles";
import { AppError } from "@almanac/domain/errors";
import { prefixOf } from "./keys.ts";
import { anonymous, type Principal } from "./principal.ts";

/** How long a process may trust what the database said about a key. */
export const verdictLeaseMs = 50;

export interface AuthenticatorOptions {
  database: Queryable;
  /** Any text of 32 or more printable characters; null: there is no such key. */
  adminKey: string | null;
  anonymousRole: Role | "none";
}

export interface Authenticator {
  /** The caller without a key. */
  readonly anonymous: Principal;
  /** The principal of a key, at once where it is known; 401 for anything that is no key now. */
  byKey(key: string): Principal | Promise<Principal>;
  /** The principal of a browser's sign-in, null when it has ended. */
  bySignIn(token: string): Promise<Principal | null>;
  /** The principal of a key's proof as the table has it (null: the administrator's own key); null where that key has ended. */
  byProof(proof: KeyProof | null): Principal | null;
  /** The hash under which a new sign-in or link of this principal is stored. */
  tokenHash(token: string, principal: Principal): Buffer;
  /** Every hash under which a token may be stored. */
  tokenHashes(token: string): Buffer[];
}

interface Verdict {
  principal: Principal | null;
  /** On performance.now()'s clock. */
  validUntil: number;
}

// Enough for every key in use; a flood of made-up keys empties the map, it does not fill the memory.
const mostVerdicts = 10_000;

export function createAuthenticator({ database, adminKey, anonymousRole }: AuthenticatorOptions): Authenticator {
  const adminHash = adminKey === null ? null : sha256(adminKey);
  const admin: Principal = { role: "admin", keyId: null, locationIds: null, actor: "admin-key" };
  const verdicts = new Map<string, Verdict>();

  async function ask(key: string, keyHash: string): Promise<Principal> {
    const askedAt = performance.now();
    const prefix = prefixOf(key);
    const proof = prefix === null ? null : await findKeyProof(database, prefix);
    const proven = proof !== null && timingSafeEqual(proof.secretHash, Buffer.from(keyHash, "base64url"));
    const principal = proven ? principalOf(proof) : null;
    const leftMs = proven && proof.expiresInMs !== null ? Math.min(verdictLeaseMs, proof.expiresInMs) : verdictLeaseMs;
    if (verdicts.size >= mostVerdicts) {
      verdicts.clear();
    }
    verdicts.set(keyHash, { principal, validUntil: askedAt + leftMs });
    if (principal !== null) {
      noteUse(proof);
    }
    return principal ?? refuse();
  }

  /** A note for people who tidy up keys: it never delays or fails a call. */
  function noteUse(proof: KeyProof | null): void {
    if (proof !== null && !proof.recentlyUsed) {
      noteKeyUse(database, proof.keyId).catch(() => undefined);
    }
  }

  const tokenHashes = (token: string) => [
    sha256(token),
    // What was made with the administrator's key ends when that key changes, although no table has it.
    ...(adminHash === null ? [] : [sha256(token, adminHash)]),
  ];
  const byProof = (proof: KeyProof | null) => (proof === null ? admin : principalOf(proof));

  return {
    anonymous: anonymous(anonymousRole),
    byKey(key) {
      const keyHash = hash("sha256", key, "base64url");
      const verdict = verdicts.get(keyHash);
      if (verdict !== undefined && performance.now() < verdict.validUntil) {
        return verdict.principal ?? refuse();
      }
      if (adminHash !== null && timingSafeEqual(adminHash, Buffer.from(keyHash, "base64url"))) {
        return admin;
      }
      return ask(key, keyHash);
    },
    async bySignIn(token) {
      const found = await findSignIn(database, tokenHashes(token));
      const principal = found === null ? null : byProof(found.proof);
      if (found === null || principal === null) {
        return null;
      }
      noteUse(found.proof);
      return { ...principal, signIn: { expiresAt: found.expiresAt } };
    },
    byProof,
    tokenHash(token, principal) {
      return principal.keyId === null && adminHash !== null ? sha256(token, adminHash) : sha256(token);
    },
    tokenHashes,
  };
}

function principalOf(proof: KeyProof): Principal | null {
  const role = parseRole(proof.role);
  if (role === null || proof.revoked || (proof.expiresInMs !== null && proof.expiresInMs <= 0)) {
    return null;
  }
  return {
    role,
    keyId: proof.keyId,
    locationIds: proof.locationIds === null ? null : new Set(proof.locationIds),
    actor: `key:${proof.keyId}`,
  };
}

function sha256(...parts: (string | Uint8Array)[]): Buffer {
  const digest = createHash("sha256");
  for (const part of parts) {
    digest.update(part);
  }
  return digest.digest();
}

function refuse(): never {
  throw new AppError("unauthenticated", {
    code: "key.invalid",
    detail: "The API key is unknown, expired or revoked.",
  });
}
