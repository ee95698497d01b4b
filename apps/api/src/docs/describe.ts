// How does a declared route look in the OpenAPI document? Its own answers, and every problem that the pipeline can give.
import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import { type Permission, permissions, rolesOf } from "../access/permissions.ts";
import { problemSchema, titleOfStatus } from "../http/problem.ts";
import type { AnswerSpec, AnyRoute, StreamSpec } from "../http/route.ts";

export function describeRoute(route: AnyRoute): RouteConfig {
  const permission = permissions[route.operationId];
  return createRoute({
    operationId: route.operationId,
    method: route.method,
    path: route.path,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, whoMay(permission)].filter((text) => text !== undefined).join("\n\n"),
    security: securityOf(permission),
    request: {
      ...(route.params === undefined ? {} : { params: route.params }),
      ...(route.query === undefined ? {} : { query: route.query }),
      ...(route.method === "get" || route.signsIn === true
        ? {}
        : { headers: z.object({ "Idempotency-Key": idempotencyKey }) }),
      ...(route.stream === undefined ? {} : { body: { required: true, content: streamContent(route.stream) } }),
      ...(route.body === undefined
        ? {}
        : {
            body: {
              required: route.body.optional !== true,
              content: {
                "application/json": {
                  schema: route.body.schema,
                  ...(route.body.example === undefined ? {} : { example: route.body.example }),
                },
              },
            },
          }),
    },
    responses: { ...answersOf(route), ...problemsOf(route) },
  });
}

function whoMay(permission: Permission): string {
  const names = rolesOf(permission).map((role) => `**${role}**`);
  return names.length === 0 ? "Needs no key." : `Least role: ${names.join(" or ")}.`;
}

function securityOf(permission: Permission): Record<string, []>[] {
  const credentials: Record<string, []>[] = [{ bearer: [] }, { basic: [] }, { session: [] }];
  return permission === "public" ? [] : permission === "anyone" ? [{}, ...credentials] : credentials;
}

/** No generator of clients should think that it has to hold such a body. */
function streamContent({ accepts }: StreamSpec): Record<string, object> {
  return Object.fromEntries(
    Object.entries(accepts).map(([type, { description, example }]) => [
      type,
      { schema: { description }, ...(example === undefined ? {} : { example }) },
    ]),
  );
}

const idempotencyKey = z.string().min(1).max(255).optional().openapi({
  description:
    "The same key with the same request gets the same answer for 24 hours; with another request it is 409 `idempotency.mismatch`.",
});

const everyHeader = {
  "X-Request-Id": { description: "Names this exchange in the log.", schema: { type: "string" as const } },
};

function answersOf(route: AnyRoute): RouteConfig["responses"] {
  const answers: RouteConfig["responses"] = {};
  for (const [status, answer] of Object.entries<AnswerSpec>(route.answers)) {
    const isRead = route.method === "get" && status === "200" && answer.streams !== true;
    answers[status] = {
      description: answer.description,
      headers: {
        ...everyHeader,
        ...(isRead ? { ETag: { description: "Names exactly this body.", schema: { type: "string" as const } } } : {}),
        ...Object.fromEntries(
          Object.entries(answer.headers ?? {}).map(([name, description]) => [
            name,
            { description, schema: { type: "string" as const } },
          ]),
        ),
      },
      ...contentOf(answer),
    };
  }
  if (route.method === "get") {
    answers[304] = { description: "The caller's copy (If-None-Match) is the newest.", headers: everyHeader };
  }
  return answers;
}

function contentOf(answer: AnswerSpec): { content?: Record<string, object> } {
  const media = Object.entries(answer.media ?? {}).map(([type, { description, example }]) => [
    type,
    {
      schema: { type: "string" as const, ...(description === undefined ? {} : { description }) },
      ...(example === undefined ? {} : { example }),
    },
  ]);
  const content = {
    ...(answer.schema === undefined
      ? {}
      : {
          "application/json": {
            schema: answer.schema,
            ...(answer.example === undefined ? {} : { example: answer.example }),
          },
        }),
    ...Object.fromEntries(media),
  };
  return Object.keys(content).length === 0 ? {} : { content };
}

const idempotencyCodes = ["idempotency.mismatch", "idempotency.in_progress", "idempotency.lost"];

function problemsOf(route: AnyRoute): RouteConfig["responses"] {
  const permission = permissions[route.operationId];
  const isGuarded = rolesOf(permission).length > 0;
  const isWrite = route.method !== "get";
  const isSignIn = isWrite && route.signsIn === true;
  const codes: Record<number, string[]> = {
    400: ["request.unparsable", ...(route.stream === undefined ? [] : ["request.encoding_invalid"])],
    401: permission === "public" ? [] : [...(isGuarded ? ["key.missing"] : []), "key.invalid", "key.malformed"],
    403: [...(isGuarded ? ["role.too_low"] : []), ...(isGuarded || isSignIn ? ["request.cross_origin"] : [])],
    408: route.stream === undefined ? [] : ["request.stalled"],
    409: [...(isWrite && !isSignIn ? idempotencyCodes : []), ...(isWrite ? ["database.conflict"] : [])],
    413: isWrite ? ["request.too_large"] : [],
    415: route.body === undefined && route.stream === undefined ? [] : ["request.unsupported_media_type"],
    422: ["request.invalid", ...inputCodes(route)],
    429: permission === "public" ? [] : ["rate.limited"],
    500: ["fault.unexpected"],
    503: [
      "database.unavailable",
      "database.too_slow",
      "request.timeout",
      ...(route.stream === undefined ? [] : ["process.ending"]),
    ],
  };
  for (const [status, own] of Object.entries(route.problems ?? {})) {
    codes[Number(status)] = [...own, ...(codes[Number(status)] ?? [])];
  }
  return Object.fromEntries(
    Object.entries(codes)
      .filter(([status, list]) => list.length > 0 && !(status in route.answers))
      .map(([status, list]) => [status, problem(Number(status), list)]),
  );
}

/** A request in which everything that is wrong is of one kind has that kind as its code. */
function inputCodes(route: AnyRoute): string[] {
  const takesText = route.params !== undefined || route.query !== undefined || route.body !== undefined;
  return [
    "query.unknown_parameter",
    ...(route.query === undefined ? [] : ["query.repeated_parameter"]),
    ...(route.query !== undefined && "cursor" in route.query.shape ? ["cursor.invalid"] : []),
    ...(route.body === undefined ? [] : ["body.unknown_field", "body.too_deep"]),
    ...(takesText ? ["text.unstorable"] : []),
    ...(route.method === "get" || route.signsIn === true ? [] : ["idempotency.invalid_key"]),
    ...(route.method !== "get" && route.body === undefined && route.stream === undefined ? ["body.unexpected"] : []),
  ];
}

function problem(status: number, codes: readonly string[]) {
  return {
    description: `${titleOfStatus[status] ?? "Error"}: ${[...new Set(codes)].map((code) => `\`${code}\``).join(", ")}.`,
    content: { "application/problem+json": { schema: problemSchema } },
  };
}
