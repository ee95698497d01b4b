// Who is signed in, with what role, and the way in or out.
import { read } from "@almanac/client/read";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../api.ts";
import { useChangeOfSession, useSession } from "./session.ts";

export function Who() {
  const { session, isSignedIn } = useSession();
  const changed = useChangeOfSession();
  const signOut = useMutation({ mutationFn: () => read(api.v1.session.$delete()), onSuccess: changed });
  if (session === undefined) return null;
  return (
    <div className="row" style={{ justifyContent: "space-between" }}>
      <span>
        <strong>{session.name ?? session.actor}</strong>
        {session.role === "none" ? "may see nothing yet" : session.role}
      </span>
      {isSignedIn ? (
        <button type="button" className="button small" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
          Sign out
        </button>
      ) : (
        <Link to="/sign-in" className="button small">
          Sign in
        </Link>
      )}
    </div>
  );
}
