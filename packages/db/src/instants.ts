// Instants cross this package's edge as RFC 3339 text in UTC with six digits of microseconds: the precision that as-of
// look-ups need, in a form that sorts as text.

/** `2026-11-22 10:03:12.94+00` (the driver's text, session in UTC) → `2026-11-22T10:03:12.940000Z`. */
export function instantOf(text: string): string {
  const [day, time] = text.replace(/(\+00|Z)$/, "").split(/[ T]/);
  const [seconds, fraction = ""] = time!.split(".");
  return `${day}T${seconds}.${fraction.padEnd(6, "0")}Z`;
}

/** The same for a column that may be null. */
export function instantOrNull(text: string | null): string | null {
  return text === null ? null : instantOf(text);
}

/** Epoch milliseconds, with the microseconds as a fraction, for comparisons in domain code. */
export function epochMs(text: string): number {
  const instant = Temporal.Instant.from(instantOf(text));
  return Number(instant.epochNanoseconds / 1_000n) / 1_000;
}
