// Loaded into a supervised program before its own code: when the supervisor is gone, however it ended, the program is
// told to end as by SIGTERM, and ends hard when it does not.
const hardEndMs = 15_000;

process.once("disconnect", () => {
  // Nobody reads these any more; a failed write must not cut the clean end short.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  setTimeout(() => process.kill(process.pid, "SIGKILL"), hardEndMs).unref();
  process.kill(process.pid, "SIGTERM");
});
// The listener alone would keep the program alive.
process.channel?.unref();
