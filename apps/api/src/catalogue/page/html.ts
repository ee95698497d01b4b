// HTML as a template: what is put into it is text, and escaped, unless it is HTML of this kind itself.

/** Escaped already. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly Part[];

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text in elements and in quoted attributes; lists are written one behind the other. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return {
    markup: strings.map((fixed, place) => fixed + (place < parts.length ? written(parts[place]!) : "")).join(""),
  };
}

function written(part: Part): string {
  if (typeof part === "string" || typeof part === "number") {
    return String(part).replaceAll(/[&<>"']/g, (character) => escapes[character]!);
  }
  return "markup" in part ? part.markup : part.map(written).join("");
}
