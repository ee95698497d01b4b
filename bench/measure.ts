// Times that can be compared on a noisy machine: what is measured and its limit take turns, and the middle one counts.

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

/** How long some work takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

export interface Pair<Measured> {
  ours: Measured;
  limit: Measured;
}

/** Measures both `rounds` times, whoever went second going first the next time. */
export async function alternate<Measured>(
  rounds: number,
  measure: { ours: () => Promise<Measured>; limit: () => Promise<Measured> },
): Promise<Pair<Measured>[]> {
  const pairs: Pair<Measured>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const ours = await measure.ours();
      pairs.push({ ours, limit: await measure.limit() });
    } else {
      const limit = await measure.limit();
      pairs.push({ limit, ours: await measure.ours() });
    }
  }
  return pairs;
}

/** The middle of the pairs' ratios of ours to the limit. */
export function medianRatio<Measured>(pairs: readonly Pair<Measured>[], of: (measured: Measured) => number): number {
  return median(pairs.map(({ ours, limit }) => of(ours) / of(limit)));
}

/** Runs `work` over all items, `lanes` at a time. */
export async function inLanes<Item>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}
