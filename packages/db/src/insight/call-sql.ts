// A call of a function of the mart as text that anybody with the rights of a BI tool can paste into psql. It is the text
// that is executed, too: a number on a screen and the number in psql come from one statement.
import { escapeLiteral } from "pg";

/** Days and instants are text; null: the function's own default. */
export type Argument = string | number | readonly string[] | null;

export interface ArgumentOf {
  type: "date" | "text" | "int" | "uuid[]" | "text[]" | "timestamptz";
  value: Argument;
}

/** `select * from mart.<name>(<argument> => <literal>, …)`. */
export function callSql(name: string, given: Readonly<Record<string, ArgumentOf>>): string {
  const written = Object.entries(given)
    .filter(([, { value }]) => value !== null)
    .map(([argument, { type, value }]) => `  ${argument} => ${literal(value)}::${type}`);
  return `select * from mart.${name}(\n${written.join(",\n")}\n)`;
}

function literal(value: Argument): string {
  if (typeof value === "number") return String(value);
  // Members are ids or words of our own; what could be quoted in an array is not among them.
  return escapeLiteral(typeof value === "object" ? `{${(value ?? []).join(",")}}` : value);
}
