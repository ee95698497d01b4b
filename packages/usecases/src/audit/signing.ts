// Who signs anchors? Ed25519, from a secret of 32 bytes. An anchor carries the public key; what makes it believable is that
// the audit itself names the key's fingerprint, and that the reader knows it.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

export interface Signer {
  /** SPKI, base64. */
  publicKey: string;
  /** SHA-256 of the public key's SPKI, hex. */
  fingerprint: string;
  /** Base64. */
  sign(text: string): string;
}

// What PKCS #8 puts before the 32 bytes of an Ed25519 secret (RFC 8410).
const header = Buffer.from("302e020100300506032b657004220420", "hex");

/** `secret`: 32 bytes as base64 or base64url, as ALMANAC_SIGNING_KEY takes them. */
export function openSigner(secret: string): Signer {
  const bytes = Buffer.from(secret, "base64");
  const key = createPrivateKey({ key: Buffer.concat([header, bytes]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(key).export({ format: "der", type: "spki" }).toString("base64");
  return {
    publicKey,
    fingerprint: fingerprintOf(publicKey),
    sign: (text) => sign(null, Buffer.from(text), key).toString("base64"),
  };
}

export function fingerprintOf(publicKey: string): string {
  return createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("hex");
}

/** Whether the text was signed by the owner of the key; false for what is no Ed25519 key or no signature at all. */
export function isSigned(text: string, { publicKey, signature }: { publicKey: string; signature: string }): boolean {
  const key = publicKeyOf(publicKey);
  return key !== null && verify(null, Buffer.from(text), key, Buffer.from(signature, "base64"));
}

function publicKeyOf(text: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
    return key.asymmetricKeyType === "ed25519" ? key : null;
  } catch {
    return null;
  }
}
