// Where does a ratio stand? On a logarithmic scale, so that twice and half lie equally far from once.

const ticks = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16];

export interface Interval {
  ratio: number | null;
  low: number | null;
  high: number | null;
}

export interface LiftScale {
  ticks: readonly number[];
  /** 0 to 1; what lies outside stands at the edge. */
  place(ratio: number): number;
}

/** From the tick below the least end of an interval to the one above the highest; once always lies inside. */
export function liftScale(rows: readonly Interval[]): LiftScale {
  const ends = rows.flatMap(({ ratio, low, high }) => [ratio, low, high]).filter((end) => end !== null && end > 0);
  const bottom = ticks.findLast((tick) => tick <= Math.min(0.5, ...(ends as number[]))) ?? ticks[0]!;
  const top = ticks.find((tick) => tick >= Math.max(2, ...(ends as number[]))) ?? ticks.at(-1)!;
  const span = Math.log(top / bottom);
  return {
    ticks: ticks.filter((tick) => tick >= bottom && tick <= top),
    place: (ratio) => (ratio <= 0 ? 0 : Math.min(1, Math.max(0, Math.log(ratio / bottom) / span))),
  };
}
