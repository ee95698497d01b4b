// Is this JSON a list of steps? Every problem is told with its place. What would lose a value and does not say so is one.
import type { ErrorItem } from "../errors.ts";
import { isList, isObject, type JsonObject, type JsonValue, writeCanonical } from "./exact-json.ts";
import { namedFunctions } from "./named-functions.ts";
import { parsePointer, writePointer } from "./pointer.ts";
import { castTypes, type UpcastStep } from "./step.ts";

/** Told apart by `"steps" in`. */
export type ParsedSteps = { steps: UpcastStep[] } | { problems: ErrorItem[] };

const mostSteps = 100;
/** Copies into each other double: more of them could make of a small event a very large one. */
const mostCopies = 10;
/** Lines may be nested 32 deep; a step must not make them deeper. */
const mostKeys = 16;

/** The members that each step must and may have, beside `op`. */
const members: Record<UpcastStep["op"], { must: readonly string[]; may: readonly string[] }> = {
  default: { must: ["path", "value"], may: [] },
  rename: { must: ["path", "to"], may: ["allow_loss"] },
  move: { must: ["path", "to"], may: ["allow_loss"] },
  copy: { must: ["path", "to"], may: ["allow_loss"] },
  cast: { must: ["path", "type"], may: ["allow_loss"] },
  map: { must: ["path", "values"], may: ["allow_loss"] },
  split: { must: ["path", "to", "separator"], may: ["allow_loss"] },
  drop: { must: ["path"], may: ["allow_loss"] },
  function: { must: ["name"], may: ["path", "allow_loss"] },
};

/** `pointer` is where the list stands in what the caller sent. */
export function parseSteps(json: JsonValue, pointer = ""): ParsedSteps {
  if (!isList(json)) return { problems: [problem(pointer, "steps.no_list", "The steps are a list.")] };
  if (json.length > mostSteps) {
    return { problems: [problem(pointer, "steps.too_many", `At most ${mostSteps} steps lead to a version.`)] };
  }
  const problems: ErrorItem[] = [];
  if (json.filter((step) => isObject(step) && member(step, "op") === "copy").length > mostCopies) {
    problems.push(problem(pointer, "steps.too_many_copies", `At most ${mostCopies} steps to a version copy.`));
  }
  const steps = json.map((step, at) => {
    const found = problemsOf(step, `${pointer}/${at}`);
    problems.push(...found);
    return found.length > 0 ? null : normal(step as unknown as UpcastStep);
  });
  return problems.length > 0 ? { problems } : { steps: steps.filter((step) => step !== null) };
}

function problemsOf(step: JsonValue, pointer: string): ErrorItem[] {
  if (!isObject(step)) return [problem(pointer, "step.no_object", 'A step is an object such as {"op": "default", …}.')];
  const op = member(step, "op");
  if (typeof op !== "string" || !Object.hasOwn(members, op)) {
    return [problem(`${pointer}/op`, "step.op_unknown", `op is one of ${Object.keys(members).join(", ")}.`)];
  }
  const { must, may } = members[op as UpcastStep["op"]];
  const missing = must
    .filter((name) => member(step, name) === undefined)
    .map((name) => problem(`${pointer}/${name}`, "step.member_missing", `A step "${op}" needs ${name}.`));
  const unknown = Object.keys(step)
    .filter((name) => name !== "op" && !must.includes(name) && !may.includes(name))
    .map((name) => problem(`${pointer}${writePointer([name])}`, "step.member_unknown", `No step "${op}" has it.`));
  const wrong = Object.keys(step)
    .filter((name) => must.includes(name) || may.includes(name))
    .flatMap((name) => wrongMember(step, name, pointer));
  const found = [...missing, ...unknown, ...wrong];
  return found.length > 0 ? found : together(step as unknown as UpcastStep, pointer);
}

/** What is wrong with one member, looked at by itself. */
function wrongMember(step: JsonObject, name: string, at: string): ErrorItem[] {
  const value = step[name]!;
  const pointer = `${at}/${name}`;
  switch (name) {
    case "path":
      return typeof value === "string" ? wrongPointer(value, pointer) : [noPointer(pointer)];
    case "to":
      return wrongTarget(step, value, pointer);
    case "type":
      return castTypes.some((type) => type === value)
        ? []
        : [problem(pointer, "step.type_unknown", `type is one of ${castTypes.join(", ")}.`)];
    case "values":
      return isObject(value) && Object.keys(value).length > 0
        ? []
        : [problem(pointer, "step.values_invalid", "values is an object from old values to new ones.")];
    case "separator":
      return typeof value === "string" && value !== ""
        ? []
        : [problem(pointer, "step.separator_invalid", "separator is a text of at least one character.")];
    case "name":
      return typeof value === "string" && namedFunctions.has(value)
        ? []
        : [problem(pointer, "step.function_unknown", `The functions are ${[...namedFunctions.keys()].join(", ")}.`)];
    case "allow_loss":
      return typeof value === "boolean"
        ? []
        : [problem(pointer, "step.allow_loss_invalid", "allow_loss is true or false.")];
    default:
      return [];
  }
}

