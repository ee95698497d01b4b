// A question to the api on a screen: what stands there while it is asked, when it failed, and when it is answered. What
// was answered before stays while it is asked again.
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Loading } from "./loading.tsx";
import { Problem } from "./problem.tsx";

export interface AskedProps<Data> {
  query: UseQueryResult<Data>;
  /** What is asked for, for those who hear the page: "Loads". */
  what: string;
  children: (data: Data) => ReactNode;
}

export function Asked<Data>({ query, what, children }: AskedProps<Data>) {
  if (query.data !== undefined) {
    return (
      <>
        {query.isError ? <Problem error={query.error} retry={() => void query.refetch()} /> : null}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) return <Problem error={query.error} retry={() => void query.refetch()} />;
  return <Loading what={what} />;
}
