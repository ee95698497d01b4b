// The URL's query as a screen's state: read it, change some of it; what is undefined goes.
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Search } from "./search.ts";

export type ChangeSearch = (changed: Search, options?: { replace?: boolean }) => void;

/** Typing replaces the entry of the history, choosing makes a new one. */
export function useSearchState(): [Search, ChangeSearch] {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  function change(changed: Search, { replace = false } = {}): void {
    void navigate({ to: ".", search: (before: Search) => ({ ...before, ...changed }), replace, resetScroll: false });
  }
  return [search, change];
}
