// How policies, runs and steps read.
import type { EventType, ReprocessRunHeader, UpcastStep } from "@almanac/client/contract";

export const policyWords: Readonly<Record<EventType["on_new_version"], string>> = {
  propose: "previewed, and wait for a yes",
  publish: "brought to it at once",
};

export const modes = [
  "backward",
  "backward_transitive",
  "forward",
  "forward_transitive",
  "full",
  "full_transitive",
  "none",
] as const;

export const modeWords: Readonly<Record<(typeof modes)[number], string>> = {
  backward: "old events fit the new schema",
  backward_transitive: "events of all versions fit the new schema",
  forward: "new events fit the old schema",
  forward_transitive: "new events fit all old schemas",
  full: "both ways",
  full_transitive: "both ways, with all versions",
  none: "nothing is compared",
};

/** `rename /method to payment_method`: the step as a sentence. */
export function stepWords({ op, path, ...more }: UpcastStep): string {
  const rest = Object.entries(more).map(([name, value]) =>
    name === "to" || name === "name" ? `to ${textOf(value)}` : `${name} ${textOf(value)}`,
  );
  return [op, path ?? "", ...(op === "function" ? [textOf(more["name"])] : rest)]
    .filter((word) => word !== "")
    .join(" ");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A preview that has ended and nobody has published or ended: it waits for a yes. */
export function isProposal({ mode, status, rows, rejects }: ReprocessRunHeader): boolean {
  const isEnded = status === "succeeded" || status === "partial";
  return mode === "preview" && isEnded && (rows.changed > 0 || (rejects.would_pass ?? 0) > 0);
}

export function isOpen({ status }: Pick<ReprocessRunHeader, "status">): boolean {
  return status === "queued" || status === "running";
}

/** What a run is, in a few words. */
export function runWords({ mode, reverts, to_version: to }: ReprocessRunHeader): string {
  if (reverts !== null) return "Revert of an earlier run";
  return `${mode === "preview" ? "Preview" : "Publish"}${to === null ? "" : ` to schema ${to}`}`;
}
