// The URL's query is the state of a screen: plain names and values, lists as repeated names, as the api has them.

export type Search = Record<string, string | string[] | undefined>;

export function parseSearch(text: string): Search {
  const search: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const known = search[name];
    search[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return search;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null && each !== "") params.append(name, String(each));
    }
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

/** One text, or undefined. */
export function textOf(value: unknown): string | undefined {
  const one = Array.isArray(value) ? value[0] : value;
  return typeof one === "string" && one !== "" ? one : undefined;
}

/** All texts, undefined for none. */
export function listOf(value: unknown): string[] | undefined {
  const texts = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "string" && each !== "");
  return texts.length === 0 ? undefined : (texts as string[]);
}

/** A text out of a few, or undefined. */
export function oneOf<Choice extends string>(value: unknown, choices: readonly Choice[]): Choice | undefined {
  const text = textOf(value);
  return choices.find((choice) => choice === text);
}

/** `YYYY-MM-DD`, or undefined. */
export function dayOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined;
}
