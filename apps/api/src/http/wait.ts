// How does a caller wait for long work with one request? Polls until it is done, the time is up, the caller went away
// or the process shuts down; whichever comes first, the newest state is answered.
import { setTimeout as pause } from "node:timers/promises";

export interface Wait<State> {
  seconds: number;
  read: () => Promise<State>;
  done: (state: State) => boolean;
  /** Aborts when the caller is gone or the process ends. */
  signal: AbortSignal;
}

// The first looks come quickly, because short work is common; later ones spare the database.
const firstPauseMs = 50;
const longestPauseMs = 500;

export async function waitUntil<State>(wait: Wait<State>): Promise<State> {
  const deadline = performance.now() + wait.seconds * 1_000;
  let state = await wait.read();
  for (let pauseMs = firstPauseMs; !wait.done(state); pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const left = deadline - performance.now();
    if (left <= 0 || wait.signal.aborted) {
      return state;
    }
    await pause(Math.min(pauseMs, left), undefined, { signal: wait.signal }).catch(() => undefined);
    state = await wait.read();
  }
  return state;
}
