// What a person at the terminal is told about an error: one line, without a stack and without a password.

/** The safe detail of an error of ours, else its message; connection strings in it lose their password. */
export function oneLine(error: unknown): string {
  const text = isOurs(error) ? error.detail : error instanceof Error ? messageOf(error) : String(error);
  return (text.split("\n")[0] ?? "").replace(/:\/\/[^\s@]*@/g, "://…@");
}

function isOurs(error: unknown): error is { detail: string } {
  return error instanceof Error && "category" in error && "detail" in error && typeof error.detail === "string";
}

// A refused connection to a name with several addresses has its reasons inside and no message.
function messageOf(error: Error): string {
  if (error.message !== "") return error.message;
  return error instanceof AggregateError ? error.errors.map(oneLine).join("; ") : error.name;
}
