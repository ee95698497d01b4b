// Signing in: with an API key, or with a link that does so once. The link's token stands behind the `#`, which no server
// and no log ever sees; it leaves the address bar at once.
import { read } from "@almanac/client/read";
import { useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { api } from "../api.ts";
import { Field } from "../parts/field.tsx";
import { Loading } from "../parts/loading.tsx";
import { Problem } from "../parts/problem.tsx";
import { Screen } from "../parts/screen.tsx";
import { textOf } from "./search.ts";
import { useChangeOfSession } from "./session.ts";

export function SignIn() {
  const then = wayBack(textOf(useSearch({ strict: false })["then"]));
  const navigate = useNavigate();
  const changed = useChangeOfSession();
  const [key, type] = useState("");
  const used = useRef(false);
  const signIn = useMutation({
    mutationFn: (json: { key: string } | { link: string }) => read(api.v1.session.$post({ json })),
    async onSuccess() {
      await changed();
      // The board is no screen of the console.
      if (then.startsWith("/jobs")) location.assign(then);
      else await navigate({ to: then, replace: true });
    },
  });
  const { mutate } = signIn;
  useEffect(() => {
    const link = location.hash.slice(1);
    if (link === "" || used.current) return;
    used.current = true;
    history.replaceState(history.state, "", location.pathname + location.search);
    mutate({ link });
  }, [mutate]);

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    mutate({ key: key.trim() });
  }
  return (
    <Screen
      title="Sign in"
      lead="With an API key. It is sent once and becomes a session of 12 hours on this browser alone."
    >
      {signIn.isPending && key === "" ? <Loading what="Signing in" lines={1} /> : null}
      <form className="card" style={{ maxWidth: "32rem" }} onSubmit={submit}>
        {signIn.isError ? <Problem error={signIn.error} /> : null}
        <Field label="API key">
          <input
            type="password"
            name="key"
            autoComplete="current-password"
            required
            value={key}
            onChange={({ target }) => type(target.value)}
          />
        </Field>
        <div>
          <button type="submit" className="button primary" disabled={signIn.isPending}>
            Sign in
          </button>
        </div>
        <p className="small soft">
          On the machine that runs Almanac, <code>npm start</code> prints a link that signs in once, and the admin key
          lies in <code>.almanac/admin-key</code>.
        </p>
      </form>
    </Screen>
  );
}

/** Only to a place of this server. */
function wayBack(then: string | undefined): string {
  return then !== undefined && /^\/(?![/\\])/.test(then) ? then : "/";
}
