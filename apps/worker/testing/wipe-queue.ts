// What a careless hand, an eviction or a crash does to a queue: everything in it is gone at once.
import { once } from "node:events";
import { connect } from "node:net";
import type { Database } from "@almanac/db/database";

/** Drops the queue's schema (Postgres), or flushes the whole server (Redis), while everybody stays connected. */
export async function wipeQueue(queue: { database: Database; queueUrl?: string; prefix?: string }): Promise<void> {
  if (queue.queueUrl?.startsWith("redis") !== true) {
    await queue.database.query(`drop schema "${queue.prefix ?? "bullmq"}" cascade`);
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
