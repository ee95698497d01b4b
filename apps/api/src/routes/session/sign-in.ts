// How does a sign-in begin and end? Each with its entry in the audit, which never says by which token.
import { deleteSignIn, insertSignIn } from "@almanac/db/access/sign-ins";
import { recordAudit } from "@almanac/db/audit";
import type { Tx } from "@almanac/db/database";
import type { Authenticator } from "../../access/authenticate.ts";
import type { Principal } from "../../access/principal.ts";
import { mintToken, sessionHours, sessionTokenOf } from "../../access/session-cookie.ts";

export interface SignIn {
  principal: Principal;
  /** What it was proven with. */
  by: "key" | "link";
  /** The instant that it does not outlast; null: none. */
  endsBy: string | null;
}

/** The token of the cookie to set, and whom it stands for. */
export async function beginSignIn(
  tx: Tx,
  authenticator: Authenticator,
  { principal, by, endsBy }: SignIn,
  requestId: string,
): Promise<{ token: string; principal: Principal }> {
  const token = mintToken();
  const tokenHash = authenticator.tokenHash(token, principal);
  const expiresAt = await insertSignIn(tx, { tokenHash, keyId: principal.keyId, hours: sessionHours, endsBy });
  const after = { by, expires_at: expiresAt };
  await recordAudit(tx, { ...entryOf(principal), action: "sign_in.created", after, requestId });
  return { token, principal: { ...principal, signIn: { expiresAt } } };
}

/** Ends the sign-in of the cookie that came; nothing without one. `principal`: who calls by it, as long as its key holds. */
export async function endSignIn(
  tx: Tx,
  authenticator: Authenticator,
  { cookies, principal }: { cookies: string | undefined; principal: Principal },
  requestId: string,
): Promise<void> {
  const token = sessionTokenOf(cookies);
  if (token !== null && (await deleteSignIn(tx, authenticator.tokenHashes(token)))) {
    await recordAudit(tx, { ...entryOf(principal), action: "sign_in.ended", requestId });
  }
}

function entryOf({ actor }: Principal): { actor: string; objectType: string; objectId: string } {
  return { actor, objectType: "sign_in", objectId: actor };
}
