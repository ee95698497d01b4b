// A state in one word. The colour repeats what the word says, it never says it alone.
import type { ReactNode } from "react";

export type Tone = "good" | "warn" | "bad" | "note" | "holiday" | "plain";

const tones: Readonly<Record<string, Tone>> = {
  succeeded: "good",
  changed: "note",
  unchanged: "plain",
  inserted: "good",
  updated: "note",
  published: "good",
  completed: "good",
  ok: "good",
  active: "good",
  current: "good",
  partial: "warn",
  queued: "note",
  running: "note",
  paused: "warn",
  proposed: "note",
  quarantined: "warn",
  stale: "warn",
  duplicate: "plain",
  inactive: "plain",
  cancelled: "plain",
  conflict: "bad",
  rejected: "bad",
  failed: "bad",
  problem: "bad",
  warning: "warn",
  note: "note",
};

export function Badge({ children, tone = "plain" }: { children: ReactNode; tone?: Tone }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}

/** A status as the api tells it. */
export function Status({ of }: { of: string | null }) {
  return of === null ? <span className="soft">none</span> : <Badge tone={tones[of] ?? "plain"}>{of}</Badge>;
}
