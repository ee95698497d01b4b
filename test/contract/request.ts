// One request of the fuzzer, as plain data: it is printed when something is wrong, and can be sent again.

export interface FuzzRequest {
  operationId: string;
  method: string;
  /** With `{name}` where a part of `params` goes. */
  path: string;
  params: Record<string, string>;
  query: [name: string, value: string][];
  /** Put behind the query as it is, not encoded. */
  rawQuery: string;
  headers: Record<string, string>;
  /** Whose key: a name of the world's, or null for none. */
  key: string | null;
  body: { text: string } | { base64: string } | null;
  /** What was done to a valid request; empty for a valid one. */
  mutations: string[];
}

/** Something that only the running api knows, drawn by number: `$sync:3$` is the fourth sync, or the newest before it. */
export type Lookup = (pool: string, place: number) => string | undefined;

const reference = /\$([\w.]+):(\d+)\$/g;

/** Replaces references; undefined when one of them leads nowhere yet. */
function resolve(text: string, lookup: Lookup): string | undefined {
  let known = true;
  const resolved = text.replaceAll(reference, (_all, pool: string, place: string) => {
    const found = lookup(pool, Number(place));
    known &&= found !== undefined;
    return found ?? "";
  });
  return known ? resolved : undefined;
}

const nowhere = "00000000-0000-4000-8000-00000000dead";

export function targetOf(request: FuzzRequest, lookup: Lookup): string {
  const path = request.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(resolve(request.params[name] ?? "", lookup) ?? nowhere),
  );
  const pairs = request.query.flatMap(([name, value]) => {
    const known = resolve(value, lookup);
    return known === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(known)}`];
  });
  const search = [...pairs, ...(request.rawQuery === "" ? [] : [request.rawQuery])].join("&");
  return search === "" ? path : `${path}?${search}`;
}

export function bodyOf({ body }: FuzzRequest, lookup: Lookup): Uint8Array<ArrayBuffer> | undefined {
  if (body === null) {
    return undefined;
  }
  return "text" in body
    ? new TextEncoder().encode(resolve(body.text, lookup) ?? body.text)
    : new Uint8Array(Buffer.from(body.base64, "base64"));
}
