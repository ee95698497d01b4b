// `almanac`: the command line. Knows the HTTP contract and nothing else of Almanac.
import { Ended, exitCodeOf, exitCodes } from "./face/exit-code.ts";
import { onInterrupt } from "./face/interrupt.ts";
import { note } from "./face/output.ts";
import { refusalLines } from "./face/refusal.ts";
import { lastTold } from "./face/session.ts";
import { programFor } from "./program.ts";

// Whoever reads us may stop at any time (`| head`); that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? exitCodes.ok : exitCodes.failed);
  });
}
onInterrupt((line) => {
  // What a bar has taken from the terminal: its cursor, the wrapping of lines, and the line itself.
  if (process.stderr.isTTY) process.stderr.write("\u001b[?25h\u001b[?7h\r\u001b[K");
  note(line);
  process.exit(exitCodes.interrupted);
});

try {
  const program = await programFor(process.argv.slice(2));
  await program.parseAsync(process.argv);
} catch (thrown) {
  if (!(thrown instanceof Ended)) for (const line of refusalLines(thrown, lastTold)) note(line);
  process.exitCode = exitCodeOf(thrown);
}
