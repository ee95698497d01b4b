// What a careless hand, an eviction or a crash does to a queue: everything in it is gone at once.
import { once } from "node:events";
import { connect } from "node:net";
import type { Database } from "@almanac/db/database";
import { AppError } from "@almanac/domain/errors";

/** Drops the queue's schema (Postgres), or flushes the whole server (Redis), while everybody stays connected. */
export async function wipeQueue(queue: { database: Database; queueUrl?: string; prefix?: string }): Promise<void> {
  if (queue.queueUrl?.startsWith("redis") !== true) {
    await dropSchema(queue.database, queue.prefix ?? "bullmq");
    return;
  }
  const { hostname, port } = new URL(queue.queueUrl);
  const socket = connect(Number(port), hostname);
  socket.write("FLUSHALL\r\n");
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  if (!answer.toString().startsWith("+OK")) {
    throw new Error(`FLUSHALL was answered with ${answer.toString()}`);
  }
}

/** Whoever works in it takes its locks in another order: one of them is refused, here it tries again. */
async function dropSchema(database: Database, schema: string): Promise<void> {
  await database.query(`drop schema "${schema}" cascade`).catch((error: unknown) => {
    if (error instanceof AppError && error.category === "conflict") {
      return dropSchema(database, schema);
    }
    throw error;
  });
}
