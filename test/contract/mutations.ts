// What callers get wrong, by accident and on purpose: each takes a valid request and spoils one thing in it.
import fc from "fast-check";
import { bodyMutations, type Mutation } from "./body-mutations.ts";
import { nasty, unknownNames } from "./nasty.ts";
import type { FuzzRequest } from "./request.ts";

const types = [
  "text/plain",
  "application/xml",
  "application/json; charset=latin1",
  'application/json;charset="UTF-8"',
  "application/merge-patch+json",
  "multipart/form-data; boundary=x",
  "application/x-www-form-urlencoded",
  "json",
  "",
];
const authorizations = [
  "Bearer",
  "Bearer  ",
  "bearer not-a-key-7f3a",
  "Basic !!!",
  "Basic bm90LWEta2V5LTdmM2E=",
  "Basic OjpusersZQ==",
  "Digest username=x",
  "alm_000000000000_not-a-key-7f3a",
  "Bearer alm_000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  "Bearer \u00ff\u00fe",
  `Bearer ${"k".repeat(9_000)}`,
];

const mutations: Record<string, Mutation> = {
  "unknown parameter": ({ query }) =>
    fc
      .tuple(fc.constantFrom(...unknownNames), nasty)
      .map(([name, value]) => ({ query: [...query, [name, wellFormed(value)]] })),
  "bad parameter": ({ query }) =>
    query.length === 0
      ? null
      : fc
          .tuple(fc.nat(query.length - 1), nasty)
          .map(([at, value]) => ({ query: query.with(at, [query[at]![0], wellFormed(value)]) })),
  "repeated parameter": ({ query }) =>
    query.length === 0 ? null : fc.nat(query.length - 1).map((at) => ({ query: [...query, query[at]!] })),
  "missing parameter": ({ query }) =>
    query.length === 0 ? null : fc.nat(query.length - 1).map((at) => ({ query: query.toSpliced(at, 1) })),
  "range the wrong way or too long": ({ query }) => {
    const at = query.findIndex(([name]) => name === "to");
    return at < 0
      ? null
      : fc.constantFrom("1900-01-01", "2200-12-31").map((to) => ({ query: query.with(at, ["to", to]) }));
  },
  "every optional parameter at once": ({ path }) =>
    path.endsWith("/holidays")
      ? fc.constant({ rawQuery: "version=1&as_of=2026-01-01&basis=both&language=nl&format=ics&type=all" })
      : null,
  "many parameters": ({ query }) =>
    fc.constantFrom(101, 2_000).map((count) => ({
      query: [
        ...query,
        ...Array.from({ length: count }, (): [string, string] => [
          "location_id",
          "10000000-0000-4000-8000-000000000000",
        ]),
      ],
    })),
  "a query that is no UTF-8": () =>
    fc
      .constantFrom("from=%ff", "%zz=1", "from=%ED%A0%80", "limit=%", "cursor=%C0%80", "&&=&", "?from=1", "from")
      .map((rawQuery) => ({ rawQuery })),
  "bad cursor": ({ method }) =>
    method !== "GET"
      ? null
      : fc
          .oneof(
            fc.constantFrom(
              "bnVsbA",
              "MA",
              "LTE",
              "MWUzMDA",
              "IjEi",
              "e30",
              "OTk5OTk5OTk5OTk5",
              "!!!",
              "=".repeat(2_000),
            ),
            nasty,
          )
          .map((cursor) => ({ query: [["cursor", wellFormed(cursor)]] })),
  "bad part of the path": ({ params }) =>
    Object.keys(params).length === 0
      ? null
      : fc
          .tuple(fc.constantFrom(...Object.keys(params)), nasty)
          .map(([name, value]) => ({ params: { ...params, [name]: wellFormed(value).slice(0, 500) || "x" } })),
  "another path": ({ path }) =>
    fc
      .constantFrom(
        `${path}/`,
        `/${path}`,
        path.toUpperCase(),
        `${path}/more`,
        `${path}%2F`,
        `${path}%00`,
        path.replace("/v1", "/v2"),
        `${path}/%ff`,
        "/v1",
        "/%ED%A0%80",
        "//",
        "/docs/..%2fpackage.json",
        "/docs/%2e%2e%2f%2e%2e%2fpackage.json",
      )
      .map((other) => ({ path: other })),
  "another method": ({ headers }) =>
    fc
      .constantFrom("HEAD", "OPTIONS", "GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "QUERY", "get", "X-Y")
      .map((method) => ({ method, body: null, headers: withoutType(headers) })),
  ...bodyMutations,
  "bad content type": (request) =>
    request.body === null
      ? null
      : fc.constantFrom(...types).map((type) => ({ headers: { ...request.headers, "content-type": type } })),
  compressed: (request) =>
    request.body === null
      ? null
      : fc
          .constantFrom("gzip", "br", "identity")
          .map((encoding) => ({ headers: { ...request.headers, "content-encoding": encoding } })),
  "bad Idempotency-Key": (request) =>
    request.method === "GET"
      ? null
      : fc
          .constantFrom("", " ", "k".repeat(256), "k".repeat(255), "\u00e9", "\t", "a\tb", "fuzz 1")
          .map((key) => ({ headers: { ...request.headers, "idempotency-key": key } })),
  "bad Authorization": ({ headers }) =>
    fc.constantFrom(...authorizations).map((authorization) => ({ key: null, headers: { ...headers, authorization } })),
  "no key, or a dead one": () => fc.constantFrom(null, "revoked", "expired").map((key) => ({ key })),
  "odd headers": ({ headers }) =>
    fc
      .constantFrom<Record<string, string>>(
        { accept: "image/png" },
        { accept: "text/csv;q=0, application/json;q=0" },
        { accept: ";;;,,,q=" },
        { accept: "application/json;q=NaN" },
        { "x-request-id": "\u00ff".repeat(50) },
        { "x-request-id": "r".repeat(101) },
        { "if-none-match": '"' },
        { "if-none-match": `${'"a",'.repeat(1_000)}"b"` },
        { origin: "null", "sec-fetch-site": "cross-site" },
        { "x-forwarded-for": "', 1" },
        { range: "bytes=0-1" },
        { "x-http-method-override": "DELETE" },
      )
      .map((odd) => ({ headers: { ...headers, ...odd } })),
};

/** The request with one or two things spoiled. */
export function mutated(request: FuzzRequest): fc.Arbitrary<FuzzRequest> {
  return once(request).chain((first) =>
    fc.oneof({ weight: 3, arbitrary: fc.constant(first) }, { weight: 1, arbitrary: once(first) }),
  );
}

function once(request: FuzzRequest): fc.Arbitrary<FuzzRequest> {
  const possible = Object.entries(mutations).flatMap(([name, mutation]) => {
    const spoiled = mutation(request);
    return spoiled === null
      ? []
      : [spoiled.map((change) => ({ ...request, ...change, mutations: [...request.mutations, name] }))];
  });
  return fc.oneof(...possible);
}

/** A URL holds no half surrogates. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}

function withoutType({ "content-type": _type, ...rest }: Record<string, string>): Record<string, string> {
  return rest;
}
