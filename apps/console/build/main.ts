// `npm run console`: builds the console's files if they are older than its sources.
import { buildConsole, consoleFiles } from "./build.ts";

const startedAt = performance.now();
const isNew = await buildConsole();
const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
process.stdout.write(
  isNew ? `The console was built in ${seconds} s: ${consoleFiles}\n` : "The console is up to date.\n",
);
