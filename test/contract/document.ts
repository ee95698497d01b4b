// What does the api promise? Its own openapi.json, read into operations whose schemas stand on their own.
import type { TestApi } from "@almanac/api/testing";

export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  additionalProperties?: boolean | Schema;
  $ref?: string;
  [keyword: string]: unknown;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Schema;
}

interface Media {
  schema: Schema;
}

export interface DeclaredAnswer {
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, Media>;
}

export interface Operation {
  operationId: string;
  method: string;
  /** As in the document: `/v1/keys/{key_id}`. */
  path: string;
  parameters: Parameter[];
  /** As JSON, where it can be. */
  body: { required: boolean; schema: Schema; mediaType: string } | null;
  answers: Record<string, DeclaredAnswer>;
}

export interface OpenApi {
  paths: Record<string, Record<string, Declared>>;
  components: { schemas: Record<string, Schema> };
}

interface Declared {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, DeclaredAnswer>;
}

export async function readDocument(api: TestApi): Promise<OpenApi> {
  const response = await api.send("GET", "/openapi.json", { key: null });
  return (await response.json()) as OpenApi;
}

/** Every operation of the document, with no reference left in its schemas. */
export function operationsOf(document: OpenApi): Operation[] {
  const inline = (schema: Schema) => inlined(schema, document);
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, declared]) => ({
      operationId: declared.operationId,
      method: method.toUpperCase(),
      path,
      parameters: (declared.parameters ?? []).map((each) => ({ ...each, schema: inline(each.schema) })),
      body: bodyOf(declared, inline),
      answers: Object.fromEntries(
        Object.entries(declared.responses).map(([status, answer]) => [status, inlinedAnswer(answer, inline)]),
      ),
    })),
  );
}

function bodyOf({ requestBody }: Declared, inline: (schema: Schema) => Schema): Operation["body"] {
  const content = requestBody?.content ?? {};
  const mediaType = "application/json" in content ? "application/json" : Object.keys(content)[0];
  const media = mediaType === undefined ? undefined : content[mediaType];
  return mediaType === undefined || media === undefined
    ? null
    : { required: requestBody?.required === true, schema: inline(media.schema), mediaType };
}

function inlinedAnswer(answer: DeclaredAnswer, inline: (schema: Schema) => Schema): DeclaredAnswer {
  if (answer.content === undefined) {
    return answer;
  }
  const content = Object.entries(answer.content).map(
    ([type, { schema }]) => [type, { schema: inline(schema) }] as const,
  );
  return { ...answer, content: Object.fromEntries(content) };
}

/** The schema without `$ref`, and with `allOf` merged: what is extended reads like what was written out. */
function inlined(schema: Schema, document: OpenApi): Schema {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace("#/components/schemas/", "");
    const target = document.components.schemas[name];
    if (target === undefined) {
      throw new Error(`${schema.$ref} leads nowhere.`);
    }
    return inlined(target, document);
  }
  const inline = (inner: Schema) => inlined(inner, document);
  const own: Schema = { ...schema };
  for (const keyword of ["anyOf", "oneOf", "allOf"] as const) {
    const parts = own[keyword];
    if (parts !== undefined) {
      own[keyword] = parts.map(inline);
    }
  }
  if (own.properties !== undefined) {
    own.properties = Object.fromEntries(Object.entries(own.properties).map(([name, inner]) => [name, inline(inner)]));
  }
  if (own.items !== undefined) {
    own.items = inline(own.items);
  }
  if (typeof own.additionalProperties === "object") {
    own.additionalProperties = inline(own.additionalProperties);
  }
  return own.allOf === undefined ? own : merged(own);
}

function merged({ allOf = [], ...rest }: Schema): Schema {
  const whole: Schema = {};
  const properties: Record<string, Schema> = {};
  const required = new Set<string>();
  for (const part of [...allOf, rest]) {
    Object.assign(whole, part);
    Object.assign(properties, part.properties);
    (part.required ?? []).forEach((name) => required.add(name));
  }
  return { ...whole, properties, required: [...required] };
}

/** The same schema, in which an object has only the members that are declared: what nobody promised is found. */
export function closed(schema: Schema): Schema {
  const own: Schema = { ...schema };
  for (const keyword of ["anyOf", "oneOf"] as const) {
    const parts = own[keyword];
    if (parts !== undefined) {
      own[keyword] = parts.map(closed);
    }
  }
  if (own.items !== undefined) {
    own.items = closed(own.items);
  }
  if (own.properties !== undefined) {
    own.properties = Object.fromEntries(Object.entries(own.properties).map(([name, inner]) => [name, closed(inner)]));
    own.additionalProperties ??= false;
  }
  return own;
}
