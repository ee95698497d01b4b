// How does the key stay out of everything that is shown or stored? It is cut out of every text that comes from outside
// (an upstream can echo a URL), and errors of the HTTP client are never passed on, only described.

/** A function that cuts the key, in any encoding it travels in, out of a text. */
export function redactor(key: string): (text: string) => string {
  const forms = [
    ...new Set([
      key,
      encodeURIComponent(key),
      new URLSearchParams({ key }).toString().slice(4),
      JSON.stringify(key).slice(1, -1),
    ]),
  ]
    .filter((form) => form.length > 0)
    .toSorted((a, b) => b.length - a.length);
  return (text) => forms.reduce((clean, form) => clean.replaceAll(form, "[key]"), text);
}

/** A new error that describes another one and its causes by name, code and message, without carrying any of them. */
export function describedCause(thrown: unknown, redact: (text: string) => string): Error {
  const parts: string[] = [];
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    const code = "code" in error && typeof error.code === "string" ? ` ${error.code}` : "";
    parts.push(`${error.name}${code}: ${error.message}`);
  }
  return new Error(redact(parts.join("; ") || "an unknown error").slice(0, 500));
}
