// Does an answer keep the document's word? Status, media type, headers, body and the problem's code, each as declared
// for that operation; and nothing in it that no caller may see.
import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import { closed, type DeclaredAnswer, type OpenApi, type Operation, operationsOf, type Schema } from "./document.ts";

export interface Answered {
  method: string;
  /** The path that was asked for, without the query. */
  path: string;
  status: number;
  headers: Headers;
  text: string;
}

export interface Judge {
  operations: Operation[];
  /** What is wrong with the answer, a sentence each; none when it is as declared. */
  complaints(answered: Answered): string[];
}

type Check = (value: unknown) => string | null;

export function createJudge(document: OpenApi): Judge {
  const operations = operationsOf(document);
  const paths = operations.map((operation) => ({ operation, pattern: patternOf(operation.path) }));
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const checks = new WeakMap<Schema, Check>();

  function check(schema: Schema, value: unknown): string | null {
    let compiled = checks.get(schema);
    if (compiled === undefined) {
      const validate = ajv.compile(closed(schema));
      compiled = (given) => (validate(given) ? null : ajv.errorsText(validate.errors, { dataVar: "body" }));
      checks.set(schema, compiled);
    }
    return compiled(value);
  }

  const problem = operations.flatMap((operation) => {
    const content = operation.answers["422"]?.content;
    return content === undefined ? [] : [content["application/problem+json"]!.schema];
  })[0] as Schema;

  function complaints(answered: Answered): string[] {
    const here = paths.filter(({ pattern }) => pattern.test(answered.path)).map(({ operation }) => operation);
    const method = answered.method === "HEAD" ? "GET" : answered.method;
    // Of two patterns that match, the one without a parameter at that place is meant.
    const operation = here
      .filter((each) => each.method === method)
      .toSorted((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
    if (operation === undefined) {
      return outside(answered, here, (value) => check(problem, value));
    }
    const declared = operation.answers[String(answered.status)];
    if (declared === undefined) {
      return [`${answered.status} is not among its answers`];
    }
    return [...common(answered), ...asDeclared(answered, declared, check)];
  }

  return { operations, complaints };
}

function asDeclared(
  answered: Answered,
  declared: DeclaredAnswer,
  check: (schema: Schema, value: unknown) => string | null,
): string[] {
  const wrong: string[] = [];
  for (const name of Object.keys(declared.headers ?? {})) {
    if (answered.headers.get(name) === null) {
      wrong.push(`${answered.status} without the header ${name}`);
    }
  }
  const type = mediaTypeOf(answered);
  const media = type === null ? undefined : declared.content?.[type];
  if (declared.content === undefined || answered.method === "HEAD") {
    return answered.text === "" ? wrong : [...wrong, `${answered.status} with a body where none is declared`];
  }
  if (media === undefined) {
    return [...wrong, `${answered.status} as ${type}, declared are ${Object.keys(declared.content).join(", ")}`];
  }
  if (type === "application/json" || type?.endsWith("+json") === true) {
    const value = parsed(answered.text);
    const reason = value === undefined ? "body is no JSON" : check(media.schema, value);
    wrong.push(...(reason === null ? [] : [`${answered.status}: ${reason}`]));
    if (type === "application/problem+json" && value !== undefined) {
      wrong.push(...problemComplaints(answered, value, declared.description));
    }
  }
  return wrong;
}

// Pages beside the document: they take GET.
const isPage = (path: string) =>
  /^\/($|openapi\.json$|(?:docs|jobs|sign-in|holidays|versions|locations|loads|events|schemas|insights|data|audit|runs|keys|reference)(\/|$))/.test(
    path,
  );

/** What is nowhere in the document is 404, or 405 with the methods that there are. */
function outside(answered: Answered, here: Operation[], checkProblem: Check): string[] {
  const { status, headers, text, method } = answered;
  const expected = here.length === 0 ? 404 : 405;
  const wrong = [...common(answered)];
  if (status !== expected && !isPage(answered.path)) {
    return [...wrong, `${status} where no operation is declared, expected ${expected}`];
  }
  if (status === 405) {
    const allow = (headers.get("allow") ?? "").split(", ");
    const missing = here.filter((operation) => !allow.includes(operation.method));
    wrong.push(...missing.map((operation) => `Allow lacks ${operation.method}`));
  }
  if (method === "HEAD" || status < 400) {
    return wrong;
  }
  const value = parsed(text);
  const reason = value === undefined ? "body is no JSON" : checkProblem(value);
  const code = status === 404 ? "`route.not_found`" : "`route.method_not_allowed`";
  return [...wrong, ...(reason === null ? problemComplaints(answered, value, code) : [`${status}: ${reason}`])];
}

/** A problem says of itself what the answer says, and its code is one that the document names for this status. */
function problemComplaints({ status, headers, path }: Answered, value: unknown, description: string): string[] {
  const problem = value as {
    status?: unknown;
    code?: unknown;
    request_id?: unknown;
    instance?: unknown;
    type?: unknown;
  };
  const code = String(problem.code);
  // An answer that is given again is the first one's, whose exchange it names.
  const isOwn = headers.get("idempotency-replayed") === null;
  return [
    problem.status === status ? null : `the problem's status is ${String(problem.status)}, the answer's ${status}`,
    !isOwn || problem.request_id === headers.get("x-request-id") ? null : "request_id is not the X-Request-Id",
    problem.instance === path ? null : `instance is ${String(problem.instance)}`,
    problem.type === `urn:almanac:problem:${code}` ? null : `type is ${String(problem.type)} for ${code}`,
    description.includes(`\`${code}\``) ? null : `${status} with the code ${code}, which is not documented there`,
    (status === 503 || status === 429) && headers.get("retry-after") === null ? `${status} without Retry-After` : null,
    status === 401 && headers.get("www-authenticate") === null ? "401 without WWW-Authenticate" : null,
  ].filter((complaint) => complaint !== null);
}

function common({ status, headers }: Answered): string[] {
  return [
    status >= 500 ? `${status} is a fault` : null,
    headers.get("x-request-id") === null ? "no X-Request-Id" : null,
    headers.get("x-content-type-options") === "nosniff" ? null : "no X-Content-Type-Options",
    headers.get("cache-control") === null ? "no Cache-Control" : null,
  ].filter((complaint) => complaint !== null);
}

function mediaTypeOf({ headers }: Answered): string | null {
  return headers.get("content-type")?.split(";")[0]?.trim() ?? null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}
