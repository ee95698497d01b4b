// How do many requests become few calls? Those that arrive within a few milliseconds for the same year share one, up to
// ten codes. A request never joins a call that was begun before it, because a sync must not use older fetches.

interface Waiter<T> {
  code: string;
  signal: AbortSignal;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
}

export interface Batcher<T> {
  ask(code: string, year: number, signal: AbortSignal): Promise<T>;
}

/** What became of one code of a shared call. */
export type Settled<T> = { ok: true; value: T } | { ok: false; reason: unknown };

export interface BatchSettings<T> {
  waitMs: number;
  maxCodes: number;
  /** Codes that must not share a call with this one. */
  keepApart(code: string, other: string): boolean;
  /** Runs one call; must settle every code. The signal aborts when nobody waits any more. */
  run(codes: readonly string[], year: number, signal: AbortSignal): Promise<ReadonlyMap<string, Settled<T>>>;
}

/** Gathers requests by year. A waiter whose signal aborts is rejected with the signal's reason at once. */
export function createBatcher<T>(settings: BatchSettings<T>): Batcher<T> {
  const gathering = new Map<number, Waiter<T>[]>();

  const flush = (year: number): void => {
    const waiters = gathering.get(year) ?? [];
    gathering.delete(year);
    const codes = [...new Set(waiters.filter((waiter) => !waiter.signal.aborted).map((waiter) => waiter.code))];
    for (const shared of share(codes, settings)) {
      void runShared(
        settings,
        shared,
        year,
        waiters.filter((waiter) => shared.includes(waiter.code)),
      );
    }
  };

  return {
    async ask(code, year, signal) {
      signal.throwIfAborted();
      let onAbort = (): void => {};
      return new Promise<T>((resolve, reject) => {
        const waiter = { code, signal, resolve, reject };
        const waiters = gathering.get(year);
        if (waiters) waiters.push(waiter);
        else {
          gathering.set(year, [waiter]);
          setTimeout(flush, settings.waitMs, year);
        }
        onAbort = () => waiter.reject(signal.reason);
        signal.addEventListener("abort", onAbort, { once: true });
      }).finally(() => signal.removeEventListener("abort", onAbort));
    },
  };
}

function share<T>(codes: readonly string[], settings: BatchSettings<T>): string[][] {
  const groups: string[][] = [];
  for (const code of codes) {
    const fits = groups.find(
      (group) => group.length < settings.maxCodes && !group.some((other) => settings.keepApart(code, other)),
    );
    if (fits) fits.push(code);
    else groups.push([code]);
  }
  return groups;
}

async function runShared<T>(
  settings: BatchSettings<T>,
  codes: readonly string[],
  year: number,
  waiters: readonly Waiter<T>[],
): Promise<void> {
  const nobodyWaits = new AbortController();
  const stopIfAlone = (): void => {
    if (waiters.every((waiter) => waiter.signal.aborted)) nobodyWaits.abort();
  };
  for (const waiter of waiters) waiter.signal.addEventListener("abort", stopIfAlone, { once: true });
  try {
    const settled = await settings.run(codes, year, nobodyWaits.signal);
    for (const waiter of waiters) {
      const outcome = settled.get(waiter.code);
      if (outcome?.ok) waiter.resolve(outcome.value);
      else waiter.reject(outcome ? outcome.reason : new Error(`no outcome for ${waiter.code}`));
    }
  } catch (thrown) {
    for (const waiter of waiters) waiter.reject(thrown);
  } finally {
    for (const waiter of waiters) waiter.signal.removeEventListener("abort", stopIfAlone);
  }
}
