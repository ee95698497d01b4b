// What does Ctrl-C do? It lets go; what the server does goes on, and the last line says how to return to it.

let farewell = "Interrupted.";

/** While `work` runs, an interruption ends with these words. */
export async function detachable<T>(words: string, work: () => Promise<T>): Promise<T> {
  const before = farewell;
  farewell = words;
  try {
    return await work();
  } finally {
    farewell = before;
  }
}

/** Calls back once, at the first interruption. */
export function onInterrupt(listener: (line: string) => void): void {
  process.once("SIGINT", () => {
    // A terminal and the launcher both send it.
    process.on("SIGINT", () => undefined);
    listener(farewell);
  });
}
