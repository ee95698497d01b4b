// JSON whose numbers may be compared and written again without being rounded: what a double cannot hold stays text, marked
// with a NUL, which no text from the database has.

const mark = "\u0000";

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

/** Parses; equal numbers become equal values, however they are written. */
export function parseExactly(text: string): unknown {
  const revive: Reviver = (_key, value, { source }) =>
    typeof value === "number" && source !== undefined ? exact(value, source) : value;
  return JSON.parse(text, revive as Parameters<typeof JSON.parse>[1]);
}

/** The text of a value that was parsed so. */
export function stringifyExactly(value: unknown): string {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "string" && inner.startsWith(mark) ? rawJSON(inner.slice(mark.length)) : inner,
  );
}

function exact(value: number, source: string): number | string {
  const normal = normalised(source);
  return Number.isFinite(value) && normalised(String(value)) === normal ? value : `${mark}${normal}`;
}

/** One text for all ways to write a number: digits without zeros around them, and a power of ten. */
function normalised(source: string): string {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") {
    return "0";
  }
  const exponent = Number(power) - fraction.length + digits.length - significant.length;
  return `${sign}${significant}${exponent === 0 ? "" : `e${exponent}`}`;
}