function wrongTarget(step: JsonObject, value: JsonValue, pointer: string): ErrorItem[] {
  if (step["op"] === "split" && isList(value)) {
    if (value.length < 2) return [problem(pointer, "step.to_invalid", "A list of targets has at least two.")];
    return value.flatMap((one, at) =>
      typeof one === "string" ? wrongPointer(one, `${pointer}/${at}`) : [noPointer(`${pointer}/${at}`)],
    );
  }
  if (typeof value !== "string") return [noPointer(pointer)];
  return step["op"] === "rename" && isName(value) ? [] : wrongPointer(value, pointer);
}

/** What is wrong with members that are right by themselves. */
function together(step: UpcastStep, pointer: string): ErrorItem[] {
  const problems: ErrorItem[] = [];
  if (step.op === "rename" && !isName(step.to) && parentOf(step.to) !== parentOf(step.path)) {
    const detail = "A new name stands in the same object; to put it elsewhere is a step move.";
    problems.push(problem(`${pointer}/to`, "step.rename_elsewhere", detail));
  }
  if (step.op === "rename" || step.op === "move" || step.op === "copy") {
    const to = targetOf(step);
    if (to === step.path) problems.push(problem(`${pointer}/to`, "step.to_itself", "path and to are the same."));
    // What is moved into itself is wrapped; a copy would hold itself.
    else if (step.op === "copy" && (isBelow(to, step.path) || isBelow(step.path, to))) {
      problems.push(problem(`${pointer}/to`, "step.to_inside", "Of path and to, one lies inside of the other."));
    }
  }
  if (step.op === "split") {
    const targets = typeof step.to === "string" ? [step.to] : step.to;
    if (
      targets.some((to, at) => targets.some((other, place) => place !== at && (to === other || isBelow(to, other))))
    ) {
      problems.push(problem(`${pointer}/to`, "step.to_inside", "Two targets are the same, or one inside of another."));
    }
    if (targets.some((to) => isBelow(step.path, to))) {
      problems.push(problem(`${pointer}/to`, "step.to_inside", "A target holds path."));
    }
  }
  const loss = lossOf(step);
  if (loss !== null && !("allow_loss" in step && step.allow_loss === true)) {
    problems.push(problem(pointer, "step.loses", `${loss} Say so with "allow_loss": true.`));
  }
  return problems;
}

/** What a step loses whatever it meets; null where that depends on the value, which is then looked at. */
function lossOf(step: UpcastStep): string | null {
  if (step.op === "drop") return "What is dropped is lost.";
  if (step.op === "map") {
    const targets = Object.values(step.values).map(writeCanonical);
    return new Set(targets).size < targets.length ? "Two values become the same one." : null;
  }
  const isLossy = step.op === "function" && namedFunctions.get(step.name)?.loses === true;
  return isLossy ? `${step.name} makes different values the same.` : null;
}

/** A new name may be written as a name or as a pointer; kept is the pointer. */
function normal(step: UpcastStep): UpcastStep {
  return step.op === "rename" ? { ...step, to: targetOf(step) } : step;
}

function targetOf(step: UpcastStep & { op: "rename" | "move" | "copy" }): string {
  return step.op === "rename" && isName(step.to) ? `${parentOf(step.path)}${writePointer([step.to])}` : step.to;
}

function isName(text: string): boolean {
  return text !== "" && !text.startsWith("/");
}

function parentOf(pointer: string): string {
  return pointer.slice(0, pointer.lastIndexOf("/"));
}

function isBelow(pointer: string, other: string): boolean {
  return pointer.startsWith(`${other}/`);
}

function wrongPointer(text: string, pointer: string): ErrorItem[] {
  const path = parsePointer(text);
  if (path === null) return [noPointer(pointer)];
  if (path.length <= mostKeys) return [];
  return [problem(pointer, "step.pointer_too_deep", `At most ${mostKeys} keys lead to a value.`)];
}

function noPointer(pointer: string): ErrorItem {
  return problem(pointer, "step.pointer_invalid", "Not a JSON pointer into metadata, such as /barcode_type.");
}

function member(step: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(step, name) ? step[name] : undefined;
}

function problem(pointer: string, code: string, detail: string): ErrorItem {
  return { pointer, code, detail };
}
