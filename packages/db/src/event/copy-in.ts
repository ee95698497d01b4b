// Sends encoded rows to the server, which parses one piece while the next is encoded.
import { once } from "node:events";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { copyTrailer } from "./copy.ts";

export type CopyPoint = "copy-half" | "copy-end";

const targets = {
  events: `copy events (event_id, event_type, event_timestamp, user_id, related_id, version, metadata, location_id,
    visit_date, schema_version, extra, received, batch_id, line) from stdin (format binary)`,
  stage: "copy pg_temp.event_stage from stdin (format binary)",
};

/** Copies rows, or none of them; `reached` is awaited in the middle and at the end. */
export async function copyIn(
  client: PoolClient,
  target: keyof typeof targets,
  pieces: Iterable<Buffer>,
  reached?: (point: CopyPoint) => void | Promise<void>,
): Promise<void> {
  const stream = client.query(copyFrom(targets[target]));
  const failure = Promise.withResolvers<never>();
  // Whoever awaits below learns of it; without an awaiter it must not end the process.
  failure.promise.catch(() => undefined);
  let failed: Error | undefined;
  stream.on("error", (error) => failure.reject((failed = error)));
  let sent = 0;
  try {
    for (const piece of pieces) {
      // A stream that has failed has no connection to write to any more.
      if (failed !== undefined) throw failed;
      if (!stream.write(piece)) {
        await Promise.race([once(stream, "drain"), failure.promise]);
      }
      // The first piece is the signature.
      sent += 1;
      if (sent === 2) await reached?.("copy-half");
    }
    if (failed !== undefined) throw failed;
    const finished = once(stream, "finish");
    stream.end(copyTrailer);
    await Promise.race([finished, failure.promise]);
  } catch (error) {
    if (failed === undefined) stream.destroy();
    throw error;
  }
  await reached?.("copy-end");
}
