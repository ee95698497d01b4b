// What callers get wrong in a body: members, the JSON itself, the bytes.
import fc from "fast-check";
import { nastyJson, unknownNames } from "./nasty.ts";
import type { FuzzRequest } from "./request.ts";

export type Spoiled = Partial<FuzzRequest>;
/** Null where there is nothing of that kind to spoil. */
export type Mutation = (request: FuzzRequest) => fc.Arbitrary<Spoiled> | null;

// Replaced in the encoded text by what JSON.stringify cannot write.
const mark = "@@here@@";
const rawTokens = [
  "1e400",
  "-1e400",
  "9007199254740993",
  "0.1e-400",
  '"\\ud800"',
  '"\\u0000"',
  '"\\udc00\\ud800"',
  "NaN",
  "undefined",
  "'single'",
  "01",
  "[1,]",
  '{"__proto__":{"role":"admin"}}',
  '{"constructor":{"prototype":{}}}',
  "[".repeat(6_000) + "]".repeat(6_000),
];

export const bodyMutations: Record<string, Mutation> = {
  "bad member": (request) => changeBody(request, (value, place, bad) => replaceAt(value, place, bad)),
  "missing member": (request) => changeBody(request, (value, place) => removeAt(value, place)),
  "unknown member": (request) =>
    changeBody(request, (value, place, bad) =>
      isObject(value) ? { ...value, [unknownNames[place % 5] as string]: bad } : [value],
    ),
  "what JSON.stringify never writes": (request) => {
    const value = valueIn(request);
    return value === undefined
      ? null
      : fc.tuple(fc.nat(30), fc.constantFrom(...rawTokens)).map(([place, token]) => ({
          body: { text: JSON.stringify(replaceAt(value, place, mark)).replace(`"${mark}"`, () => token) },
        }));
  },
  "a member twice": (request) => {
    const value = valueIn(request);
    const name = isObject(value) ? Object.keys(value)[0] : undefined;
    return name === undefined
      ? null
      : fc.constant({ body: { text: JSON.stringify(value).replace("{", () => `{${JSON.stringify(name)}:null,`) } });
  },
  "broken JSON": (request) => {
    const text = textIn(request);
    return text === null
      ? null
      : fc.oneof(
          fc.nat(Math.max(0, text.length - 1)).map((end) => ({ body: { text: text.slice(0, end) } })),
          fc
            .constantFrom("", "\uFEFF", " ", "{", "nul", "//", `${text}}`, `${text}\u0000`, `[${text}`)
            .map((broken) => ({ body: { text: broken } })),
        );
  },
  "bytes that are no UTF-8": (request) => {
    const text = textIn(request);
    return text === null
      ? null
      : fc.constantFrom([0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]).map((bad) => {
          const bytes = Buffer.from(text);
          return {
            body: {
              base64: Buffer.concat([bytes.subarray(0, 3), Buffer.from(bad), bytes.subarray(3)]).toString("base64"),
            },
          };
        });
  },
  "UTF-16": (request) => {
    const text = textIn(request);
    return text === null ? null : fc.constant({ body: { base64: Buffer.from(text, "utf16le").toString("base64") } });
  },
  "a body of more than four mebibytes": (request) =>
    request.method === "GET" ? null : fc.constant({ body: { text: `${" ".repeat(4_194_305)}{}` } }),
  "a body where none is taken": (request) =>
    request.method === "GET" || request.body !== null
      ? null
      : fc.constantFrom("[]", "{", "x", '{"a":1}').map((text) => ({ body: { text } })),
};

function textIn({ body }: FuzzRequest): string | null {
  return body !== null && "text" in body && body.text.length < 100_000 ? body.text : null;
}

function valueIn(request: FuzzRequest): unknown {
  try {
    return JSON.parse(textIn(request) ?? "");
  } catch {
    return undefined;
  }
}

function changeBody(
  request: FuzzRequest,
  change: (value: unknown, place: number, bad: unknown) => unknown,
): fc.Arbitrary<Spoiled> | null {
  const value = valueIn(request);
  return value === undefined
    ? null
    : fc
        .tuple(fc.nat(30), nastyJson)
        .map(([place, bad]) => ({ body: { text: JSON.stringify(change(value, place, bad)) ?? "" } }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Replaces the member that `place` leads to, going down as long as there is something below. */
function replaceAt(value: unknown, place: number, by: unknown): unknown {
  if (typeof value !== "object" || value === null || place % 7 === 6) {
    return by;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) {
    return by;
  }
  const [name, inner] = entries[place % entries.length] as [string, unknown];
  const next = place % 2 === 0 && typeof inner === "object" ? replaceAt(inner, Math.floor(place / 2), by) : by;
  return Array.isArray(value) ? value.with(Number(name), next) : { ...value, [name]: next };
}

function removeAt(value: unknown, place: number): unknown {
  if (!isObject(value)) {
    return [];
  }
  const entries = Object.entries(value);
  return Object.fromEntries(entries.toSpliced(place % (entries.length || 1), 1));
}
