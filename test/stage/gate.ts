// Stands between a worker and the holiday source and keeps its answers back until told, so that a fault can strike while
// a sync is under way: no test has to hit a moment.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Gate {
  /** Give this to the worker as the source's address. */
  readonly url: string;
  /** Answers that wait here. */
  readonly waiting: number;
  /** From now on answers are fetched and kept back. */
  shut(): void;
  /** New answers pass; those that wait go on waiting. */
  letPass(): void;
  /** Everything passes, what waits first. */
  open(): void;
  close(): Promise<void>;
}

/** Opens a gate before `target` (`http://…`). */
export async function openGate(target: string): Promise<Gate> {
  let isShut = false;
  const kept = new Set<() => void>();
  const server = createServer((request, response) => {
    void (async () => {
      const answer = await fetch(new URL(request.url ?? "/", target));
      const body = Buffer.from(await answer.arrayBuffer());
      if (isShut) {
        const passed = Promise.withResolvers<void>();
        kept.add(passed.resolve);
        // Whoever asked may be dead by now.
        response.once("close", () => kept.delete(passed.resolve));
        await passed.promise;
        kept.delete(passed.resolve);
      }
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
      response.end(body);
    })().catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get waiting() {
      return kept.size;
    },
    shut: () => void (isShut = true),
    letPass: () => void (isShut = false),
    open() {
      isShut = false;
      for (const pass of kept) pass();
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
