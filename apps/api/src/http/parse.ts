// Is the input what the route's schemas say? Everything that is wrong is reported at once, each with its place:
// a JSON pointer into the body, `?name` for a query parameter, `{name}` for a part of the path.
import type { ErrorItem } from "@almanac/domain/errors";
import { z } from "@hono/zod-openapi";
import { invalidRequest, unparsable } from "./problem.ts";

type Place = "body" | "query" | "path";

/** Parses or throws 422 with every item. */
export function parseAs<Schema extends z.ZodType>(schema: Schema, value: unknown, place: Place): z.output<Schema> {
  requireStorable(value, place);
  return parseStorable(schema, value, place);
}

/** 422 for text that no column holds. */
export function requireStorable(value: unknown, place: Place): void {
  const unstorable = unstorableText(value, [], place);
  if (unstorable !== null) {
    throw invalidRequest([unstorable]);
  }
}

/** `parseAs` without looking at its text. */
export function parseStorable<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: Place,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) {
    throw invalidRequest(result.error.issues.flatMap((issue) => itemsOf(issue, place)));
  }
  return result.data;
}

/** The parser of one route's query: refuses unknown names and repeated single values, remembers what it has parsed. */
export function queryParser<Schema extends z.ZodObject>(schema: Schema): (search: string) => z.output<Schema> {
  const lists = new Set(Object.keys(schema.shape).filter((name) => isList(schema.shape[name])));
  const known = new Set(Object.keys(schema.shape));
  const parsed = new Map<string, z.output<Schema>>();
  return (search) => {
    const seen = parsed.get(search);
    if (seen !== undefined) {
      return seen;
    }
    const value = parseAs(schema, readQuery(search, known, lists), "query");
    // Callers ask the same few things again and again; schemas are pure, so the text decides the value.
    if (parsed.size >= 1_000) {
      parsed.clear();
    }
    Object.freeze(value);
    parsed.set(search, value);
    return value;
  };
}

function readQuery(search: string, known: ReadonlySet<string>, lists: ReadonlySet<string>): Record<string, unknown> {
  const errors: ErrorItem[] = [];
  const value: Record<string, unknown> = {};
  for (const [name, text] of pairsOf(search)) {
    const pointer = `?${name}`;
    if (!known.has(name)) {
      errors.push({ pointer, code: "query.unknown_parameter", detail: "No parameter of this call has that name." });
    } else if (lists.has(name)) {
      value[name] = [...((value[name] as string[] | undefined) ?? []), text];
    } else if (Object.hasOwn(value, name)) {
      errors.push({ pointer, code: "query.repeated_parameter", detail: "Give this parameter once." });
    } else {
      value[name] = text;
    }
  }
  if (errors.length > 0) {
    throw invalidRequest(errors);
  }
  return value;
}

function pairsOf(search: string): [string, string][] {
  const query = search.replace(/^\?/, "");
  return query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.indexOf("=");
      return at < 0 ? [decode(part), ""] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw unparsable("The query string is not percent-encoded UTF-8.");
  }
}

function isList(schema: unknown): boolean {
  for (let inner = schema; inner instanceof z.ZodType;) {
    if (inner instanceof z.ZodArray) {
      return true;
    }
    if (inner instanceof z.ZodPipe) {
      inner = inner.in;
    } else if (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable) {
      inner = inner.unwrap();
    } else {
      return false;
    }
  }
  return false;
}

function itemsOf(issue: z.core.$ZodIssue, place: Place): ErrorItem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key], place),
      code: `${place}.unknown_field`,
      detail: "No field with that name is known here.",
    }));
  }
  const own = issue.code === "custom" ? issue.params?.["code"] : undefined;
  // None of several forms that a value may have.
  const isOfNoForm = issue.code === "custom" || issue.code === "invalid_union";
  return [
    {
      pointer: pointerTo(issue.path, place),
      code: typeof own === "string" ? own : isOfNoForm ? "invalid_value" : issue.code,
      detail: issue.message,
    },
  ];
}

function pointerTo(path: readonly PropertyKey[], place: Place): string {
  if (place === "query") {
    return `?${String(path[0] ?? "")}`;
  }
  if (place === "path") {
    return `{${String(path[0] ?? "")}}`;
  }
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** PostgreSQL's text holds neither NUL nor half a surrogate pair: such text is refused here, not by an error there. */
function unstorableText(value: unknown, path: PropertyKey[], place: Place): ErrorItem | null {
  if (typeof value === "string") {
    const bad = value.includes("\u0000") || !value.isWellFormed();
    return bad
      ? { pointer: pointerTo(path, place), code: "text.unstorable", detail: "Holds NUL or half a surrogate pair." }
      : null;
  }
  if (typeof value !== "object" || value === null) {
    return null;
  }
  if (path.length > deepest) {
    return { pointer: pointerTo(path, place), code: "body.too_deep", detail: `Nested deeper than ${deepest}.` };
  }
  for (const [key, inner] of Object.entries(value)) {
    const item = unstorableText(key, [...path, key], place) ?? unstorableText(inner, [...path, key], place);
    if (item !== null) {
      return item;
    }
  }
  return null;
}

const deepest = 32;
