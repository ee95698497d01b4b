// Who looks at this, and what may they do? The api says; the console has no table of its own.
import { read } from "@almanac/client/read";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../api.ts";

const key = ["session"];

export function useSession() {
  const query = useQuery({ queryKey: key, queryFn: () => read(api.v1.session.$get()), staleTime: 60_000 });
  const permissions = new Set<string>(query.data?.permissions ?? []);
  return {
    query,
    session: query.data,
    isSignedIn: query.data?.via === "session",
    /** Whether the api would let them; false until that is known. */
    may: (operation: string) => permissions.has(operation),
  };
}

/** Another person sees other things: everything known is asked again. */
export function useChangeOfSession(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== key[0] });
    await client.invalidateQueries();
  };
}
