// What is behind a call that the caller may not make: said, with the way to sign in, instead of a refusal.
import { useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useSession } from "../frame/session.ts";
import { Asked } from "./asked.tsx";

export function Needs({ operation, children }: { operation: string; children: ReactNode }) {
  const { query, isSignedIn } = useSession();
  const { href } = useLocation();
  return (
    <Asked query={query} what="Who you are">
      {({ role, permissions }) =>
        permissions.includes(operation) ? (
          children
        ) : (
          <div className="empty">
            <strong>This is not for {role === "none" ? "visitors" : `the role ${role}`}.</strong>
            <p>{isSignedIn ? "Sign in with a key that may see it." : "Sign in to see it."}</p>
            <a className="button primary" href={`/sign-in?then=${encodeURIComponent(href)}`}>
              Sign in
            </a>
          </div>
        )
      }
    </Asked>
  );
}
