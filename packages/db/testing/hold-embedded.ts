// A process that starts the database of the folder it is given, says so in one line of JSON and holds it until SIGTERM.
// For tests of what happens when such a process is killed, or when it runs as another user.
import { startEmbedded } from "@almanac/db/embedded";
import { AppError } from "@almanac/domain/errors";

try {
  const server = await startEmbedded({ dataDir: process.argv[2] ?? "", durable: process.argv[3] !== "throwaway" });
  const { url, pid, folder, notices } = server;
  process.stdout.write(`${JSON.stringify({ url, pid, folder, notices })}\n`);
  process.once("SIGTERM", () => void server.stop());
} catch (error) {
  process.stdout.write(`${JSON.stringify({ code: error instanceof AppError ? error.code : String(error) })}\n`);
}
