// What a benchmark says: lines for people while it runs, and marks that were reached or not.

export interface Mark {
  /** What was measured, against what. */
  name: string;
  value: number;
  /** Which side of `limit` is good. */
  wants: "at least" | "at most";
  limit: number;
  unit?: string;
}

/** Sizes and repetitions: `quick` shows that a benchmark still runs, its numbers mean nothing. */
export type Scale = "full" | "quick";

export type Say = (line: string) => void;

export interface BenchmarkOptions {
  /** How many events, for the benchmarks that load them. */
  events?: number;
}

export type Benchmark = (scale: Scale, say: Say, options?: BenchmarkOptions) => Promise<Mark[]>;

export function isReached({ value, wants, limit }: Mark): boolean {
  return wants === "at least" ? value >= limit : value <= limit;
}

export function describeMark(mark: Mark): string {
  const unit = mark.unit === undefined ? "" : ` ${mark.unit}`;
  const verdict = isReached(mark) ? "reached" : "MISSED ";
  return `${verdict}  ${mark.name}: ${rounded(mark.value)}${unit} (${mark.wants} ${mark.limit}${unit})`;
}

/** Three significant digits, no exponent. */
export function rounded(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}

export function bytes(count: number): string {
  const steps: [number, string][] = [
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
  ];
  const [size, unit] = steps.find(([size]) => count >= size) ?? [1, "B"];
  return `${rounded(count / size)} ${unit}`;
}

/** Columns as wide as their widest cell; the first to the left, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join("  "),
    )
    .join("\n");
}
