// POST /v1/events in hundreds to the real api process: events a second, each durable when it is answered.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSample } from "@almanac/sample/generate";
import type { EventsSize } from "./events.ts";
import { type Mark, rounded, type Say } from "./marks.ts";
import { quantile } from "./measure.ts";
import type { ScratchServer } from "./scratch-server.ts";
import { startProcess } from "./server-process.ts";

const adminKey = "the-key-of-a-benchmark-0123456789abcdef";

export async function measurePosts(server: ScratchServer, { posts }: EventsSize, say: Say): Promise<Mark[]> {
  const url = await server.copy("posts");
  const lake = mkdtempSync(join(tmpdir(), "almanac-bench-lake-"));
  const api = await startProcess("../apps/api/src/main.ts", {
    DATABASE_URL: url,
    LAKE_URL: `file:${lake}`,
    PORT: "0",
    ALMANAC_ADMIN_KEY: adminKey,
    RATE_LIMIT: "off",
  });
  try {
    const bodies = await bodiesOf(posts.each);
    // The first posts compile the server's code.
    await post(api.url, bodies.next().value!, posts.each);
    const took: number[] = [];
    const begunMs = performance.now();
    const endMs = begunMs + posts.seconds * 1000;
    await Promise.all(
      Array.from({ length: posts.connections }, async () => {
        while (performance.now() < endMs) {
          const body = bodies.next().value!;
          const sentMs = performance.now();
          await post(api.url, body, posts.each);
          took.push(performance.now() - sentMs);
        }
      }),
    );
    const perSecond = (took.length * posts.each) / ((performance.now() - begunMs) / 1000);
    say(
      `\nposts of ${posts.each} events, ${posts.connections} connections: ${rounded(perSecond)} events/s, p50 ${rounded(
        quantile(took, 0.5),
      )} ms, p99 ${rounded(quantile(took, 0.99))} ms`,
    );
    return [
      {
        name: `POST /v1/events, ${posts.each} at a time, durable`,
        value: perSecond,
        wants: "at least",
        limit: 5_000,
        unit: "events/s",
      },
    ];
  } finally {
    await api.stop();
    await server.run("drop database posts with (force)");
    rmSync(lake, { recursive: true, force: true });
  }
}

/** Arrays of that many events, all of them new. */
async function bodiesOf(each: number): Promise<Generator<string, undefined>> {
  // More than any machine takes within the time.
  const sample = await generateSample({
    seed: 3,
    events: 5_000_000,
    from: "2026-01-01",
    to: "2026-12-31",
    shares: "none",
  });
  return bodies();

  function* bodies(): Generator<string, undefined> {
    let lines: string[] = [];
    for (const block of sample.blocks()) {
      lines.push(...Buffer.from(block).toString().trimEnd().split("\n"));
      while (lines.length >= each) {
        yield `[${lines.slice(0, each).join(",")}]`;
        lines = lines.slice(each);
      }
    }
    return undefined;
  }
}

async function post(url: string, body: string, count: number): Promise<void> {
  const answer = await fetch(`${url}/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    body,
  });
  const { results } = (await answer.json()) as { results?: { outcome: string }[] };
  const inserted = results?.filter(({ outcome }) => outcome === "inserted").length;
  if (inserted !== count) throw new Error(`a post was answered ${answer.status}, with ${inserted} inserted`);
}
