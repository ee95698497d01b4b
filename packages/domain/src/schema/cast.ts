// One value as another type: what can be cast, and whether the way back leads to the same value. Null stays null: it is no
// value of any type.
import { digitsOf, type JsonValue, numberFrom, typeOfJson } from "./exact-json.ts";
import type { CastType } from "./step.ts";

/** `isExact`: casting back gives the value again. */
export interface Cast {
  value: JsonValue;
  isExact: boolean;
}

/** Null where the value cannot be cast at all. */
export function castValue(value: JsonValue, type: CastType): Cast | null {
  switch (typeOfJson(value)) {
    case "null":
      return { value, isExact: true };
    case "boolean":
      return castBoolean(value as boolean, type);
    case "number":
      return castNumber(value as number | string, type);
    case "string":
      return castText(value as string, type);
    case "array":
    case "object":
      return null;
  }
}

function castBoolean(value: boolean, type: CastType): Cast | null {
  switch (type) {
    case "boolean":
      return { value, isExact: true };
    case "string":
      return { value: String(value), isExact: true };
    case "number":
    case "integer":
      return { value: value ? 1 : 0, isExact: true };
  }
}

function castNumber(value: number | string, type: CastType): Cast | null {
  switch (type) {
    case "number":
      return { value, isExact: true };
    case "string":
      return { value: digitsOf(value), isExact: true };
    case "integer": {
      const whole = wholePart(value);
      return { value: whole, isExact: whole === value };
    }
    case "boolean":
      return value === 0 || value === 1 ? { value: value === 1, isExact: true } : null;
  }
}

/** A text that is a number as JSON writes it is that number, whatever zeros it ends with; `007` is none. */
function castText(value: string, type: CastType): Cast | null {
  switch (type) {
    case "string":
      return { value, isExact: true };
    case "boolean":
      return value === "true" || value === "false" ? { value: value === "true", isExact: true } : null;
    case "number":
    case "integer": {
      const number = numberFrom(value);
      return number === null ? null : castNumber(number, type);
    }
  }
}

/** Without its decimals, however many digits it has. */
function wholePart(value: number | string): number | string {
  if (typeof value === "number") return Math.trunc(value) + 0;
  const digits = digitsOf(value);
  const [whole = ""] = digits.split(".");
  // A power that is not written out is a very large one, or a very small one.
  const text = digits.includes("e-") ? "0" : whole;
  return numberFrom(text === "-0" ? "0" : text) ?? 0;
}
