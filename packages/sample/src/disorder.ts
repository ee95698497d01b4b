// What goes wrong between a checkout and a file: the same event twice, corrections, versions that overtake each other,
// contradictions, and lines that are none. What follows a line waits in a ring of later places, so memory has a bound;
// what a load must make of it all is counted on the way.
import { type BadLineKind, badLine, kindsOf } from "./bad-lines.ts";
import { type Draft, metadataOf, type Rendering, type SampleFormat, writeLine } from "./lines.ts";
import { createRandom } from "./random.ts";

/** Shares of the events to which each of it happens, 0 to 1; nothing happens to an event twice. */
export interface Shares {
  /** The same content again, half of them written otherwise. */
  duplicates: number;
  /** Version 2 after version 1. */
  corrections: number;
  /** Version 1 after version 2. */
  late: number;
  /** Three versions in any order. */
  shuffled: number;
  /** Version 1 again with other content. */
  conflicts: number;
  /** Bad lines beside the events: of each kind, or by kind. */
  bad: number | Partial<Record<BadLineKind, number>>;
}

export const defaultShares: Shares = {
  duplicates: 0.01,
  corrections: 0.02,
  late: 0.005,
  shuffled: 0.002,
  conflicts: 0.000_5,
  bad: 0.000_1,
};
export const noDisorder: Shares = { duplicates: 0, corrections: 0, late: 0, shuffled: 0, conflicts: 0, bad: 0 };

/** What a load of all lines into an empty database must come to. */
export interface SampleTruth {
  total: number;
  inserted: number;
  updated: number;
  duplicate: number;
  stale: number;
  conflict: number;
  rejected: number;
  /** Bad lines by kind; kinds without any are left out. */
  rejectedBy: Partial<Record<BadLineKind, number>>;
  /** Rows that `event_history` must hold: superseded versions and stale ones. */
  history: number;
  /** Events by type. */
  types: Record<string, number>;
}

function emptyTruth(): SampleTruth {
  const counts = { total: 0, inserted: 0, updated: 0, duplicate: 0, stale: 0, conflict: 0, rejected: 0, history: 0 };
  return { ...counts, rejectedBy: {}, types: {} };
}

export interface DisorderOptions {
  seed: number;
  shares: Shares;
  format: SampleFormat;
  rendering: Rendering;
  write: (line: string) => void;
}

export interface Disorder {
  readonly truth: SampleTruth;
  /** Writes the draft's line, and plans what follows it. */
  take(draft: Draft): void;
  /** Writes whatever still waits. */
  end(): void;
}

// A line is followed within so many lines: more than a chunk of a load holds, so that versions meet across chunks too.
const ringSize = 0x10000;

export function createDisorder({ seed, shares, format, rendering, write }: DisorderOptions): Disorder {
  const random = createRandom();
  random.start(seed, 0, 200);
  const truth = emptyTruth();
  const ring: (string[] | undefined)[] = Array.from({ length: ringSize }, () => undefined);
  let place = 0;
  let waiting = 0;
  const kinds = kindsOf(format).map((kind) => ({
    kind,
    share: typeof shares.bad === "number" ? shares.bad : (shares.bad[kind] ?? 0),
  }));
  const badTotal = kinds.reduce((sum, { share }) => sum + share, 0);
  const edges = cumulated([shares.duplicates, shares.corrections, shares.late, shares.shuffled, shares.conflicts]);
  const disorderTotal = edges.at(-1)!;

  const line = (draft: Draft, version: number, variation = version - 1, how = rendering) =>
    writeLine(draft, version, metadataOf(draft, variation), format, how);

  function put(text: string): void {
    write(text);
    truth.total += 1;
    place = (place + 1) % ringSize;
    if (waiting === 0) return;
    const due = ring[place];
    if (due === undefined) return;
    ring[place] = undefined;
    waiting -= due.length;
    // Without `put`: what is due together stands together.
    for (const each of due) write(each);
    truth.total += due.length;
  }

  /** Lines in this order, each some way behind the one before; most of them close by. */
  function follow(...lines: string[]): void {
    let distance = 0;
    const step = Math.floor((ringSize - 1) / lines.length);
    for (const each of lines) {
      distance += 1 + Math.floor(step * random.next() ** 6);
      const at = (place + Math.min(distance, ringSize - 1)) % ringSize;
      (ring[at] ??= []).push(each);
      waiting += 1;
    }
  }

  function disturb(draft: Draft, chance: number): void {
    truth.inserted += 1;
    if (chance < edges[0]!) {
      truth.duplicate += 1;
      const how = random.next() < 0.5 ? rendering : rendering === "plain" ? "reordered" : "plain";
      follow(line(draft, 1, 0, how));
      put(line(draft, 1));
    } else if (chance < edges[1]!) {
      truth.updated += 1;
      truth.history += 1;
      follow(line(draft, 2));
      put(line(draft, 1));
    } else if (chance < edges[2]!) {
      truth.stale += 1;
      truth.history += 1;
      follow(line(draft, 1));
      put(line(draft, 2));
    } else if (chance < edges[3]!) {
      shuffle(draft);
    } else {
      truth.conflict += 1;
      follow(line(draft, 1, 1));
      put(line(draft, 1));
    }
  }

  function shuffle(draft: Draft): void {
    const versions = [1, 2, 3].map((version) => ({ version, key: random.next() })).toSorted((a, b) => a.key - b.key);
    const [first, ...others] = versions.map(({ version }) => version) as [number, number, number];
    let newest = first;
    for (const version of others) {
      truth.history += 1;
      if (version > newest) truth.updated += 1;
      else truth.stale += 1;
      newest = Math.max(newest, version);
    }
    follow(...others.map((version) => line(draft, version)));
    put(line(draft, first));
  }

  function spoil(draft: Draft, chance: number): void {
    let rest = chance;
    const { kind } = kinds.find(({ share }) => (rest -= share) < 0) ?? kinds.at(-1)!;
    truth.rejected += 1;
    truth.rejectedBy[kind] = (truth.rejectedBy[kind] ?? 0) + 1;
    put(badLine({ ...draft, eventId: random.uuid() }, kind, format));
  }

  return {
    truth,
    take(draft) {
      truth.types[draft.eventType] = (truth.types[draft.eventType] ?? 0) + 1;
      if (disorderTotal === 0 && badTotal === 0) {
        truth.inserted += 1;
        put(line(draft, 1));
        return;
      }
      const chance = random.next();
      if (chance < disorderTotal) {
        disturb(draft, chance);
      } else {
        truth.inserted += 1;
        put(line(draft, 1));
      }
      const bad = random.next();
      if (bad < badTotal) spoil(draft, bad);
    },
    end() {
      for (let step = 0; step < ringSize && waiting > 0; step += 1) {
        place = (place + 1) % ringSize;
        const due = ring[place] ?? [];
        ring[place] = undefined;
        waiting -= due.length;
        for (const each of due) write(each);
        truth.total += due.length;
      }
    },
  };
}

function cumulated(shares: readonly number[]): number[] {
  let sum = 0;
  return shares.map((share) => (sum += share));
}
