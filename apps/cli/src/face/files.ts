// What a user names as a file, or `-` for stdin.
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { UsageError } from "./exit-code.ts";

/** For a `catch`: that it cannot be read is the caller's to mend. */
export function unreadable(path: string): (error: unknown) => never {
  return (error) => {
    throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  };
}

export function contentOf(path: string): Promise<string> {
  return path === "-" ? text(process.stdin) : readFile(path, "utf8").catch(unreadable(path));
}
