// How does a list get whole? Page after page until there are enough.

interface Page<Item> {
  data: Item[];
  next_cursor: string | null;
}

const longestPage = 1_000;

/** The first `limit` items. */
export async function firstOf<Item>(
  limit: number,
  ask: (page: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null | undefined; cursor !== null && items.length < limit;) {
    const page = await ask({
      limit: Math.min(longestPage, limit - items.length),
      ...(cursor === undefined ? {} : { cursor }),
    });
    items.push(...page.data);
    cursor = page.next_cursor;
  }
  return items;
}
