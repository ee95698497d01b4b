// A list of the api that is read page by page.
import { useInfiniteQuery } from "@tanstack/react-query";

interface Page<Row> {
  data: Row[];
  next_cursor: string | null;
}

interface PagesOptions<Row> {
  /** In how many milliseconds it is asked for again, from what is on the first page; false: not by itself. */
  againMs?: (first: readonly Row[]) => number | false;
}

/** `ask` gets the cursor of the next page, undefined for the first one. */
export function usePages<Row>(
  key: readonly unknown[],
  ask: (cursor: string | undefined) => Promise<Page<Row>>,
  { againMs = () => false }: PagesOptions<Row> = {},
) {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => ask(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: ({ state }) => againMs(state.data?.pages[0]?.data ?? []),
    select: ({ pages }) => pages.flatMap(({ data }) => data),
  });
}
