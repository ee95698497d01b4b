// What is contract.ts? The api's OpenAPI document as types that `hc` takes: one named type a component schema, then a
// path and a method after the other with what they take and what they answer. Nothing in it runs.
import { format } from "oxfmt";
import { nameOf, typeText, type JsonSchema } from "./type-text.ts";

interface Media {
  schema?: JsonSchema;
}

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: JsonSchema }[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

const opening = `// What does the api take and answer? Written by \`npm run client\` from its OpenAPI document: types alone.

// Aliases: \`hc\` looks for a schema by an index signature, which an interface does not have.
type Json<Status extends number, Output> = { output: Output; outputFormat: "json"; status: Status };
/** Not JSON: its text is taken as it is. */
type Text<Status extends number> = { output: string; outputFormat: "text"; status: Status };
type Call<Input, Answer> = Answer extends unknown ? Answer & { input: Input } : never;
`;

/** The whole file as the repository has it, formatted. */
export async function contractFile({ paths, components }: ApiDocument): Promise<string> {
  const named = Object.entries(components.schemas).map(
    ([name, schema]) => `export type ${nameOf(name)} = ${typeText(schema)};`,
  );
  const lines = Object.entries(paths).map(([path, methods]) => {
    const calls = Object.entries(methods).map(([method, operation]) => `$${method}: ${callText(operation)};`);
    return `${JSON.stringify(path.replaceAll(/\{(\w+)\}/g, ":$1"))}: { ${calls.join("\n")} };`;
  });
  const contract = `/** The schema of \`hc\`: path → method → what goes in and what comes out. */\nexport type Contract = {\n${lines.join("\n")}\n};`;
  const { code, errors } = await format("contract.ts", [opening, ...named, contract, ""].join("\n\n"), {
    printWidth: 120,
  });
  if (errors[0] !== undefined) throw new Error(`What was printed is no TypeScript: ${errors[0].message}`);
  return code;
}

function callText(operation: Operation): string {
  return `Call<${inputText(operation)}, ${answersText(operation)}>`;
}

function inputText({ parameters = [], requestBody }: Operation): string {
  const of = (place: string) => parameters.filter((parameter) => parameter.in === place);
  const parts = [
    part("param", of("path")),
    part("query", of("query")),
    ...bodyParts(requestBody, part("header", of("header"))),
  ];
  return `{ ${parts.filter((text) => text !== "").join("; ")} }`;
}

/** A JSON body is `json`; any other goes past the types (see \`sending\`), which know its media type alone. */
function bodyParts(body: Operation["requestBody"], header: string): string[] {
  if (body === undefined) return [header];
  const json = body.content["application/json"]?.schema;
  if (json !== undefined && ("$ref" in json || "type" in json || "allOf" in json || "anyOf" in json)) {
    return [header, `json${body.required === true ? "" : "?"}: ${typeText(json)}`];
  }
  const types = Object.keys(body.content).map((type) => JSON.stringify(type));
  return [`header: { "Content-Type": ${types.join(" | ")}; "Idempotency-Key"?: string }`];
}

function part(name: string, parameters: NonNullable<Operation["parameters"]>): string {
  if (parameters.length === 0) return "";
  const isNeeded = parameters.some(({ required }) => required === true);
  const fields = parameters.map(
    ({ name: field, required, schema }) =>
      `${JSON.stringify(field)}${required === true ? "" : "?"}: ${typeText(schema)}`,
  );
  return `${name}${isNeeded ? "" : "?"}: { ${fields.join("; ")} }`;
}

function answersText({ responses }: Operation): string {
  const answers: string[] = [];
  const refused: string[] = [];
  for (const [status, { content = {} }] of Object.entries(responses)) {
    for (const [type, { schema }] of Object.entries(content)) {
      if (type === "application/problem+json") refused.push(status);
      else if (type === "application/json") answers.push(`Json<${status}, ${typeText(schema ?? {})}>`);
      else answers.push(`Text<${status}>`);
    }
  }
  const problems = refused.length === 0 ? [] : [`Json<${refused.join(" | ")}, Problem>`];
  return [...new Set([...answers, ...problems])].join(" | ");
}
