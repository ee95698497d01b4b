// What a sync came to, in a few words: how many changed is always told, what went wrong where there is any.

const told = [
  ["failed", "failed"],
  ["quarantined", "held back for a decision"],
] as const;

/** `3 changed, 1 failed` */
export function outcomeWords(outcomes: readonly string[]): string {
  const countOf = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
  const wrong = told.map(([outcome, words]) => [countOf(outcome), words] as const).filter(([count]) => count > 0);
  return [[countOf("changed"), "changed"] as const, ...wrong].map(([count, words]) => `${count} ${words}`).join(", ");
}
