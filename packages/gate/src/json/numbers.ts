// Values of a JSON text whose numbers doubles may not hold, for judging them by a schema. Only judged: what is kept is
// the text.

/**
 * Parses a text so that what a schema asks of its numbers still comes out right: one that is too large for a double
 * stays finite, one that is too small stays apart from zero, and one that is no integer does not become one.
 */
export function approximate(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && context?.source !== undefined ? nearby(value, context.source) : value,
  );
}

function nearby(value: number, source: string): number {
  if (!Number.isFinite(value)) return value > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE;
  const isNegative = source.startsWith("-");
  if (value === 0) {
    if (!/[1-9]/.test(source.replace(/e.*$/i, ""))) return value;
    return isNegative ? -Number.MIN_VALUE : Number.MIN_VALUE;
  }
  if (Number.isInteger(value) && !isWhole(source)) {
    // Beside the integer, where doubles are still finer than integers; beyond 2^52 every double is one.
    const beside = value + Math.max(Math.abs(value), 1) * 2 ** -52;
    return Number.isInteger(beside) ? value : beside;
  }
  return value;
}

/** Whether a number as it is written has no fraction: 1.50e1 has none. */
function isWhole(source: string): boolean {
  const match = /^-?\d+(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source);
  if (match === null) return true;
  const decimals = (match[1] ?? "").replace(/0+$/, "").length;
  const exponent = Number(match[2] ?? 0);
  if (exponent >= decimals) return true;
  if (decimals > 0) return false;
  // A negative exponent: whole as long as the digits end with enough zeros.
  const digits = source.replace(/^-|[.eE].*$/g, "");
  return (/0*$/.exec(digits)?.[0].length ?? 0) >= -exponent;
}
