// The functions that a step may name: what is beyond declaring. Each is pure and keeps its meaning for ever, because runs
// of years ago are repeated with it; what should change gets another name.
import { digitsOf, type JsonValue, numberFrom, typeOfJson } from "./exact-json.ts";

export interface NamedFunction {
  description: string;
  /** Whether different values can come to the same one. */
  loses: boolean;
  /** The new value; undefined for a value that it is not made for. */
  apply(value: JsonValue): JsonValue | undefined;
}

/** 12.34 → 1234, exactly; undefined where more than two decimals are left. */
function toMinorUnits(value: JsonValue): JsonValue | undefined {
  if (typeOfJson(value) !== "number") return undefined;
  const [digits = "", power = "0"] = digitsOf(value as number | string).split("e");
  return integerFrom(digits, Number(power) + 2);
}

function integerFrom(digits: string, power: number): JsonValue | undefined {
  const [whole = "", fraction = ""] = digits.split(".");
  if (fraction.replace(/0+$/, "").length > power) return undefined;
  return numberFrom(`${whole}${fraction}e${power - fraction.length}`.replace(/^(-?)0+(?=\d)/, "$1")) ?? undefined;
}

function ofText(change: (text: string) => string): (value: JsonValue) => JsonValue | undefined {
  return (value) => (typeof value === "string" && typeOfJson(value) === "string" ? change(value) : undefined);
}

/** Name → function. */
export const namedFunctions: ReadonlyMap<string, NamedFunction> = new Map([
  [
    "minor_units",
    { description: "An amount in its currency's hundredths: 12.34 becomes 1234.", loses: false, apply: toMinorUnits },
  ],
  ["trim", { description: "A text without the space around it.", loses: true, apply: ofText((text) => text.trim()) }],
  [
    "upper_case",
    {
      description: "A text in capitals (no language's own).",
      loses: true,
      apply: ofText((text) => text.toUpperCase()),
    },
  ],
  [
    "lower_case",
    {
      description: "A text in small letters (no language's own).",
      loses: true,
      apply: ofText((text) => text.toLowerCase()),
    },
  ],
]);
