// What an API key looks like: `alm_<prefix>_<secret>`. The prefix finds its row, the secret is 256 random bits.
import { createHash, randomBytes } from "node:crypto";

export interface MintedKey {
  /** Shown once, stored nowhere. */
  key: string;
  prefix: string;
  secretHash: Buffer;
}

export function mintKey(): MintedKey {
  const prefix = randomBytes(6).toString("hex");
  const key = `alm_${prefix}_${randomBytes(32).toString("base64url")}`;
  return { key, prefix, secretHash: createHash("sha256").update(key).digest() };
}

/** The prefix of something that looks like a key; null otherwise. */
export function prefixOf(key: string): string | null {
  return /^alm_([0-9a-f]{12})_[\w-]{43}$/.exec(key)?.[1] ?? null;
}
