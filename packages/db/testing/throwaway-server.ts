// A server that nobody needs afterwards: files in the temporary folder, removed with it.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded, type Embedded } from "@almanac/db/embedded";

export interface ThrowawayServer {
  /** The server that runs now; another one after `restart`. */
  current(): Embedded;
  /** Starts it again on the same files and port. */
  restart(): Promise<void>;
  /** Stops it and removes its files. */
  close(): Promise<void>;
}

export async function startThrowaway(): Promise<ThrowawayServer> {
  const dataDir = mkdtempSync(join(tmpdir(), "almanac-test-"));
  // Root's server runs as another user, who must pass.
  chmodSync(dataDir, 0o711);
  const removeFiles = (folder: string) => {
    for (const path of [dataDir, folder]) rmSync(path, { recursive: true, force: true });
  };
  let server: Embedded;
  try {
    server = await startEmbedded({ dataDir, durable: false });
  } catch (error) {
    removeFiles(dataDir);
    throw error;
  }
  return {
    current: () => server,
    restart: async () => {
      server = await startEmbedded({ dataDir, durable: false, port: server.port });
    },
    close: async () => {
      await server.stop();
      removeFiles(server.folder);
    },
  };
}
