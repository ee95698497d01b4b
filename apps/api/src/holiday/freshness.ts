// May what is in memory be served? Only while the database's epoch is known to be the one under which it was read. It is
// asked at most once in a lease of 50 ms, measured from before the question was sent; whoever reports a change as done
// waits one lease first (`holdBack`), so that no api process still answers with what was before.
import { setTimeout as pause } from "node:timers/promises";

/** For how long a process may trust what the database said about the epoch. */
const freshnessLeaseMs = 50;

export interface Freshness {
  /** Whether what is kept may be served to somebody who asks now. */
  isFresh(): boolean;
  /** Resolves when it is known again; what was kept may be gone then. Callers at the same time share one query. */
  confirm(): Promise<void>;
  /** Rises when what is kept was dropped: what was read under an older generation must not be kept. */
  generation(): number;
}

export interface FreshnessOptions {
  readEpoch: () => Promise<string>;
  /** Drops everything that was read under the epoch before. */
  onChange: () => void;
  leaseMs?: number;
  /** A monotonic clock in milliseconds. */
  now?: () => number;
}

export function createFreshness(options: FreshnessOptions): Freshness {
  const { readEpoch, onChange, leaseMs = freshnessLeaseMs, now = () => performance.now() } = options;
  let epoch: string | null = null;
  let confirmedAt = Number.NEGATIVE_INFINITY;
  let generation = 0;
  let asking: { sentAt: number; told: Promise<void> } | null = null;

  async function ask(sentAt: number): Promise<void> {
    const told = await readEpoch();
    // Answers of two connections may overtake each other: only the one that was asked last counts.
    if (sentAt < confirmedAt) {
      return;
    }
    confirmedAt = sentAt;
    if (told !== epoch) {
      epoch = told;
      generation += 1;
      onChange();
    }
  }

  return {
    isFresh: () => now() < confirmedAt + leaseMs,
    confirm() {
      const sentAt = now();
      if (sentAt < confirmedAt + leaseMs) {
        return Promise.resolve();
      }
      if (asking === null || asking.sentAt + leaseMs <= sentAt) {
        const mine = { sentAt, told: ask(sentAt) };
        asking = mine;
        const forget = () => {
          if (asking === mine) asking = null;
        };
        mine.told.then(forget, forget);
      }
      return asking.told;
    },
    generation: () => generation,
  };
}

/** Waits until every process has noticed what was committed before the call. */
export async function holdBack(): Promise<void> {
  // A timer may fire up to a millisecond early.
  await pause(freshnessLeaseMs + 2);
}
