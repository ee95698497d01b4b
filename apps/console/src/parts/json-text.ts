// JSON as text, never parsed into numbers: laid out over lines, and where in it a JSON pointer points. What a person edits
// or reads keeps every digit that it came with.

/** The same tokens over several lines; text that is no JSON stays as it is. */
export function spread(text: string): string {
  if (!isJson(text)) return text;
  let out = "";
  let depth = 0;
  for (const token of tokensOf(text)) {
    const isEmpty = /[[{]$/.test(out) && "]}".includes(token.text);
    if ("]}".includes(token.text)) {
      depth -= 1;
      if (!isEmpty) out += newLine(depth);
    } else if (/[[{,]$/.test(out)) {
      out += newLine(depth);
    }
    out += token.text === ":" ? ": " : token.text;
    if ("[{".includes(token.text)) depth += 1;
  }
  return out;
}

/** On one line, whitespace between tokens left out; text that is no JSON stays as it is. */
export function joined(text: string): string {
  return isJson(text) ? [...tokensOf(text)].map((token) => token.text).join("") : text;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export interface Place {
  from: number;
  to: number;
}

/** Where the value stands that a pointer names; of a missing one: the nearest that is there. Undefined where it is no JSON. */
export function placeOf(text: string, pointer: string): Place | undefined {
  if (!isJson(text)) return undefined;
  const wanted = pointerParts(pointer);
  const tokens = [...tokensOf(text)];
  let next = 0;
  let best = { depth: -1, place: { from: 0, to: text.length } };

  function value(path: readonly string[]): void {
    const first = tokens[next]!;
    if (first.text === "{" || first.text === "[") container(path, first.text === "{");
    else next += 1;
    const fits = path.length <= wanted.length && path.every((part, place) => part === wanted[place]);
    if (fits && path.length > best.depth) {
      best = {
        depth: path.length,
        place: { from: first.at, to: tokens[next - 1]!.at + tokens[next - 1]!.text.length },
      };
    }
  }

  function container(path: readonly string[], isObject: boolean): void {
    next += 1;
    for (let index = 0; !"]}".includes(tokens[next]!.text); index += 1) {
      let name = String(index);
      if (isObject) {
        name = JSON.parse(tokens[next]!.text) as string;
        next += 2;
      }
      value([...path, name]);
      if (tokens[next]!.text === ",") next += 1;
    }
    next += 1;
  }

  value([]);
  return best.place;
}

export function pointerParts(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** What stands at a pointer; undefined where nothing does. */
export function valueAt(value: unknown, pointer: string): unknown {
  return pointerParts(pointer).reduce<unknown>(
    (inner, part) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, part)
        ? (inner as Record<string, unknown>)[part]
        : undefined,
    value,
  );
}

interface Token {
  text: string;
  at: number;
}

function* tokensOf(text: string): Generator<Token> {
  for (const found of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    yield { text: found[0], at: found.index };
  }
}

function newLine(depth: number): string {
  return `\n${"  ".repeat(depth)}`;
}
