// Did a field get another name without anybody saying so? Where one is no longer named and another one is new, it may be
// the same: old documents would lack the new one and keep the old one unseen.
import type { Reason, Sides } from "./covers.ts";
import { alternativesOf, type Documents } from "./documents.ts";
import { writePointer } from "./pointer.ts";
import type { Rule } from "./rule.ts";

/** `documents` are what the steps made of the older ones: what a step speaks of is named behind it, or gone. */
export function renamesBetween(
  documents: Documents,
  rule: Rule,
  sides: Pick<Sides, "documents">,
  path: readonly string[] = [],
): Reason[] {
  const objects = alternativesOf(documents).filter((one) => one.type === "object");
  const { properties, required, others } = rule.object;
  const names = new Set([...properties.keys(), ...required]);
  if (objects.length === 0 || names.size === 0) return [];
  const there = new Set(
    objects.flatMap(({ fields }) =>
      [...fields].filter(([, field]) => field.documents.alternatives?.length !== 0).map(([name]) => name),
    ),
  );
  const isOpen = others !== null || objects.some((one) => one.others !== null);
  const gone = [...there].filter((name) => !names.has(name));
  const added = [...names].filter((name) => !there.has(name));
  const reasons =
    gone.length === 0 || added.length === 0 || isOpen
      ? []
      : gone.map((name) => ({
          code: "compatibility.field_renamed",
          pointer: `${rule.pointer}/properties`,
          detail: `${writePointer([...path, name])} of ${sides.documents} is no longer named, and ${added.join(", ")} is new: if it is the same field, say so by a step rename or move; if not, drop the old one or give the new one a default.`,
        }));
  const inner = [...properties].flatMap(([name, property]) =>
    objects.flatMap(({ fields }) => {
      const field = fields.get(name);
      return field === undefined ? [] : renamesBetween(field.documents, property, sides, [...path, name]);
    }),
  );
  return [...reasons, ...inner];
}
