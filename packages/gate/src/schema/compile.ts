// A JSON Schema (2020-12) made into something that judges, and that no registered schema can make slow.
import type { ValidateFunction } from "ajv";
import addFormats, { type FormatName } from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import { patternEngine } from "./pattern.ts";

/** Those of the standard; what else a schema calls a format says nothing. */
const formats: readonly FormatName[] = [
  "date",
  "time",
  "date-time",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uri",
  "uri-reference",
  "uri-template",
  "uuid",
  "json-pointer",
  "relative-json-pointer",
  "regex",
];

// The longest text that is looked at for a format: some of their expressions take the square of a text's length (0.2 s for
// a URI reference of 60 kB).
const mostFormatLength = 8_192;

/** An ajv of its own: an instance remembers every schema that it ever saw, and ids of two versions may be equal. */
export function newAjv(options: { allErrors: boolean }): Ajv2020 {
  // `ownProperties`: else a property named `constructor` would be found on every object.
  const ajv = new Ajv2020({
    strict: false,
    allErrors: options.allErrors,
    ownProperties: true,
    logger: false,
    code: { regExp: patternEngine },
  });
  for (const name of formats) ajv.addFormat(name, { type: "string", validate: bounded(name) });
  return ajv;
}

/** Throws where the schema is none. */
export function compileSchema(jsonSchema: object): ValidateFunction {
  return newAjv({ allErrors: false }).compile(jsonSchema);
}

function bounded(name: FormatName): (text: string) => boolean {
  const validate = testOf(addFormats.default.get(name));
  return (text) => text.length <= mostFormatLength && validate(text);
}

function testOf(format: ReturnType<typeof addFormats.default.get>): (text: string) => boolean {
  if (format instanceof RegExp) return (text) => format.test(text);
  const validate = typeof format === "object" ? format.validate : format;
  if (validate instanceof RegExp) return (text) => validate.test(text);
  if (typeof validate === "function") return validate as (text: string) => boolean;
  throw new TypeError("A format that looks at no text.");
}
