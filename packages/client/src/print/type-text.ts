// How does a JSON Schema read in TypeScript? As far as the api's document goes; what is not known here is an error.

export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
}

/** The type's text on one line. */
export function typeText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref.replace(/^#\/components\/schemas\//, ""));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return union(choices.map((choice) => typeText(choice)));
  if (schema.allOf !== undefined) return allOfText(schema.allOf);
  if (schema.type === undefined) {
    return schema.properties === undefined && schema.additionalProperties === undefined
      ? "unknown"
      : objectText(schema);
  }
  return union([schema.type].flat().map((type) => plainText(type, schema)));
}

/** A component's name as TypeScript takes it. */
export function nameOf(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error(`The component "${name}" cannot be the name of a type.`);
  return name;
}

/** A nullable reference is written as the reference and a part that allows null and says nothing else. */
function allOfText(parts: JsonSchema[]): string {
  const isNullable = (part: JsonSchema) => [part.type].flat().includes("null") && part.properties === undefined;
  const rest = parts.filter((part) => !isNullable(part)).map((part) => `(${typeText(part)})`);
  return union([rest.join(" & "), ...(parts.some(isNullable) ? ["null"] : [])]);
}

function plainText(type: string, schema: JsonSchema): string {
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return arrayText(schema);
    case "object":
      return objectText(schema);
    default:
      throw new Error(`"${type}" is no type of JSON Schema.`);
  }
}

function arrayText({ items, prefixItems }: JsonSchema): string {
  if (prefixItems !== undefined) return `[${prefixItems.map((item) => typeText(item)).join(", ")}]`;
  return `(${typeText(items ?? {})})[]`;
}

function objectText({ properties, required = [], additionalProperties }: JsonSchema): string {
  const fields = Object.entries(properties ?? {}).map(
    ([name, schema]) => `${JSON.stringify(name)}${required.includes(name) ? "" : "?"}: ${typeText(schema)}`,
  );
  const isOpen = typeof additionalProperties === "object" || additionalProperties === true;
  if (fields.length === 0) {
    const values = typeof additionalProperties === "object" ? typeText(additionalProperties) : "unknown";
    return additionalProperties === false ? "Record<string, never>" : `Record<string, ${values}>`;
  }
  // The values of the named fields need not be those of the others.
  return `{ ${fields.join("; ")}${isOpen ? "; [name: string]: unknown" : ""} }`;
}

function union(types: string[]): string {
  return [...new Set(types)].join(" | ");
}
