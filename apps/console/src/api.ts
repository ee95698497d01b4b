// The one connection to the api: the page's own origin, signed in by a cookie that no script can read.
import { openClient } from "@almanac/client/client";
import { ProblemError } from "@almanac/client/problem";
import { QueryClient } from "@tanstack/react-query";

export const api = openClient({ baseUrl: location.origin });

/** What passes by itself is asked again; a refusal stays one. */
function mayPass(error: Error): boolean {
  return error instanceof ProblemError && (error.code === "client.unreachable" || error.status === 503);
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < 2 && mayPass(error),
      retryDelay: (failures) => 500 * 2 ** failures,
    },
    mutations: { retry: false },
  },
});
